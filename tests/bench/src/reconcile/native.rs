//! Both on the processor itself. In: a household. Out: what ours and the rules find, and how long
//! it takes. Never here: the making of the household within a time.

use std::time::Instant;

use ::reconcile::{Books, Day, Memory, Outcome, Side, reconcile};
use anyhow::Context;
use domicile_household::{Alert, Document, Findings, Household, Kind, Match, Role, baseline};
use serde_json::Value;

/// Milliseconds.
pub struct Times {
    /// From documents to books.
    pub read: f64,
    /// From books to what never came.
    pub full: f64,
    /// The same with a bill and an operation more.
    pub next: f64,
}

/// How much was found, at the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub matches: usize,
    pub alerts: usize,
}

/// Ours, as the judge wants it.
pub fn findings(household: &Household) -> anyhow::Result<Findings> {
    let mut books = Books::default();
    add(&mut books, &bodies(household.documents.iter()));
    let Outcome { matches, alerts, .. } = reconcile(&books, today(household)?, &Memory::default());
    let matches = matches.into_iter().map(|one| Match {
        bill: one.bill,
        role: match one.side {
            Side::Debit => Role::Debit,
            Side::Credit => Role::Credit,
        },
        operations: one.operations,
    });
    let alerts = alerts.into_iter().map(|one| Alert {
        // A judge does not ask a system for it.
        kind: Kind::PublicUnpaid,
        payer: one.payer,
        bills: one.bills,
        operations: one.operations,
        missing: one.missing,
        beneficiary: one.beneficiary,
    });
    Ok(Findings { matches: matches.collect(), alerts: alerts.collect() })
}

/// One round of ours.
pub fn ours(household: &Household) -> anyhow::Result<(Times, Found)> {
    let (before, newest) = household.before_the_newest();
    let (before, newest) = (bodies(before), bodies(newest));
    let (today, mut books) = (today(household)?, Books::default());
    let ((), read) = timed(|| add(&mut books, &before));
    let (first, full) = timed(|| reconcile(&books, today, &Memory::default()));
    let (then, next) = timed(|| {
        add(&mut books, &newest);
        reconcile(&books, today, &first.memory)
    });
    let found = Found { matches: then.matches.len(), alerts: then.alerts.len() };
    Ok((Times { read, full, next }, found))
}

/// One round of the rules.
pub fn rules(household: &Household) -> f64 {
    timed(|| baseline::findings(&household.documents, &household.today)).1
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed().as_secs_f64() * 1e3)
}

fn today(household: &Household) -> anyhow::Result<Day> {
    Day::parse(&household.today).context("a household's day")
}

/// Bodies as a home hands them out.
fn bodies<'a>(documents: impl IntoIterator<Item = &'a Document>) -> Vec<(&'a Document, Value)> {
    documents.into_iter().map(|one| (one, Value::Object(one.body.clone()))).collect()
}

fn add(books: &mut Books, documents: &[(&Document, Value)]) {
    documents.iter().for_each(|(one, body)| books.add(one.doctype, &one.id, body));
}
