mod certain;
mod fixtures;
mod judged;
mod made;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::day::{self, Day};
use crate::{Document, Household, Shape};

const HOUSEHOLDS: u64 = 200;

fn all() -> impl Iterator<Item = Household> {
    (0..HOUSEHOLDS).map(|seed| Household::new(seed, &Shape::drawn(seed)))
}

fn of<'a>(household: &'a Household, doctype: &str) -> BTreeMap<&'a str, &'a Document> {
    let documents = household.documents.iter().filter(|one| one.doctype == doctype);
    documents.map(|one| (one.id.as_str(), one)).collect()
}

fn cents(document: &Document, field: &str) -> i64 {
    (document.body[field].as_f64().unwrap() * 100.0).round() as i64
}

fn text<'a>(document: &'a Document, field: &str) -> &'a str {
    document.body.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// When an operation was done.
fn done(operation: &Document) -> Day {
    let done = day::parse(text(operation, "realisationDate"));
    done.or(day::parse(text(operation, "date"))).unwrap()
}
