//! What the values of keys hold, and how they are read back: postcard, sealed with a tag that binds
//! a value to its key. A value that was changed behind the home's back is never taken for data.

use domicile_policy::{Doctype, Influence, Label};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::blobs::Chunk;
use crate::document::Provenance;
use crate::engine::{EngineError, Snapshot};
use crate::error::Fault;
use crate::keys::IndexId;
use crate::seal::HomeKeys;

/// Draws nothing from what it writes over: a random token per version of an item.
pub type Token = [u8; 16];

/// A compartment: what it is for, and its counters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompartmentRecord {
    pub doctype: Doctype,
    pub label: Label,
    /// The number of the last change.
    pub sequence: u64,
    /// Documents that live here.
    pub items: u64,
    /// Overlays that live here.
    pub overlays: u64,
    /// What both take.
    pub bytes: u64,
    /// Indexes that are complete.
    pub indexes: Vec<IndexId>,
}

/// A document in its compartment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DocumentRecord {
    Live(LiveDocument),
    /// Kept for the change feed.
    Deleted {
        sequence: u64,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveDocument {
    pub sequence: u64,
    pub revision: Token,
    pub influence: Influence,
    pub provenance: Provenance,
    /// A JSON object.
    pub body: String,
}

/// What one compartment lays over a document of a lower one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverlayRecord {
    pub sequence: u64,
    pub revision: Token,
    pub influence: Influence,
    pub provenance: Provenance,
    pub change: OverlayChange,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OverlayChange {
    /// Top-level fields: `set` is a JSON object of those that differ, `removed` names those that
    /// are gone.
    Patch { set: String, removed: Vec<String> },
    /// For readers of this compartment the document is deleted.
    Tombstone,
}

/// A content: what documents of its compartment name it, and where its bytes are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentRecord {
    /// By how many bodies and overlays. It goes with the last one.
    pub named: u64,
    pub size: u64,
    pub chunks: Vec<Chunk>,
}

/// Which accounts brought a document: one at least. It goes with the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimRecord {
    /// Their names, as the host chose them; an empty one is everybody without an account.
    pub accounts: Vec<String>,
    /// The document as the last of them left it.
    pub revision: Token,
}

/// One audit entry and its link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRecord {
    pub link: [u8; 32],
    pub bytes: Vec<u8>,
}

/// The end of the audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogHead {
    /// The number of the next entry.
    pub next: u64,
    /// The link of the last one.
    pub link: [u8; 32],
}

/// Where values come from: a snapshot, or a batch that is being made.
pub trait Source {
    fn get_many(&self, keys: &[Vec<u8>]) -> Result<Vec<Option<Vec<u8>>>, EngineError>;

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        Ok(self.get_many(&[key.to_vec()])?.pop().flatten())
    }
}

impl Source for dyn Snapshot + '_ {
    fn get_many(&self, keys: &[Vec<u8>]) -> Result<Vec<Option<Vec<u8>>>, EngineError> {
        Snapshot::get_many(self, keys)
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        Snapshot::get(self, key)
    }
}

/// A value as it is stored.
pub fn encode<T: Serialize>(keys: &HomeKeys, key: &[u8], value: &T) -> Result<Vec<u8>, Fault> {
    let payload = postcard::to_allocvec(value)
        .map_err(|error| Fault::Damaged(format!("a value can't be encoded: {error}")))?;
    Ok(keys.seal_value(key, payload))
}

/// A stored value.
pub fn decode<T: DeserializeOwned>(keys: &HomeKeys, key: &[u8], bytes: &[u8]) -> Result<T, Fault> {
    let payload = keys.open_value(key, bytes).ok_or_else(|| changed(key))?;
    postcard::from_bytes(payload).map_err(|_| changed(key))
}

/// The stored value of a key.
pub fn read<T: DeserializeOwned>(
    source: &(impl Source + ?Sized),
    keys: &HomeKeys,
    key: &[u8],
) -> Result<Option<T>, Fault> {
    source.get(key)?.map(|bytes| decode(keys, key, &bytes)).transpose()
}

fn changed(key: &[u8]) -> Fault {
    let table = key.first().copied().unwrap_or_default();
    let rest = key.get(1..).unwrap_or_default();
    let name = data_encoding::BASE64URL_NOPAD.encode(rest);
    Fault::Damaged(format!("the value {table}/{name} is not what was written"))
}
