//! The owner's documents as types of the author. In: serde types with a doctype. Out: host calls in
//! batches.
//!
//! A type may name only the fields that it needs: [`update`] changes those and keeps all others, so
//! an app never loses what it does not know.

mod error;
mod find;
mod merge;
#[cfg(test)]
mod tests;

pub use error::DocsError;
pub use find::{Change, Changes, Find, Page, changes, find};

use crate::bindings::app::domicile::docs::types::Document as Raw;
use crate::bindings::app::domicile::docs::write::{Removal, Update};
use crate::sys;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

/// Documents that one call may read.
pub const READ_MAX: usize = 100;
/// Documents that one call may write.
pub const WRITE_MAX: usize = 500;

/// A type that is stored as documents of one doctype.
///
/// ```ignore
/// #[derive(Serialize, Deserialize)]
/// struct Account { label: String, balance: f64 }
/// impl Document for Account { const DOCTYPE: &'static str = "io.cozy.bank.accounts"; }
/// ```
pub trait Document: Serialize + DeserializeOwned {
    /// Such as `io.cozy.bank.accounts`.
    const DOCTYPE: &'static str;
}

/// A stored document.
#[derive(Debug, Clone)]
pub struct Doc<T> {
    /// Made by the home. Opaque.
    pub id: String,
    /// Changes with each change of the document. Opaque.
    pub revision: String,
    /// What it holds, as far as `T` names it.
    pub value: T,
    /// As it was read, with the fields that `T` doesn't name.
    body: String,
}

impl<T: Document> Doc<T> {
    fn read(raw: Raw) -> Result<Self, DocsError> {
        match serde_json::from_str(&raw.body) {
            Ok(value) => Ok(Doc { id: raw.id, revision: raw.revision, value, body: raw.body }),
            Err(source) => {
                let (doctype, why) = (T::DOCTYPE.to_owned(), source.to_string());
                Err(DocsError::Shape { doctype, id: raw.id, why })
            }
        }
    }
}

/// Read the documents with these ids, in order; `None` where there is nothing to see.
pub fn get<T: Document>(ids: &[String]) -> Result<Vec<Option<Doc<T>>>, DocsError> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(READ_MAX) {
        for raw in sys::get_many(T::DOCTYPE, ids)? {
            found.push(raw.map(Doc::read).transpose()?);
        }
    }
    Ok(found)
}

/// Read one document. Unknown, hidden and deleted ones are all [`DocsError::Absent`].
pub fn get_one<T: Document>(id: &str) -> Result<Doc<T>, DocsError> {
    let found = get(&[id.to_owned()])?;
    found.into_iter().flatten().next().ok_or(DocsError::Absent)
}

/// Create a document; its id.
pub fn create<T: Document>(value: &T) -> Result<String, DocsError> {
    let ids = create_many(std::slice::from_ref(value))?;
    ids.into_iter().next().ok_or(DocsError::Unavailable)
}

/// Create documents, all or none in each 500; their ids in order.
pub fn create_many<T: Document>(values: &[T]) -> Result<Vec<String>, DocsError> {
    let mut ids = Vec::with_capacity(values.len());
    for values in values.chunks(WRITE_MAX) {
        let bodies: Result<Vec<String>, _> = values.iter().map(merge::body_of).collect();
        ids.extend(sys::create_many(T::DOCTYPE, &bodies?)?.into_iter().map(|made| made.id));
    }
    Ok(ids)
}

/// Write `doc.value` back. Fields that `T` does not name stay. If somebody changed the document
/// since it was read this is [`DocsError::Conflict`]: read it again, repeat the change.
pub fn update<T: Document>(doc: &mut Doc<T>) -> Result<(), DocsError> {
    update_many(std::slice::from_mut(doc))
}

/// Write many back, all or none in each 500.
pub fn update_many<T: Document>(docs: &mut [Doc<T>]) -> Result<(), DocsError> {
    for docs in docs.chunks_mut(WRITE_MAX) {
        let mut updates = Vec::with_capacity(docs.len());
        for doc in docs.iter() {
            let body = merge::merged::<T>(&doc.body, &doc.value)?;
            updates.push(Update { id: doc.id.clone(), revision: doc.revision.clone(), body });
        }
        let revisions = sys::update_many(T::DOCTYPE, &updates)?;
        for ((doc, update), revision) in docs.iter_mut().zip(updates).zip(revisions) {
            doc.revision = revision;
            doc.body = update.body;
        }
    }
    Ok(())
}

/// Delete a document.
pub fn delete<T: Document>(doc: &Doc<T>) -> Result<(), DocsError> {
    delete_many(std::slice::from_ref(doc))
}

/// Delete many, all or none in each 500.
pub fn delete_many<T: Document>(docs: &[Doc<T>]) -> Result<(), DocsError> {
    for docs in docs.chunks(WRITE_MAX) {
        let removal = |d: &Doc<T>| Removal { id: d.id.clone(), revision: d.revision.clone() };
        sys::delete_many(T::DOCTYPE, &docs.iter().map(removal).collect::<Vec<_>>())?;
    }
    Ok(())
}

/// For `#[serde(default, deserialize_with = "lenient")]`: a field of the wrong shape counts as
/// missing, so that one odd document doesn't hide itself.
#[inline(never)]
pub fn lenient<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(T::deserialize(value).unwrap_or_default())
}
