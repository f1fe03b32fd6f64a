//! An open home: what everyone else in the project calls.
//!
//! Reads look at a snapshot on the caller's thread and are bounded; writes go to the home's writer
//! and come back once they are durable. Two clones are the same open home; the last one to be
//! dropped waits for the writer to finish.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use domicile_policy::{Doctype, HomeName, Influence, Label, ReadScope};
use domicile_proto::doctype::Doctypes;
use tokio::sync::oneshot;

use crate::blobs::Blobs;
use crate::context::{Context, check_key};
use crate::document::{
    BroughtPage, ChangePage, Document, LogEntry, LogState, Page, Query, RecordOp, WriteBatch,
    Written,
};
use crate::engine::redb::RedbEngine;
use crate::engine::{Engine, EngineError, Snapshot};
use crate::error::{Fault, LogError, OpenError, QueryError, ReadError, WriteError};
use crate::format;
use crate::id::DocId;
use crate::keys;
use crate::lens::Lens;
use crate::limits::{IDS_MAX, Limits};
use crate::query::find::{FindFault, Finder};
use crate::query::scan::CHUNK;
use crate::record;
use crate::seal::HomeKeys;
use crate::writer::{Message, Writer};
use crate::{claims, feed, log};

/// The folder of a home's files, beside its store.
const BLOBS: &str = "blobs";

/// An open home. Cheap to clone.
#[derive(Clone)]
pub struct Home {
    inner: Arc<Inner>,
}

struct Inner {
    context: Arc<Context>,
    blobs: Arc<Blobs>,
    inbox: Mutex<Option<Sender<Message>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Without a sender the writer commits what waits, and ends; then the file can be opened
        // again.
        drop(self.inbox.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(writer) = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _ = writer.join();
        }
    }
}

impl Home {
    /// Open the home whose store is the file `path`; a file that isn't there is made. The bytes of
    /// files are kept in the folder `blobs` beside it.
    pub fn open(
        path: &Path,
        name: HomeName,
        key: [u8; 32],
        doctypes: Arc<Doctypes>,
        limits: Limits,
    ) -> Result<Home, OpenError> {
        let file = format::File { home: name, path: path.to_owned() };
        let opened = if path.exists() {
            RedbEngine::open(path, limits.cache_bytes)
        } else {
            RedbEngine::create(path, limits.cache_bytes)
        };
        let mut seed = [0; 32];
        // Where a test compares two copies of a home, both have to draw the same ids.
        if !cfg!(feature = "faults") {
            getrandom::fill(&mut seed)
                .map_err(|error| file.refused(format!("there is no randomness: {error}")))?;
        }
        let engine = opened.map_err(|error| file.failure(error))?;
        Home::start(Box::new(engine), file, key, seed, doctypes, limits)
    }

    /// Read the whole file of a closed home, and say whether anything in it was changed behind its
    /// back. Opening doesn't do that: it takes as long as reading the file does.
    pub fn check(path: &Path, name: HomeName, limits: &Limits) -> Result<(), OpenError> {
        let file = format::File { home: name, path: path.to_owned() };
        RedbEngine::check(path, limits.cache_bytes).map_err(|error| file.failure(error))
    }

    /// Open a home on an engine of the caller's choice, without files. From equal `seed`s come
    /// equal ids and revisions.
    pub fn open_on(
        engine: Box<dyn Engine>,
        name: HomeName,
        key: [u8; 32],
        seed: [u8; 32],
        doctypes: Arc<Doctypes>,
        limits: Limits,
    ) -> Result<Home, OpenError> {
        let file = format::File { home: name, path: PathBuf::new() };
        Home::start(engine, file, key, seed, doctypes, limits)
    }

