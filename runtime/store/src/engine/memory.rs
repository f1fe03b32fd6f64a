//! An engine in memory: for tests, and the shortest statement of what an engine is.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, PoisonError, RwLock};

use super::{Batch, Engine, EngineError, Pair, Snapshot};

type Table = BTreeMap<Vec<u8>, Vec<u8>>;

/// An engine that forgets everything when it is dropped.
#[derive(Default)]
pub struct MemoryEngine {
    table: RwLock<Arc<Table>>,
}

impl Engine for MemoryEngine {
    fn snapshot(&self) -> Result<Box<dyn Snapshot>, EngineError> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        Ok(Box::new(MemorySnapshot(Arc::clone(&table))))
    }

    fn commit(&self, batch: &Batch) -> Result<(), EngineError> {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        let table = Arc::make_mut(&mut table);
        for (key, value) in &batch.changes {
            match value {
                Some(value) => table.insert(key.clone(), value.clone()),
                None => table.remove(key),
            };
        }
        Ok(())
    }
}

struct MemorySnapshot(Arc<Table>);

impl Snapshot for MemorySnapshot {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        Ok(self.0.get(key).cloned())
    }

    fn range(
        &self,
        from: &[u8],
        to: &[u8],
        limit: usize,
        downwards: bool,
    ) -> Result<Vec<Pair>, EngineError> {
        if from >= to {
            return Ok(Vec::new());
        }
        let bounds = (Bound::Included(from), Bound::Excluded(to));
        let pairs =
            self.0.range::<[u8], _>(bounds).map(|(key, value)| (key.clone(), value.clone()));
        Ok(if downwards { pairs.rev().take(limit).collect() } else { pairs.take(limit).collect() })
    }
}
