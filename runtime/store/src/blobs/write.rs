//! A content on its way in: cut into chunks, sealed and written while it comes.
//!
//! In flow bytes in any portions; out flows a [`Content`], once all chunks are durable. Nothing of
//! it is visible before a commit names it, and a writer that is dropped leaves nothing.

use std::sync::Arc;

use blake3::Hasher;
use data_encoding::BASE64URL_NOPAD;
use fastcdc::v2020::{FastCDC, Normalization};
use serde::{Deserialize, Serialize};

use super::crypt;
use super::disk::Unfinished;
use super::keys::{ChunkName, CompartmentKeys};
use super::pins::Pinned;
use super::{Blobs, ContentError};
use crate::id::Handle;
use crate::limits::{CHUNK_BYTES_AVERAGE, CHUNK_BYTES_MAX, CHUNK_BYTES_MIN};

/// A chunk of a content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    pub name: ChunkName,
    pub length: u32,
}

/// A content that is on disk and that nothing names yet. Its chunks stay as long as it does.
#[derive(Clone, Debug)]
pub struct Content {
    pub(crate) handle: Handle,
    pub(crate) hash: [u8; 32],
    pub(crate) size: u64,
    pub(crate) chunks: Arc<Vec<Chunk>>,
    /// Bytes of chunks that were not there before.
    pub(crate) fresh: u64,
    _held: Arc<Pinned>,
}

impl Content {
    /// What a document names it by: a keyed hash of all of it, in 43 characters. Equal contents of
    /// one compartment have one name.
    pub fn name(&self) -> String {
        BASE64URL_NOPAD.encode(&self.hash)
    }

    /// In bytes.
    pub fn size(&self) -> u64 {
        self.size
    }
}

/// Writes one content.
pub struct ContentWriter {
    blobs: Arc<Blobs>,
    handle: Handle,
    keys: CompartmentKeys,
    hasher: Hasher,
    waiting: Vec<u8>,
    size: u64,
    fresh: u64,
    chunks: Vec<Chunk>,
    held: Pinned,
    unfinished: Unfinished,
}

impl ContentWriter {
    pub(super) fn new(blobs: Arc<Blobs>, handle: Handle) -> Result<ContentWriter, ContentError> {
        let keys = blobs.keys.of(&handle);
        let unfinished = blobs.disk()?.unfinished().map_err(|error| blobs.refused(error))?;
        let (hasher, held) = (keys.content(), blobs.pins.holder());
        let (waiting, chunks) = Default::default();
        let (size, fresh) = (0, 0);
        Ok(ContentWriter {
            blobs,
            handle,
            keys,
            hasher,
            waiting,
            size,
            fresh,
            chunks,
            held,
            unfinished,
        })
    }

    /// How many bytes came so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Take in more.
    pub fn write(&mut self, mut bytes: &[u8]) -> Result<(), ContentError> {
        self.size = self.size.saturating_add(bytes.len() as u64);
        if self.size > self.blobs.file_bytes_max {
            return Err(ContentError::TooLong(self.blobs.file_bytes_max));
        }
        self.hasher.update(bytes);
        while !bytes.is_empty() {
            let room = CHUNK_BYTES_MAX - self.waiting.len();
            let (now, later) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
            self.waiting.extend_from_slice(now);
            bytes = later;
            if self.waiting.len() == CHUNK_BYTES_MAX {
                self.cut()?;
            }
        }
        Ok(())
    }

    /// All of it came: make it durable.
    pub fn finish(mut self) -> Result<Content, ContentError> {
        while !self.waiting.is_empty() {
            self.cut()?;
        }
        let names = self.chunks.iter().map(|chunk| &chunk.name);
        let settled = self.blobs.disk()?.settle(self.unfinished, names);
        settled.map_err(|error| self.blobs.refused(error))?;
        Ok(Content {
            handle: self.handle,
            hash: *self.hasher.finalize().as_bytes(),
            size: self.size,
            chunks: Arc::new(self.chunks),
            fresh: self.fresh,
            _held: Arc::new(self.held),
        })
    }

    /// Write the first chunk of what waits.
    fn cut(&mut self) -> Result<(), ContentError> {
        let end = {
            let cutter = FastCDC::with_level_and_seed(
                &self.waiting,
                CHUNK_BYTES_MIN,
                CHUNK_BYTES_AVERAGE,
                CHUNK_BYTES_MAX,
                Normalization::Level1,
                self.keys.seed,
            );
            let (_, end) = cutter.cut(0, self.waiting.len());
            end.clamp(1, self.waiting.len())
        };
        let rest = self.waiting.split_off(end);
        let plain = std::mem::replace(&mut self.waiting, rest);
        let name = self.keys.name(&plain);
        let length = plain.len() as u32;
        self.chunks.push(Chunk { name, length });
        if !self.held.hold(name) || self.blobs.chunk(&self.keys, &name, plain.len()).is_ok() {
            return Ok(());
        }
        // It is not there, or no longer what it was.
        self.fresh += u64::from(length);
        let sealed = crypt::seal(&self.keys.chunk(&name), &name, plain);
        let sealed = sealed.map_err(|_| self.blobs.refused("a chunk can't be sealed"))?;
        self.unfinished.write(name, &sealed).map_err(|error| self.blobs.refused(error))
    }
}