    fn start(
        engine: Box<dyn Engine>,
        file: format::File,
        key: [u8; 32],
        seed: [u8; 32],
        doctypes: Arc<Doctypes>,
        limits: Limits,
    ) -> Result<Home, OpenError> {
        let keys = HomeKeys::derive(&key, &seed);
        let folder = (!file.path.as_os_str().is_empty()).then(|| file.path.with_file_name(BLOBS));
        let blobs = Blobs::open(file.home.clone(), &key, &limits, folder);
        let blobs = blobs.map_err(|error| file.refused(format!("its files: {error}")))?;
        let context = Context::new(engine, file.home.clone(), keys, doctypes, limits);
        let ledger = format::load(&context, &file)?;
        context.publish(ledger.catalogue.clone());
        let context = Arc::new(context);
        let (inbox, messages) = mpsc::channel();
        let writer = Writer::new(Arc::clone(&context), ledger);
        let thread = thread::Builder::new()
            .name(format!("write {}", context.home))
            .spawn(move || writer.run(&messages))
            .map_err(|error| file.refused(format!("no thread for its writer: {error}")))?;
        let (inbox, writer) = (Mutex::new(Some(inbox)), Mutex::new(Some(thread)));
        let blobs = Arc::new(blobs);
        Ok(Home { inner: Arc::new(Inner { context, blobs, inbox, writer }) })
    }

    /// Its name.
    pub fn name(&self) -> &HomeName {
        &self.inner.context.home
    }

    /// Whether a write failed in a way that only opening the home again can mend.
    pub fn is_broken(&self) -> bool {
        self.inner.context.is_broken()
    }

    /// The documents with these ids, each where the scope shows it.
    pub fn get_many(
        &self,
        scope: &ReadScope,
        ids: &[&str],
    ) -> Result<Vec<Option<Document>>, ReadError> {
        if ids.len() > IDS_MAX {
            return Err(ReadError::TooMany(ids.len()));
        }
        let ids: Vec<Option<DocId>> = ids.iter().map(|id| id.parse().ok()).collect();
        self.look(scope, |lens, snapshot| {
            let found = lens.fetch(snapshot, &ids)?.into_iter();
            found.map(|seen| seen.map(|seen| lens.show(seen)).transpose()).collect()
        })
    }

    /// What was deposited under `key`. Of several visible ones, in different compartments, the
    /// highest.
    pub fn get_keyed(&self, scope: &ReadScope, key: &str) -> Result<Option<Document>, ReadError> {
        self.look(scope, |lens, snapshot| {
            let highest_last = crate::catalogue::lowest_first(lens.bases.clone(), |one| &one.label);
            let id = |handle| DocId { handle, item: lens.keys.item(&handle, key) };
            let ids: Vec<_> = highest_last.iter().map(|one| Some(id(one.handle))).collect();
            let found = lens.fetch(snapshot, &ids)?.into_iter().flatten().next_back();
            found.map(|seen| lens.show(seen)).transpose()
        })
    }

    /// A page of the documents that match.
    pub fn find(&self, scope: &ReadScope, query: &Query) -> Result<Page, QueryError> {
        self.finder(scope, |finder| {
            let (documents, next) = finder.page(query)?;
            Ok(Page { documents, next })
        })
    }

    /// How many documents match, over all pages.
    pub fn count(&self, scope: &ReadScope, query: &Query) -> Result<u64, QueryError> {
        self.finder(scope, |finder| finder.count(query))
    }

