//! Candidates for an answer, a batch at a time, merged over the visible compartments.
//!
//! An index entry of a compartment stands for the body as that compartment sees it: a document's
//! own compartment indexes the base, one that lays something over it indexes the merge. So an entry
//! counts for a reader only if it comes from the highest compartment that has a say in the document
//! for that reader. Where two overlays are incomparable no entry tells the merge; such documents
//! are told apart by [`disputed`] and looked at one by one.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use super::plan::{IndexPlan, Plan};
use crate::engine::{Pair, Snapshot};
use crate::error::Fault;
use crate::id::{DocId, Handle};
use crate::keys;
use crate::lens::{Lens, Overlays, Seen};
use crate::limits::BODY_BYTES_A_LOOK;
use crate::record::{self, OverlayChange, OverlayRecord};

/// Entries that one read of the engine takes, at most.
pub const CHUNK: usize = 256;

/// A stretch of one compartment that is being read.
struct Stream {
    handle: Handle,
    from: Vec<u8>,
    to: Vec<u8>,
    /// Length of what is the same in all keys of the stretch.
    prefix: usize,
    buffer: VecDeque<Pair>,
    done: bool,
}

impl Stream {
    fn fill(&mut self, snapshot: &dyn Snapshot, count: usize, down: bool) -> Result<(), Fault> {
        if self.done || !self.buffer.is_empty() {
            return Ok(());
        }
        let pairs = snapshot.range(&self.from, &self.to, count, down)?;
        self.done = pairs.len() < count;
        if let Some((last, _)) = pairs.last() {
            if down {
                self.to = last.clone();
            } else {
                self.from = [last.as_slice(), &[0]].concat();
            }
        }
        self.buffer.extend(pairs);
        Ok(())
    }

    /// What the next entry is ordered by.
    fn head(&self) -> Option<&[u8]> {
        self.buffer.front().and_then(|(key, _)| key.get(self.prefix..))
    }
}

/// Candidates of a plan.
pub struct Scan<'a> {
    lens: &'a Lens<'a>,
    snapshot: &'a dyn Snapshot,
    streams: Vec<Stream>,
    index: Option<bool>,
    skipped: HashSet<DocId>,
    /// How much was looked at so far, in documents of ordinary length.
    pub examined: usize,
}

impl<'a> Scan<'a> {
    /// A scan that leaves out `skipped`; without an index it begins after the id `after`.
    pub fn new(
        lens: &'a Lens<'a>,
        snapshot: &'a dyn Snapshot,
        plan: &Plan,
        after: Option<&[u8]>,
        skipped: HashSet<DocId>,
    ) -> Scan<'a> {
        let handles = lens.bases.iter().map(|base| base.handle);
        let streams = match &plan.index {
            Some(index) => handles.map(|handle| index_stream(handle, index)).collect(),
            None => {
                let after = after.and_then(DocId::from_bytes);
                let left = |handle: &Handle| after.is_none_or(|after| *handle >= after.handle);
                handles.filter(left).map(|handle| document_stream(handle, after)).collect()
            }
        };
        let index = plan.index.as_ref().map(|index| index.downwards);
        Scan { lens, snapshot, streams, index, skipped, examined: 0 }
    }

    /// About `count` more entries and what they lead to; `None` once there are no more.
    pub fn next(&mut self, count: usize) -> Result<Option<Vec<Seen>>, Fault> {
        match self.index {
            Some(downwards) => self.next_entries(count, downwards),
            None => self.next_documents(count),
        }
    }

    fn next_entries(&mut self, count: usize, down: bool) -> Result<Option<Vec<Seen>>, Fault> {
        let mut entries: Vec<(Handle, Option<DocId>)> = Vec::with_capacity(count);
        while entries.len() < count {
            for stream in &mut self.streams {
                stream.fill(self.snapshot, count, down)?;
            }
            let heads = self.streams.iter_mut().filter(|stream| stream.head().is_some());
            let next = if down {
                heads.max_by(|a, b| a.head().cmp(&b.head()))
            } else {
                heads.min_by(|a, b| a.head().cmp(&b.head()))
            };
            let Some(stream) = next else { break };
            let Some((key, _)) = stream.buffer.pop_front() else { break };
            entries.push((stream.handle, keys::id_at_end(&key)));
        }
        if entries.is_empty() {
            return Ok(None);
        }
        let ids: Vec<Option<DocId>> = entries.iter().map(|(_, id)| *id).collect();
        let found = self.lens.fetch(self.snapshot, &ids)?;
        let length = |seen: &Option<Seen>| seen.as_ref().map_or(0, Seen::length);
        self.examined += found.iter().map(|seen| looks(length(seen))).sum::<usize>();
        let found = found.into_iter().zip(entries);
        let counts = found.filter_map(|(seen, (handle, _))| seen.filter(|seen| seen.top == handle));
        Ok(Some(counts.filter(|seen| !self.skipped.contains(&seen.id)).collect()))
    }

    fn next_documents(&mut self, count: usize) -> Result<Option<Vec<Seen>>, Fault> {
        loop {
            let Some(stream) = self.streams.first_mut() else { return Ok(None) };
            stream.fill(self.snapshot, count, false)?;
            if stream.buffer.is_empty() {
                self.streams.remove(0);
                continue;
            }
            let handle = stream.handle;
            let pairs = std::mem::take(&mut stream.buffer);
            self.examined += pairs.iter().map(|(_, bytes)| looks(bytes.len())).sum::<usize>();
            return self.merge(&handle, pairs).map(Some);
        }
    }

    /// A run of documents with what lies over them: one range for each overlay compartment.
    fn merge(&self, base: &Handle, pairs: VecDeque<Pair>) -> Result<Vec<Seen>, Fault> {
        let ids: Vec<DocId> = pairs.iter().filter_map(|(key, _)| keys::id_at_end(key)).collect();
        let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(Vec::new()) };
        let mut laid: Vec<VecDeque<Pair>> = Vec::with_capacity(self.lens.overs.len());
        for over in &self.lens.overs {
            let from = keys::overlay(&over.handle, first);
            let to = keys::end_of(&keys::overlay(&over.handle, last));
            debug_assert!(from.starts_with(&keys::overlays(&over.handle, base)));
            laid.push(self.snapshot.range(&from, &to, pairs.len(), false)?.into());
        }
        let mut seen = Vec::with_capacity(pairs.len());
        for (id, (_, bytes)) in ids.iter().zip(&pairs) {
            let mut overlays: Overlays = Vec::new();
            for (place, (over, laid)) in self.lens.overs.iter().zip(&mut laid).enumerate() {
                let key = keys::overlay(&over.handle, id);
                while laid.front().is_some_and(|(at, _)| *at < key) {
                    laid.pop_front();
                }
                if let Some((_, bytes)) = laid.front().filter(|(at, _)| *at == key) {
                    overlays.push((place, record::decode(self.lens.keys, &key, bytes)?));
                }
            }
            seen.extend(self.lens.merge(id, bytes, overlays)?);
        }
        Ok(seen)
    }
}

