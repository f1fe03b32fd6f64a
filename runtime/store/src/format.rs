//! The file's format: its version, what opening checks, and the way up from older versions.

use std::path::PathBuf;

use domicile_policy::HomeName;

use crate::catalogue::Compartment;
use crate::context::Context;
use crate::engine::{Batch, Snapshot};
use crate::error::{Fault, OpenError};
use crate::id::Handle;
use crate::keys;
use crate::log::HEAD;
use crate::migrate;
use crate::query::scan::CHUNK;
use crate::record::{self, CompartmentRecord};
use crate::reindex;
use crate::writer::Ledger;

/// The format that this program writes.
pub const FORMAT: u32 = 1;

const VERSION: &str = "format";
const KEY_CHECK: &str = "key";

/// Which file is being opened, for whom.
pub struct File {
    pub home: HomeName,
    pub path: PathBuf,
}

impl File {
    pub fn damaged(&self, reason: impl Into<String>) -> OpenError {
        let (home, path) = (self.home.clone(), self.path.clone());
        OpenError::Damaged { home, path, reason: reason.into() }
    }

    pub fn refused(&self, reason: impl Into<String>) -> OpenError {
        let (home, path) = (self.home.clone(), self.path.clone());
        OpenError::Refused { home, path, reason: reason.into() }
    }

    fn fault(&self, fault: Fault) -> OpenError {
        match fault {
            Fault::Engine(error) => self.failure(error),
            Fault::Damaged(reason) | Fault::Rows(_, reason) => self.damaged(reason),
        }
    }
}

/// Bring the file up to date, and read what the writer needs to know.
pub fn load(context: &Context, file: &File) -> Result<Ledger, OpenError> {
    let fault = |fault: Fault| file.fault(fault);
    let found = version(context).map_err(fault)?;
    match found {
        None => begin(context).map_err(fault)?,
        Some(found) if found > FORMAT => {
            let (home, path) = (file.home.clone(), file.path.clone());
            return Err(OpenError::Newer { home, path, found, known: FORMAT });
        }
        Some(FORMAT) => {}
        Some(older) => {
            if !migrate::key_fits(context).map_err(fault)? {
                return Err(wrong_key(file));
            }
            migrate::up(context, older).map_err(fault)?;
            begin(context).map_err(fault)?;
        }
    }
    if !key_fits(context).map_err(fault)? {
        return Err(wrong_key(file));
    }
    let ledger = ledger(context).map_err(fault)?;
    reindex::complete(context, ledger).map_err(fault)
}

fn wrong_key(file: &File) -> OpenError {
    OpenError::Key { home: file.home.clone(), path: file.path.clone() }
}

/// The version of the file; none if nothing was ever written to it.
fn version(context: &Context) -> Result<Option<u32>, Fault> {
    let snapshot = context.engine.snapshot()?;
    match snapshot.get(&keys::meta(VERSION))? {
        Some(bytes) => {
            let bytes = bytes.try_into();
            let bytes =
                bytes.map_err(|_| Fault::Damaged("its version can't be read".to_owned()))?;
            Ok(Some(u32::from_be_bytes(bytes)))
        }
        None if snapshot.range(&[], &[0xff], 1, false)?.is_empty() => Ok(None),
        None => Err(Fault::Damaged("it has no version: it is no home".to_owned())),
    }
}

/// Mark the file as one of the current format, under this key.
fn begin(context: &Context) -> Result<(), Fault> {
    let mut batch = Batch::default();
    let check = keys::meta(KEY_CHECK);
    let sealed = context.keys.seal_value(&check, Vec::new());
    batch.changes.insert(check, Some(sealed));
    batch.changes.insert(keys::meta(VERSION), Some(FORMAT.to_be_bytes().to_vec()));
    Ok(context.engine.commit(&batch)?)
}

fn key_fits(context: &Context) -> Result<bool, Fault> {
    let key = keys::meta(KEY_CHECK);
    let sealed = context.engine.snapshot()?.get(&key)?;
    Ok(sealed.is_some_and(|sealed| context.keys.open_value(&key, &sealed).is_some()))
}

/// The compartments with their counters, and the end of the log.
fn ledger(context: &Context) -> Result<Ledger, Fault> {
    let snapshot = context.engine.snapshot()?;
    let mut ledger = Ledger::default();
    for (handle, record) in compartments(&*snapshot, context)? {
        let overlays = record.overlays > 0;
        let compartment = Compartment { handle, label: record.label.clone(), overlays };
        ledger.catalogue.put(&record.doctype, compartment);
        ledger.compartments.insert(handle, record);
    }
    let head = record::read(&*snapshot, &context.keys, &keys::meta(HEAD))?;
    ledger.head = head.unwrap_or_default();
    Ok(ledger)
}

fn compartments(
    snapshot: &dyn Snapshot,
    context: &Context,
) -> Result<Vec<(Handle, CompartmentRecord)>, Fault> {
    let (mut from, to) = (keys::compartments(), keys::end_of(&keys::compartments()));
    let mut found = Vec::new();
    loop {
        let pairs = snapshot.range(&from, &to, CHUNK, false)?;
        for (key, bytes) in &pairs {
            let record: CompartmentRecord = record::decode(&context.keys, key, bytes)?;
            found.push((context.keys.handle(&record.doctype, &record.label), record));
        }
        match pairs.last() {
            Some((last, _)) if pairs.len() == CHUNK => from = [last.as_slice(), &[0]].concat(),
            _ => return Ok(found),
        }
    }
}
