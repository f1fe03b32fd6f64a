//! The host's functions for files over the home of the running test: entries by id, bytes beside
//! them.

use super::native::{State, with};
use crate::bindings::app::domicile::files::folders::{Page, Summary};
use crate::bindings::app::domicile::files::types::{Entry, Error, Kind};
use crate::bindings::app::domicile::files::write::Written;
use crate::bindings::importer::domicile::files::save;
use std::cell::RefCell;
use std::rc::Rc;

/// A file that was opened.
pub(crate) struct Reader(Rc<Vec<u8>>);

impl Reader {
    pub(crate) fn size(&self) -> u64 {
        self.0.len() as u64
    }

    pub(crate) fn read(&self, offset: u64, length: u32) -> Result<Vec<u8>, Error> {
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(self.0.len());
        let to = from.saturating_add(length as usize).min(self.0.len());
        Ok(self.0[from..to].to_vec())
    }
}

/// A file that is written: its entry, or its path where it is saved.
pub(crate) struct Writer {
    entry: Entry,
    bytes: RefCell<Vec<u8>>,
}

impl Writer {
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<(), Error> {
        self.bytes.borrow_mut().extend(bytes);
        Ok(())
    }

    pub(crate) fn finish(&self) -> Result<Written, Error> {
        let bytes = self.bytes.take();
        with(|state| {
            let entry = Entry { size: bytes.len() as u64, ..self.entry.clone() };
            let written = state.put_entry(entry);
            state.bytes.insert(written.id.clone(), Rc::new(bytes));
            Ok(written)
        })
    }
}

/// A file that is saved.
pub(crate) struct Saver {
    path: String,
    bytes: RefCell<Vec<u8>>,
}

impl Saver {
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<(), save::Error> {
        self.bytes.borrow_mut().extend(bytes);
        Ok(())
    }

    pub(crate) fn finish(&self) -> Result<(), save::Error> {
        with(|state| state.saved.push((self.path.clone(), self.bytes.take())));
        Ok(())
    }
}

impl State {
    fn put_entry(&mut self, mut entry: Entry) -> Written {
        self.sequence += 1;
        if entry.id.is_empty() {
            entry.id = crate::testing::id_of(self.sequence);
        }
        entry.revision = self.sequence.to_string();
        let written = Written { id: entry.id.clone(), revision: entry.revision.clone() };
        self.entries.insert(entry.id.clone(), entry);
        written
    }

    fn entry(&self, id: &str, revision: &str) -> Result<Entry, Error> {
        let entry = self.entries.get(id).ok_or(Error::Absent)?;
        if entry.revision == revision { Ok(entry.clone()) } else { Err(Error::Conflict) }
    }

    fn change(
        &mut self,
        id: &str,
        revision: &str,
        change: impl FnOnce(&mut Entry),
    ) -> Result<String, Error> {
        let mut entry = self.entry(id, revision)?;
        change(&mut entry);
        Ok(self.put_entry(entry).revision)
    }

    fn children(&self, folder: &str) -> Vec<Entry> {
        let inside = |entry: &&Entry| entry.parent == folder && !entry.trashed;
        let mut found: Vec<Entry> = self.entries.values().filter(inside).cloned().collect();
        found.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        found
    }
}

fn new_entry(kind: Kind, parent: &str, name: &str, mime: &str) -> Entry {
    Entry {
        id: String::new(),
        revision: String::new(),
        kind,
        name: name.to_owned(),
        parent: parent.to_owned(),
        size: 0,
        mime: mime.to_owned(),
        updated_at: String::new(),
        trashed: false,
    }
}

pub(crate) fn file_stat(id: &str) -> Result<Entry, Error> {
    with(|state| state.entries.get(id).cloned().ok_or(Error::Absent))
}

pub(crate) fn file_open(id: &str) -> Result<Reader, Error> {
    with(|state| state.bytes.get(id).cloned().map(Reader).ok_or(Error::Absent))
}

pub(crate) fn file_entries(folder: &str, cursor: Option<&str>, limit: u32) -> Result<Page, Error> {
    let from: usize = cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
    with(|state| {
        let all = state.children(folder);
        let to = all.len().min(from + limit as usize);
        let next = (to < all.len()).then(|| to.to_string());
        Ok(Page { entries: all.get(from..to).unwrap_or_default().to_vec(), next })
    })
}

pub(crate) fn file_summary(folder: &str) -> Result<Summary, Error> {
    with(|state| {
        let all = state.children(folder);
        Ok(Summary {
            count: all.len() as u64,
            bytes: all.iter().map(|entry| entry.size).sum(),
            more: false,
            updated_at: String::new(),
            tag: state.sequence.to_string(),
        })
    })
}

pub(crate) fn file_create_folder(parent: &str, name: &str) -> Result<Written, Error> {
    with(|state| Ok(state.put_entry(new_entry(Kind::Folder, parent, name, ""))))
}

pub(crate) fn file_create(parent: &str, name: &str, mime: &str) -> Result<Writer, Error> {
    Ok(Writer { entry: new_entry(Kind::File, parent, name, mime), bytes: RefCell::default() })
}

pub(crate) fn file_replace(id: &str, revision: &str) -> Result<Writer, Error> {
    let entry = with(|state| state.entry(id, revision))?;
    Ok(Writer { entry, bytes: RefCell::default() })
}

pub(crate) fn file_rename(id: &str, revision: &str, name: &str) -> Result<String, Error> {
    with(|state| state.change(id, revision, |entry| entry.name = name.to_owned()))
}

pub(crate) fn file_move(id: &str, revision: &str, parent: &str) -> Result<String, Error> {
    with(|state| state.change(id, revision, |entry| entry.parent = parent.to_owned()))
}

pub(crate) fn file_trash(id: &str, revision: &str) -> Result<String, Error> {
    with(|state| state.change(id, revision, |entry| entry.trashed = true))
}

pub(crate) fn file_save(path: &str, _key: &str, _mime: &str) -> Result<Saver, save::Error> {
    Ok(Saver { path: path.to_owned(), bytes: RefCell::default() })
}