    /// A page of what changed since `cursor`, 1 to 100 documents.
    pub fn changes(
        &self,
        scope: &ReadScope,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<ChangePage, QueryError> {
        self.finder(scope, |finder| {
            feed::page(finder.lens, finder.snapshot, cursor, limit, finder.examined_max)
        })
    }

    /// The id that a deposit under `key` has or would have.
    pub fn id_for(&self, doctype: &Doctype, label: &Label, key: &str) -> DocId {
        let keys = &self.inner.context.keys;
        let handle = keys.handle(doctype, label);
        DocId { handle, item: keys.item(&handle, key) }
    }

    /// Whether a deposit would be taken: a function of its arguments.
    pub fn check_deposit(
        &self,
        doctype: &Doctype,
        key: &str,
        body: &str,
    ) -> Result<(), WriteError> {
        check_key(key)?;
        let body = self.inner.context.body(doctype, body)?;
        self.inner.context.no_content(doctype, &body)
    }

    /// Whether a depositor may call something so.
    pub fn check_deposit_key(&self, key: &str) -> Result<(), WriteError> {
        check_key(key)
    }

    /// Write a batch, whole or not at all. Once it returns, it is durable.
    pub async fn write(&self, batch: WriteBatch) -> Result<Vec<Written>, WriteError> {
        self.ask(|reply| Message::Write(batch, reply)).await
    }

    /// Change some of the host's own records, all or none.
    pub async fn put_records(&self, records: Vec<RecordOp>) -> Result<(), WriteError> {
        self.write(WriteBatch { records, ..WriteBatch::default() }).await.map(|_| ())
    }

    /// Append to the audit log with the next commit, within a tenth of a second. Nobody waits for
    /// it.
    pub fn log_later(&self, entry: Vec<u8>) {
        // A writer that is gone has said so to everyone who waits for it.
        let _ = self.send(Message::Log(entry));
    }

    /// Wait until all that was logged is durable.
    pub async fn flush(&self) -> Result<(), WriteError> {
        self.ask(Message::Flush).await.map(|_| ())
    }

    /// One of the host's own records.
    pub fn record(&self, space: &str, key: &str) -> Result<Option<Vec<u8>>, ReadError> {
        let key = keys::record(space, key);
        self.read(|snapshot| record::read(snapshot, &self.inner.context.keys, &key))
    }

    /// All of the host's own records of one space, by key.
    pub fn records(&self, space: &str) -> Result<Vec<(String, Vec<u8>)>, ReadError> {
        let prefix = keys::record(space, "");
        self.read(|snapshot| {
            let (mut from, to) = (prefix.clone(), keys::end_of(&prefix));
            let mut records = Vec::new();
            loop {
                let pairs = snapshot.range(&from, &to, CHUNK, false)?;
                for (key, bytes) in &pairs {
                    let name = key.get(prefix.len()..).unwrap_or_default();
                    let value = record::decode(&self.inner.context.keys, key, bytes)?;
                    records.push((String::from_utf8_lossy(name).into_owned(), value));
                }
                match pairs.last() {
                    Some((last, _)) if pairs.len() == CHUNK => {
                        from = [last.as_slice(), &[0]].concat();
                    }
                    _ => return Ok(records),
                }
            }
        })
    }

    /// The newest entries of the audit log below the number `before`, newest first.
    pub fn log_entries(
        &self,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<LogEntry>, ReadError> {
        self.read(|snapshot| log::entries(snapshot, &self.inner.context.keys, before, limit))
    }

    /// The compartments of a doctype that are not empty: their labels, and how many documents and
    /// overlays they hold. For the owner alone: a component must not know which there are.
    pub fn holds(&self, doctype: &Doctype) -> Result<Vec<(Label, u64)>, ReadError> {
        let context = &self.inner.context;
        self.read(|snapshot| {
            let mut held = Vec::new();
            for compartment in context.catalogue().of(doctype) {
                let key = keys::compartment(&compartment.handle);
                let record: Option<record::CompartmentRecord> =
                    record::read(snapshot, &context.keys, &key)?;
                let count = record.map_or(0, |record| record.items + record.overlays);
                held.extend((count > 0).then(|| (compartment.label.clone(), count)));
            }
            Ok(held)
        })
    }

    /// The compartments of a doctype and the number of the last change of each. For the host alone:
    /// a component must not know which there are.
    pub fn last_changes(&self, doctype: &Doctype) -> Result<Vec<(Label, u64)>, ReadError> {
        let context = &self.inner.context;
        self.read(|snapshot| {
            let catalogue = context.catalogue();
            let all = catalogue.of(doctype).iter().map(|compartment| {
                let key = keys::compartment(&compartment.handle);
                let record: Option<record::CompartmentRecord> =
                    record::read(snapshot, &context.keys, &key)?;
                Ok((compartment.label.clone(), record.map_or(0, |record| record.sequence)))
            });
            all.collect()
        })
    }

    /// Some of what an account brought, and what would become of it. For the owner alone.
    pub fn brought(&self, account: &str, after: Option<&str>) -> Result<BroughtPage, ReadError> {
        let context = &self.inner.context;
        let after = after.and_then(|id| id.parse().ok());
        self.read(|snapshot| {
            claims::page(snapshot, &context.keys, &context.catalogue(), account, after)
        })
    }

    /// Who could have shaped what changed in a compartment after the change with this number.
    pub fn shaped_since(
        &self,
        doctype: &Doctype,
        label: &Label,
        after: u64,
    ) -> Result<Influence, ReadError> {
        let keys = &self.inner.context.keys;
        let handle = keys.handle(doctype, label);
        self.read(|snapshot| feed::shaped_since(snapshot, keys, &handle, after))
    }

    /// The audit log after its first `count` entries, or as it is now; nothing if it has fewer.
    pub fn log_state(&self, count: Option<u64>) -> Result<Option<LogState>, ReadError> {
        self.read(|snapshot| log::state(snapshot, &self.inner.context.keys, count))
    }

    /// Follow the audit log's chain from its beginning to its end.
    pub fn verify_log(&self) -> Result<LogState, LogError> {
        let verified = self.read(|snapshot| log::verify(snapshot, &self.inner.context.keys))?;
        verified.map_err(|number| LogError::Broken { home: self.name().clone(), number })
    }

    pub(crate) fn context(&self) -> &Context {
        &self.inner.context
    }

    pub(crate) fn blobs(&self) -> &Arc<Blobs> {
        &self.inner.blobs
    }

    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&dyn Snapshot) -> Result<T, Fault>,
    ) -> Result<T, ReadError> {
        let snapshot = self.inner.context.engine.snapshot().map_err(Fault::from);
        let result = snapshot.and_then(|snapshot| work(&*snapshot));
        result.map_err(|fault| fault.in_home(self.name()))
    }

