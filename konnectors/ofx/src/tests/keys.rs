use std::collections::BTreeMap;

use proptest::prelude::*;

use super::read;

/// Key and body of everything that a file deposits.
fn deposits(bytes: &[u8]) -> BTreeMap<String, String> {
    let statement = read(bytes).unwrap();
    let accounts = statement.accounts.iter().map(|account| (account.key.clone(), String::new()));
    let operations = statement.operations.iter();
    let operations = operations.map(|operation| (operation.key.clone(), format!("{operation:?}")));
    let deposits: BTreeMap<_, _> = accounts.chain(operations).collect();
    let expected = statement.accounts.len() + statement.operations.len();
    assert_eq!(deposits.len(), expected, "two documents under one key");
    deposits
}

#[derive(Clone, Debug)]
struct Row {
    day: u8,
    cents: i32,
    label: &'static str,
    reference: Option<u8>,
}

fn ofx(rows: &[Row]) -> Vec<u8> {
    let mut text = String::from(
        "OFXHEADER:100\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM>\
         <BANKID>1<ACCTID>2<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>",
    );
    for Row { day, cents, label, reference } in rows {
        let sign = if *cents < 0 { "-" } else { "" };
        let (whole, rest) = (cents.abs() / 100, cents.abs() % 100);
        text += &format!("<STMTTRN><DTPOSTED>202601{day:02}<TRNAMT>{sign}{whole}.{rest:02}");
        text += &reference.map(|number| format!("<FITID>{number}")).unwrap_or_default();
        text += &format!("<NAME>{label}</STMTTRN>\n");
    }
    text += "</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>";
    text.into_bytes()
}

/// Few days, amounts, labels and references, so that rows often agree in all of them.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (1u8..=6, -3i32..=3, prop::sample::select(&["A", "B"]), prop::option::of(0u8..4));
    let row = row.prop_map(|(day, cents, label, reference)| Row { day, cents, label, reference });
    prop::collection::vec(row, 1..40).prop_map(|mut rows| {
        rows.sort_by_key(|row| row.day);
        rows
    })
}

proptest! {
    #[test]
    fn importing_twice_adds_nothing(rows in rows()) {
        let file = ofx(&rows);
        prop_assert_eq!(deposits(&file), deposits(&file));
    }

    #[test]
    fn no_row_is_lost(rows in rows()) {
        prop_assert_eq!(deposits(&ofx(&rows)).len(), rows.len() + 1);
    }

    #[test]
    fn overlapping_statements_add_up_to_the_whole(rows in rows(), from in 1u8..=6, to in 1u8..=6) {
        let early: Vec<Row> = rows.iter().filter(|row| row.day <= to).cloned().collect();
        let late: Vec<Row> = rows.iter().filter(|row| row.day >= from).cloned().collect();
        prop_assume!(from <= to + 1);
        let mut both = deposits(&ofx(&early));
        both.extend(deposits(&ofx(&late)));
        prop_assert_eq!(both, deposits(&ofx(&rows)));
    }
}

#[test]
fn a_time_or_an_offset_does_not_make_another_operation() {
    let plain = ofx(&[Row { day: 31, cents: -250, label: "A", reference: None }]);
    let text = String::from_utf8(plain.clone()).unwrap();
    let timed = text.replace("20260131", "20260131233000.000[-5:EST]");
    assert_eq!(deposits(&plain), deposits(timed.as_bytes()));
}
