//! What callers hand in and get out: documents, queries, pages, batches.

use domicile_policy::{ChangeScope, ComponentId, Doctype, Influence, Label};
use serde::{Deserialize, Serialize};

use crate::blobs::Content;

/// Which component wrote something, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Who.
    pub component: ComponentId,
    /// In which version.
    pub version: String,
    /// When: RFC 3339, as the caller says. The store has no clock.
    pub at: String,
}

/// A document as one reader sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// 43 characters.
    pub id: String,
    /// What kind of document.
    pub doctype: Doctype,
    /// Changes with each change that this reader can see.
    pub revision: String,
    /// What it is about and where it came from; with the overlays that the reader sees.
    pub label: Label,
    /// Who could have shaped it; with the overlays that the reader sees.
    pub influence: Influence,
    /// Who wrote the base.
    pub provenance: Provenance,
    /// A JSON object.
    pub body: String,
}

/// A key of a sort.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SortKey {
    /// A field, or a path with dots.
    pub field: String,
    /// From the greatest down.
    pub descending: bool,
}

/// A question about the documents of a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// A Mango selector, as JSON text; `{}` is all.
    pub selector: String,
    /// At most four keys; documents that are equal in all of them are ordered by id.
    pub sort: Vec<SortKey>,
    /// 1 to 100 documents.
    pub limit: usize,
    /// From the page before.
    pub cursor: Option<String>,
}

impl Query {
    /// The first hundred that match `selector`, by id.
    pub fn new(selector: impl Into<String>) -> Query {
        let limit = crate::limits::PAGE_MAX;
        Query { selector: selector.into(), sort: Vec::new(), limit, cursor: None }
    }

    /// Sorted by one more field.
    #[must_use]
    pub fn sort(mut self, field: &str, descending: bool) -> Query {
        self.sort.push(SortKey { field: field.to_owned(), descending });
        self
    }
}

/// One page of an answer. It may be short, or empty, before the last one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// In the order of the sort.
    pub documents: Vec<Document>,
    /// The cursor of the next page; `None` on the last one.
    pub next: Option<String>,
}

/// A document that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which one.
    pub id: String,
    /// As it is now; `None` once it is deleted.
    pub document: Option<Document>,
}

/// One page of a change feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangePage {
    /// Each document once.
    pub changes: Vec<Change>,
    /// Where to go on, now or later.
    pub next: String,
    /// Whether there is more already.
    pub more: bool,
}

/// A change of documents.
#[derive(Clone, Debug)]
pub enum Op {
    /// A new document with an id of the store's choice.
    Create {
        /// What kind.
        doctype: Doctype,
        /// Where it goes.
        label: Label,
        /// Who could have shaped it.
        influence: Influence,
        /// Who writes.
        provenance: Provenance,
        /// A JSON object.
        body: String,
    },
    /// A whole new body for a document that the writer sees; fields that it doesn't see stay.
    Update {
        /// What it sees, and where its changes go.
        scope: ChangeScope,
        /// Which one.
        id: String,
        /// As it last saw it.
        revision: String,
        /// A JSON object.
        body: String,
        /// Who writes.
        provenance: Provenance,
    },
    /// The end of a document that the writer sees.
    Delete {
        /// What it sees, and where its changes go.
        scope: ChangeScope,
        /// Which one.
        id: String,
        /// As it last saw it.
        revision: String,
        /// Who writes.
        provenance: Provenance,
    },
    /// A document under a name of the writer's own, made or replaced without being seen. An equal
    /// body changes nothing; overlays stay.
    Deposit {
        /// What kind.
        doctype: Doctype,
        /// Where it goes.
        label: Label,
        /// Who could have shaped it.
        influence: Influence,
        /// Who writes.
        provenance: Provenance,
        /// The writer's own name for it.
        key: String,
        /// A JSON object.
        body: String,
    },
    /// An account takes along a document that it brought, unless that is to stay. Nothing else is
    /// asked: it is the owner's own act.
    Withdraw {
        /// Its name, as in [`WriteBatch::account`].
        account: String,
        /// Which document.
        id: String,
    },
}

/// What becomes of a document that an account brought, once that takes along what it brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It goes.
    Goes,
    /// It stays: somebody else has changed it since.
    Changed,
    /// It stays: another account, or an importer, brought it too.
    Shared,
}

/// A document that an account brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brought {
    /// Which one.
    pub id: String,
    /// What kind.
    pub doctype: Doctype,
    /// What becomes of it.
    pub fate: Fate,
}

/// Some of what an account brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BroughtPage {
    /// It may be none, before the last page.
    pub documents: Vec<Brought>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<String>,
}

/// A change of one of the host's own records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordOp {
    /// The kind of record.
    pub space: String,
    /// Its name.
    pub key: String,
    /// What it holds afterwards; `None` deletes it.
    pub value: Option<Vec<u8>>,
}

/// Changes that happen together or not at all.
#[derive(Clone, Debug, Default)]
pub struct WriteBatch {
    /// Of documents.
    pub ops: Vec<Op>,
    /// Of the host's own records.
    pub records: Vec<RecordOp>,
    /// Entries of the audit log.
    pub log: Vec<Vec<u8>>,
    /// What the changed bodies name as their new contents.
    pub contents: Vec<Content>,
    /// The account that brought what is deposited.
    pub account: Option<String>,
}

/// What came of one [`Op`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Of the document.
    pub id: String,
    /// As the writer sees it now; empty once it is deleted.
    pub revision: String,
    /// The label of the compartment whose feed it moved; `None` if nothing differs from before.
    pub place: Option<Label>,
}

impl Written {
    /// Whether anything differs from before.
    pub fn changed(&self) -> bool {
        self.place.is_some()
    }
}

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// From 0, without gaps.
    pub number: u64,
    /// As the host wrote it.
    pub bytes: Vec<u8>,
}

/// A log whose chain holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogState {
    /// How many entries there are.
    pub entries: u64,
    /// The last link: a copy of it elsewhere would show a log that was rolled back.
    pub head: String,
}
