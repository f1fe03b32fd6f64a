//! What bodies name as their contents: counted, charged, and gone with the last one that names it.
//!
//! Only a content that came with the same batch can be named anew, by a body of its own
//! compartment: a writer who knows another one's name gets nothing by writing it down.

use data_encoding::BASE64URL_NOPAD;
use domicile_policy::{Doctype, Fault};

use super::transaction::{Transaction, fail};
use crate::blobs::Content;
use crate::body::{self, Body};
use crate::context::{CONTENT, NOT_YOURS};
use crate::error::WriteError;
use crate::id::Handle;
use crate::keys;
use crate::record::{ContentRecord, OverlayChange};

/// The field that tells its length.
const SIZE: &str = "size";

impl Transaction<'_> {
    /// The content that a body names.
    pub fn content_name(&self, doctype: &Doctype, body: &Body) -> Option<String> {
        let spec = self.context.doctypes.get(doctype).filter(|spec| spec.contents);
        spec.and_then(|_| Some(body.get(CONTENT)?.as_str()?.to_owned()))
    }

    /// The content that an overlay names.
    pub fn content_laid(
        &self,
        doctype: &Doctype,
        change: &OverlayChange,
    ) -> Result<Option<String>, WriteError> {
        let OverlayChange::Patch { set, .. } = change else { return Ok(None) };
        let set = body::parse(set).map_err(|fault| fail(self.context, fault))?;
        Ok(self.content_name(doctype, &set))
    }

    /// A new body names the content that it had, of the length that it had, or one of this batch.
    pub fn check_content(
        &self,
        doctype: &Doctype,
        old: Option<&Body>,
        new: &Body,
    ) -> Result<(), WriteError> {
        let Some(now) = self.content_name(doctype, new) else { return Ok(()) };
        let before = old.filter(|old| self.content_name(doctype, old).as_ref() == Some(&now));
        let fits = match before {
            Some(old) => old.get(SIZE) == new.get(SIZE),
            None => self.came(&now).is_some_and(|content| {
                new.get(SIZE).and_then(serde_json::Value::as_u64) == Some(content.size)
            }),
        };
        if fits { Ok(()) } else { Err(not_yours()) }
    }

    fn came(&self, name: &str) -> Option<&Content> {
        self.changes.contents.iter().find(|content| content.name() == name)
    }

    /// A body of a compartment names `new` and no longer `old`.
    pub fn exchange(
        &mut self,
        handle: &Handle,
        old: Option<String>,
        new: Option<String>,
    ) -> Result<(), WriteError> {
        if old == new {
            return Ok(());
        }
        let shared = self.context.limits.fault.is(Fault::SharedChunks);
        if let Some(hash) = old.and_then(|old| hash(&old)) {
            let key = keys::content(handle, &hash);
            if let Some(mut record) = self.read::<ContentRecord>(&key)? {
                self.charge(handle, if shared { 0 } else { record.size }, 0)?;
                record.named = record.named.saturating_sub(1);
                match record.named {
                    0 => self.delete(key),
                    _ => self.put_sealed(key, &record)?,
                }
            }
        }
        let Some(new) = new else { return Ok(()) };
        let came = self.came(&new).filter(|content| content.handle == *handle).cloned();
        let content = came.ok_or_else(not_yours)?;
        self.charge(handle, 0, if shared { content.fresh } else { content.size })?;
        let key = keys::content(handle, &content.hash);
        let known: Option<ContentRecord> = self.read(&key)?;
        let named = known.map_or(0, |known| known.named) + 1;
        let chunks = content.chunks.to_vec();
        self.put_sealed(key, &ContentRecord { named, size: content.size, chunks })
    }
}

fn not_yours() -> WriteError {
    WriteError::Invalid(NOT_YOURS.to_owned())
}

/// The hash in a content's name.
pub fn hash(name: &str) -> Option<[u8; 32]> {
    BASE64URL_NOPAD.decode(name.as_bytes()).ok()?.try_into().ok()
}