    /// The snapshot is taken before the catalogue is looked at: see [`crate::catalogue`].
    pub(crate) fn look<T>(
        &self,
        scope: &ReadScope,
        work: impl FnOnce(&Lens, &dyn Snapshot) -> Result<T, Fault>,
    ) -> Result<T, ReadError> {
        let context = &self.inner.context;
        self.read(|snapshot| {
            let lens = Lens::new(&context.keys, &context.catalogue(), scope)?;
            work(&lens, snapshot)
        })
    }

    fn finder<T>(
        &self,
        scope: &ReadScope,
        work: impl FnOnce(&Finder) -> Result<T, FindFault>,
    ) -> Result<T, QueryError> {
        let context = &self.inner.context;
        let examined_max = context.limits.examined_max;
        let result = self.look(scope, |lens, snapshot| {
            let indexes = context.indexes(&scope.doctype);
            match work(&Finder { lens, snapshot, indexes, examined_max }) {
                Ok(answer) => Ok(Ok(answer)),
                Err(FindFault::Query(error)) => Ok(Err(error)),
                Err(FindFault::Fault(fault)) => Err(fault),
            }
        });
        result?
    }

    fn send(&self, message: Message) -> Result<(), WriteError> {
        let inbox = self.inner.inbox.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = inbox.as_ref().and_then(|inbox| inbox.send(message).ok());
        sent.ok_or_else(|| self.gone())
    }

    async fn ask(
        &self,
        message: impl FnOnce(crate::writer::Reply) -> Message,
    ) -> Result<Vec<Written>, WriteError> {
        let (reply, answer) = oneshot::channel();
        self.send(message(reply))?;
        answer.await.unwrap_or_else(|_| Err(self.gone()))
    }

    fn gone(&self) -> WriteError {
        let home = self.name();
        WriteError::Unavailable(format!(
            "the writer of the home `{home}` has stopped: open it again"
        ))
    }
}

impl format::File {
    pub(crate) fn failure(&self, error: EngineError) -> OpenError {
        match error {
            EngineError::Damaged(reason) => self.damaged(reason),
            other => self.refused(other.to_string()),
        }
    }
}
