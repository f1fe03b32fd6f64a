//! The way up from older formats, one step for each version.
//!
//! A step moves a few hundred values a commit from the old tables to the new ones, and the version
//! is written last: a step that was cut off goes on where it stopped.

use domicile_policy::{Actor, Doctype, Influence, Label};
use serde::Deserialize;

use crate::context::Context;
use crate::document::Provenance;
use crate::engine::{Batch, Pair};
use crate::error::Fault;
use crate::id::{DocId, Handle};
use crate::keys;
use crate::log::HEAD;
use crate::query::scan::CHUNK;
use crate::record::{
    self, CompartmentRecord, DocumentRecord, LiveDocument, LogHead, LogRecord, Token,
};

type Step = fn(&Context) -> Result<(), Fault>;

/// From each version to the next.
const STEPS: &[(u32, Step)] = &[(0, from_0)];

/// Bring a file of version `found` to the current format, but for the version itself.
pub fn up(context: &Context, found: u32) -> Result<(), Fault> {
    STEPS.iter().filter(|(version, _)| *version >= found).try_for_each(|(_, step)| step(context))
}

/// The tables of version 0: values without tags, documents without influence, a log without a
/// chain, compartments without counters, no indexes, no overlays.
mod old {
    pub const COMPARTMENT: u8 = 0x12;
    pub const DOCUMENT: u8 = 0x13;
    pub const SEQUENCE: u8 = 0x16;
    pub const RECORD: u8 = 0x17;
    pub const LOG: u8 = 0x18;
}

#[derive(Deserialize)]
struct OldCompartment {
    doctype: Doctype,
    label: Label,
    sequence: u64,
}

#[derive(Deserialize)]
struct OldDocument {
    sequence: u64,
    revision: Token,
    provenance: Provenance,
    body: String,
}

/// Whether the home's key made the handles of a file of version 0.
pub fn key_fits(context: &Context) -> Result<bool, Fault> {
    let snapshot = context.engine.snapshot()?;
    let found = snapshot.range(&[old::COMPARTMENT], &[old::COMPARTMENT + 1], 1, false)?;
    let Some((key, bytes)) = found.first() else { return Ok(true) };
    let compartment: OldCompartment = parse(bytes)?;
    Ok(handle_of(key)? == context.keys.handle(&compartment.doctype, &compartment.label))
}

fn from_0(context: &Context) -> Result<(), Fault> {
    each(context, old::COMPARTMENT, false, |batch, key, bytes| {
        let OldCompartment { doctype, label, sequence } = parse(bytes)?;
        let (items, overlays, bytes, indexes) = Default::default();
        let record =
            CompartmentRecord { doctype, label, sequence, items, overlays, bytes, indexes };
        put(context, batch, keys::compartment(&handle_of(key)?), &record)
    })?;
    each(context, old::DOCUMENT, true, |batch, key, bytes| {
        let id = key.get(1..).and_then(DocId::from_bytes).ok_or_else(unreadable)?;
        let OldDocument { sequence, revision, provenance, body } = parse(bytes)?;
        let counters = keys::compartment(&id.handle);
        let mut record: CompartmentRecord =
            held(context, batch, &counters)?.ok_or_else(unreadable)?;
        record.items += 1;
        record.bytes += body.len() as u64;
        put(context, batch, counters, &record)?;
        // Nobody wrote down who shaped it: it could have been anyone.
        let influence = Influence::of([Actor::Anyone]);
        let live = LiveDocument { sequence, revision, influence, provenance, body };
        put(context, batch, keys::document(&id), &DocumentRecord::Live(live))
    })?;
    each(context, old::SEQUENCE, true, |batch, key, bytes| {
        let handle = handle_of(key)?;
        let number = keys::number_at_end(key).ok_or_else(unreadable)?;
        batch.changes.insert(keys::sequence(&handle, number), Some(bytes.to_vec()));
        Ok(())
    })?;
    each(context, old::RECORD, true, |batch, key, bytes| {
        let rest = key.get(1..).unwrap_or_default();
        let at = rest.iter().position(|byte| *byte == 0).ok_or_else(unreadable)?;
        let (space, name) = rest.split_at_checked(at).ok_or_else(unreadable)?;
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(|_| unreadable());
        let name = text(name.get(1..).unwrap_or_default())?;
        put(context, batch, keys::record(&text(space)?, &name), &bytes.to_vec())
    })?;
    each(context, old::LOG, true, |batch, _, bytes| {
        let end = keys::meta(HEAD);
        let head: LogHead = held(context, batch, &end)?.unwrap_or_default();
        let link = context.keys.link(&head.link, head.next, bytes);
        put(context, batch, keys::log(head.next), &LogRecord { link, bytes: bytes.to_vec() })?;
        put(context, batch, end, &LogHead { next: head.next + 1, link })
    })?;
    // Until here they said that the step isn't done: now they may go.
    each(context, old::COMPARTMENT, true, |_, _, _| Ok(()))
}

/// Hand all values of an old table to `move_one`, a few hundred a commit; those moved are deleted.
/// The compartments are only copied at first, and a copy that is there already is left as it is.
fn each(
    context: &Context,
    table: u8,
    delete: bool,
    mut move_one: impl FnMut(&mut Batch, &[u8], &[u8]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut from = vec![table];
    loop {
        let snapshot = context.engine.snapshot()?;
        let pairs: Vec<Pair> = snapshot.range(&from, &[table + 1], CHUNK, false)?;
        let Some((last, _)) = pairs.last() else { return Ok(()) };
        from = [last.as_slice(), &[0]].concat();
        let mut batch = Batch::default();
        for (key, bytes) in &pairs {
            let copied = !delete && snapshot.get(&keys::compartment(&handle_of(key)?))?.is_some();
            if !copied {
                move_one(&mut batch, key, bytes)?;
            }
            if delete {
                batch.changes.insert(key.clone(), None);
            }
        }
        drop(snapshot);
        context.engine.commit(&batch)?;
    }
}

/// A new value, as this batch or the file has it.
fn held<T: serde::de::DeserializeOwned>(
    context: &Context,
    batch: &Batch,
    key: &[u8],
) -> Result<Option<T>, Fault> {
    match batch.changes.get(key) {
        Some(Some(bytes)) => record::decode(&context.keys, key, bytes).map(Some),
        Some(None) => Ok(None),
        None => record::read(&*context.engine.snapshot()?, &context.keys, key),
    }
}

fn put<T: serde::Serialize>(
    context: &Context,
    batch: &mut Batch,
    key: Vec<u8>,
    value: &T,
) -> Result<(), Fault> {
    let sealed = record::encode(&context.keys, &key, value)?;
    batch.changes.insert(key, Some(sealed));
    Ok(())
}

fn parse<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Fault> {
    postcard::from_bytes(bytes).map_err(|_| unreadable())
}

fn handle_of(key: &[u8]) -> Result<Handle, Fault> {
    let handle = key.get(1..17).and_then(|handle| handle.try_into().ok());
    handle.ok_or_else(unreadable)
}

fn unreadable() -> Fault {
    Fault::Damaged("a value of the older format can't be read".to_owned())
}
