//! A bank that speaks OFX Direct Connect: sign-on, list of accounts, statements of bank accounts
//! and cards, each in the notation of the request.
//!
//! Made after the Open Financial Exchange specification, versions 1.0.2 (SGML) and 2.0.3 (XML),
//! chapters 2, 8 and 11. It leaves out profiles, investments, transfers, payments, mail, changes of
//! the password, and all of the security above TLS.

use std::fmt::Write;
use std::sync::Mutex;
use std::sync::PoisonError;

use bytes::Bytes;
use http::{Method, Request, StatusCode};

use crate::{Answer, LOGIN, PASSWORD, Provider, with};

/// Type, day, amount, id, text.
const CHECKING: [(&str, &str, &str, &str, &str); 3] = [
    ("DEBIT", "20260928", "-845.00", "N1", "LOYER"),
    ("CREDIT", "20261102", "2184.12", "N2", "SALAIRE ATELIER NEUF"),
    ("POS", "20261103", "-30.00", "N3", "DR MARTIN & FILS"),
];
const CARD: [(&str, &str, &str, &str, &str); 1] =
    [("POS", "20261116", "-41.87", "C1", "EPICERIE LES HALLES")];

/// Running.
#[derive(Default)]
pub struct Ofx {
    xml_alone: bool,
    seen: Mutex<Vec<String>>,
}

impl Ofx {
    /// One that takes no SGML.
    pub fn of_xml_alone() -> Ofx {
        Ofx { xml_alone: true, ..Ofx::default() }
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Provider for Ofx {
    fn host(&self) -> &'static str {
        "ofx.banquedusud.example"
    }

    fn answer(&self, request: &Request<Bytes>) -> Answer {
        let text = String::from_utf8_lossy(request.body()).into_owned();
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(text.clone());
        let kind = request.headers().get("content-type").and_then(|kind| kind.to_str().ok());
        let place = (request.method(), request.uri().path());
        if place != (&Method::POST, "/cgi/ofx") || kind != Some("application/x-ofx") {
            return with(StatusCode::NOT_FOUND, "text/html", "<h1>404</h1>");
        }
        let is_xml = text.starts_with("<?xml") && text.contains("<?OFX OFXHEADER=\"200\"");
        let is_sgml = text.starts_with("OFXHEADER:100\r\n") && text.contains("\r\n\r\n<OFX>");
        if !is_xml && (!is_sgml || self.xml_alone) {
            return with(StatusCode::BAD_REQUEST, "text/plain", "Unsupported version");
        }
        let answer = whole(&text, is_xml);
        with(StatusCode::OK, "application/x-ofx", answer)
    }
}

/// A value, in either notation.
fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = text.split_once(&format!("<{name}>"))?;
    after.split(['<', '\r', '\n']).next()
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn whole(text: &str, is_xml: bool) -> String {
    let mut out = Out { text: String::new(), is_xml };
    let said = |name: &str| value(text, name).map(unescaped);
    let is_right = (said("USERID"), said("USERPASS"))
        == (Some(LOGIN.to_owned()), Some(PASSWORD.to_owned()))
        && (said("ORG").as_deref(), said("FID").as_deref()) == (Some("SUD"), Some("7001"))
        && said("DTCLIENT").is_some_and(|at| at.len() >= 14 && at.starts_with("20"));
    out.header();
    out.open("SIGNONMSGSRSV1").open("SONRS");
    out.status(if is_right { "0" } else { "15500" });
    out.field("DTSERVER", "20261123120000").field("LANGUAGE", "ENG");
    out.open("FI").field("ORG", "SUD").field("FID", "7001").close("FI");
    out.close("SONRS").close("SIGNONMSGSRSV1");
    if is_right {
        answers(text, &mut out);
    }
    out.close("OFX");
    out.text
}

fn answers(text: &str, out: &mut Out) {
    if text.contains("<ACCTINFORQ>") {
        out.open("SIGNUPMSGSRSV1").open("ACCTINFOTRNRS");
        out.field("TRNUID", value(text, "TRNUID").unwrap_or("0")).status("0");
        out.open("ACCTINFORS").field("DTACCTUP", "20260101");
        out.open("ACCTINFO").field("DESC", "Compte courant").open("BANKACCTINFO");
        out.checking();
        out.field("SUPTXDL", "Y").field("XFERSRC", "N").field("XFERDEST", "N");
        out.field("SVCSTATUS", "ACTIVE").close("BANKACCTINFO").close("ACCTINFO");
        out.open("ACCTINFO").field("DESC", "Carte").open("CCACCTINFO");
        out.card();
        out.field("SUPTXDL", "Y").field("XFERSRC", "N").field("XFERDEST", "N");
        out.field("SVCSTATUS", "ACTIVE").close("CCACCTINFO").close("ACCTINFO");
        out.close("ACCTINFORS").close("ACCTINFOTRNRS").close("SIGNUPMSGSRSV1");
    }
    for (request, set, response, rows, is_card) in [
        ("STMTTRNRQ", "BANKMSGSRSV1", "STMT", &CHECKING[..], false),
        ("CCSTMTTRNRQ", "CREDITCARDMSGSRSV1", "CCSTMT", &CARD[..], true),
    ] {
        let Some((_, asked)) = text.split_once(&format!("<{request}>")) else { continue };
        let asked = asked.split(&format!("</{request}>")).next().unwrap_or_default();
        let number = if is_card { "4970101234567890" } else { "00042 & 1" };
        out.open(set).open(&format!("{response}TRNRS"));
        out.field("TRNUID", value(asked, "TRNUID").unwrap_or("0"));
        if value(asked, "ACCTID").map(unescaped).as_deref() == Some(number) {
            out.status("0").open(&format!("{response}RS")).field("CURDEF", "EUR");
            if is_card {
                out.card();
            } else {
                out.checking();
            }
            out.rows(rows, value(asked, "DTSTART").unwrap_or("19900101"));
            out.open("LEDGERBAL").field("BALAMT", "1742.36").field("DTASOF", "20261123");
            out.close("LEDGERBAL").close(&format!("{response}RS"));
        } else {
            out.status("2003");
        }
        out.close(&format!("{response}TRNRS")).close(set);
    }
}

/// An answer in one of the two notations.
struct Out {
    text: String,
    is_xml: bool,
}

impl Out {
    fn header(&mut self) {
        self.text.push_str(match self.is_xml {
            true => {
                "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\r\n<?OFX OFXHEADER=\"200\" \
                 VERSION=\"203\" SECURITY=\"NONE\" OLDFILEUID=\"NONE\" NEWFILEUID=\"NONE\"?>\r\n"
            }
            false => {
                "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nSECURITY:NONE\r\nENCODING:USASCII\r\n\
                 CHARSET:1252\r\nCOMPRESSION:NONE\r\nOLDFILEUID:NONE\r\nNEWFILEUID:NONE\r\n\r\n"
            }
        });
        self.open("OFX");
    }

