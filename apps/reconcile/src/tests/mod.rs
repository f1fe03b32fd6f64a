//! Whole books: the traps, what is published, hostile ones, and what holds for all.

mod alerts;
mod hostile;
mod households;
mod laws;
mod published;
mod traps;

use serde_json::{Value, json};

use crate::*;

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

/// Documents of bills and operations, each with its `_id`.
fn books(bills: &[Value], operations: &[Value]) -> Books {
    let mut books = Books::default();
    for (doctype, documents) in [(Bill::DOCTYPE, bills), (Operation::DOCTYPE, operations)] {
        for document in documents {
            books.add(doctype, document["_id"].as_str().expect("an id"), document);
        }
    }
    books
}

/// A refund that an insurer announced, for an act of `spent` euros.
fn refund(id: &str, vendor: &str, on: &str, amount: f64, act: (&str, f64)) -> Value {
    json!({
        "_id": id, "vendor": vendor, "type": "health_costs", "isRefund": true, "date": on,
        "amount": amount, "groupAmount": amount, "originalDate": act.0, "originalAmount": act.1,
        "beneficiary": "CAMILLE", "currency": "EUR",
    })
}

/// A bill of a shop.
fn invoice(id: &str, vendor: &str, on: &str, amount: f64) -> Value {
    json!({"_id": id, "vendor": vendor, "date": on, "amount": amount})
}

fn operation(id: &str, label: &str, on: &str, amount: f64) -> Value {
    json!({"_id": id, "label": label, "date": on, "amount": amount, "account": "current"})
}

/// An operation that the bank says is about health.
fn care(id: &str, label: &str, on: &str, amount: f64) -> Value {
    with(operation(id, label, on, amount), json!({"automaticCategoryId": "400610"}))
}

/// A document with other fields.
fn with(mut document: Value, fields: Value) -> Value {
    let all = document.as_object_mut().expect("an object");
    all.extend(fields.as_object().expect("an object").clone());
    document
}

fn run(books: &Books, today: &str) -> Outcome {
    reconcile(books, day(today), &Memory::default())
}

/// What was found for a bill on one side.
fn found<'a>(outcome: &'a Outcome, bill: &str, side: Side) -> Option<&'a Match> {
    outcome.matches.iter().find(|one| one.bill == bill && one.side == side)
}

/// `debit/credit` of a bill, each with its operations.
fn links(outcome: &Outcome, bill: &str) -> String {
    let side = |side| found(outcome, bill, side).map_or("-".into(), |one| one.operations.join("+"));
    format!("{}/{}", side(Side::Debit), side(Side::Credit))
}

fn rule(outcome: &Outcome, bill: &str, side: Side) -> Option<Rule> {
    found(outcome, bill, side).map(|one| one.rule)
}

/// Kind, payer, missing cents and bills of each alert.
fn told(outcome: &Outcome) -> Vec<(AlertKind, &str, Cents, Vec<&str>)> {
    outcome
        .alerts
        .iter()
        .map(|alert| {
            let bills = alert.bills.iter().map(String::as_str).collect();
            (alert.kind, alert.payer.as_str(), alert.missing, bills)
        })
        .collect()
}
