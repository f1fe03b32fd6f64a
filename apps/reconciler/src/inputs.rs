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
    bills: Cursor,
    operations: Cursor,
    accounts: Cursor,
    decided: Cursor,
}

/// How far a feed was read.
type Cursor = Option<String>;

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
        moved |= feed::<Bill>(bills, |page| {
            let gone = ids(page);
            books.bills.retain(|bill| !gone.contains(bill.id.as_str()));
            add(books, page);
            books.bills.len() <= BILLS_MAX
        })?;
        moved |= feed::<Operation>(operations, |page| {
            let gone = ids(page);
            books.operations.retain(|operation| !gone.contains(operation.id.as_str()));
            add(books, page);
            books.operations.len() <= OPERATIONS_MAX
        })?;
        moved |= feed::<Account>(accounts, |page| {
            let gone = ids(page);
            books.accounts.retain(|account| !gone.contains(account.id.as_str()));
            add(books, page);
            books.accounts.len() <= ACCOUNTS_MAX
        })?;
        moved |= feed::<DecisionRecord>(decided, |page| {
            let gone = ids(page);
            decisions.retain(|(id, _)| !gone.contains(id.as_str()));
            // What is no decision decides nothing.
            decisions.extend(page.iter().filter_map(|change| {
                let body = Value::Object(change.document.as_ref()?.value.body.clone());
                Some((change.id.clone(), Decision::deserialize(body).ok()?))
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

/// Reads a feed to its end; `take` answers whether there is room for more.
fn feed<T: Kind>(
    cursor: &mut Cursor,
    mut take: impl FnMut(&[Change<Raw<T>>]) -> bool,
) -> Result<bool, Failure> {
    let mut moved = false;
    loop {
        let page = docs::changes::<Raw<T>>(cursor.as_deref(), PAGE)?;
        moved |= !page.changes.is_empty();
        if !page.changes.is_empty() && !take(&page.changes) {
            return Err(Failure::TooMany(T::DOCTYPE));
        }
        *cursor = Some(page.next);
        if !page.more {
            return Ok(moved);
        }
    }
}

fn ids<T>(page: &[Change<Raw<T>>]) -> HashSet<&str> {
    page.iter().map(|change| change.id.as_str()).collect()
}

fn add<T: Kind>(books: &mut Books, page: &[Change<Raw<T>>]) {
    for change in page {
        if let Some(document) = &change.document {
            books.add(T::DOCTYPE, &change.id, &Value::Object(document.value.body.clone()));
        }
    }
}
