//! One batch in the making: reads see what it and the batches before it changed, nothing outside
//! does.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domicile_policy::{Doctype, Label};

use super::unavailable;
use crate::blobs::Content;
use crate::catalogue::{Catalogue, Compartment};
use crate::context::Context;
use crate::document::RecordOp;
use crate::engine::{Batch, EngineError, Snapshot};
use crate::error::{Fault, WriteError};
use crate::id::Handle;
use crate::keys;
use crate::limits::{
    COMPARTMENTS_MAX, LOG_ENTRY_BYTES_MAX, RECORD_BYTES_MAX, RECORD_KEY_CHARS_MAX,
};
use crate::log::HEAD;
use crate::record::{self, CompartmentRecord, LogHead, LogRecord, Source};

/// What a home may hold where one quota serves all of it, in a test.
const SHARED_QUOTA_BYTES: u64 = 400;

type Changed = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// What the writer knows without reading: compartments with their counters, the end of the log.
#[derive(Default)]
pub struct Ledger {
    pub compartments: HashMap<Handle, CompartmentRecord>,
    pub catalogue: Catalogue,
    pub head: LogHead,
}

/// The batches of one commit.
pub struct Group {
    snapshot: Box<dyn Snapshot>,
    changed: Changed,
    touched: BTreeSet<Handle>,
    logged: bool,
    /// What the changes take.
    pub bytes: usize,
    /// New contents that the changes name.
    pub contents: Vec<Content>,
}

impl Group {
    pub fn new(snapshot: Box<dyn Snapshot>) -> Group {
        let (changed, touched, contents) = Default::default();
        Group { snapshot, changed, touched, logged: false, bytes: 0, contents }
    }

    /// Take in a batch that held.
    pub fn take(&mut self, changes: Changes, ledger: &mut Ledger) {
        self.bytes += changes.bytes;
        self.changed.extend(changes.changed);
        self.touched.extend(changes.compartments.keys());
        self.contents.extend(changes.contents);
        ledger.compartments.extend(changes.compartments);
        if let Some(catalogue) = changes.catalogue {
            ledger.catalogue = catalogue;
        }
        if let Some(head) = changes.head {
            ledger.head = head;
            self.logged = true;
        }
    }

    /// All that is to be committed, with the counters as they are now.
    pub fn into_batch(mut self, context: &Context, ledger: &Ledger) -> Result<Batch, WriteError> {
        let sealed = |key: &[u8], value: Result<Vec<u8>, Fault>| {
            value.map(|value| (key.to_vec(), Some(value))).map_err(|fault| fail(context, fault))
        };
        for handle in &self.touched {
            if let Some(record) = ledger.compartments.get(handle) {
                let key = keys::compartment(handle);
                let value = record::encode(&context.keys, &key, record);
                self.changed.extend([sealed(&key, value)?]);
            }
        }
        if self.logged {
            let key = keys::meta(HEAD);
            let value = record::encode(&context.keys, &key, &ledger.head);
            self.changed.extend([sealed(&key, value)?]);
        }
        Ok(Batch { changes: self.changed })
    }
}

/// What one batch changes.
#[derive(Default)]
pub struct Changes {
    changed: Changed,
    compartments: BTreeMap<Handle, CompartmentRecord>,
    /// How many of them are new.
    made: usize,
    catalogue: Option<Catalogue>,
    head: Option<LogHead>,
    bytes: usize,
    pub(super) contents: Vec<Content>,
}

/// One batch in the making.
pub struct Transaction<'a> {
    pub context: &'a Context,
    ledger: &'a Ledger,
    group: &'a Group,
    pub(super) changes: Changes,
    /// The account that brings what is deposited.
    pub(super) account: Option<String>,
}

