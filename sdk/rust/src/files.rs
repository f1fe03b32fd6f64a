//! The owner's files: listed, read, written; and for importers and konnectors, saved.
//!
//! Of the grants, a line for `io.cozy.files`: `read` to read what is known by its id, `query` to
//! list folders, `write` to make and change, `deposit` to save. What can't be seen is absent, and a
//! name is no key: a folder may hold two entries of one name.

use crate::bindings::app::domicile::files::types::Error as Raw;
pub use crate::bindings::app::domicile::files::{
    folders::{Page, Summary},
    types::{Entry, Kind},
    write::Written,
};
use crate::bindings::importer::domicile::files::save::Error as RawSave;
use crate::docs::DocsError;
use crate::sys;

/// The folder that holds all others.
pub const ROOT: &str = "io.cozy.files.root-dir";
/// Bytes that one call moves.
const PORTION: usize = 1 << 20;

type Result<T> = std::result::Result<T, DocsError>;

impl From<Raw> for DocsError {
    fn from(raw: Raw) -> Self {
        match raw {
            Raw::Absent => DocsError::Absent,
            Raw::Conflict => DocsError::Conflict,
            Raw::Invalid(why) => DocsError::Invalid(why),
            Raw::Unavailable => DocsError::Unavailable,
        }
    }
}

/// What is known of a file or folder.
pub fn stat(id: &str) -> Result<Entry> {
    Ok(sys::file_stat(id)?)
}

/// A page of a folder, by name: up to `limit` entries, at most 100.
pub fn entries(folder: &str, cursor: Option<&str>, limit: u32) -> Result<Page> {
    Ok(sys::file_entries(folder, cursor, limit)?)
}

/// How much a folder holds.
pub fn summary(folder: &str) -> Result<Summary> {
    Ok(sys::file_summary(folder)?)
}

/// A file that is read, by ranges or whole.
pub struct File(sys::Reader);

/// Begin to read a file.
pub fn open(id: &str) -> Result<File> {
    Ok(File(sys::file_open(id)?))
}

impl File {
    /// In bytes.
    pub fn size(&self) -> u64 {
        self.0.size()
    }

    /// Up to `length` bytes from `offset`; fewer at the end, and never more than 1 MiB.
    pub fn read_at(&self, offset: u64, length: u32) -> Result<Vec<u8>> {
        Ok(self.0.read(offset, length.min(PORTION as u32))?)
    }

    /// All of it.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        let mut all = Vec::new();
        loop {
            let part = self.read_at(all.len() as u64, PORTION as u32)?;
            if part.is_empty() {
                return Ok(all);
            }
            all.extend(part);
        }
    }
}

/// Make a folder in a folder.
pub fn create_folder(parent: &str, name: &str) -> Result<Written> {
    Ok(sys::file_create_folder(parent, name)?)
}

/// A file that is written. Nothing of it is seen before [`NewFile::finish`].
pub struct NewFile(sys::Writer);

/// Begin to write a new file.
pub fn create(parent: &str, name: &str, mime: &str) -> Result<NewFile> {
    Ok(NewFile(sys::file_create(parent, name, mime)?))
}

/// Begin to write other bytes for a file.
pub fn replace(id: &str, revision: &str) -> Result<NewFile> {
    Ok(NewFile(sys::file_replace(id, revision)?))
}

impl NewFile {
    /// Add bytes, as many as there are.
    pub fn write(&self, bytes: &[u8]) -> Result<()> {
        bytes.chunks(PORTION).try_for_each(|some| self.0.write(some))?;
        Ok(())
    }

    /// All of it came.
    pub fn finish(self) -> Result<Written> {
        Ok(self.0.finish()?)
    }
}

/// Give an entry another name. Returns its new revision.
pub fn rename(id: &str, revision: &str, name: &str) -> Result<String> {
    Ok(sys::file_rename(id, revision, name)?)
}

/// Put an entry into another folder. Returns its new revision.
pub fn move_to(id: &str, revision: &str, parent: &str) -> Result<String> {
    Ok(sys::file_move(id, revision, parent)?)
}

/// Put an entry into the trash. Returns its new revision.
pub fn trash(id: &str, revision: &str) -> Result<String> {
    Ok(sys::file_trash(id, revision)?)
}

/// Save a whole file from an importer or a konnector: `path` with its folders, `key` the provider's
/// own id for it. The same key again replaces it.
pub fn save(path: &str, key: &str, mime: &str, bytes: &[u8]) -> Result<()> {
    let refused = |raw| match raw {
        RawSave::Refused => DocsError::Absent,
        RawSave::Invalid(why) => DocsError::Invalid(why),
    };
    let writer = sys::file_save(path, key, mime).map_err(refused)?;
    bytes.chunks(PORTION).try_for_each(|some| writer.write(some)).map_err(refused)?;
    writer.finish().map_err(refused)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Home;

    #[test]
    fn files_are_written_listed_changed_and_read() {
        let home = Home::new();
        let bills = create_folder(ROOT, "Bills").unwrap();
        let file = create(&bills.id, "may.txt", "text/plain").unwrap();
        file.write(b"forty ").unwrap();
        file.write(b"euros").unwrap();
        let may = file.finish().unwrap();
        assert_eq!(open(&may.id).unwrap().bytes().unwrap(), b"forty euros");
        assert_eq!(open(&may.id).unwrap().read_at(6, 3).unwrap(), b"eur");
        let all = summary(&bills.id).unwrap();
        assert_eq!((all.count, all.bytes), (1, 11));
        let revision = rename(&may.id, &may.revision, "june.txt").unwrap();
        assert_eq!(rename(&may.id, &may.revision, "x"), Err(DocsError::Conflict));
        assert_eq!(entries(&bills.id, None, 10).unwrap().entries[0].name, "june.txt");
        let again = replace(&may.id, &revision).unwrap();
        again.write(b"paid").unwrap();
        let again = again.finish().unwrap();
        assert_eq!(open(&may.id).unwrap().bytes().unwrap(), b"paid");
        let revision = move_to(&may.id, &again.revision, ROOT).unwrap();
        assert_eq!(entries(ROOT, None, 10).unwrap().entries.len(), 2);
        trash(&may.id, &revision).unwrap();
        assert_eq!(entries(ROOT, None, 10).unwrap().entries.len(), 1);
        assert!(stat(&may.id).unwrap().trashed);
        assert_eq!(stat("nowhere"), Err(DocsError::Absent));
        assert!(open(&bills.id).is_err());
        save("Bills/july.pdf", "july", "application/pdf", b"pdf").unwrap();
        assert_eq!(home.saved(), [("Bills/july.pdf".to_owned(), b"pdf".to_vec())]);
    }
}
