//! What is put together. In: the feeds of four doctypes, a hundred documents at a time. Out: books
//! and decisions, and whether they are still what is stored. Never here: more documents than the
//! run has memory for.

use std::collections::HashSet;

use domicile_sdk::docs::{self, Change};
use domicile_sdk::serde_json::Value;
use reconcile::record::{DecisionRecord, Kind, Raw};
use reconcile::{Account, BILLS_MAX, Bill, Books, Decision, Operation};
use serde::Deserialize;

use crate::Failure;

/// Documents of a page of a feed.
const PAGE: usize = 100;
/// What fits into a component's memory, ten times a home with many accounts. The library knows
/// more, for others.
const OPERATIONS_MAX: usize = 60_000;
const ACCOUNTS_MAX: usize = 1_000;
/// One for each pair that the owner ever judged.
const DECISIONS_MAX: usize = 20_000;

/// The books, and how far their feeds were read.
#[derive(Debug, Default)]
pub struct Inputs {
    pub books: Books,
    /// By id, in the order of their last change.
    decisions: Vec<(String, Decision)>,
    bills: Feed,
    operations: Feed,
    accounts: Feed,
    decided: Feed,
}

/// How far a feed was read, and what came by it.
#[derive(Debug, Default)]
struct Feed {
    cursor: Option<String>,
    known: HashSet<String>,
}

impl Inputs {
    /// All that there is.
    pub fn read() -> Result<Inputs, Failure> {
        let mut inputs = Inputs::default();
        inputs.follow()?;
        Ok(inputs)
    }

    /// What changed since. Answers whether anything did.
    pub fn follow(&mut self) -> Result<bool, Failure> {
        let Inputs { books, decisions, bills, operations, accounts, decided } = self;
        let mut moved = false;
        moved |= bills.follow::<Bill>(|page, again| {
            drop_those(&mut books.bills, again, |bill| &bill.id);
            add(books, page);
            books.bills.len() <= BILLS_MAX
        })?;
        moved |= operations.follow::<Operation>(|page, again| {
            drop_those(&mut books.operations, again, |operation| &operation.id);
            add(books, page);
            books.operations.len() <= OPERATIONS_MAX
        })?;
        moved |= accounts.follow::<Account>(|page, again| {
            drop_those(&mut books.accounts, again, |account| &account.id);
            add(books, page);
            books.accounts.len() <= ACCOUNTS_MAX
        })?;
        moved |= decided.follow::<DecisionRecord>(|page, again| {
            drop_those(decisions, again, |(id, _)| id);
            // What is no decision decides nothing.
            decisions.extend(page.into_iter().filter_map(|change| {
                let body = Value::Object(change.document?.value.body);
                Some((change.id, Decision::deserialize(body).ok()?))
            }));
            decisions.len() <= DECISIONS_MAX
        })?;
        Ok(moved)
    }

    /// In the order in which they were made.
    pub fn decisions(&self) -> Vec<Decision> {
        self.decisions.iter().map(|(_, decision)| decision.clone()).collect()
    }
}

impl Feed {
    /// Reads it to its end. `take` is given a page, and which of it had come before, and answers
    /// whether there is room for more.
    fn follow<T: Kind>(
        &mut self,
        mut take: impl FnMut(Vec<Change<Raw<T>>>, &HashSet<String>) -> bool,
    ) -> Result<bool, Failure> {
        let mut moved = false;
        loop {
            let page = docs::changes::<Raw<T>>(self.cursor.as_deref(), PAGE)?;
            let (more, next) = (page.more, page.next);
            if !page.changes.is_empty() {
                moved = true;
                let ids = page.changes.iter().map(|change| change.id.clone());
                let again = ids.filter(|id| !self.known.insert(id.clone())).collect();
                if !take(page.changes, &again) {
                    return Err(Failure::TooMany(T::DOCTYPE));
                }
            }
            self.cursor = Some(next);
            if !more {
                return Ok(moved);
            }
        }
    }
}

/// Drop what comes again: all are looked at, and so only where there is any.
fn drop_those<T>(all: &mut Vec<T>, again: &HashSet<String>, id: impl Fn(&T) -> &String) {
    if !again.is_empty() {
        all.retain(|one| !again.contains(id(one)));
    }
}

fn add<T: Kind>(books: &mut Books, page: Vec<Change<Raw<T>>>) {
    for change in page {
        if let Some(document) = change.document {
            books.add(T::DOCTYPE, &change.id, &Value::Object(document.value.body));
        }
    }
}