impl<'a> Transaction<'a> {
    pub fn new(context: &'a Context, ledger: &'a Ledger, group: &'a Group) -> Transaction<'a> {
        Transaction { context, ledger, group, changes: Changes::default(), account: None }
    }

    /// What it changed; dropping it instead changes nothing.
    pub fn finish(self) -> Changes {
        self.changes
    }

    /// The compartments, with those that this batch made.
    pub fn catalogue(&self) -> &Catalogue {
        self.changes.catalogue.as_ref().unwrap_or(&self.ledger.catalogue)
    }

    pub fn put(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.changes.bytes += key.len() + value.len();
        self.changes.changed.insert(key, Some(value));
    }

    /// A value sealed to its key.
    pub fn put_sealed<T: serde::Serialize>(
        &mut self,
        key: Vec<u8>,
        value: &T,
    ) -> Result<(), WriteError> {
        let sealed = record::encode(&self.context.keys, &key, value);
        let sealed = sealed.map_err(|fault| fail(self.context, fault))?;
        self.put(key, sealed);
        Ok(())
    }

    pub fn delete(&mut self, key: Vec<u8>) {
        self.changes.bytes += key.len();
        self.changes.changed.insert(key, None);
    }

    /// A stored value.
    pub fn read<T: serde::de::DeserializeOwned>(
        &self,
        key: &[u8],
    ) -> Result<Option<T>, WriteError> {
        record::read(self, &self.context.keys, key).map_err(|fault| fail(self.context, fault))
    }

    /// The counters of a compartment, to be changed.
    pub fn compartment(&mut self, handle: &Handle) -> Result<&mut CompartmentRecord, WriteError> {
        if !self.changes.compartments.contains_key(handle) {
            let known = self.ledger.compartments.get(handle).cloned();
            let known =
                known.ok_or_else(|| unavailable(self.context, "a compartment is missing"))?;
            self.changes.compartments.insert(*handle, known);
        }
        let found = self.changes.compartments.get_mut(handle);
        found.ok_or_else(|| unavailable(self.context, "a compartment is missing"))
    }

    /// The compartment of a doctype and a label, made if it is the first time.
    pub fn open(&mut self, doctype: &Doctype, label: &Label) -> Result<Handle, WriteError> {
        let handle = self.context.keys.handle(doctype, label);
        let known = self.changes.compartments.contains_key(&handle)
            || self.ledger.compartments.contains_key(&handle);
        if known {
            return Ok(handle);
        }
        let count = self.ledger.compartments.len() + self.changes.made;
        if count >= COMPARTMENTS_MAX {
            let reason = format!("it has {COMPARTMENTS_MAX} compartments already");
            return Err(unavailable(self.context, reason));
        }
        let indexes = self.context.indexes(doctype).iter().map(|index| index.id);
        let record = CompartmentRecord {
            doctype: doctype.clone(),
            label: label.clone(),
            sequence: 0,
            items: 0,
            overlays: 0,
            bytes: 0,
            indexes: indexes.collect(),
        };
        self.changes.compartments.insert(handle, record);
        self.changes.made += 1;
        self.note(doctype, Compartment { handle, label: label.clone(), overlays: false });
        Ok(handle)
    }

    /// Put a compartment into the catalogue, or note that it holds overlays.
    pub fn note(&mut self, doctype: &Doctype, compartment: Compartment) {
        let catalogue = self.changes.catalogue.get_or_insert_with(|| self.ledger.catalogue.clone());
        catalogue.put(doctype, compartment);
    }

    /// The number of the next change of a compartment.
    pub fn next_sequence(&mut self, handle: &Handle) -> Result<u64, WriteError> {
        if self.context.limits.fault.is(domicile_policy::Fault::SharedSequence) {
            return Ok(self.records().map(|record| record.sequence).sum::<u64>() + 1);
        }
        Ok(self.compartment(handle)?.sequence + 1)
    }

    /// The counters of all compartments, as this batch leaves them.
    fn records(&self) -> impl Iterator<Item = &CompartmentRecord> {
        let changed = &self.changes.compartments;
        let before = &self.ledger.compartments;
        let untouched = before.iter().filter(|(handle, _)| !changed.contains_key(*handle));
        untouched.map(|(_, record)| record).chain(changed.values())
    }

    /// Count bytes for a compartment: it may shrink always, grow only within its share.
    pub fn charge(&mut self, handle: &Handle, before: u64, after: u64) -> Result<(), WriteError> {
        let home = self.context.home.clone();
        let doctype = self.compartment(handle)?.doctype.clone();
        let bytes_max = self.context.bytes_max(&doctype);
        if self.context.limits.fault.is(domicile_policy::Fault::SharedQuota) && after > before {
            let shared: u64 = self.records().map(|record| record.bytes).sum();
            if shared > SHARED_QUOTA_BYTES {
                return Err(WriteError::Quota { home, doctype, bytes_max });
            }
        }
        let record = self.compartment(handle)?;
        record.bytes = record.bytes.saturating_sub(before).saturating_add(after);
        if after > before && record.bytes > bytes_max {
            return Err(WriteError::Quota { home, doctype, bytes_max });
        }
        Ok(())
    }

    /// Change one of the host's own records.
    pub fn record(&mut self, op: RecordOp) -> Result<(), WriteError> {
        check_record(&op)?;
        let key = keys::record(&op.space, &op.key);
        match op.value {
            Some(value) => self.put_sealed(key, &value)?,
            None => self.delete(key),
        }
        Ok(())
    }

    /// Append to the audit log.
    pub fn append(&mut self, bytes: Vec<u8>) -> Result<(), WriteError> {
        if bytes.len() > LOG_ENTRY_BYTES_MAX {
            let length = bytes.len();
            let text =
                format!("a log entry of {length} bytes is longer than {LOG_ENTRY_BYTES_MAX}");
            return Err(WriteError::Invalid(text));
        }
        let head = self.changes.head.as_ref().unwrap_or(&self.ledger.head);
        let number = head.next;
        let link = self.context.keys.link(&head.link, number, &bytes);
        self.put_sealed(keys::log(number), &LogRecord { link, bytes })?;
        self.changes.head = Some(LogHead { next: number + 1, link });
        Ok(())
    }
}

fn check_record(op: &RecordOp) -> Result<(), WriteError> {
    let RecordOp { space, key, value } = op;
    let is_name = |text: &str| {
        let length = text.chars().count();
        (1..=RECORD_KEY_CHARS_MAX).contains(&length) && !text.contains('\0')
    };
    if !is_name(space) || !is_name(key) {
        let text = format!("`{space}/{key}` is no name of a record");
        return Err(WriteError::Invalid(text));
    }
    match value.as_ref().map(Vec::len) {
        Some(length) if length > RECORD_BYTES_MAX => {
            let text = format!("`{space}/{key}` has {length} bytes, more than {RECORD_BYTES_MAX}");
            Err(WriteError::Invalid(text))
        }
        _ => Ok(()),
    }
}

impl Source for Transaction<'_> {
    fn get_many(&self, keys: &[Vec<u8>]) -> Result<Vec<Option<Vec<u8>>>, EngineError> {
        let changed = |key: &Vec<u8>| {
            self.changes.changed.get(key).or_else(|| self.group.changed.get(key)).cloned()
        };
        let found: Vec<Option<Option<Vec<u8>>>> = keys.iter().map(changed).collect();
        let missing = keys.iter().zip(&found).filter(|(_, found)| found.is_none());
        let missing: Vec<Vec<u8>> = missing.map(|(key, _)| key.clone()).collect();
        let mut stored = self.group.snapshot.get_many(&missing)?.into_iter();
        Ok(found
            .into_iter()
            .map(|found| found.unwrap_or_else(|| stored.next().flatten()))
            .collect())
    }
}

/// A fault while writing: the home is to be named.
pub fn fail(context: &Context, fault: Fault) -> WriteError {
    WriteError::Unavailable(fault.in_home(&context.home).to_string())
}
