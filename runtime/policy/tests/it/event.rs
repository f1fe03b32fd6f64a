//! R13: who hears of a write.

use std::collections::BTreeSet;

use domicile_policy::{Actor, Category, Event, GrantLine, Influence, Run, World};
use proptest::prelude::*;

use crate::generate::{grants as any_grants, influence, item_label, world};
use crate::support::{
    CARE, NOTES, OPERATIONS, component, doctype, full, grants, importer, konnector, label, line,
};

fn event(name: &str, text: &str) -> Event {
    let influence = Influence::of([Actor::App(component("writer"))]);
    Event { doctype: doctype(name), label: label(text), influence }
}

#[test]
fn r13_a_cleared_handler_starts_at_the_label_of_the_event() {
    let grants = full(&[OPERATIONS]);
    let cause = event(OPERATIONS, "bank@acme").reaches(&World::Service, &grants).unwrap();
    let run = Run::start(component("s"), World::Service, grants, cause).unwrap();
    assert_eq!(run.label(), &label("bank@acme"));
    assert!(run.influence().contains(&Actor::App(component("writer"))));
}

#[test]
fn r13_a_secret_write_does_not_start_a_konnector() {
    let world = konnector("evil", &[Category::Notes]);
    let reaches = |text| event(NOTES, text).reaches(&world, &full(&[NOTES])).is_some();
    assert!(reaches("notes@self"));
    assert!(!reaches("bank@acme notes@self"));
    assert!(!reaches("notes@acme"));
}

#[test]
fn r13_a_handler_hears_only_of_what_it_could_find() {
    let both = grants([line(NOTES, "read write"), line(CARE, "query")]);
    assert!(event(NOTES, "notes@self").reaches(&World::App, &both).is_none(), "it may not search");
    assert!(event(OPERATIONS, "").reaches(&World::App, &both).is_none(), "it has no grant");
    let mixed = event(CARE, "health@self notes@self");
    assert!(mixed.reaches(&World::App, &both).is_none(), "its line doesn't admit notes");
    let with = BTreeSet::from([Category::Notes]);
    let admits = grants([GrantLine { with, ..line(CARE, "query") }]);
    assert!(mixed.reaches(&World::App, &admits).is_some());
    let some = |fields: Option<&str>, rows: Option<&str>| {
        let fields = fields.map(|field| BTreeSet::from([field.to_owned()]));
        let line = GrantLine { fields, rows: rows.map(str::to_owned), ..line(NOTES, "query") };
        event(NOTES, "notes@self").reaches(&World::Service, &grants([line])).is_some()
    };
    assert!(some(None, None));
    assert!(!some(Some("title"), None), "a change of another field would show");
    assert!(!some(None, Some("{}")), "a change of another row would show");
}

#[test]
fn r13_an_importer_hears_nothing() {
    let grants = grants([line(OPERATIONS, "read deposit")]);
    assert!(event(OPERATIONS, "bank@acme").reaches(&importer("acme"), &grants).is_none());
}

proptest! {
    #[test]
    fn r13_what_is_delivered_starts_within_the_clearance(
        world in world(), grants in any_grants(), label in item_label(), influence in influence(),
    ) {
        let event = Event { doctype: doctype(OPERATIONS), label, influence };
        if let Some(cause) = event.reaches(&world, &grants) {
            let run = Run::start(component("h"), world, grants, cause).unwrap();
            prop_assert_eq!(run.label(), &event.label);
            prop_assert!(run.label().flows_to(run.clearance()));
        }
    }
}
