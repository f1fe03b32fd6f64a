//! What files hold: chunks of one home, sealed, in a folder beside its store.
//!
//! Bytes flow in by a [`ContentWriter`] and out by a [`ContentReader`], both streaming and bounded.
//! A chunk is named by a keyed hash of what it holds, under keys of its compartment, so that equal
//! bytes are kept once within a compartment and never shared between two. What comes out is what
//! went in, or an error: every chunk is unsealed and hashed again. Which contents there are, and
//! what names them, is in the store; this module never decides who may read.

mod crypt;
mod disk;
mod keys;
mod pins;
mod read;
mod write;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use data_encoding::HEXLOWER;
use domicile_policy::HomeName;

use crate::id::Handle;
use crate::limits::Limits;
use crypt::TAG_BYTES;
use disk::Disk;
use keys::{BlobKeys, ChunkName, CompartmentKeys};
use pins::Pins;
pub use read::ContentReader;
pub use write::{Chunk, Content, ContentWriter};

/// Why a content could not be written or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// Longer than a file may be.
    #[error("a file has at most {0} bytes")]
    TooLong(u64),
    /// A chunk is gone.
    #[error("the home `{home}` misses the chunk {chunk} of a file: restore it from a backup")]
    Missing {
        /// Whose.
        home: HomeName,
        /// Its name on disk.
        chunk: String,
    },
    /// A chunk is not what was written.
    #[error(
        "the chunk {chunk} of a file in the home `{home}` is damaged: restore it from a backup"
    )]
    Damaged {
        /// Whose.
        home: HomeName,
        /// Its name on disk.
        chunk: String,
    },
    /// The system refused.
    #[error("the files of the home `{home}` could not be used: {reason}")]
    Refused {
        /// Whose.
        home: HomeName,
        /// What the system said.
        reason: String,
    },
}

/// What a sweep took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// How many chunks.
    pub chunks: u64,
    /// What they took on disk.
    pub bytes: u64,
}

/// The blobs of one home.
pub struct Blobs {
    home: HomeName,
    keys: BlobKeys,
    disk: Option<Disk>,
    file_bytes_max: u64,
    pins: Arc<Pins>,
}

impl Blobs {
    /// Those in `folder`; without one, no content can be written or read.
    pub fn open(
        home: HomeName,
        key: &[u8; 32],
        limits: &Limits,
        folder: Option<PathBuf>,
    ) -> std::io::Result<Blobs> {
        let disk = folder.map(Disk::open).transpose()?;
        let keys = BlobKeys::derive(key, limits.fault);
        Ok(Blobs { home, keys, disk, file_bytes_max: limits.file_bytes_max, pins: Arc::default() })
    }

    /// A writer of a content of the compartment `handle`.
    pub fn writer(self: &Arc<Self>, handle: Handle) -> Result<ContentWriter, ContentError> {
        ContentWriter::new(Arc::clone(self), handle)
    }

    /// A reader of a content of the compartment `handle`. It holds the chunks from now on: whoever
    /// read of them before looks again whether they are named.
    pub fn reader(self: &Arc<Self>, handle: &Handle, chunks: Vec<Chunk>) -> ContentReader {
        ContentReader::new(Arc::clone(self), handle, chunks)
    }

    /// Read all of a content: what is wrong with it, if anything.
    pub fn verify(
        self: &Arc<Self>,
        handle: &Handle,
        hash: &[u8; 32],
        chunks: Vec<Chunk>,
    ) -> Result<(), ContentError> {
        let keys = self.keys.of(handle);
        let mut hasher = keys.content();
        for chunk in &chunks {
            hasher.update(&self.chunk(&keys, &chunk.name, chunk.length as usize)?);
        }
        let same = hasher.finalize() == *hash;
        if same { Ok(()) } else { Err(self.damaged(hash)) }
    }

    /// Take away every chunk that nobody holds and that is not among those that `named` names, once
    /// the sweep has begun.
    pub fn sweep<E: From<ContentError>>(
        &self,
        named: impl FnOnce() -> Result<HashSet<ChunkName>, E>,
    ) -> Result<Swept, E> {
        if !self.pins.begin_sweep() {
            return Ok(Swept::default());
        }
        let swept = named().and_then(|named| self.take_all_but(&named).map_err(E::from));
        self.pins.end_sweep();
        swept
    }

    fn take_all_but(&self, named: &HashSet<ChunkName>) -> Result<Swept, ContentError> {
        let (disk, mut swept) = (self.disk()?, Swept::default());
        for fan in 0..=u8::MAX {
            for name in disk.list(fan).map_err(|error| self.refused(error))? {
                if named.contains(&name) {
                    continue;
                }
                let mut bytes = 0;
                let taken = self.pins.unless_held(&name, || {
                    bytes = disk.remove(&name)?;
                    Ok(())
                });
                if taken.map_err(|error| self.refused(error))? {
                    swept.chunks += 1;
                    swept.bytes += bytes;
                }
            }
        }
        Ok(swept)
    }

    /// What a chunk holds.
    fn chunk(
        &self,
        keys: &CompartmentKeys,
        name: &ChunkName,
        length: usize,
    ) -> Result<Vec<u8>, ContentError> {
        let sealed = self.disk()?.read(name, length + TAG_BYTES);
        let Some(sealed) = sealed.map_err(|error| self.refused(error))? else {
            let (home, chunk) = (self.home.clone(), HEXLOWER.encode(name));
            return Err(ContentError::Missing { home, chunk });
        };
        let plain = crypt::open(&keys.chunk(name), name, sealed);
        let plain = plain.map_err(|_| self.damaged(name))?;
        let same = plain.len() == length && keys.name(&plain) == *name;
        if same { Ok(plain) } else { Err(self.damaged(name)) }
    }

    fn disk(&self) -> Result<&Disk, ContentError> {
        self.disk.as_ref().ok_or_else(|| self.refused("it has no folder"))
    }

    fn damaged(&self, name: &ChunkName) -> ContentError {
        ContentError::Damaged { home: self.home.clone(), chunk: HEXLOWER.encode(name) }
    }

    fn refused(&self, reason: impl ToString) -> ContentError {
        ContentError::Refused { home: self.home.clone(), reason: reason.to_string() }
    }
}
