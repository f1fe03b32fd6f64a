//! Whole runs over a server in memory.

use std::cell::RefCell;
use std::rc::Rc;

use domicile_sdk::importer::{Deposits, Progress, Report};
use domicile_sdk::konnector::{Failure, Konnector};
use domicile_sdk::testing::Home;

use crate::Fhir;

fn collect() -> Result<Report, Failure> {
    let mut out = Deposits::default();
    let report = Fhir::collect(&mut out, &Progress::default());
    out.flush().unwrap();
    report
}

fn home() -> Home {
    let home = Home::new();
    home.field("server", "https://hopital.example/fhir%20R4/");
    home.field("patient", "p-1");
    home
}

fn page(id: &str, next: &str) -> String {
    let entry = format!(
        r#"{{"resource": {{"resourceType": "Condition", "id": "{id}", "code": {{"text": "x"}}}}}}"#
    );
    format!(
        r#"{{"resourceType": "Bundle", "meta": {{"lastUpdated": "2026-11-20T10:00:00+01:00"}},
        "link": [{{"relation": "next", "url": "{next}"}}], "entry": [{entry}]}}"#
    )
}

#[test]
fn pages_are_followed_and_then_what_changed_is_asked_for() {
    let home = home();
    let seen = Rc::new(RefCell::new(Vec::new()));
    let asked_for = Rc::clone(&seen);
    home.provider(move |asked| {
        let (path, query) = (asked.slots[0].1.clone(), format!("{:?}", asked.query));
        asked_for.borrow_mut().push(format!("{path} {query}"));
        let body = if query.contains("_page") {
            page("b", "")
        } else {
            page("a", "https://hopital.example/fhir%20R4?_page=2&x=a%26b")
        };
        (200, Vec::new(), body)
    });
    assert_eq!(collect().unwrap().summary, "2 health records");
    collect().unwrap();
    let seen = seen.borrow();
    assert_eq!(seen.len(), 4);
    assert_eq!(seen[0], r#"fhir R4/Patient/p-1/$everything [("_count", "200")]"#);
    assert_eq!(seen[1], r#"fhir R4 [("_page", "2"), ("x", "a&b")]"#);
    assert!(seen[2].contains(r#"("_since", "2026-11-20T10:00:00+01:00")"#), "{}", seen[2]);
}

#[test]
fn another_server_is_not_asked_and_a_circle_ends() {
    let home = home();
    home.provider(|_| (200, Vec::new(), page("a", "https://evil.example/fhir?_page=2")));
    let Err(Failure::Other(why)) = collect() else { panic!("followed") };
    assert!(why.contains("another one"), "{why}");
    home.provider(|_| (200, Vec::new(), page("a", "?_page=2")));
    let told = collect().unwrap().warnings.join("\n");
    assert!(told.contains("more than 150 pages"), "{told}");
}

#[test]
fn what_went_wrong_has_a_name() {
    let home = home();
    for (status, body, expected) in [
        (401, "", "LoginFailed"),
        (404, "", "it answers 404"),
        (500, "", "VendorDown"),
        (200, "<html>", "no whole JSON"),
        (200, "{\"resourceType\": \"OperationOutcome\"}", "the server says"),
    ] {
        home.provider(move |_| (status, Vec::new(), body.to_owned()));
        let why = format!("{:?}", collect().unwrap_err());
        assert!(why.contains(expected), "{status}: {why}");
    }
}
