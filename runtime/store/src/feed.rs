//! The change feed: what changed in the compartments of a lens since a cursor.
//!
//! Each compartment counts its own changes, and a cursor holds a position in each: no number is
//! shared between compartments, so hidden writes leave no gap. Compartments follow each other by
//! handle.

use std::collections::BTreeSet;

use domicile_policy::{Actor, Influence};

use crate::document::{Change, ChangePage};
use crate::engine::Snapshot;
use crate::error::{Fault, QueryError};
use crate::id::{DocId, Handle};
use crate::keys;
use crate::lens::Lens;
use crate::limits::{FEED_COMPARTMENTS_MAX, PAGE_MAX, SHAPED_MAX};
use crate::query::find::FindFault;
use crate::query::scan::CHUNK;
use crate::record::{self, DocumentRecord, OverlayRecord};
use crate::seal::{self, HomeKeys};

const NAME_BYTES: usize = 8;
const ENTRY_BYTES: usize = NAME_BYTES + 6;
const CURSOR_BYTES: usize = 2 + FEED_COMPARTMENTS_MAX * ENTRY_BYTES;

/// How far a feed has come, one number for each compartment of a lens.
type Positions = Vec<u64>;

/// The next page of a feed. Under a grant's rows a document that doesn't match them, deleted or
/// not, is left out: that it changed is not the reader's to know. Under a grant's fields there is
/// no feed, for nothing tells a change that they show from one that they hide.
pub fn page(
    lens: &Lens,
    snapshot: &dyn Snapshot,
    cursor: Option<&str>,
    limit: usize,
    examined_max: usize,
) -> Result<ChangePage, FindFault> {
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(QueryError::Limit(limit).into());
    }
    if lens.fields.is_some() {
        return Err(QueryError::HiddenFields.into());
    }
    if lens.bases.len() > FEED_COMPARTMENTS_MAX {
        return Err(QueryError::TooManySources.into());
    }
    let mut parts = lens.parts();
    parts.push(b"feed".to_vec());
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    let question = seal::question(&parts);
    let mut positions = open(lens, &question, cursor)?;
    let (mut changes, mut told) = (Vec::new(), BTreeSet::new());
    let (mut examined, mut more) = (0, false);
    'all: for (base, position) in lens.bases.iter().zip(&mut positions) {
        // A cursor stays at the last change that was told: what a reader does not see must not move
        // it.
        let mut reached = *position;
        loop {
            if examined >= examined_max {
                (*position, more) = (reached, true);
                break 'all;
            }
            let count = (limit + 1 - changes.len()).min(CHUNK);
            let entries = entries_after(snapshot, &base.handle, reached, count)?;
            if entries.is_empty() {
                break;
            }
            examined += entries.len();
            let ids: Vec<Option<DocId>> = entries.iter().map(|(_, id)| Some(*id)).collect();
            for ((number, id), seen) in entries.into_iter().zip(lens.fetch(snapshot, &ids)?) {
                reached = number;
                if seen.is_none() && lens.rows.is_some() {
                    continue;
                }
                if !told.contains(&id) && changes.len() == limit {
                    more = true;
                    break 'all;
                }
                *position = number;
                if told.insert(id) {
                    let document = seen.map(|seen| lens.show(seen)).transpose()?;
                    changes.push(Change { id: id.to_string(), document });
                }
            }
        }
    }
    Ok(ChangePage { changes, next: seal(lens, &question, &positions), more })
}

/// Who could have shaped what changed in one compartment after a number. Of more changes than are
/// looked at, and of a deletion, which keeps no author: anyone.
pub fn shaped_since(
    snapshot: &dyn Snapshot,
    keys: &HomeKeys,
    handle: &Handle,
    after: u64,
) -> Result<Influence, Fault> {
    let entries = entries_after(snapshot, handle, after, SHAPED_MAX + 1)?;
    let anyone = || Influence::of([Actor::Anyone]);
    if entries.len() > SHAPED_MAX {
        return Ok(anyone());
    }
    let mut all = Influence::nobody();
    for (_, id) in entries {
        let influence = if id.handle == *handle {
            match record::read(snapshot, keys, &keys::document(&id))? {
                Some(DocumentRecord::Live(live)) => live.influence,
                Some(DocumentRecord::Deleted { .. }) | None => anyone(),
            }
        } else {
            let over: Option<OverlayRecord> =
                record::read(snapshot, keys, &keys::overlay(handle, &id))?;
            over.map_or_else(anyone, |over| over.influence)
        };
        all = all.join(&influence);
    }
    Ok(all)
}

fn entries_after(
    snapshot: &dyn Snapshot,
    handle: &Handle,
    position: u64,
    count: usize,
) -> Result<Vec<(u64, DocId)>, Fault> {
    let from = keys::sequence(handle, position.saturating_add(1));
    let to = keys::end_of(&keys::sequences(handle));
    let pairs = snapshot.range(&from, &to, count, false)?;
    let entry = |(key, value): (Vec<u8>, Vec<u8>)| {
        let number = keys::number_at_end(&key);
        number.zip(DocId::from_bytes(&value)).ok_or_else(|| {
            Fault::Damaged("an entry of a change feed is not what was written".to_owned())
        })
    };
    pairs.into_iter().map(entry).collect()
}

fn name(handle: &Handle) -> &[u8] {
    handle.get(..NAME_BYTES).unwrap_or_default()
}

fn seal(lens: &Lens, question: &[u8; 32], positions: &Positions) -> String {
    let reached = || lens.bases.iter().zip(positions).filter(|(_, position)| **position > 0);
    let count = u16::try_from(reached().count()).unwrap_or_default();
    let mut bytes = count.to_be_bytes().to_vec();
    for (base, position) in reached() {
        bytes.extend_from_slice(name(&base.handle));
        bytes.extend(position.to_be_bytes().iter().skip(2));
    }
    lens.keys.seal_cursor(question, &bytes, CURSOR_BYTES)
}

fn open(lens: &Lens, question: &[u8; 32], cursor: Option<&str>) -> Result<Positions, QueryError> {
    let mut positions = vec![0; lens.bases.len()];
    let Some(cursor) = cursor else { return Ok(positions) };
    let bytes = lens.keys.open_cursor(question, cursor, CURSOR_BYTES).ok_or(QueryError::Cursor)?;
    let (count, rest) = bytes.split_at_checked(2).ok_or(QueryError::Cursor)?;
    let count = u16::from_be_bytes(count.try_into().map_err(|_| QueryError::Cursor)?);
    for entry in rest.chunks_exact(ENTRY_BYTES).take(usize::from(count)) {
        let (of, number) = entry.split_at_checked(NAME_BYTES).ok_or(QueryError::Cursor)?;
        let number = number.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        for (base, position) in lens.bases.iter().zip(&mut positions) {
            if name(&base.handle) == of {
                *position = number;
            }
        }
    }
    Ok(positions)
}
