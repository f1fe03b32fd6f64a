//! Names of compartments and documents, as bytes and as the text that guests see.
//!
//! A handle is a keyed hash of a doctype and a label: it can't be forged and says nothing about
//! either.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64URL_NOPAD;

/// The name of a compartment in keys: a keyed hash of its doctype and label.
pub type Handle = [u8; 16];
/// The name of a document within its compartment.
pub type Item = [u8; 16];

/// A text of 43 characters that can't be a document's id.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no document id; an id has 43 characters of A-Z, a-z, 0-9, `-` and `_`")]
pub struct DocIdError(pub String);

/// The id of a document: its compartment and its item there. Printed with 43 characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocId {
    pub(crate) handle: Handle,
    pub(crate) item: Item,
}

impl DocId {
    /// The id that stands in for those that can't be looked up: no compartment has its handle.
    pub(crate) const NOWHERE: DocId = DocId { handle: [0; 16], item: [0; 16] };

    pub(crate) fn bytes(&self) -> [u8; 32] {
        let mut bytes = [0u8; 32];
        let (handle, item) = bytes.split_at_mut(16);
        handle.copy_from_slice(&self.handle);
        item.copy_from_slice(&self.item);
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<DocId> {
        let (handle, item) = bytes.split_at_checked(16)?;
        Some(DocId { handle: handle.try_into().ok()?, item: item.try_into().ok()? })
    }
}

impl fmt::Display for DocId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64URL_NOPAD.encode(&self.bytes()))
    }
}

impl FromStr for DocId {
    type Err = DocIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok();
        bytes.and_then(|bytes| DocId::from_bytes(&bytes)).ok_or_else(|| DocIdError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_text() {
        let id = DocId { handle: [7; 16], item: [255; 16] };
        let text = id.to_string();
        assert_eq!(text.len(), 43);
        assert_eq!(text.parse(), Ok(id));
        // The last character carries two spare bits: with them set, it must not be read as the same
        // id.
        let mut other = text[..42].to_owned();
        other.push(if text.ends_with('8') { '9' } else { '_' });
        assert!(other.parse::<DocId>().is_err());
        for bad in ["", "x", &text[1..], &format!("{text}A"), &text.replace('_', "+")] {
            assert!(bad.parse::<DocId>().is_err(), "{bad}");
        }
    }
}
