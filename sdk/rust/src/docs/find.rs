//! Find, count and follow documents.

use super::{Doc, DocsError, Document, READ_MAX};
use crate::bindings::app::domicile::docs::query::{Request, SortKey};
use crate::sys;
use serde::Serialize;
use std::marker::PhantomData;

/// Look for documents of one type: all of them, until a filter is given.
///
/// ```ignore
/// let latest = docs::find::<Operation>()
///     .filter(json!({ "amount": { "$lt": 0 } }))
///     .newest("date")
///     .limit(20)
///     .page()?;
/// ```
pub fn find<T: Document>() -> Find<T> {
    let request = Request {
        doctype: T::DOCTYPE.to_owned(),
        selector: "{}".to_owned(),
        sort: Vec::new(),
        limit: READ_MAX as u32,
        cursor: None,
        origins: Vec::new(),
    };
    Find { request, kind: PhantomData }
}

/// A search that is being put together.
#[derive(Debug, Clone)]
#[must_use = "a search does nothing until page, all or count"]
pub struct Find<T> {
    request: Request,
    kind: PhantomData<T>,
}

/// Some of what was found.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// At most the limit.
    pub documents: Vec<Doc<T>>,
    /// How many more there were that did not fit `T`.
    pub unreadable: usize,
    /// For [`Find::after`]; `None` on the last page.
    pub next: Option<String>,
}

impl<T: Document> Find<T> {
    /// A Mango selector: `json!({"date": {"$gte": "2026-01-01"}})`.
    pub fn filter(mut self, selector: impl Serialize) -> Self {
        // What can't be written as JSON matches nothing, and the home says so.
        self.request.selector = serde_json::to_string(&selector).unwrap_or_default();
        self
    }

    /// Sort by a field, smallest first. Up to 4 times, the most important first.
    pub fn sort(self, field: &str) -> Self {
        self.sorted(field, false)
    }

    /// Sort by a field, greatest first: the newest of a date.
    pub fn newest(self, field: &str) -> Self {
        self.sorted(field, true)
    }

    fn sorted(mut self, field: &str, descending: bool) -> Self {
        self.request.sort.push(SortKey { field: field.to_owned(), descending });
        self
    }

    /// Documents a page, 1 to 100.
    pub fn limit(mut self, documents: usize) -> Self {
        self.request.limit = documents.clamp(1, READ_MAX) as u32;
        self
    }

    /// Only what came from these providers. It keeps the run's label low, so that the page may
    /// later do what one that has seen everything may not.
    pub fn origins<S: Into<String>>(mut self, providers: impl IntoIterator<Item = S>) -> Self {
        self.request.origins = providers.into_iter().map(Into::into).collect();
        self
    }

    /// Go on after a page: its `next`, of a search that was put together in the same way.
    pub fn after(mut self, cursor: Option<&str>) -> Self {
        self.request.cursor = cursor.map(str::to_owned);
        self
    }

    /// Where the next page begins, as [`after`](Find::after) was told.
    pub fn cursor(&self) -> Option<&str> {
        self.request.cursor.as_deref()
    }

    /// One page.
    pub fn page(&self) -> Result<Page<T>, DocsError> {
        let raw = sys::find(&self.request)?;
        let total = raw.documents.len();
        let read = raw.documents.into_iter().filter_map(|d| Doc::read(d).ok());
        let documents: Vec<Doc<T>> = read.collect();
        let unreadable = total - documents.len();
        Ok(Page { documents, unreadable, next: raw.next })
    }

    /// Page after page until `most` documents: the first `most`, without those that do not fit `T`.
    pub fn all(mut self, most: usize) -> Result<Vec<Doc<T>>, DocsError> {
        let mut all = Vec::new();
        while all.len() < most {
            self = self.limit(READ_MAX.min(most - all.len()));
            let page = self.page()?;
            all.extend(page.documents);
            if page.next.is_none() {
                break;
            }
            self.request.cursor = page.next;
        }
        Ok(all)
    }

    /// How many there are over all pages.
    pub fn count(&self) -> Result<u64, DocsError> {
        Ok(sys::count(&self.request)?)
    }
}

/// A document that changed.
#[derive(Debug, Clone)]
pub struct Change<T> {
    /// Of the document.
    pub id: String,
    /// As it is now; `None` once it is deleted, or when it does not fit `T`.
    pub document: Option<Doc<T>>,
}

/// Some changes.
#[derive(Debug, Clone)]
pub struct Changes<T> {
    /// Each document once.
    pub changes: Vec<Change<T>>,
    /// For the next call, now or later.
    pub next: String,
    /// Are there more already?
    pub more: bool,
}

/// What changed since `cursor`, or since the beginning: at most `limit` (1 to 100) documents.
pub fn changes<T: Document>(cursor: Option<&str>, limit: usize) -> Result<Changes<T>, DocsError> {
    let limit = limit.clamp(1, READ_MAX) as u32;
    let raw = sys::changes(T::DOCTYPE, cursor, limit)?;
    let read = |c: crate::bindings::app::domicile::docs::query::Change| Change {
        id: c.id,
        document: c.document.and_then(|d| Doc::read(d).ok()),
    };
    let changes = raw.changes.into_iter().map(read).collect();
    Ok(Changes { changes, next: raw.next, more: raw.more })
}
