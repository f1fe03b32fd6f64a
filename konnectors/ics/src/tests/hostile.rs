use konnector_calendar::{DEPTH_MAX, PROPERTIES_MAX};
use konnector_shared::intake::DOCUMENTS_MAX;
use proptest::prelude::*;

use super::{calendar, read};

fn refused(file: &str) -> String {
    let dropped = read(file.as_bytes());
    dropped.assert_sound("hostile");
    dropped.result.unwrap_err()
}

#[test]
fn limits_hold() {
    let event =
        |lines: &str| calendar(&format!("BEGIN:VEVENT\nDTSTART:20260101\n{lines}END:VEVENT\n"));
    assert!(read(event(&"X:y\n".repeat(PROPERTIES_MAX - 2)).as_bytes()).result.is_ok());
    assert!(
        refused(&event(&"X:y\n".repeat(1_000_000))).starts_with("line 2: the VEVENT that begins")
    );
    assert!(refused(&"BEGIN:VCALENDAR\n".repeat(2)).contains("no end"));
    assert!(refused(&calendar(&"BEGIN:X\n".repeat(DEPTH_MAX))).contains("more than 8 deep"));
    let events: String = (0..=DOCUMENTS_MAX)
        .map(|n| format!("BEGIN:VEVENT\nUID:{n}\nDTSTART:20260101\nEND:VEVENT\n"))
        .collect();
    assert!(refused(&calendar(&events)).contains("more than 50000 entries"));
    assert!(
        refused(&calendar(&"BEGIN:VEVENT\nEND:VEVENT\n".repeat(100_001))).contains("100000 events")
    );
}

#[test]
fn lists_end_at_their_limits() {
    let days = "20260102,".repeat(100_000);
    let people = "ATTENDEE:mailto:a@example.org\n".repeat(600);
    let lines = format!("BEGIN:VEVENT\nDTSTART:20260101\nEXDATE:{days}\n{people}END:VEVENT\n");
    let dropped = read(calendar(&lines).as_bytes());
    dropped.assert_sound("lists");
    let body = &dropped.deposits[0].2;
    assert_eq!(body["exdates"].as_array().unwrap().len(), 1000);
    assert_eq!(body["attendees"].as_array().unwrap().len(), 500);
}

#[test]
fn a_series_without_end_is_a_rule_and_one_document() {
    let rule = "BEGIN:VEVENT\nDTSTART:20260101T000000Z\nRRULE:FREQ=SECONDLY\nEND:VEVENT\n";
    let dropped = read(calendar(rule).as_bytes());
    assert_eq!(dropped.deposits[0].2["rrule"], "FREQ=SECONDLY");
    assert_eq!(dropped.deposits.len(), 1);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read(&bytes).assert_sound("bytes");
        let event = [b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:2026".as_slice(), &bytes];
        read(&[event.concat().as_slice(), b"\nEND:VEVENT\nEND:VCALENDAR"].concat()).assert_sound("in an event");
    }

    #[test]
    fn any_properties_are_read_or_refused(pieces in prop::collection::vec(
        prop::sample::select(&[
            "BEGIN:VEVENT\n", "END:VEVENT\n", "BEGIN:VALARM\n", "END:VALARM\n", "DTSTART:", "DTEND:",
            "20260101", "T235959", "Z", "\n", "TZID=", "DTSTART;TZID=Europe/Paris:99991231T235959\n",
            "DURATION:P9999999D\n", "RECURRENCE-ID:", "EXDATE:", ",", "RRULE:x\n", "UID:1\n", "SEQUENCE:9\n",
            "LAST-MODIFIED:", "BEGIN:VTIMEZONE\nTZID:A\n", "END:VTIMEZONE\n", "BEGIN:STANDARD\n",
            "END:STANDARD\n", "TZOFFSETTO:+0100\n", "TZOFFSETTO:-995959\n", "TRIGGER:-PT5M\n",
            "X-WR-TIMEZONE:A\n", "ATTENDEE;CN=x:mailto:y\n", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\n",
        ]), 0..60)) {
        read(calendar(&pieces.concat()).as_bytes()).assert_sound("pieces");
    }

    #[test]
    fn what_is_printed_is_read_back(
        summary in "[a-zA-Z,;\\\\é]{1,30}", day in 1u8..=28, hour in 0u8..24, minutes in 1u32..2000,
    ) {
        let escaped = summary.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,");
        let event = format!(
            "BEGIN:VEVENT\nUID:1\nDTSTART:202602{day:02}T{hour:02}0000Z\nDURATION:PT{minutes}M\n\
             SUMMARY:{escaped}\nEND:VEVENT\n"
        );
        let dropped = read(calendar(&event).as_bytes());
        let body = &dropped.deposits[0].2;
        prop_assert_eq!(&body["summary"], &summary);
        prop_assert_eq!(&body["start"], &format!("2026-02-{day:02}T{hour:02}:00:00Z"));
        prop_assert!(body["end"].as_str() > body["start"].as_str());
    }
}
