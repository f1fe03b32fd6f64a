use std::path::Path;

use domicile_sdk::importer::Importer;
use konnector_shared::golden;

use super::{calendar, read};
use crate::Ics;

#[test]
fn samples_become_what_is_expected() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let checked = golden::check::<Ics>(&samples);
    assert!(checked >= 18, "only {checked} samples");
}

fn keys(lines: &str) -> Vec<String> {
    let found = read(calendar(lines).as_bytes()).deposits;
    found.into_iter().map(|(_, key, _)| key).collect()
}

#[test]
fn an_occurrence_has_one_key_whatever_zone_it_is_told_in() {
    let event = |id: &str| {
        format!("BEGIN:VEVENT\nUID:a#b\n{id}DTSTART:20260601T070000Z\nSUMMARY:x\nEND:VEVENT\n")
    };
    let in_paris = event("RECURRENCE-ID;TZID=Europe/Paris:20260601T090000\n");
    let in_utc = event("RECURRENCE-ID:20260601T070000Z\n");
    assert_eq!(keys(&in_paris), ["uid:a%23b#2026-06-01T07:00:00Z"]);
    assert_eq!(keys(&in_utc), keys(&in_paris));
    assert_eq!(keys(&event("")), ["uid:a%23b"]);
}

#[test]
fn calendars_are_recognised_by_their_first_line() {
    assert_eq!(Ics::recognise("x", b"BEGIN:VCALENDAR\r\n"), 100);
    assert_eq!(Ics::recognise("x.ICS", b"<html>"), 30);
    assert_eq!(Ics::recognise("x.vcf", b"BEGIN:VCARD"), 0);
}
