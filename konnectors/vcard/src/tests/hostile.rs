use konnector_contacts::{DEPTH_MAX, PROPERTIES_MAX};
use konnector_shared::intake::DOCUMENTS_MAX;
use proptest::prelude::*;

use super::read;

fn refused(file: &str) -> String {
    let dropped = read(file.as_bytes());
    dropped.assert_sound("hostile");
    dropped.result.unwrap_err()
}

#[test]
fn limits_hold() {
    let properties = |number| format!("BEGIN:VCARD\nFN:a\n{}END:VCARD\n", "X:y\n".repeat(number));
    assert!(read(properties(PROPERTIES_MAX - 2).as_bytes()).result.is_ok());
    assert!(
        refused(&properties(1_000_000)).starts_with("line 1: the card that begins here has more")
    );
    assert!(refused(&"BEGIN:VCARD\n".repeat(DEPTH_MAX + 1)).contains("more than 8 deep"));
    let cards: String =
        (0..=DOCUMENTS_MAX).map(|n| format!("BEGIN:VCARD\nFN:{n}\nEND:VCARD\n")).collect();
    assert!(refused(&cards).contains("more than 50000 entries"));
    let phones = format!("BEGIN:VCARD\nFN:a\n{}END:VCARD\n", "TEL:1\n".repeat(80));
    let warnings = read(phones.as_bytes()).result.unwrap().warnings;
    assert_eq!(warnings, ["30 details without a place in a document, left out: TEL (30)"]);
}

#[test]
fn one_huge_line_takes_bounded_work() {
    let picture = format!("BEGIN:VCARD\nFN:a\nPHOTO:{}\nEND:VCARD\n", "A".repeat(8 << 20));
    let dropped = read(picture.as_bytes());
    assert_eq!(dropped.deposits.len(), 1);
    let soft_breaks =
        format!("BEGIN:VCARD\nFN;QUOTED-PRINTABLE:{}\nEND:VCARD\n", "a=\n".repeat(2 << 20));
    assert_eq!(read(soft_breaks.as_bytes()).deposits.len(), 1);
    assert!(refused(&"x".repeat(4 << 20)).contains("no contact"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read(&bytes).assert_sound("bytes");
        read(&[b"BEGIN:VCARD\nFN:".as_slice(), &bytes, b"\nEND:VCARD"].concat()).assert_sound("in a card");
    }

    #[test]
    fn any_properties_are_read_or_refused(pieces in prop::collection::vec(
        prop::sample::select(&[
            "BEGIN:VCARD\n", "END:VCARD\n", "FN:", "N:", "TEL;", "EMAIL:", "ADR;TYPE=home:", ";;", ":",
            "BDAY:", "1985-04-12", "19850412", "=\n", "=C3", "QUOTED-PRINTABLE", "CHARSET=UTF-16", "\n",
            "\r\n ", "\\n", "\\", "X-ABLABEL:", "item1.", "KIND:group\n", "UID:1\n", "\u{e9}", "\"", ",",
            "IMPP:", "GENDER:", "ORG:", "PREF=1", "VALUE=uri",
        ]), 0..60)) {
        read(pieces.concat().as_bytes()).assert_sound("pieces");
    }

    #[test]
    fn what_is_printed_is_read_back(
        given in "[a-zA-Z,;\\\\é]{1,20}",
        family in "[a-zA-Z,;\\\\é]{1,20}",
        numbers in prop::collection::vec("[0-9+]{1,12}", 1..5),
    ) {
        let escape = |text: &str| text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,");
        let phones: String = numbers.iter().map(|number| format!("TEL:{number}\r\n")).collect();
        let name = format!("N:{};{};;;", escape(&family), escape(&given));
        let card = format!("BEGIN:VCARD\r\nVERSION:3.0\r\n{name}\r\n{phones}END:VCARD\r\n");
        let dropped = read(card.as_bytes());
        let body = &dropped.deposits[0].2;
        prop_assert_eq!(&body["name"]["givenName"], &given);
        prop_assert_eq!(&body["name"]["familyName"], &family);
        let found: Vec<_> = body["phone"].as_array().unwrap().iter().map(|p| p["number"].as_str().unwrap()).collect();
        prop_assert_eq!(found, numbers);
    }
}
