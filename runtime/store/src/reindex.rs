//! Indexes made anew when a doctype's list of them changed, or when an older format had none.
//!
//! A few hundred entries a commit; the compartment's record says that they are complete only after
//! the last one, so that work that was cut off is done again.

use crate::body;
use crate::context::Context;
use crate::engine::{Batch, Pair};
use crate::error::Fault;
use crate::id::{DocId, Handle};
use crate::index::{Index, entries};
use crate::keys;
use crate::query::scan::CHUNK;
use crate::record::{self, DocumentRecord};
use crate::writer::{Ledger, Stack};

/// Make the indexes of every compartment those that its doctype has now.
pub fn complete(context: &Context, mut ledger: Ledger) -> Result<Ledger, Fault> {
    let handles: Vec<Handle> = ledger.compartments.keys().copied().collect();
    for handle in handles {
        let Some(record) = ledger.compartments.get(&handle) else { continue };
        let indexes = context.indexes(&record.doctype);
        let wanted: Vec<_> = indexes.iter().map(|index| index.id).collect();
        if record.indexes == wanted {
            continue;
        }
        let mut record = record.clone();
        clear(context, &handle)?;
        index_documents(context, &handle, indexes)?;
        index_overlays(context, &ledger, &handle, &record.doctype, indexes)?;
        record.indexes = wanted;
        let key = keys::compartment(&handle);
        let sealed = record::encode(&context.keys, &key, &record)?;
        let mut batch = Batch::default();
        batch.changes.insert(key, Some(sealed));
        context.engine.commit(&batch)?;
        ledger.compartments.insert(handle, record);
    }
    Ok(ledger)
}

fn clear(context: &Context, handle: &Handle) -> Result<(), Fault> {
    in_chunks(context, keys::indexes(handle), |batch, key, _| {
        batch.changes.insert(key.to_vec(), None);
        Ok(())
    })
}

fn index_documents(context: &Context, handle: &Handle, indexes: &[Index]) -> Result<(), Fault> {
    in_chunks(context, keys::documents(handle), |batch, key, bytes| {
        if let DocumentRecord::Live(live) = record::decode(&context.keys, key, bytes)?
            && let Some(id) = keys::id_at_end(key)
        {
            let body = body::parse(&live.body)?;
            put(batch, entries(handle, indexes, &id, &body));
        }
        Ok(())
    })
}

fn index_overlays(
    context: &Context,
    ledger: &Ledger,
    handle: &Handle,
    doctype: &domicile_policy::Doctype,
    indexes: &[Index],
) -> Result<(), Fault> {
    in_chunks(context, keys::all_overlays(handle), |batch, key, _| {
        let Some(id) = keys::id_at_end(key) else { return Ok(()) };
        let snapshot = context.engine.snapshot()?;
        let base = base(context, &*snapshot, &id)?;
        let stack = Stack::read(&*snapshot, &context.keys, &ledger.catalogue, doctype, &id, base)?;
        let top = stack.layers.iter().find(|layer| layer.handle == *handle);
        if let Some(body) = top.map(|top| stack.view(top)).transpose()?.flatten() {
            put(batch, entries(handle, indexes, &id, &body));
        }
        Ok(())
    })
}

fn base(
    context: &Context,
    snapshot: &dyn crate::engine::Snapshot,
    id: &DocId,
) -> Result<Option<body::Body>, Fault> {
    match record::read(snapshot, &context.keys, &keys::document(id))? {
        Some(DocumentRecord::Live(live)) => body::parse(&live.body).map(Some),
        Some(DocumentRecord::Deleted { .. }) | None => Ok(None),
    }
}

fn put(batch: &mut Batch, entries: Vec<Vec<u8>>) {
    batch.changes.extend(entries.into_iter().map(|entry| (entry, Some(Vec::new()))));
}

/// Go through all that begins with `prefix`, one commit for a few hundred values.
fn in_chunks(
    context: &Context,
    prefix: Vec<u8>,
    mut work: impl FnMut(&mut Batch, &[u8], &[u8]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let (mut from, to) = (prefix.clone(), keys::end_of(&prefix));
    loop {
        let pairs: Vec<Pair> = context.engine.snapshot()?.range(&from, &to, CHUNK, false)?;
        let Some((last, _)) = pairs.last() else { return Ok(()) };
        from = [last.as_slice(), &[0]].concat();
        let mut batch = Batch::default();
        pairs.iter().try_for_each(|(key, bytes)| work(&mut batch, key, bytes))?;
        context.engine.commit(&batch)?;
    }
}
