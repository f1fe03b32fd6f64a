//! Whole runs over a bank in memory; over one that checks what it is asked, see `tests/it`.

use std::cell::Cell;
use std::rc::Rc;

use domicile_sdk::importer::{Deposits, Progress, Report};
use domicile_sdk::konnector::{Failure, Konnector};
use domicile_sdk::testing::{Asked, Home};
use proptest::prelude::*;

use crate::Direct;

fn collect() -> Result<Report, Failure> {
    let mut out = Deposits::default();
    let report = Direct::collect(&mut out, &Progress::default());
    out.flush().unwrap();
    report
}

fn home() -> Home {
    let home = Home::new();
    home.field("server", "https://ofx.bank.example/cgi/ofx.dll");
    home
}

fn answer(code: &str, rest: &str) -> String {
    format!(
        "OFXHEADER:100\r\n\r\n<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>{code}<SEVERITY>INFO<MESSAGE>Said\
         </STATUS></SONRS></SIGNONMSGSRSV1>{rest}</OFX>"
    )
}

const LISTING: &str = "<SIGNUPMSGSRSV1><ACCTINFOTRNRS><ACCTINFORS><ACCTINFO><DESC>Mine\
    <BANKACCTINFO><BANKACCTFROM><BANKID>1&lt;2<ACCTID>77<ACCTTYPE>CHECKING</BANKACCTFROM>\
    </BANKACCTINFO></ACCTINFO></ACCTINFORS></ACCTINFOTRNRS></SIGNUPMSGSRSV1>";
const STATEMENT: &str = "<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>1&lt;2\
    <ACCTID>77<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><STMTTRN><TRNTYPE>DEBIT\
    <DTPOSTED>20261103<TRNAMT>-5<FITID>a<NAME>Shop</STMTTRN></BANKTRANLIST><LEDGERBAL>\
    <BALAMT>10<DTASOF>20261104</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1>";

fn body(asked: &Asked) -> String {
    let text = format!("{:?}", asked.body);
    assert_eq!(asked.slots, [("rest".to_owned(), "cgi/ofx.dll".to_owned())]);
    let bytes = text.trim_start_matches("Body::Bytes(").trim_end_matches(')');
    let bytes: Vec<u8> = serde_json::from_str(bytes).unwrap_or_default();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn accounts_are_listed_then_statements_are_asked_for() {
    let home = home();
    for (today, start) in [("2026-01-15", ""), ("2026-02-01", "<DTSTART>20251201")] {
        home.viewer("en", today);
        home.provider(move |asked| {
            assert_eq!(asked.route, "sgml");
            let body = body(asked);
            let listed = body.contains("<ACCTINFORQ>");
            let from = "<BANKACCTFROM><BANKID>1&lt;2<ACCTID>77<ACCTTYPE>CHECKING</BANKACCTFROM>";
            let wanted = format!("{from}<INCTRAN>{start}<INCLUDE>Y</INCTRAN>");
            assert!(listed || body.contains(&wanted), "{body}");
            (200, Vec::new(), answer("0", if listed { LISTING } else { STATEMENT }))
        });
        assert_eq!(collect().unwrap().summary, "1 account, 1 operation");
    }
    assert_eq!(home.deposits().len(), 4);
}

#[test]
fn a_server_that_takes_xml_alone_is_spoken_to_in_xml() {
    let home = home();
    let tried = Rc::new(Cell::new(0));
    let count = Rc::clone(&tried);
    home.provider(move |asked| {
        count.set(count.get() + 1);
        if asked.route == "sgml" {
            return (400, Vec::new(), String::new());
        }
        let body = body(asked);
        assert!(body.contains("</TRNUID>"), "{body}");
        let rest = if body.contains("<ACCTINFORQ>") { LISTING } else { STATEMENT };
        (200, Vec::new(), answer("0", rest))
    });
    collect().unwrap();
    collect().unwrap();
    assert_eq!(tried.get(), 5, "the second time at once");
}

#[test]
fn a_refused_password_is_sent_once() {
    for (code, expected) in [
        ("15500", "LoginFailed"),
        ("15000", "ChangePassword"),
        ("15502", "TooManyAttempts"),
        ("3000", "StrongAuthentication"),
        ("2000", "refuses the sign-on: \\\"Said\\\" (code 2000)"),
        ("", "refuses the sign-on"),
    ] {
        let home = home();
        let tried = Rc::new(Cell::new(0));
        let count = Rc::clone(&tried);
        home.provider(move |_| {
            count.set(count.get() + 1);
            (200, Vec::new(), answer(code, ""))
        });
        let why = format!("{:?}", collect().unwrap_err());
        assert!(why.contains(expected) && tried.get() == 1, "{code}: {why}");
    }
}

#[test]
fn what_is_no_answer_is_told() {
    let home = home();
    for (status, text, expected) in [
        (200, "<html>", "not taken"),
        (200, &answer("0", "")[..], "lists no account"),
        (502, "", "VendorDown"),
    ] {
        let text = text.to_owned();
        home.provider(move |_| (status, Vec::new(), text.clone()));
        let why = format!("{:?}", collect().unwrap_err());
        assert!(why.contains(expected), "{why}");
    }
    assert!(home.deposits().is_empty());
}

proptest! {
    #[test]
    fn any_answer_is_read_or_refused(text in "(<[A-Z/]{1,12}>|[0-9]{1,4}|OFX|&[a-z]{1,3};?){0,40}") {
        let home = home();
        let text = answer("0", &text);
        home.provider(move |_| (200, Vec::new(), text.clone()));
        let _ = collect();
    }
}
