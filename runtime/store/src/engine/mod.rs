//! The engine: an ordered map of bytes with snapshots and atomic, durable commits.
//!
//! All that the store asks of a database. An engine over a network can implement it: reads are
//! bounded ranges and batches of keys, a commit is a set of puts and deletes that may be sent again
//! whole. An engine must never show half a batch, and never acknowledge one that a power cut could
//! lose.

pub mod memory;
pub mod redb;

use std::collections::BTreeMap;

/// A key and its value.
pub type Pair = (Vec<u8>, Vec<u8>);

/// Why an engine did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// What is stored is not what was written.
    #[error("the data is damaged: {0}")]
    Damaged(String),
    /// Another process has it open.
    #[error("it is open in another process: stop that one first")]
    Locked,
    /// The system refused: no space, no permission, no file, no answer.
    #[error("the system refused: {0}")]
    Refused(String),
}

/// Changes that become visible and durable together.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// What each key holds afterwards; `None` is nothing.
    pub changes: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
}

/// An ordered key-value engine.
pub trait Engine: Send + Sync {
    /// All that is committed now, unchanged by later commits.
    fn snapshot(&self) -> Result<Box<dyn Snapshot>, EngineError>;

    /// Make `batch` visible and durable, whole. On an error it may have happened or not, but not in
    /// part.
    fn commit(&self, batch: &Batch) -> Result<(), EngineError>;
}

/// A still picture of an engine.
pub trait Snapshot: Send {
    /// The value of a key.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError>;

    /// The values of several keys, in their order.
    fn get_many(&self, keys: &[Vec<u8>]) -> Result<Vec<Option<Vec<u8>>>, EngineError> {
        keys.iter().map(|key| self.get(key)).collect()
    }

    /// Up to `limit` pairs with `from` <= key < `to`: the first ones, or the last ones downwards.
    fn range(
        &self,
        from: &[u8],
        to: &[u8],
        limit: usize,
        downwards: bool,
    ) -> Result<Vec<Pair>, EngineError>;
}
