//! The layout of keys. The first byte is the table; a compartment's handle comes next, so that each
//! compartment's documents, overlays, index entries and sequence lie together and apart from
//! others'.

use crate::id::{DocId, Handle};

/// The name of an index: a hash of its field paths.
pub type IndexId = [u8; 8];

const META: u8 = 0x01;
const COMPARTMENT: u8 = 0x02;
const DOCUMENT: u8 = 0x03;
const OVERLAY: u8 = 0x04;
const INDEX: u8 = 0x05;
const SEQUENCE: u8 = 0x06;
const RECORD: u8 = 0x07;
const LOG: u8 = 0x08;
const CONTENT: u8 = 0x09;
const CLAIM: u8 = 0x0a;

fn key(table: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut key = Vec::with_capacity(1 + length);
    key.push(table);
    parts.iter().for_each(|part| key.extend_from_slice(part));
    key
}

/// A fact about the file itself.
pub fn meta(name: &str) -> Vec<u8> {
    key(META, &[name.as_bytes()])
}

/// A compartment's own record.
pub fn compartment(handle: &Handle) -> Vec<u8> {
    key(COMPARTMENT, &[handle])
}

/// All compartments' own records.
pub fn compartments() -> Vec<u8> {
    vec![COMPARTMENT]
}

/// A document.
pub fn document(id: &DocId) -> Vec<u8> {
    key(DOCUMENT, &[&id.handle, &id.item])
}

/// A compartment's documents.
pub fn documents(handle: &Handle) -> Vec<u8> {
    key(DOCUMENT, &[handle])
}

/// What the compartment `over` lays over the document `id`.
pub fn overlay(over: &Handle, id: &DocId) -> Vec<u8> {
    key(OVERLAY, &[over, &id.handle, &id.item])
}

/// All that the compartment `over` lays over documents of the compartment `base`.
pub fn overlays(over: &Handle, base: &Handle) -> Vec<u8> {
    key(OVERLAY, &[over, base])
}

/// All that a compartment lays over any documents.
pub fn all_overlays(over: &Handle) -> Vec<u8> {
    key(OVERLAY, &[over])
}

/// The entries of one index of a compartment; after it come the ordered values and the id.
pub fn index(handle: &Handle, index: &IndexId) -> Vec<u8> {
    key(INDEX, &[handle, index])
}

/// The entries of all indexes of a compartment.
pub fn indexes(handle: &Handle) -> Vec<u8> {
    key(INDEX, &[handle])
}

/// The change with a number in a compartment.
pub fn sequence(handle: &Handle, number: u64) -> Vec<u8> {
    key(SEQUENCE, &[handle, &number.to_be_bytes()])
}

/// All changes of a compartment.
pub fn sequences(handle: &Handle) -> Vec<u8> {
    key(SEQUENCE, &[handle])
}

/// One of the host's own records.
pub fn record(space: &str, name: &str) -> Vec<u8> {
    key(RECORD, &[space.as_bytes(), &[0], name.as_bytes()])
}

/// The audit entry with a number.
pub fn log(number: u64) -> Vec<u8> {
    key(LOG, &[&number.to_be_bytes()])
}

/// All audit entries.
pub fn logs() -> Vec<u8> {
    vec![LOG]
}

/// The id at the end of a key.
pub fn id_at_end(key: &[u8]) -> Option<DocId> {
    key.len().checked_sub(32).and_then(|at| key.get(at..)).and_then(DocId::from_bytes)
}

/// A content of a compartment.
pub fn content(handle: &Handle, hash: &[u8; 32]) -> Vec<u8> {
    key(CONTENT, &[handle, hash])
}

/// All contents.
pub fn contents() -> Vec<u8> {
    vec![CONTENT]
}

/// Which accounts brought a document.
pub fn claim(id: &DocId) -> Vec<u8> {
    key(CLAIM, &[&id.handle, &id.item])
}

/// Which accounts brought which documents.
pub fn claims() -> Vec<u8> {
    vec![CLAIM]
}

/// The compartment and the hash in the key of a content.
pub fn content_of(key: &[u8]) -> Option<(Handle, [u8; 32])> {
    let (handle, hash) = key.get(1..)?.split_first_chunk()?;
    Some((*handle, hash.try_into().ok()?))
}

/// The number at the end of a key.
pub fn number_at_end(key: &[u8]) -> Option<u64> {
    let at = key.len().checked_sub(8)?;
    Some(u64::from_be_bytes(key.get(at..)?.try_into().ok()?))
}

/// The first key after all that begin with `prefix`.
pub fn end_of(prefix: &[u8]) -> Vec<u8> {
    let kept = prefix.iter().rposition(|byte| *byte != 0xff).map_or(0, |at| at + 1);
    let mut end: Vec<u8> = prefix.iter().take(kept).copied().collect();
    match end.last_mut() {
        Some(last) => *last += 1,
        // Nothing but 0xff: only a longer run of it is above. No table begins so.
        None => end = vec![0xff; prefix.len() + 1],
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_carry() {
        assert_eq!(end_of(&[3, 7]), [3, 8]);
        assert_eq!(end_of(&[3, 0xff, 0xff]), [4]);
        assert!(end_of(&[0xff]) > vec![0xff]);
    }

    #[test]
    fn numbers_and_ids_are_found_again() {
        let id = DocId { handle: [1; 16], item: [2; 16] };
        assert_eq!(id_at_end(&overlay(&[9; 16], &id)), Some(id));
        assert_eq!(number_at_end(&sequence(&[9; 16], 77)), Some(77));
        assert_eq!(id_at_end(b"short"), None);
        assert_eq!(number_at_end(b"short"), None);
    }
}
