use std::path::Path;

use domicile_sdk::importer::Importer;
use konnector_shared::golden;

use super::read;
use crate::VCard;

#[test]
fn samples_become_what_is_expected() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let checked = golden::check::<VCard>(&samples);
    assert!(checked >= 14, "only {checked} samples");
}

fn keys(file: &str) -> Vec<String> {
    read(file.as_bytes()).deposits.into_iter().map(|(_, key, _)| key).collect()
}

#[test]
fn a_card_keeps_its_key_while_it_changes() {
    let card = "BEGIN:VCARD\nVERSION:3.0\nUID:A-1\nFN:Ann\nTEL:1\nEND:VCARD\n";
    let changed = card.replace("TEL:1", "TEL:2").replace("3.0", "4.0");
    assert_eq!(keys(card), ["uid:A-1"]);
    assert_eq!(keys(&changed.replace("A-1", "urn:uuid:A-1")), ["uid:A-1"]);
}

#[test]
fn a_card_without_identifier_is_known_by_what_it_says() {
    let card = "BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nTEL;TYPE=home:1\nEND:VCARD\n";
    let written_otherwise = "BEGIN:VCARD\r\nFN:A\r\n nn\r\nREV:2026\r\nTEL;HOME:1\r\nEND:VCARD\r\n";
    assert_eq!(keys(card), keys(written_otherwise));
    assert_ne!(keys(card), keys(&card.replace("TYPE=home:1", "TYPE=home:2")));
    assert_eq!(keys(&card.repeat(3)).len(), 1);
}

#[test]
fn cards_are_recognised_by_their_first_line() {
    for head in ["BEGIN:VCARD\n", "\u{feff}begin:vcard\r\n", "\n\nBEGIN:VCARD"] {
        assert_eq!(VCard::recognise("x", head.as_bytes()), 100, "{head}");
    }
    assert_eq!(VCard::recognise("x.VCF", b"<html>"), 30);
    assert_eq!(VCard::recognise("x.ics", b"BEGIN:VCALENDAR"), 0);
}
