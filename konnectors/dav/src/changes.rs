//! What changed in a collection since a mark, and the contents of what did. A server that keeps no
//! marks (RFC 6578) tells all, if its tag says that something changed.

use std::collections::BTreeSet;

use domicile_sdk::konnector::Failure;
use serde::{Deserialize, Serialize};

use crate::client::{ask, insist, path_of};
use crate::multistatus::Multistatus;
use crate::{Collection, Service};

/// Resources that one request asks for.
const RESOURCES_AT_ONCE: usize = 100;
/// Answers that one list of changes may come in.
const PARTS_MAX: usize = 100;

/// How far a collection was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The server's mark for its list of changes.
    sync: Option<String>,
    tag: Option<String>,
}

/// What changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Paths of resources that are new or other than before.
    pub changed: BTreeSet<String>,
    /// How many are gone.
    pub gone: usize,
    /// How far this reads.
    pub mark: Mark,
}

/// What changed since `mark`; all, without one.
pub fn changes(collection: &Collection, mark: Option<Mark>) -> Result<Changes, Failure> {
    let mark = mark.unwrap_or_default();
    if collection.tag.is_some() && collection.tag == mark.tag {
        return Ok(Changes { mark, ..Changes::default() });
    }
    let known = mark.sync.is_some();
    if let Some(changes) = synced(collection, mark.sync)? {
        return Ok(changes);
    }
    // The server forgot the mark: all again, from the beginning.
    if known && let Some(changes) = synced(collection, None)? {
        return Ok(changes);
    }
    listed(collection)
}

/// By the server's list of changes; `None` if it keeps none, or does not know the mark.
fn synced(collection: &Collection, mut sync: Option<String>) -> Result<Option<Changes>, Failure> {
    let mut changes = Changes::default();
    for _ in 0..PARTS_MAX {
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><D:sync-collection xmlns:D=\"DAV:\">\
             <D:sync-token>{}</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/>\
             </D:prop></D:sync-collection>",
            escaped(sync.as_deref().unwrap_or_default())
        );
        let Some(part) = ask("report", &collection.path, "0", &body)? else { return Ok(None) };
        let more = take(&part, &collection.path, &mut changes);
        let Some(token) = part.sync_token else { return Ok(None) };
        sync = Some(token);
        if !more {
            changes.mark.tag.clone_from(&collection.tag);
            break;
        }
    }
    // Without the tag of a whole list, the next run goes on from here.
    changes.mark.sync = sync;
    Ok(Some(changes))
}

/// By a list of all that is there.
fn listed(collection: &Collection) -> Result<Changes, Failure> {
    let body = "<?xml version=\"1.0\" encoding=\"utf-8\"?><D:propfind xmlns:D=\"DAV:\"><D:prop>\
                <D:getetag/></D:prop></D:propfind>";
    let part = insist("propfind", &collection.path, "1", body)?;
    let mut changes = Changes::default();
    take(&part, &collection.path, &mut changes);
    changes.mark.tag.clone_from(&collection.tag);
    Ok(changes)
}

/// Sorts an answer's resources; whether the server has more to tell.
fn take(part: &Multistatus, collection: &str, changes: &mut Changes) -> bool {
    let mut more = false;
    for one in &part.responses {
        let path = path_of(&one.href);
        match one.status {
            _ if path.trim_end_matches('/') == collection.trim_end_matches('/') => {
                more |= one.status == Some(507);
            }
            Some(404) => {
                changes.changed.remove(&path);
                changes.gone += 1;
            }
            _ if one.text("getetag").is_some() => {
                changes.changed.insert(path);
            }
            _ => {}
        }
    }
    more
}

/// The contents of resources: `each` takes a path and its text. How many the server kept back.
pub fn contents(
    service: Service,
    collection: &Collection,
    paths: &BTreeSet<String>,
    mut each: impl FnMut(&str, &str),
) -> Result<usize, Failure> {
    let paths: Vec<&String> = paths.iter().collect();
    let mut given = 0;
    for some in paths.chunks(RESOURCES_AT_ONCE) {
        let hrefs: String =
            some.iter().map(|path| format!("<D:href>{}</D:href>", escaped(path))).collect();
        let (multiget, data) = (service.multiget, service.data);
        let name = multiget.split(' ').next().unwrap_or_default();
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><{multiget} xmlns:D=\"DAV:\"><D:prop>\
             <D:getetag/><C:{data}/></D:prop>{hrefs}</{name}>"
        );
        for one in insist("report", &collection.path, "1", &body)?.responses {
            let text = one.text(data);
            text.into_iter().for_each(|text| each(&path_of(&one.href), text));
            given += usize::from(text.is_some() || one.status == Some(404));
        }
    }
    Ok(paths.len().saturating_sub(given))
}

/// As text of an element.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
