//! The folder of a home's blobs: `ab/cdef..` holds the chunk of that name, `new/N/` what the writer
//! `N` has not finished.
//!
//! A chunk appears under its name complete and durable, or not at all. What a writer left behind,
//! or a process that ended, is cleared when the home is opened.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use data_encoding::HEXLOWER;

use super::keys::ChunkName;

const UNFINISHED: &str = "new";

/// A home's folder of blobs.
#[derive(Debug)]
pub struct Disk {
    folder: PathBuf,
    writers: AtomicU64,
}

impl Disk {
    /// The folder, cleared of what was not finished. It is made with the first chunk.
    pub fn open(folder: PathBuf) -> io::Result<Disk> {
        match fs::remove_dir_all(folder.join(UNFINISHED)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(Disk { folder, writers: AtomicU64::new(0) }),
        }
    }

    /// Where a chunk lies.
    pub fn path(&self, name: &ChunkName) -> PathBuf {
        let text = HEXLOWER.encode(name);
        let (fan, rest) = text.split_at_checked(2).unwrap_or((&text, ""));
        self.folder.join(fan).join(rest)
    }

    /// What a chunk's file holds; nothing if there is none. `length` is what it should hold: a
    /// longer or shorter file comes back as something of another length, never more than a byte
    /// too long.
    pub fn read(&self, name: &ChunkName, length: usize) -> io::Result<Option<Vec<u8>>> {
        let file = match File::open(self.path(name)) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::with_capacity(length + 1);
        file.take(length as u64 + 1).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// A folder for a writer's unfinished chunks.
    pub fn unfinished(&self) -> io::Result<Unfinished> {
        let number = self.writers.fetch_add(1, Ordering::Relaxed);
        let folder = self.folder.join(UNFINISHED).join(number.to_string());
        fs::create_dir_all(&folder)?;
        Ok(Unfinished { folder, names: BTreeSet::new() })
    }

    /// Make all chunks of a content durable under their names: those that its writer wrote, and
    /// those that another one may have put there a moment ago.
    pub fn settle<'a>(
        &self,
        unfinished: Unfinished,
        all: impl Iterator<Item = &'a ChunkName>,
    ) -> io::Result<()> {
        let mut folders: BTreeSet<PathBuf> =
            all.filter_map(|name| self.path(name).parent().map(Path::to_owned)).collect();
        folders.iter().try_for_each(fs::create_dir_all)?;
        for name in &unfinished.names {
            let from = unfinished.path(name);
            File::open(&from)?.sync_all()?;
            fs::rename(from, self.path(name))?;
        }
        folders.insert(self.folder.clone());
        folders.extend(self.folder.parent().map(Path::to_owned));
        folders.iter().try_for_each(|folder| File::open(folder)?.sync_all())
    }

    /// The names of the chunks whose name begins with `fan`; other files are none of ours.
    pub fn list(&self, fan: u8) -> io::Result<Vec<ChunkName>> {
        let fan = HEXLOWER.encode(&[fan]);
        let entries = match fs::read_dir(self.folder.join(&fan)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut names = Vec::new();
        for entry in entries {
            let rest = entry?.file_name();
            let text = format!("{fan}{}", rest.to_string_lossy());
            let name = HEXLOWER.decode(text.as_bytes()).ok();
            names.extend(name.and_then(|name| ChunkName::try_from(name).ok()));
        }
        Ok(names)
    }

    /// Take a chunk away. Returns its length.
    pub fn remove(&self, name: &ChunkName) -> io::Result<u64> {
        let path = self.path(name);
        let length = fs::metadata(&path)?.len();
        fs::remove_file(path).map(|()| length)
    }
}

/// What one writer wrote so far; gone when it is dropped.
#[derive(Debug)]
pub struct Unfinished {
    folder: PathBuf,
    names: BTreeSet<ChunkName>,
}

impl Unfinished {
    fn path(&self, name: &ChunkName) -> PathBuf {
        self.folder.join(HEXLOWER.encode(name))
    }

    /// Write one chunk.
    pub fn write(&mut self, name: ChunkName, sealed: &[u8]) -> io::Result<()> {
        File::create(self.path(&name))?.write_all(sealed)?;
        self.names.insert(name);
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // What stays is cleared when the home is opened the next time.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
