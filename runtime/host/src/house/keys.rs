//! The secret keys of a house and of its homes: 32 random bytes in a file that only the server
//! reads.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// A key file can't be used.
#[derive(Debug, thiserror::Error)]
#[error("the key file `{path}` {reason}", path = path.display())]
pub struct KeyError {
    path: PathBuf,
    reason: String,
}

/// The key in `path`.
pub fn read(path: &Path) -> Result<[u8; 32], KeyError> {
    let bytes = fs::read(path).map_err(|error| failure(path, format!("can't be read: {error}")))?;
    <[u8; 32]>::try_from(bytes.as_slice())
        .map_err(|_| failure(path, "is damaged: it must hold 32 bytes; restore it from a backup"))
}

/// The key in `path`, drawn at random the first time.
pub fn read_or_make(path: &Path) -> Result<[u8; 32], KeyError> {
    if path.exists() {
        return read(path);
    }
    let mut key = [0u8; 32];
    getrandom::fill(&mut key)
        .map_err(|error| failure(path, format!("can't be drawn at random: {error}")))?;
    write(path, &key)?;
    Ok(key)
}

/// Write a key where none is yet.
pub fn write(path: &Path, key: &[u8; 32]) -> Result<(), KeyError> {
    let written = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(key).and_then(|()| file.sync_all()));
    written.map_err(|error| failure(path, format!("can't be written: {error}")))
}

/// A sub-key for one purpose.
pub fn derive(key: &[u8; 32], purpose: &str) -> [u8; 32] {
    blake3::derive_key(&format!("domicile 2026-11 {purpose}"), key)
}

fn failure(path: &Path, reason: impl Into<String>) -> KeyError {
    KeyError { path: path.to_owned(), reason: reason.into() }
}
