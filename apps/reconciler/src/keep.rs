//! What is kept as documents. In: the bodies that are wanted, by key. Out: creations, changes and
//! deletions of those that differ. Never here: two documents of one key for longer than it takes
//! to see them; a write of what is there already.

use std::collections::BTreeMap;

use domicile_sdk::docs::{self, Doc, DocsError};
use reconcile::record::{AlertRecord, Bodies, Kind, Raw, told};
use reconcile::{Day, Notice};

/// Documents of one kind that are looked at: several for each bill.
pub const STORED_MAX: usize = 100_000;
/// Documents of one write: a body has some kilobytes, and a call is bounded by bytes too.
const PART: usize = 100;

/// Makes the stored documents of a kind those that are wanted. Answers whether there was anything
/// to do: then another look tells whether that is how they are now.
pub fn sync<T: Kind>(wanted: &Bodies) -> Result<bool, DocsError> {
    let mut stored = BTreeMap::<String, Vec<Doc<Raw<T>>>>::new();
    for doc in docs::find::<Raw<T>>().all(STORED_MAX)? {
        stored.entry(doc.value.key().to_owned()).or_default().push(doc);
    }
    let (mut made, mut changed, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    for (key, body) in wanted {
        let mut alike = stored.remove(key).unwrap_or_default();
        sort(&mut alike);
        let mut alike = alike.into_iter();
        let Some(mut doc) = alike.next() else {
            made.push(Raw::<T>::new(body.clone()));
            continue;
        };
        gone.extend(alike);
        let mut body = body.clone();
        for name in T::CARRIED {
            let carried = doc.value.body.get(*name).cloned();
            body.extend(carried.map(|value| ((*name).to_owned(), value)));
        }
        if doc.value.body != body {
            doc.value = Raw::new(body);
            changed.push(doc);
        }
    }
    gone.extend(stored.into_values().flatten());
    for part in made.chunks(PART) {
        docs::create_many(part)?;
    }
    for part in changed.chunks_mut(PART) {
        raced(docs::update_many(part))?;
    }
    for part in gone.chunks(PART) {
        raced(docs::delete_many(part))?;
    }
    Ok(!made.is_empty() || !changed.is_empty() || !gone.is_empty())
}

/// Two runs may have made one each. All put the same one first: what the owner was told of, then
/// the lowest id.
fn sort<T: Kind>(alike: &mut [Doc<Raw<T>>]) {
    alike.sort_by_key(|doc| {
        let carries = T::CARRIED.iter().any(|name| doc.value.body.contains_key(*name));
        (!carries, doc.id.clone())
    });
}

/// Another run was faster: the next look shows what it left.
pub fn raced(result: Result<(), DocsError>) -> Result<(), DocsError> {
    match result {
        Err(DocsError::Conflict | DocsError::Absent) => Ok(()),
        other => other,
    }
}

/// What the owner was told, by the alert's key.
pub fn notices(today: Day) -> Result<BTreeMap<String, Notice>, DocsError> {
    let stored = docs::find::<Raw<AlertRecord>>().all(STORED_MAX)?;
    let told = |doc: &Doc<Raw<AlertRecord>>| {
        Some((doc.value.key().to_owned(), told(&doc.value.body, today)?))
    };
    Ok(stored.iter().filter_map(told).collect())
}
