//! Operations page by page, newest first. What only this app can tell apart is sorted out here, so
//! a page ends where one of the home's pages does: cursors stay the home's.

use crate::filter::Filter;
use crate::model::Operation;
use domicile_sdk::prelude::*;

/// Operations that fill a page; the last part of the home may bring some more.
const PAGE: usize = 40;
/// Operations that the home gives at a time.
const PART: usize = 50;
/// Parts that one page may look through; then the owner is asked to go on.
const PARTS_MAX: usize = 40;
/// Operations of one month, and of one export.
pub const MONTH_MAX: usize = 3_000;
pub const EXPORT_MAX: usize = 20_000;

/// Some operations.
pub struct Listing {
    pub operations: Vec<Doc<Operation>>,
    /// The cursor of the next page.
    pub next: Option<String>,
}

/// One page of what the filter asks for.
pub fn page(filter: &Filter) -> Result<Listing, DocsError> {
    let mut find = search(filter).limit(PART).after(filter.after());
    let mut operations = Vec::new();
    for _ in 0..PARTS_MAX {
        let part = find.page()?;
        operations.extend(part.documents.into_iter().filter(|doc| filter.fits(&doc.value)));
        if part.next.is_none() || operations.len() >= PAGE {
            return Ok(Listing { operations, next: part.next });
        }
        find = find.after(part.next.as_deref());
    }
    let next = find.cursor().map(str::to_owned);
    Ok(Listing { operations, next })
}

/// All that the filter asks for, up to `most` looked through; and whether that was the end.
pub fn all(filter: &Filter, most: usize) -> Result<(Vec<Doc<Operation>>, bool), DocsError> {
    let found = search(filter).all(most + 1)?;
    let is_whole = found.len() <= most;
    let fitting = found.into_iter().take(most).filter(|doc| filter.fits(&doc.value));
    Ok((fitting.collect(), is_whole))
}

fn search(filter: &Filter) -> docs::Find<Operation> {
    docs::find::<Operation>().filter(filter.selector()).newest("date")
}