/// What a look at so many bytes counts for.
fn looks(bytes: usize) -> usize {
    1 + bytes / BODY_BYTES_A_LOOK
}

fn index_stream(handle: Handle, index: &IndexPlan) -> Stream {
    let prefix = keys::index(&handle, &index.id);
    let (from, to) =
        ([prefix.as_slice(), &index.from].concat(), [prefix.as_slice(), &index.to].concat());
    Stream { handle, from, to, prefix: prefix.len(), buffer: VecDeque::new(), done: false }
}

fn document_stream(handle: Handle, after: Option<DocId>) -> Stream {
    let prefix = keys::documents(&handle);
    let to = keys::end_of(&prefix);
    let from = match after.filter(|after| after.handle == handle) {
        Some(after) => [keys::document(&after).as_slice(), &[0]].concat(),
        None => prefix.clone(),
    };
    Stream { handle, from, to, prefix: prefix.len(), buffer: VecDeque::new(), done: false }
}

/// The documents over which incomparable overlays lie, or `None` if more than `most` had to be
/// looked at. Usually no two overlay compartments are incomparable, and nothing is read.
pub fn disputed(
    lens: &Lens,
    snapshot: &dyn Snapshot,
    most: usize,
) -> Result<Option<HashSet<DocId>>, Fault> {
    let mut sets: HashMap<Handle, BTreeSet<DocId>> = HashMap::new();
    let mut left = most;
    let mut found = HashSet::new();
    for (at, low) in lens.overs.iter().enumerate() {
        for high in lens.overs.iter().skip(at + 1) {
            if low.label.flows_to(&high.label) {
                continue;
            }
            for over in [low, high] {
                if let Entry::Vacant(vacant) = sets.entry(over.handle) {
                    let mut ids = BTreeSet::new();
                    let whole = overlaid(snapshot, &over.handle, &mut left, |id, _, _| {
                        ids.insert(id);
                        Ok(())
                    })?;
                    if !whole {
                        return Ok(None);
                    }
                    vacant.insert(ids);
                }
            }
            if let (Some(low), Some(high)) = (sets.get(&low.handle), sets.get(&high.handle)) {
                found.extend(low.intersection(high).copied());
            }
        }
    }
    Ok(Some(found))
}

/// The documents that an overlay of this lens deletes, or `None` if more than `most` overlays had
/// to be looked at.
pub fn buried(
    lens: &Lens,
    snapshot: &dyn Snapshot,
    most: usize,
) -> Result<Option<HashSet<DocId>>, Fault> {
    let (mut left, mut found) = (most, HashSet::new());
    for over in &lens.overs {
        let whole = overlaid(snapshot, &over.handle, &mut left, |id, key, bytes| {
            let overlay: OverlayRecord = record::decode(lens.keys, key, bytes)?;
            if overlay.change == OverlayChange::Tombstone {
                found.insert(id);
            }
            Ok(())
        })?;
        if !whole {
            return Ok(None);
        }
    }
    Ok(Some(found))
}

/// Hand all overlays of a compartment to `each`; false if there are more than are `left` to look
/// at.
fn overlaid(
    snapshot: &dyn Snapshot,
    over: &Handle,
    left: &mut usize,
    mut each: impl FnMut(DocId, &[u8], &[u8]) -> Result<(), Fault>,
) -> Result<bool, Fault> {
    let mut from = keys::all_overlays(over);
    let to = keys::end_of(&from);
    loop {
        let pairs = snapshot.range(&from, &to, CHUNK, false)?;
        let Some(rest) = left.checked_sub(pairs.len()) else { return Ok(false) };
        *left = rest;
        for (key, bytes) in &pairs {
            if let Some(id) = keys::id_at_end(key) {
                each(id, key, bytes)?;
            }
        }
        match pairs.last() {
            Some((last, _)) if pairs.len() == CHUNK => from = [last.as_slice(), &[0]].concat(),
            _ => return Ok(true),
        }
    }
}
