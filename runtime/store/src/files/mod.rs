//! Files and folders: a tree made of documents, as a scope sees it.
//!
//! In flow scopes and ids; out flow entries, folders' sizes and the bodies of changes. A name is no
//! key: two entries of one folder may have one name, so that nobody learns from a conflict what is
//! there. What is counted or summed is what the scope shows.

mod entry;
pub mod name;

use std::collections::HashSet;

use domicile_policy::{Label, ReadScope};
use serde_json::json;

use crate::document::{Page, Query};
use crate::error::{QueryError, ReadError};
use crate::home::Home;
use crate::limits::{FOLDER_LEVELS_MAX, FOLDER_PLACES_MAX, PAGE_MAX};
pub use domicile_proto::doctype::FILES;
pub use entry::{Entry, ROOT, deposited_file, deposited_folder, file, folder};

/// Not in the trash, whoever wrote it.
const KEPT: &str = r#""$not":{"trashed":true}"#;

/// Some entries of a folder, by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Entries {
    /// At most a hundred.
    pub entries: Vec<Entry>,
    /// The cursor of the next ones.
    pub next: Option<String>,
}

/// What a folder holds, for one reader.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Entries.
    pub count: u64,
    /// Whether there are more than were counted.
    pub more: bool,
    /// Of its files, without those in its folders.
    pub bytes: u64,
    /// The last change of any of them.
    pub updated_at: String,
    /// Changes with each change that this reader sees.
    pub tag: String,
}

/// A folder that something is to be put into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// It can be: what is in it is about this too.
    Open(Label),
    /// It is not there, or not the reader's to see, or in the trash.
    Absent,
    /// It is below what is to be moved.
    Below,
    /// It is as deep as a folder may be.
    Deep,
}

impl Home {
    /// The file or folder with this id.
    pub fn entry(&self, scope: &ReadScope, id: &str) -> Result<Option<Entry>, ReadError> {
        let found = self.get_many(scope, &[id])?.into_iter().next().flatten();
        found.map(|document| Entry::of(document).map_err(|f| f.in_home(self.name()))).transpose()
    }

    /// A page of what is in a folder, the trash left out.
    pub fn entries(
        &self,
        scope: &ReadScope,
        folder: &str,
        cursor: Option<String>,
        limit: usize,
    ) -> Result<Entries, QueryError> {
        let selector = format!(r#"{{"dir_id":{},{KEPT}}}"#, json!(folder));
        let query = Query { cursor, limit, ..Query::new(selector).sort("name", false) };
        self.page(scope, &query)
    }

    /// A page of what is in the trash.
    pub fn trash(&self, scope: &ReadScope, cursor: Option<String>) -> Result<Entries, QueryError> {
        let query = Query::new(r#"{"trashed":true}"#).sort("updated_at", true);
        self.page(scope, &Query { cursor, ..query })
    }

    fn page(&self, scope: &ReadScope, query: &Query) -> Result<Entries, QueryError> {
        let Page { documents, next } = self.find(scope, query)?;
        let entries = documents.into_iter().map(Entry::of).collect::<Result<_, _>>();
        let entries = entries.map_err(|fault| fault.in_home(self.name()))?;
        Ok(Entries { entries, next })
    }

    /// What a folder holds, as the scope sees it, looking at `most` entries or a page more.
    pub fn summary(
        &self,
        scope: &ReadScope,
        folder: &str,
        most: u64,
    ) -> Result<Summary, QueryError> {
        let (mut summary, mut cursor) = (Summary::default(), None);
        let mut seen = blake3::Hasher::new();
        loop {
            let page = self.entries(scope, folder, cursor, PAGE_MAX)?;
            for entry in &page.entries {
                summary.count += 1;
                summary.bytes = summary.bytes.saturating_add(entry.size);
                summary.updated_at = entry.updated_at.clone().max(summary.updated_at);
                seen.update(entry.id.as_bytes()).update(entry.revision.as_bytes());
            }
            cursor = page.next;
            summary.more = cursor.is_some();
            if cursor.is_none() || summary.count >= most {
                summary.tag = seen.finalize().to_hex().chars().take(32).collect();
                return Ok(summary);
            }
        }
    }

    /// Whether something can be put into a folder: `moving`, if it is there already.
    pub fn place(
        &self,
        scope: &ReadScope,
        folder: &str,
        moving: Option<&str>,
    ) -> Result<Place, ReadError> {
        let path = self.path_to(scope, folder)?;
        let reached = path.first().map_or(folder, |top| top.parent.as_str());
        if path.iter().any(|entry| moving == Some(entry.id.as_str())) {
            return Ok(Place::Below);
        }
        if path.len() >= FOLDER_LEVELS_MAX {
            return Ok(Place::Deep);
        }
        let open = reached == ROOT && path.iter().all(|entry| entry.folder && !entry.trashed);
        let label = path.last().map_or_else(Label::nothing, |last| last.label.clone());
        Ok(if open { Place::Open(label) } else { Place::Absent })
    }

    /// The folders from the top down to an entry, itself included, as far as the scope shows them;
    /// at most as many as there may be.
    pub fn path_to(&self, scope: &ReadScope, id: &str) -> Result<Vec<Entry>, ReadError> {
        let (mut path, mut at) = (Vec::new(), id.to_owned());
        while path.len() < FOLDER_LEVELS_MAX && at != ROOT {
            let Some(entry) = self.entry(scope, &at)? else { break };
            at.clone_from(&entry.parent);
            path.push(entry);
        }
        path.reverse();
        Ok(path)
    }

    /// The folders that a path leads to: one for each compartment that has such a path.
    pub fn places(&self, scope: &ReadScope, path: &[&str]) -> Result<Vec<Entry>, QueryError> {
        let mut places: Vec<Entry> = Vec::new();
        for (level, name) in path.iter().enumerate() {
            let above = if level == 0 { vec![ROOT.to_owned()] } else { ids(&places) };
            places = Vec::new();
            for id in above {
                let (id, name) = (json!(id), json!(name));
                let text = format!(r#"{{"dir_id":{id},"name":{name},"type":"directory",{KEPT}}}"#);
                places.extend(self.page(scope, &Query::new(text))?.entries);
            }
            places.truncate(FOLDER_PLACES_MAX);
        }
        Ok(places)
    }

    /// An entry and all that is below it, at most `max`; those in the trash as well.
    pub fn below(
        &self,
        scope: &ReadScope,
        top: Entry,
        max: usize,
    ) -> Result<Vec<Entry>, QueryError> {
        let mut known: HashSet<String> = HashSet::from([top.id.clone()]);
        let (mut found, mut at) = (vec![top], 0);
        while let Some(entry) = found.get(at) {
            at += 1;
            if !entry.folder {
                continue;
            }
            let query = Query::new(json!({"dir_id": entry.id}).to_string());
            let mut cursor = None;
            loop {
                let page = self.page(scope, &Query { cursor, ..query.clone() })?;
                let fresh = page.entries.into_iter().filter(|one| known.insert(one.id.clone()));
                found.extend(fresh);
                cursor = page.next;
                if cursor.is_none() || found.len() >= max {
                    break;
                }
            }
            if found.len() >= max {
                found.truncate(max);
                break;
            }
        }
        Ok(found)
    }
}

fn ids(entries: &[Entry]) -> Vec<String> {
    entries.iter().map(|entry| entry.id.clone()).collect()
}
