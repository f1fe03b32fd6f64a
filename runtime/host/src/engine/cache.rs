//! Sealed machine code: the one place that loads any.
//!
//! A file is named by the component's content and this engine's configuration, and carries a MAC
//! under a key that never leaves the data folder. A file that does not verify is deleted and
//! compiled anew; nothing precompiled is ever accepted from outside.

use std::fs;
use std::hash::{Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use wasmtime::component::Component;

/// Machine code on disk whose seal was checked.
pub struct MachineCode {
    path: PathBuf,
}

/// The folder of sealed machine code.
pub struct Cache {
    folder: PathBuf,
    seal: [u8; 32],
    fingerprint: String,
}

/// A file of the cache could not be used.
#[derive(Debug, thiserror::Error)]
#[error("the machine-code file `{path}` could not be {action}: {reason}", path = path.display())]
pub struct CacheError {
    path: PathBuf,
    action: &'static str,
    reason: String,
}

impl Cache {
    /// Use `folder`, sealing with `seal`.
    pub fn open(
        folder: &Path,
        seal: [u8; 32],
        engine: &wasmtime::Engine,
    ) -> Result<Cache, CacheError> {
        fs::create_dir_all(folder).map_err(|error| failure(folder, "created", error))?;
        Ok(Cache { folder: folder.to_owned(), seal, fingerprint: fingerprint(engine) })
    }

    /// Machine code for the component with this digest, if it is there and its seal holds.
    pub fn find(&self, digest: &str) -> Result<Option<MachineCode>, CacheError> {
        let path = self.path(digest);
        let code = match fs::read(&path) {
            Ok(code) => code,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failure(&path, "read", error)),
        };
        let seal = fs::read(path.with_extension("seal")).unwrap_or_default();
        let sound = <[u8; 32]>::try_from(seal.as_slice())
            .is_ok_and(|seal| blake3::Hash::from(seal) == self.mac(digest, &code));
        if !sound {
            tracing::warn!(path = %path.display(), "machine code with a broken seal was removed");
            fs::remove_file(&path).map_err(|error| failure(&path, "removed", error))?;
            return Ok(None);
        }
        Ok(Some(MachineCode { path }))
    }

    /// Keep machine code that this host has just compiled.
    pub fn keep(&self, digest: &str, code: &[u8]) -> Result<MachineCode, CacheError> {
        let path = self.path(digest);
        let seal = self.mac(digest, code);
        write_whole(&path.with_extension("seal"), seal.as_bytes())?;
        write_whole(&path, code)?;
        Ok(MachineCode { path })
    }

    /// Map the machine code into memory.
    #[allow(unsafe_code)]
    pub fn load(
        &self,
        engine: &wasmtime::Engine,
        code: &MachineCode,
    ) -> Result<Component, CacheError> {
        // SAFETY: the file's MAC was verified by `find`, or `keep` has just written it: it is what
        // this host's own compiler printed. The folder belongs to the server; whoever can replace a
        // file in it between the check and the mapping can also replace the server.
        let component = unsafe { Component::deserialize_file(engine, &code.path) }
            .map_err(|error| failure(&code.path, "loaded", format!("{error:#}")))?;
        component
            .initialize_copy_on_write_image()
            .map_err(|error| failure(&code.path, "mapped", format!("{error:#}")))?;
        Ok(component)
    }

    fn path(&self, digest: &str) -> PathBuf {
        self.folder.join(format!("{digest}-{}.code", self.fingerprint))
    }

    fn mac(&self, digest: &str, code: &[u8]) -> blake3::Hash {
        let mut mac = blake3::Hasher::new_keyed(&self.seal);
        mac.update(digest.as_bytes());
        mac.update(self.fingerprint.as_bytes());
        mac.update(code);
        mac.finalize()
    }
}

/// What machine code depends on besides the component: wasmtime's version and configuration.
fn fingerprint(engine: &wasmtime::Engine) -> String {
    struct Feed(blake3::Hasher);
    impl Hasher for Feed {
        fn finish(&self) -> u64 {
            0
        }
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }
    }
    let mut feed = Feed(blake3::Hasher::new());
    engine.precompile_compatibility_hash().hash(&mut feed);
    let hash = feed.0.finalize();
    HEXLOWER.encode(hash.as_bytes().get(..8).unwrap_or_default())
}

fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), CacheError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file =
        tempfile::NamedTempFile::new_in(folder).map_err(|error| failure(path, "created", error))?;
    file.write_all(bytes).map_err(|error| failure(path, "written", error))?;
    file.persist(path).map_err(|error| failure(path, "written", error))?;
    Ok(())
}

fn failure(path: &Path, action: &'static str, reason: impl ToString) -> CacheError {
    CacheError { path: path.to_owned(), action, reason: reason.to_string() }
}
