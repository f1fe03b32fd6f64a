//! Indexes of a doctype: their names, and the entries that a body has in them.

use crate::body::{Body, Path};
use crate::id::{DocId, Handle};
use crate::keys::{self, IndexId};
use crate::{order, seal};

/// Fields that are indexed together.
#[derive(Clone, Debug)]
pub struct Index {
    pub id: IndexId,
    pub fields: Vec<Path>,
}

impl Index {
    pub fn new(fields: &[String]) -> Index {
        let parts: Vec<&[u8]> = fields.iter().map(String::as_bytes).collect();
        let mut id = IndexId::default();
        id.iter_mut().zip(seal::question(&parts)).for_each(|(out, byte)| *out = byte);
        Index { id, fields: fields.iter().map(|field| Path::new(field)).collect() }
    }

    fn entry(&self, handle: &Handle, id: &DocId, body: &Body) -> Vec<u8> {
        let mut key = keys::index(handle, &self.id);
        self.fields.iter().for_each(|field| order::encode(field.find(body), &mut key));
        key.extend_from_slice(&id.bytes());
        key
    }
}

/// The entries of a body in a compartment's indexes. Each index has one for each body: what is
/// missing is ordered first.
pub fn entries(handle: &Handle, indexes: &[Index], id: &DocId, body: &Body) -> Vec<Vec<u8>> {
    indexes.iter().map(|index| index.entry(handle, id, body)).collect()
}