    fn open(&mut self, name: &str) -> &mut Out {
        let _ = write!(self.text, "<{name}>");
        self
    }

    fn close(&mut self, name: &str) -> &mut Out {
        let _ = write!(self.text, "</{name}>");
        self
    }

    fn field(&mut self, name: &str, value: &str) -> &mut Out {
        let value = value.replace('&', "&amp;").replace('<', "&lt;");
        let _ = write!(self.text, "<{name}>{value}");
        if self.is_xml { self.close(name) } else { self }
    }

    fn status(&mut self, code: &str) -> &mut Out {
        let severity = if code == "0" { "INFO" } else { "ERROR" };
        self.open("STATUS").field("CODE", code).field("SEVERITY", severity).close("STATUS")
    }

    fn checking(&mut self) {
        self.open("BANKACCTFROM").field("BANKID", "30999").field("ACCTID", "00042 & 1");
        self.field("ACCTTYPE", "CHECKING").close("BANKACCTFROM");
    }

    fn card(&mut self) {
        self.open("CCACCTFROM").field("ACCTID", "4970101234567890").close("CCACCTFROM");
    }

    fn rows(&mut self, rows: &[(&str, &str, &str, &str, &str)], since: &str) {
        self.open("BANKTRANLIST").field("DTSTART", since).field("DTEND", "20261123");
        for (kind, day, amount, id, text) in rows.iter().filter(|row| row.1 >= since) {
            self.open("STMTTRN").field("TRNTYPE", kind).field("DTPOSTED", day);
            self.field("TRNAMT", amount).field("FITID", id).field("NAME", text).close("STMTTRN");
        }
        self.close("BANKTRANLIST");
    }
}
