use std::sync::LazyLock;

use konnector_statement::ledger::ITEMS_MAX;
use konnector_statement::{FILE_BYTES_MAX, golden, node};
use proptest::prelude::*;

use super::read;

static SAMPLES: LazyLock<Vec<Vec<u8>>> =
    LazyLock::new(|| golden::samples(concat!(env!("CARGO_MANIFEST_DIR"), "/samples"), "xml"));

fn refused(statement: &str) -> String {
    let file =
        format!("<Document><BkToCstmrStmt><Stmt>{statement}</Stmt></BkToCstmrStmt></Document>");
    read(file.as_bytes()).unwrap_err().en
}

#[test]
fn limits_hold() {
    let too_large = vec![b' '; FILE_BYTES_MAX as usize + 1];
    assert!(read(&too_large).unwrap_err().en.contains("the most that is read is 24 MiB"));
    let deep = "<A>".repeat(node::DEPTH_MAX + 1);
    assert!(refused(&deep).contains("elements lie more than 64 deep"));
    let many = format!("<Ntry>{}</Ntry>", "<A/>".repeat(node::ELEMENTS_MAX));
    assert!(refused(&many).starts_with("the file has more than 400000 elements"));
    let balances = "<Bal/>".repeat(crate::read::PARTS_MAX + 1);
    assert!(refused(&balances).contains("more than 1000 balances"));
    assert!(refused(&"<X/>".repeat(1 << 20)).contains("no account"));
    let rows = "<Ntry/>".repeat(ITEMS_MAX + 1);
    assert!(refused(&rows).starts_with("the file has more than 50000 accounts and operations"));
}

#[test]
fn depth_before_the_message_costs_nothing() {
    let file = "<A>".repeat(1 << 20);
    assert!(read(file.as_bytes()).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes);
        let _ = crate::recognise("x.xml", &bytes);
        let _ = read(&[b"<BkToCstmrStmt><Stmt>".as_slice(), &bytes].concat());
    }

    #[test]
    fn any_elements_are_read_or_refused(tags in prop::collection::vec(
        prop::sample::select(&[
            "<Acct>", "</Acct>", "<Id>", "</Id>", "<IBAN>", "</IBAN>", "<Bal>", "</Bal>", "<Ntry>",
            "</Ntry>", "<Amt Ccy='EUR'>", "<Amt>", "</Amt>", "<CdtDbtInd>DBIT</CdtDbtInd>", "1.5",
            "<BookgDt><Dt>2026-01-01</Dt></BookgDt>", "<NtryDtls>", "</NtryDtls>", "<TxDtls>",
            "</TxDtls>", "<Sts/>", "<Tp><Cd>CLBD</Cd></Tp>", "&", "<", "\u{e9}", "]]>",
        ]), 0..60)) {
        let file = format!("<BkToCstmrStmt><Stmt>{}</Stmt></BkToCstmrStmt>", tags.concat());
        let _ = read(file.as_bytes());
    }

    #[test]
    fn damaged_samples_are_read_or_refused(
        pick in any::<prop::sample::Index>(),
        damage in prop::collection::vec((any::<usize>(), any::<u8>(), 0u8..3), 1..8),
    ) {
        golden::assert_damage_is_bounded(pick.get::<Vec<u8>>(&SAMPLES), damage, read);
    }
}

#[test]
fn every_statement_is_recognised() {
    for sample in SAMPLES.iter() {
        let head = &sample[..sample.len().min(4096)];
        if read(sample).is_ok() {
            assert_eq!(crate::recognise("download", head), 100);
        }
    }
    assert_eq!(crate::recognise("page.xml", b"<html>"), 0);
    assert_eq!(
        crate::recognise("x.xml", b"<a xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001'>"),
        20
    );
    let report = b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.052.001.08'>";
    assert_eq!(crate::recognise("x.xml", report), 60);
}
