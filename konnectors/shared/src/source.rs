//! The dropped file for readers of archives. In: the input of a run. Out: bytes from anywhere in
//! it. Never here: more of it in memory than is asked for.

use std::io::{self, Read, Seek, SeekFrom};

use domicile_sdk::importer::Input;

/// The dropped file, anywhere in it.
pub struct Source<'a> {
    input: &'a Input,
    at: u64,
}

impl<'a> Source<'a> {
    pub fn new(input: &'a Input) -> Source<'a> {
        Source { input, at: 0 }
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = u32::try_from(buffer.len()).unwrap_or(u32::MAX);
        let found = self.input.read_at(self.at, wanted);
        let length = found.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..length), found.get(..length)) {
            to.copy_from_slice(from);
        }
        self.at += length as u64;
        Ok(length)
    }
}

impl Seek for Source<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.input.size().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
