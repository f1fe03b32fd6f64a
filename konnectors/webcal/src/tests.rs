//! Whole runs over a server in memory.

use domicile_sdk::importer::{Deposits, Progress, Report};
use domicile_sdk::konnector::{Failure, Konnector};
use domicile_sdk::testing::Home;
use proptest::prelude::*;

use crate::WebCal;
use crate::ahead::AHEAD_MAX;

fn collect() -> Result<Report, Failure> {
    let mut out = Deposits::default();
    let report = WebCal::collect(&mut out, &Progress::default());
    out.flush().unwrap();
    report
}

/// The run's summary and its other words, once this lies at the address.
fn run(home: &Home, calendar: &str) -> (String, String) {
    let body = calendar.to_owned();
    home.provider(move |asked| {
        assert_eq!(asked.route, "calendar");
        (200, Vec::new(), body.clone())
    });
    let Report { summary, warnings } = collect().unwrap();
    (summary, warnings.join("\n"))
}

fn calendar(events: &[(&str, &str)]) -> String {
    let event = |(id, lines): &(&str, &str)| {
        format!("BEGIN:VEVENT\nUID:{id}\nSUMMARY:{id}\n{lines}\nEND:VEVENT\n")
    };
    let events: String = events.iter().map(event).collect();
    format!("BEGIN:VCALENDAR\n{events}END:VCALENDAR\n")
}

#[test]
fn an_event_that_was_called_off_is_told_and_one_that_is_over_is_not() {
    let home = Home::new();
    home.viewer("en", "2026-11-23");
    let all = [
        ("over", "DTSTART:20261101T080000Z"),
        ("today", "DTSTART:20261123T080000Z"),
        ("series", "DTSTART:20250101T080000Z\nRRULE:FREQ=WEEKLY"),
        ("ended", "DTSTART:20250101T080000Z\nRRULE:FREQ=WEEKLY;UNTIL=20260101T000000Z"),
        ("christmas", "DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227"),
    ];
    assert_eq!(run(&home, &calendar(&all)), ("5 events".to_owned(), String::new()));
    let gone = "no longer in the calendar, kept here: 3 events to come";
    assert_eq!(run(&home, &calendar(&[])), ("0 events".to_owned(), gone.to_owned()));
    assert_eq!(run(&home, &calendar(&[])).1, "", "told once");
    run(&home, &calendar(&all));
    home.viewer("fr", "2026-12-25");
    let gone = "plus dans l'agenda, gardé ici : 2 évènements à venir";
    assert_eq!(run(&home, &calendar(&[])).1, gone);
}

#[test]
fn an_answer_that_is_no_calendar_changes_nothing() {
    let home = Home::new();
    run(&home, &calendar(&[("a", "DTSTART:20261224")]));
    let whole = calendar(&[("b", "DTSTART:20261224")]);
    for body in ["", "<html>Sign in</html>", &whole[..whole.len() - 5]] {
        let body = body.to_owned();
        home.provider(move |_| (200, vec![("etag", "\"x\"")], body.clone()));
        let Err(Failure::Other(why)) = collect() else { panic!("taken") };
        assert!(why.starts_with("what lies at the address is not taken: "), "{why}");
        home.provider(|asked| {
            assert!(asked.headers.iter().all(|(name, _)| name != "if-none-match"));
            (304, Vec::new(), String::new())
        });
        assert_eq!(collect().unwrap().summary, "0 events");
    }
    assert_eq!(home.deposits().len(), 1);
    assert_eq!(run(&home, &calendar(&[])).1.matches("1 event to come").count(), 1);
}

#[test]
fn of_thousands_of_events_the_nearest_are_remembered() {
    let home = Home::new();
    home.viewer("en", "2026-11-23");
    let names: Vec<String> = (0..AHEAD_MAX + 500).map(|number| number.to_string()).collect();
    let near = names.iter().take(AHEAD_MAX).map(|name| (name.as_str(), "DTSTART:20261224"));
    let far = names.iter().skip(AHEAD_MAX).map(|name| (name.as_str(), "DTSTART:20271224"));
    let all: Vec<_> = far.chain(near).collect();
    assert_eq!(run(&home, &calendar(&all)).0, "3000 events");
    assert!(run(&home, &calendar(&[])).1.contains("kept here: 2500 events to come"));
}

proptest! {
    #[test]
    fn any_answer_is_read_or_refused(bytes in "\\PC{0,200}", status in 200u16..600) {
        let home = Home::new();
        home.provider(move |_| (status, Vec::new(), bytes.clone()));
        let _ = collect();
    }
}
