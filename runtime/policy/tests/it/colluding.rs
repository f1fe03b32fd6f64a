//! Two apps that collude: one reads the bank, the other talks to a stranger. Whatever the first
//! does, the second sees the home as it was.

use domicile_policy::{Action, Category, Cause, Event, GrantLine, Label, Run, Stamp, World};

use crate::model::{Home, Id};
use crate::support::{
    NOTES, OPERATIONS, VISIT, component, doctype, full, grants, konnector, label, line,
};

/// A home with an operation of the bank, and a note that the owner wrote.
fn home() -> (Home, Id) {
    let mut home = Home::default();
    let stamp = |text| Stamp { label: label(text), influence: Default::default() };
    home.deposit(&doctype(OPERATIONS), &stamp("bank@acme"), "statement-1", 42);
    let note = home.create(&doctype(NOTES), &stamp("notes@self"), 7);
    home.take_events();
    (home, note)
}

/// The first app, after it has seen the bank.
fn reader() -> Run {
    let with = [Category::Bank].into();
    let notes = GrantLine { with, ..line(NOTES, "read query write") };
    let grants = grants([line(OPERATIONS, "read query"), notes]);
    let mut run = Run::start(component("reader"), World::App, grants, VISIT).unwrap();
    run.read(&doctype(OPERATIONS), Action::Query, &["acme".parse().unwrap()]).unwrap();
    run
}

fn stranger() -> World {
    konnector("evil", &[Category::Notes])
}

/// All that the second component finds, by its schedule.
fn found(home: &Home) -> Vec<(Id, u8)> {
    let grants = grants([line(NOTES, "read query")]);
    let mut run = Run::start(component("talker"), stranger(), grants, Cause::Schedule).unwrap();
    assert_eq!(run.clearance(), &label("*@evil notes@self"));
    let scope = run.read(&doctype(NOTES), Action::Query, &[]).unwrap();
    run.send().unwrap();
    home.find(&scope)
}

#[test]
fn a_note_about_the_bank_is_not_found() {
    let (mut home, note) = home();
    assert_eq!(found(&home), [(note.clone(), 7)], "the control: a plain note is found");
    let mut run = reader();
    let stamp = run.create(&doctype(NOTES)).unwrap();
    assert_eq!(stamp.label, label("bank@acme notes@self"));
    home.create(&doctype(NOTES), &stamp, 42);
    assert_eq!(found(&home), [(note, 7)]);
    let scope = run.read(&doctype(OPERATIONS), Action::Query, &[]).unwrap();
    assert_eq!(home.find(&scope).len(), 1, "while its owner sees the bank");
}

#[test]
fn the_id_of_a_hidden_note_is_free_below() {
    let (mut home, _) = home();
    let high = home.create(&doctype(NOTES), &reader().create(&doctype(NOTES)).unwrap(), 42);
    let low = Stamp { label: label("notes@self"), influence: Default::default() };
    let beside = home.deposit(&doctype(NOTES), &low, &high.2, 1);
    assert_ne!(high, beside, "two items, one key");
}

#[test]
fn a_plain_note_that_it_changes_or_deletes_stays_as_it_was_below() {
    for signal in [Some(42), None] {
        let (mut home, note) = home();
        let scope = reader().change(&doctype(NOTES)).unwrap();
        assert!(home.change(&scope, &note, signal));
        assert_eq!(found(&home), [(note.clone(), 7)]);
        let above: Vec<u8> = home.find(&scope.read).into_iter().map(|(_, body)| body).collect();
        assert_eq!(above, Vec::from_iter(signal), "the control: the first app sees its change");
    }
}

#[test]
fn no_event_of_it_arrives() {
    let (mut home, note) = home();
    let mut run = reader();
    home.create(&doctype(NOTES), &run.create(&doctype(NOTES)).unwrap(), 42);
    let scope = run.change(&doctype(NOTES)).unwrap();
    home.change(&scope, &note, None);
    let events = home.take_events();
    assert_eq!(events.len(), 2, "both writes raised one");
    let grants = grants([line(NOTES, "read query")]);
    assert!(events.iter().all(|event| event.reaches(&stranger(), &grants).is_none()));
    let plain = Event { label: label("notes@self"), ..events[0].clone() };
    assert!(plain.reaches(&stranger(), &grants).is_some(), "the control");
}

#[test]
fn pressing_sync_hands_nothing_over() {
    let token = |label: Label| Cause::Page {
        token: Some((label, Default::default())),
        plain_root: false,
        typed: false,
    };
    let start = |cause| Run::start(component("talker"), stranger(), full(&[NOTES]), cause);
    assert!(start(token(label("bank@acme"))).is_err(), "no page of an app starts it");
    assert!(start(token(Label::nothing())).is_err());
    assert!(start(Cause::OwnerTrusted).unwrap().label().is_nothing());
}
