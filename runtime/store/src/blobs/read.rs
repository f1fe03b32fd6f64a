//! A content on its way out: any range of it, chunk by chunk.
//!
//! In flow an offset and a length; out flow exactly the bytes that were written, or an error that
//! names the chunk.

use std::sync::Arc;

use super::keys::CompartmentKeys;
use super::pins::Pinned;
use super::write::Chunk;
use super::{Blobs, ContentError};
use crate::id::Handle;

/// Reads one content. Its chunks stay as long as it does.
pub struct ContentReader {
    blobs: Arc<Blobs>,
    keys: CompartmentKeys,
    /// Each chunk, and where it ends.
    chunks: Vec<(Chunk, u64)>,
    /// The chunk that was read last: the next read often begins in it.
    last: Option<(usize, Vec<u8>)>,
    _held: Pinned,
}

impl ContentReader {
    pub(super) fn new(blobs: Arc<Blobs>, handle: &Handle, chunks: Vec<Chunk>) -> ContentReader {
        let keys = blobs.keys.of(handle);
        let mut held = blobs.pins.holder();
        let mut end = 0;
        let chunks = chunks.into_iter().map(|chunk| {
            held.hold(chunk.name);
            end += u64::from(chunk.length);
            (chunk, end)
        });
        let chunks = chunks.collect();
        ContentReader { blobs, keys, chunks, last: None, _held: held }
    }

    /// In bytes.
    pub fn size(&self) -> u64 {
        self.chunks.last().map_or(0, |(_, end)| *end)
    }

    /// Up to `length` bytes from `offset`: fewer at the end, none past it.
    pub fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, ContentError> {
        let left = usize::try_from(self.size().saturating_sub(offset)).unwrap_or(usize::MAX);
        let length = length.min(left);
        let mut out = Vec::with_capacity(length);
        let mut at = self.chunks.partition_point(|(_, end)| *end <= offset);
        while out.len() < length {
            let Some((chunk, end)) = self.chunks.get(at).cloned() else { break };
            let begin = end - u64::from(chunk.length);
            let from = (offset + out.len() as u64).saturating_sub(begin) as usize;
            let plain = self.chunk(at, &chunk)?;
            let rest = plain.get(from..).unwrap_or_default();
            out.extend(rest.iter().take(length - out.len()));
            at += 1;
        }
        Ok(out)
    }

    fn chunk(&mut self, at: usize, chunk: &Chunk) -> Result<&[u8], ContentError> {
        let plain = match self.last.take() {
            Some((last, plain)) if last == at => plain,
            _ => self.blobs.chunk(&self.keys, &chunk.name, chunk.length as usize)?,
        };
        Ok(&self.last.insert((at, plain)).1)
    }
}
