//! Operations page by page, newest first, and those of some days. What only this app can tell apart
//! is sorted out here, so a page ends where one of the home's pages does: cursors stay the home's.

use crate::category::Chooser;
use crate::filter::Filter;
use crate::model::{Account, Operation};
use crate::transfer::DAYS_MAX;
use domicile_sdk::prelude::*;

/// Operations that fill a page; the last part of the home may bring some more.
const PAGE: usize = 40;
/// Operations that the home gives at a time.
const PART: usize = 50;
/// Parts that one page may look through; then the owner is asked to go on.
const PARTS_MAX: usize = 40;
/// Transfers of one page whose other half is looked for.
const LOOKS_MAX: usize = 60;
/// Operations of an amount within days; more are looked at by nobody.
const HALVES_MAX: usize = 20;
/// Operations of one export.
pub const EXPORT_MAX: usize = 20_000;

/// Some operations.
pub struct Listing {
    pub operations: Vec<Doc<Operation>>,
    /// The cursor of the next page.
    pub next: Option<String>,
}

/// All operations of some days.
pub struct Window {
    pub operations: Vec<Doc<Operation>>,
    /// Or were there too many?
    pub is_whole: bool,
}

/// One page of what the filter asks for. As all here, it tells the chooser of the transfers that it
/// comes upon.
pub fn page(
    filter: &Filter,
    accounts: &[Doc<Account>],
    chooser: &mut Chooser,
) -> Result<Listing, DocsError> {
    let mut find = search(filter).limit(PART).after(filter.after());
    let mut operations = Vec::new();
    let mut looks = LOOKS_MAX;
    for _ in 0..PARTS_MAX {
        let part = find.page()?;
        pair(chooser, &part.documents, accounts, &mut looks)?;
        let fitting = part.documents.into_iter().filter(|doc| filter.fits(doc, chooser));
        operations.extend(fitting);
        if part.next.is_none() || operations.len() >= PAGE {
            return Ok(Listing { operations, next: part.next });
        }
        find = find.after(part.next.as_deref());
    }
    let next = find.cursor().map(str::to_owned);
    Ok(Listing { operations, next })
}

/// All that the filter asks for, up to `most` looked through.
pub fn all(
    filter: &Filter,
    accounts: &[Doc<Account>],
    chooser: &mut Chooser,
    most: usize,
) -> Result<Window, DocsError> {
    let mut found = search(filter).all(most + 1)?;
    let is_whole = found.len() <= most;
    found.truncate(most);
    pair(chooser, &found, accounts, &mut { LOOKS_MAX })?;
    found.retain(|doc| filter.fits(doc, chooser));
    Ok(Window { operations: found, is_whole })
}

/// What counts for these days, up to `most` looked through. Some days more are read, so that a
/// transfer over the end of a month is seen whole.
pub fn window(
    from: Date,
    to: Date,
    accounts: &[Doc<Account>],
    chooser: &mut Chooser,
    most: usize,
) -> Result<Window, DocsError> {
    let wider = Filter::of_days(from.plus(-DAYS_MAX), to.plus(DAYS_MAX));
    let mut found = search(&wider).all(most + 1)?;
    let is_whole = found.len() <= most;
    found.truncate(most);
    chooser.pair(&found, accounts);
    found.retain(|doc| doc.value.day().is_some_and(|day| from <= day && day <= to));
    Ok(Window { operations: found, is_whole })
}

/// What was debited since a day, and some days before, newest first; up to `most`.
pub fn debited_since(
    day: Date,
    accounts: &[Doc<Account>],
    chooser: &mut Chooser,
    most: usize,
) -> Result<Window, DocsError> {
    let since = json!({ "date": { "$gte": day.plus(-DAYS_MAX).to_string() } });
    let mut found = docs::find::<Operation>().filter(since).newest("date").all(most + 1)?;
    let is_whole = found.len() <= most;
    found.truncate(most);
    chooser.pair(&found, accounts);
    Ok(Window { operations: found, is_whole })
}

/// One operation.
pub fn one(
    id: &str,
    accounts: &[Doc<Account>],
    chooser: &mut Chooser,
) -> Result<Doc<Operation>, DocsError> {
    let doc: Doc<Operation> = docs::get_one(id)?;
    pair(chooser, std::slice::from_ref(&doc), accounts, &mut 1)?;
    Ok(doc)
}

/// The newest of all.
pub fn latest(
    most: usize,
    accounts: &[Doc<Account>],
    chooser: &mut Chooser,
) -> Result<Vec<Doc<Operation>>, DocsError> {
    let found = search(&Filter::default()).all(most)?;
    pair(chooser, &found, accounts, &mut { LOOKS_MAX })?;
    Ok(found)
}

/// Tell transfers by these operations and by what is beside them in time: a look for each that
/// might be one, through the index by date.
fn pair(
    chooser: &mut Chooser,
    operations: &[Doc<Operation>],
    accounts: &[Doc<Account>],
    looks: &mut usize,
) -> Result<(), DocsError> {
    let mut halves: Vec<Doc<Operation>> = Vec::new();
    for doc in operations {
        let Some(day) = doc.value.day().filter(|_| chooser.may_be_transfer(doc)) else { continue };
        if *looks == 0 {
            break;
        }
        *looks -= 1;
        let opposite = (-doc.value.amount()).as_f64();
        let near = json!({
            "amount": { "$gte": opposite, "$lte": opposite },
            "date": {
                "$gte": day.plus(-2 * DAYS_MAX).to_string(),
                "$lt": day.plus(2 * DAYS_MAX + 1).to_string(),
            },
        });
        let found = docs::find::<Operation>().filter(near).newest("date").all(HALVES_MAX)?;
        for half in found {
            if !operations.iter().chain(&halves).any(|known| known.id == half.id) {
                halves.push(half);
            }
        }
    }
    chooser.pair(operations.iter().chain(&halves), accounts);
    Ok(())
}

fn search(filter: &Filter) -> docs::Find<Operation> {
    docs::find::<Operation>().filter(filter.selector()).newest("date")
}
