//! Which accounts brought which documents, and what of it would go with one of them.
//!
//! In flow the names of accounts; out flow documents by their ids, for the host and its owner. No
//! reader of documents sees a claim, and making one moves no revision, feed or quota.

use std::collections::HashMap;

use domicile_policy::Doctype;

use crate::catalogue::Catalogue;
use crate::document::{Brought, BroughtPage, Fate};
use crate::engine::Snapshot;
use crate::error::Fault;
use crate::id::{DocId, Handle};
use crate::keys;
use crate::query::scan::CHUNK;
use crate::record::{self, ClaimRecord, CompartmentRecord, DocumentRecord, OverlayChange, Source};
use crate::seal::HomeKeys;
use crate::writer::Stack;

/// What becomes of a document if this account takes along what it brought; nothing is said of one
/// that it didn't bring, or that is gone.
pub fn fate(
    source: &(impl Source + ?Sized),
    keys: &HomeKeys,
    catalogue: &Catalogue,
    doctype: &Doctype,
    id: &DocId,
    account: &str,
) -> Result<Option<Fate>, Fault> {
    let claim: Option<ClaimRecord> = record::read(source, keys, &keys::claim(id))?;
    let Some(claim) = claim.filter(|claim| claim.accounts.iter().any(|one| one == account)) else {
        return Ok(None);
    };
    let Some(DocumentRecord::Live(live)) = record::read(source, keys, &keys::document(id))? else {
        return Ok(None);
    };
    if claim.accounts.len() > 1 {
        return Ok(Some(Fate::Shared));
    }
    // Who deleted it for themselves wants no more of it; a patch is somebody's work.
    let stack = Stack::read(source, keys, catalogue, doctype, id, None)?;
    let patched = |change: &OverlayChange| matches!(change, OverlayChange::Patch { .. });
    let laid_over = stack.layers.iter().any(|layer| patched(&layer.overlay.change));
    let changed = laid_over || live.revision != claim.revision;
    Ok(Some(if changed { Fate::Changed } else { Fate::Goes }))
}

/// Of the next few hundred claims after `after`, those of one account.
pub fn page(
    snapshot: &dyn Snapshot,
    keys: &HomeKeys,
    catalogue: &Catalogue,
    account: &str,
    after: Option<DocId>,
) -> Result<BroughtPage, Fault> {
    let from = after.map_or_else(keys::claims, |id| [keys::claim(&id).as_slice(), &[0]].concat());
    let pairs = snapshot.range(&from, &keys::end_of(&keys::claims()), CHUNK, false)?;
    let mut doctypes: HashMap<Handle, Doctype> = HashMap::new();
    let mut documents = Vec::new();
    for (key, _) in &pairs {
        let Some(id) = keys::id_at_end(key) else { continue };
        let doctype = match doctypes.get(&id.handle) {
            Some(known) => known.clone(),
            None => {
                let own = keys::compartment(&id.handle);
                let Some(record) = record::read::<CompartmentRecord>(snapshot, keys, &own)? else {
                    continue;
                };
                doctypes.insert(id.handle, record.doctype.clone());
                record.doctype
            }
        };
        if let Some(fate) = fate(snapshot, keys, catalogue, &doctype, &id, account)? {
            documents.push(Brought { id: id.to_string(), doctype, fate });
        }
    }
    let last = pairs.last().filter(|_| pairs.len() == CHUNK);
    let next = last.and_then(|(key, _)| keys::id_at_end(key)).map(|id| id.to_string());
    Ok(BroughtPage { documents, next })
}
