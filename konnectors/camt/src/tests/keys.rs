use std::collections::BTreeMap;

use proptest::prelude::*;

use super::read;

/// Key and content of every operation of a file.
fn deposits(text: &str) -> BTreeMap<String, String> {
    let statement = read(text.as_bytes()).unwrap();
    let operations = statement.operations.iter();
    let deposits: BTreeMap<_, _> =
        operations.map(|operation| (operation.key.clone(), format!("{operation:?}"))).collect();
    assert_eq!(deposits.len(), statement.operations.len(), "two operations under one key");
    deposits
}

#[derive(Clone, Debug)]
struct Row {
    day: u8,
    cents: u32,
    debit: bool,
    text: &'static str,
    reference: Option<u8>,
}

fn camt(rows: &[Row]) -> String {
    let mut text = String::from(
        "<Document><BkToCstmrStmt><Stmt><Acct><Id><IBAN>FR1420041010050500013M02606</IBAN></Id>\
         <Ccy>EUR</Ccy></Acct>",
    );
    for Row { day, cents, debit, text: said, reference } in rows {
        let indicator = if *debit { "DBIT" } else { "CRDT" };
        let (whole, rest) = (cents / 100, cents % 100);
        text += &format!("<Ntry><Amt Ccy='EUR'>{whole}.{rest:02}</Amt>");
        text += &format!("<CdtDbtInd>{indicator}</CdtDbtInd><Sts>BOOK</Sts>");
        text += &format!("<BookgDt><Dt>2026-01-{day:02}</Dt></BookgDt>");
        let reference = reference.map(|number| format!("<AcctSvcrRef>{number}</AcctSvcrRef>"));
        text += &reference.unwrap_or_default();
        text += &format!("<AddtlNtryInf>{said}</AddtlNtryInf></Ntry>");
    }
    text + "</Stmt></BkToCstmrStmt></Document>"
}

/// Few days, amounts, texts and references, so that rows often agree in all of them.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let said = prop::sample::select(&["A", "B"]);
    let row = (1u8..=6, 0u32..=3, any::<bool>(), said, prop::option::of(0u8..4));
    let row = row.prop_map(|(day, cents, debit, text, reference)| Row {
        day,
        cents,
        debit,
        text,
        reference,
    });
    prop::collection::vec(row, 1..40).prop_map(|mut rows| {
        rows.sort_by_key(|row| row.day);
        rows
    })
}

proptest! {
    #[test]
    fn importing_twice_adds_nothing_and_loses_nothing(rows in rows()) {
        let found = deposits(&camt(&rows));
        prop_assert_eq!(found.len(), rows.len());
        prop_assert_eq!(deposits(&camt(&rows)), found);
    }

    #[test]
    fn overlapping_statements_add_up_to_the_whole(rows in rows(), from in 1u8..=6, to in 1u8..=6) {
        prop_assume!(from <= to + 1);
        let early: Vec<Row> = rows.iter().filter(|row| row.day <= to).cloned().collect();
        let late: Vec<Row> = rows.iter().filter(|row| row.day >= from).cloned().collect();
        let mut both = deposits(&camt(&early));
        both.extend(deposits(&camt(&late)));
        prop_assert_eq!(both, deposits(&camt(&rows)));
    }
}

#[test]
fn the_payments_of_a_batch_keep_their_keys() {
    let payment = |amount: &str| {
        format!(
            "<TxDtls><Refs><EndToEndId>E</EndToEndId></Refs><Amt Ccy='EUR'>{amount}</Amt></TxDtls>"
        )
    };
    let batch = format!("<NtryDtls>{}{}{}</NtryDtls>", payment("1"), payment("1"), payment("2"));
    let row = Row { day: 9, cents: 400, debit: true, text: "LOT", reference: Some(1) };
    let file = camt(&[row]).replace("<AddtlNtryInf>", &format!("{batch}<AddtlNtryInf>"));
    assert_eq!(deposits(&file).len(), 3);
    assert_eq!(deposits(&file), deposits(&file));
}
