//! The embedded engine: redb, one file a home. The only place that names it.
//!
//! redb checks what it writes, but reads a file that was changed behind its back on trust and may
//! panic on it. A home's file lies on an owner's disk, so every call is guarded: a panic becomes
//! [`EngineError::Damaged`], and the engine answers nothing more until it is opened again.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use redb::{
    Builder, CommitError, Database, DatabaseError, ReadOnlyTable, ReadableDatabase, StorageBackend,
    StorageError, TableDefinition, TableError, TransactionError,
};

use super::{Batch, Engine, EngineError, Pair, Snapshot};

const TABLE: TableDefinition<&[u8], &[u8]> = TableDefinition::new("home");

/// Set once a call has panicked.
#[derive(Clone, Default)]
struct Guard(Arc<AtomicBool>);

impl Guard {
    fn run<T>(&self, work: impl FnOnce() -> Result<T, EngineError>) -> Result<T, EngineError> {
        let damaged = || EngineError::Damaged("its pages don't fit together".to_owned());
        if self.0.load(Ordering::Acquire) {
            return Err(damaged());
        }
        // Nothing that the closure touched is used again after a panic: the flag sees to it.
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
            self.0.store(true, Ordering::Release);
            Err(damaged())
        })
    }
}

/// An open file.
pub struct RedbEngine {
    // Taken when dropped: closing a damaged file may panic as well.
    database: Option<Database>,
    guard: Guard,
}

impl RedbEngine {
    /// Open an existing file.
    pub fn open(path: &Path, cache_bytes: usize) -> Result<RedbEngine, EngineError> {
        RedbEngine::open_file(path, &builder(cache_bytes))
    }

    fn open_file(path: &Path, builder: &Builder) -> Result<RedbEngine, EngineError> {
        if fs::metadata(path).map_err(refused)?.len() == 0 {
            // redb would take an empty file for a new one, and the loss would go unseen.
            return Err(EngineError::Damaged("the file is empty".to_owned()));
        }
        RedbEngine::start(|| builder.open(path))
    }

    /// Read the whole of an existing file, and say whether every page is what was written.
    pub fn check(path: &Path, cache_bytes: usize) -> Result<(), EngineError> {
        let mut builder = builder(cache_bytes);
        builder.set_check_integrity_on_open(true);
        RedbEngine::open_file(path, &builder).map(drop)
    }

    /// Make a new file. It appears under its name only when it is complete.
    pub fn create(path: &Path, cache_bytes: usize) -> Result<RedbEngine, EngineError> {
        let unfinished = path.with_extension("new");
        match fs::remove_file(&unfinished) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(refused(error)),
            _ => {}
        }
        drop(RedbEngine::start(|| builder(cache_bytes).create(&unfinished))?);
        fs::rename(&unfinished, path).map_err(refused)?;
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(refused)?;
        }
        RedbEngine::open(path, cache_bytes)
    }

    /// On storage of the caller's own: the tests' power cuts.
    pub fn on(storage: impl StorageBackend, cache_bytes: usize) -> Result<RedbEngine, EngineError> {
        RedbEngine::start(|| builder(cache_bytes).create_with_backend(storage))
    }

    fn start(
        open: impl FnOnce() -> Result<Database, DatabaseError>,
    ) -> Result<RedbEngine, EngineError> {
        let guard = Guard::default();
        let database = guard.run(|| {
            let database = open().map_err(database_error)?;
            // A reader finds no table that was never written: make it once.
            let transaction = database.begin_read().map_err(transaction_error)?;
            match transaction.open_table(TABLE) {
                Ok(_) => {}
                Err(TableError::TableDoesNotExist(_)) => {
                    let transaction = database.begin_write().map_err(transaction_error)?;
                    transaction.open_table(TABLE).map_err(table_error)?;
                    transaction.commit().map_err(commit_error)?;
                }
                Err(error) => return Err(table_error(error)),
            }
            Ok(database)
        })?;
        Ok(RedbEngine { database: Some(database), guard })
    }

    fn database(&self) -> Result<&Database, EngineError> {
        self.database.as_ref().ok_or_else(|| EngineError::Refused("it is closed".to_owned()))
    }
}

