//! Index entries: which ones a body has.

use crate::body::{Body, Path};
use crate::id::{DocId, Handle};
use crate::keys;
use crate::order;
use crate::query::plan::index_id;

/// The entries of a body in a compartment's indexes. Each index has one for each body: what is missing is
/// ordered first.
pub fn entries(handle: &Handle, indexes: &[Vec<String>], id: &DocId, body: &Body) -> Vec<Vec<u8>> {
    let entry = |fields: &Vec<String>| {
        let mut key = keys::index(handle, &index_id(fields));
        for field in fields {
            order::encode(Path::new(field).find(body), &mut key);
        }
        key.extend_from_slice(&id.bytes());
        key
    };
    indexes.iter().map(entry).collect()
}
