//! Windows, marks and gaps, against answers that are made up here.

use domicile_sdk::testing::Home;

use super::*;

fn home() -> Home {
    let home = Home::new();
    home.viewer("en", "2026-11-23");
    home.field("prm", "12345 678901234");
    home
}

fn run() -> Result<Report, Failure> {
    let mut out = Deposits::default();
    let report = Enedis::collect(&mut out, &Progress::default());
    out.flush().unwrap();
    report
}

#[test]
fn a_window_has_seven_days_and_the_next_run_begins_where_this_one_ended() {
    let home = home();
    home.provider(|request| {
        let value = |name: &str| {
            let mut pairs = request.query.iter();
            pairs.find(|(key, _)| key == name).and_then(|(_, value)| Date::parse(value)).unwrap()
        };
        let (start, end) = (value("start"), value("end"));
        assert!(request.route != "curve" || start.plus(7) >= end);
        let row = |day: Date| format!("{{\"value\": \"1000\", \"date\": \"{day}\"}}");
        let silent = Date::parse("2026-11-03").unwrap();
        let rows: Vec<String> = match request.route.as_str() {
            "days" => until(start, end).filter(|day| *day != silent).map(row).collect(),
            _ => return (404, Vec::new(), String::new()),
        };
        let rows = rows.join(",");
        (200, Vec::new(), format!("{{\"meter_reading\": {{\"interval_reading\": [{rows}]}}}}"))
    });
    let first = run().unwrap();
    assert_eq!(first.summary, "363 readings");
    assert_eq!(first.warnings[0], "whole days are missing: 2026-11-03");
    let half_hours = "half hours are missing: 2026-08-24 to 2026-11-19";
    assert!(first.warnings[1].starts_with(half_hours), "{first:?}");
    assert_eq!(home.deposits().len(), 363);
    let second = run().unwrap();
    assert_eq!((second.summary.as_str(), second.warnings.len()), ("0 readings", 0));
}

#[test]
fn a_number_that_is_none_and_a_consent_that_ended_are_told() {
    let home = home();
    home.provider(|_| (403, Vec::new(), String::new()));
    assert!(matches!(run(), Err(Failure::UserActionNeeded(Action::RenewConsent))));
    home.field("prm", "12");
    assert!(matches!(run(), Err(Failure::Other(why)) if why.contains("14 digits")));
}