impl Engine for RedbEngine {
    fn snapshot(&self) -> Result<Box<dyn Snapshot>, EngineError> {
        let database = self.database()?;
        let table = self.guard.run(|| {
            let transaction = database.begin_read().map_err(transaction_error)?;
            transaction.open_table(TABLE).map_err(table_error)
        })?;
        Ok(Box::new(RedbSnapshot { table, guard: self.guard.clone() }))
    }

    fn commit(&self, batch: &Batch) -> Result<(), EngineError> {
        let database = self.database()?;
        self.guard.run(|| {
            let mut transaction = database.begin_write().map_err(transaction_error)?;
            // Two phases: guests choose what is written, so a checksum alone must not decide which
            // of two states is the last one. It also spares the next start a walk through the whole
            // file.
            transaction.set_quick_repair(true);
            {
                let mut table = transaction.open_table(TABLE).map_err(table_error)?;
                for (key, value) in &batch.changes {
                    let done = match value {
                        Some(value) => table.insert(key.as_slice(), value.as_slice()),
                        None => table.remove(key.as_slice()),
                    };
                    done.map_err(storage_error)?;
                }
            }
            transaction.commit().map_err(commit_error)
        })
    }
}

impl Drop for RedbEngine {
    fn drop(&mut self) {
        let database = self.database.take();
        // An error here has nobody to go to: every acknowledged batch is on disk already.
        let _ = catch_unwind(AssertUnwindSafe(move || drop(database)));
    }
}

struct RedbSnapshot {
    table: ReadOnlyTable<&'static [u8], &'static [u8]>,
    guard: Guard,
}

impl Snapshot for RedbSnapshot {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        self.guard.run(|| {
            let found = self.table.get(key).map_err(storage_error)?;
            Ok(found.map(|value| value.value().to_vec()))
        })
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
        self.guard.run(|| {
            let mut range = self.table.range(from..to).map_err(storage_error)?;
            let next = || if downwards { range.next_back() } else { range.next() };
            std::iter::from_fn(next)
                .take(limit)
                .map(|pair| {
                    let (key, value) = pair.map_err(storage_error)?;
                    Ok((key.value().to_vec(), value.value().to_vec()))
                })
                .collect()
        })
    }
}

fn builder(cache_bytes: usize) -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(cache_bytes);
    builder
}

fn refused(error: std::io::Error) -> EngineError {
    EngineError::Refused(error.to_string())
}

fn storage_error(error: StorageError) -> EngineError {
    match error {
        StorageError::Corrupted(what) => EngineError::Damaged(what),
        StorageError::Io(error)
            if matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::UnexpectedEof) =>
        {
            EngineError::Damaged(error.to_string())
        }
        other => EngineError::Refused(other.to_string()),
    }
}

fn database_error(error: DatabaseError) -> EngineError {
    match error {
        DatabaseError::DatabaseAlreadyOpen => EngineError::Locked,
        DatabaseError::Storage(error) => storage_error(error),
        other => EngineError::Damaged(other.to_string()),
    }
}

fn transaction_error(error: TransactionError) -> EngineError {
    match error {
        TransactionError::Storage(error) => storage_error(error),
        other => EngineError::Refused(other.to_string()),
    }
}

fn table_error(error: TableError) -> EngineError {
    match error {
        TableError::Storage(error) => storage_error(error),
        other => EngineError::Damaged(other.to_string()),
    }
}

fn commit_error(error: CommitError) -> EngineError {
    match error {
        CommitError::Storage(error) => storage_error(error),
        other => EngineError::Refused(other.to_string()),
    }
}
