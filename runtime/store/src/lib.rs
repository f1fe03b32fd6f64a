//! One home's documents, records and audit log, over an ordered key-value engine.
//!
//! Scopes and stamps flow in from the policy, documents flow out. Items live in compartments, one
//! for each doctype and label, with their own ids, indexes, sequence and quota; what a reader sees
//! is a function of the compartments that its scope admits. Nothing here decides what may flow:
//! that is `domicile-policy`'s. Nothing about a hidden compartment may show in an answer, not even
//! that it is.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod blobs;
mod body;
mod catalogue;
mod claims;
mod content;
mod context;
mod document;
pub mod engine;
mod error;
mod feed;
pub mod files;
mod format;
mod home;
mod id;
mod index;
mod keys;
mod lens;
pub mod limits;
mod log;
mod migrate;
mod order;
mod query;
mod record;
mod reindex;
mod seal;
mod writer;

pub use blobs::{Content, ContentError, ContentReader, ContentWriter, Swept};
pub use content::Unsound;
pub use document::{
    Brought, BroughtPage, Change, ChangePage, Document, Fate, LogEntry, LogState, Op, Page,
    Provenance, Query, RecordOp, SortKey, WriteBatch, Written,
};
pub use error::{LogError, OpenError, QueryError, ReadError, SelectorError, WriteError};
pub use home::Home;
pub use id::{DocId, DocIdError};
pub use limits::Limits;
pub use query::selector::Selector;
