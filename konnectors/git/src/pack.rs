//! A pack: the objects of a branch's tip as they come, some as deltas upon others. In: a pack's
//! bytes, whoever sent them. Out: an object's content by its id, which is made of the content.
//! Never here: a file, more unpacked at a time than a base, a delta and what they make.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::rc::Rc;

use flate2::{Decompress, FlushDecompress, Status};

use crate::delta;
use crate::object::{Id, Kind};
use crate::trouble::Trouble;

/// Objects of one pack.
pub const OBJECTS_MAX: usize = 100_000;
/// Bytes of one object: three of them, and the pack, fit into a component's memory.
pub const OBJECT_BYTES_MAX: usize = 24 << 20;
/// Deltas upon each other; git makes 50, and 250 if it takes its time.
const DEPTH_MAX: usize = 256;
/// Bytes that are unpacked to know all objects, and once more to read them.
const WORK_BYTES_MAX: u64 = 2 << 30;
/// Bytes of a pack's head, and of the checksum at its end.
const HEAD_BYTES: usize = 12;
const END_BYTES: usize = 20;

pub struct Pack {
    /// Without its checksum.
    bytes: Vec<u8>,
    entries: Vec<Entry>,
    ids: BTreeMap<Id, usize>,
    inflater: Decompress,
    work: u64,
    work_max: u64,
    /// What was read last: the base of what is read next, as a rule.
    last: Option<(usize, Rc<Vec<u8>>)>,
}

/// Where something lies in the pack.
struct Entry {
    start: usize,
    /// Of its packed bytes.
    at: usize,
    /// Of what they unpack to: an object, or a delta.
    size: usize,
    made: Made,
    /// Once it is known.
    object: Option<Object>,
}

enum Made {
    Whole(Kind),
    /// A delta upon another entry.
    Upon(usize),
    /// A delta upon an object, wherever that is in the pack.
    UponId(Id),
}

#[derive(Clone, Copy)]
struct Object {
    kind: Kind,
    size: usize,
    /// Deltas below it.
    depth: usize,
}

impl Pack {
    /// Read one, and know each of its objects.
    pub fn read(bytes: Vec<u8>) -> Result<Pack, Trouble> {
        Pack::within(WORK_BYTES_MAX, bytes)
    }

    fn within(work_max: u64, mut bytes: Vec<u8>) -> Result<Pack, Trouble> {
        let end = bytes.len().checked_sub(END_BYTES).ok_or(Trouble::Broken)?;
        let checksum = bytes.get(end..).and_then(Id::of_bytes);
        bytes.truncate(end);
        if checksum != Some(Id::of_pack(&bytes)) {
            return Err(Trouble::Checksum);
        }
        let head = bytes.first_chunk::<HEAD_BYTES>().ok_or(Trouble::Broken)?;
        let [b'P', b'A', b'C', b'K', 0, 0, 0, 2 | 3, count @ ..] = head else {
            return Err(Trouble::Broken);
        };
        let count = usize::try_from(u32::from_be_bytes(*count)).unwrap_or(usize::MAX);
        if count > OBJECTS_MAX {
            return Err(Trouble::TooMany);
        }
        let mut pack = Pack {
            bytes,
            entries: Vec::new(),
            ids: BTreeMap::new(),
            inflater: Decompress::new(true),
            work: 0,
            work_max,
            last: None,
        };
        pack.find(count)?;
        pack.settle()?;
        pack.work_max = pack.work.saturating_add(work_max);
        Ok(pack)
    }

    /// The content of an object; `None` if it is not in the pack.
    pub fn object(&mut self, id: Id, kind: Kind) -> Result<Option<Rc<Vec<u8>>>, Trouble> {
        let Some(index) = self.ids.get(&id).copied() else { return Ok(None) };
        match self.known(index) {
            Some(object) if object.kind == kind => self.content(index).map(Some),
            _ => Err(Trouble::Broken),
        }
    }

    /// How long an object is; `None` if it is not in the pack.
    pub fn size(&self, id: Id) -> Option<usize> {
        self.known(*self.ids.get(&id)?).map(|object| object.size)
    }

    fn known(&self, index: usize) -> Option<Object> {
        self.entries.get(index)?.object
    }

    /// Find where each entry lies, and know those that are whole.
    fn find(&mut self, count: usize) -> Result<(), Trouble> {
        let mut start = HEAD_BYTES;
        for index in 0..count {
            let entry = self.entry(start)?;
            let (content, length) = self.inflate(entry.at, entry.size)?;
            start = entry.at + length;
            let whole = match entry.made {
                Made::Whole(kind) => Some(kind),
                _ => None,
            };
            self.entries.push(entry);
            if let Some(kind) = whole {
                self.know(index, kind, &content, 0);
            }
        }
        if start == self.bytes.len() { Ok(()) } else { Err(Trouble::Broken) }
    }

    /// The head of an entry: three bits for its kind, the size in four and then seven bits a byte,
    /// the lowest first, and of a delta its base.
    fn entry(&self, start: usize) -> Result<Entry, Trouble> {
        let mut at = start;
        let first = self.byte(&mut at)?;
        let (mut size, mut byte) = (usize::from(first & 0x0f), first);
        for shift in (4..).step_by(7) {
            if byte & 0x80 == 0 {
                break;
            }
            byte = self.byte(&mut at)?;
            size |= usize::from(byte & 0x7f) << shift;
            if shift > 18 && byte & 0x80 != 0 {
                return Err(Trouble::TooLong);
            }
        }
        if size > OBJECT_BYTES_MAX {
            return Err(Trouble::TooLong);
        }
        let made = match (first >> 4) & 0x07 {
            1 => Made::Whole(Kind::Commit),
            2 => Made::Whole(Kind::Tree),
            3 => Made::Whole(Kind::Blob),
            4 => Made::Whole(Kind::Tag),
            6 => Made::Upon(self.before(start, &mut at)?),
            7 => {
                let id = self.bytes.get(at..).and_then(|rest| rest.get(..END_BYTES));
                at += END_BYTES;
                Made::UponId(id.and_then(Id::of_bytes).ok_or(Trouble::Broken)?)
            }
            _ => return Err(Trouble::Broken),
        };
        Ok(Entry { start, at, size, made, object: None })
    }

    /// The entry that begins so many bytes before `start`, as seven bits a byte, the highest first.
    fn before(&self, start: usize, at: &mut usize) -> Result<usize, Trouble> {
        let mut byte = self.byte(at)?;
        let mut distance = usize::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            byte = self.byte(at)?;
            distance = ((distance + 1) << 7) | usize::from(byte & 0x7f);
            if distance > start {
                return Err(Trouble::NoBase);
            }
        }
        let base = start.checked_sub(distance).ok_or(Trouble::NoBase)?;
        let found = self.entries.binary_search_by_key(&base, |entry| entry.start);
        found.map_err(|_| Trouble::NoBase)
    }

    fn byte(&self, at: &mut usize) -> Result<u8, Trouble> {
        let byte = self.bytes.get(*at).copied().ok_or(Trouble::Broken)?;
        *at += 1;
        Ok(byte)
    }

    /// What so many bytes were packed from, and how many bytes they are in the pack.
    fn inflate(&mut self, at: usize, size: usize) -> Result<(Vec<u8>, usize), Trouble> {
        self.count(size)?;
        self.inflater.reset(true);
        // One byte more than there should be, to find those that are too many.
        let mut content = vec![0; size + 1];
        let packed = self.bytes.get(at..).ok_or(Trouble::Broken)?;
        let ended = self.inflater.decompress(packed, &mut content, FlushDecompress::Finish);
        let whole =
            matches!(ended, Ok(Status::StreamEnd)) && self.inflater.total_out() == size as u64;
        if !whole {
            return Err(Trouble::Broken);
        }
        content.truncate(size);
        let length = usize::try_from(self.inflater.total_in()).map_err(|_| Trouble::Broken)?;
        Ok((content, length))
    }

    fn count(&mut self, bytes: usize) -> Result<(), Trouble> {
        self.work += bytes as u64;
        if self.work > self.work_max { Err(Trouble::TooMuch) } else { Ok(()) }
    }

    /// Know all deltas. Each round knows those upon what was known before, so that there are no
    /// more rounds than deltas upon each other; a delta that is a base of itself is known in none.
    fn settle(&mut self) -> Result<(), Trouble> {
        let mut waiting: Vec<usize> = (0..self.entries.len()).collect();
        waiting.retain(|index| self.known(*index).is_none());
        while !waiting.is_empty() {
            let mut left = Vec::new();
            for index in &waiting {
                match self.base(*index).and_then(|base| self.known(base)) {
                    Some(base) if base.depth >= DEPTH_MAX => return Err(Trouble::TooDeep),
                    Some(base) => {
                        let content = self.content(*index)?;
                        self.know(*index, base.kind, &content, base.depth + 1);
                    }
                    None => left.push(*index),
                }
            }
            if left.len() == waiting.len() {
                return Err(Trouble::NoBase);
            }
            waiting = left;
        }
        Ok(())
    }

    fn know(&mut self, index: usize, kind: Kind, content: &[u8], depth: usize) {
        if let Some(entry) = self.entries.get_mut(index) {
            entry.object = Some(Object { kind, size: content.len(), depth });
            self.ids.entry(Id::of(kind, content)).or_insert(index);
        }
    }

    /// The entry that a delta is upon.
    fn base(&self, index: usize) -> Option<usize> {
        match &self.entries.get(index)?.made {
            Made::Whole(_) => None,
            Made::Upon(base) => Some(*base),
            Made::UponId(id) => self.ids.get(id).copied(),
        }
    }

    /// What an entry holds, of which all bases are known.
    fn content(&mut self, index: usize) -> Result<Rc<Vec<u8>>, Trouble> {
        let (mut deltas, mut at) = (Vec::new(), index);
        let last = self.last.take();
        let mut content = loop {
            if let Some((last, content)) = &last
                && *last == at
            {
                break Rc::clone(content);
            }
            match self.base(at) {
                Some(base) => {
                    deltas.push(at);
                    at = base;
                }
                None => break Rc::new(self.unpacked(at)?),
            }
        };
        drop(last);
        while let Some(at) = deltas.pop() {
            let delta = self.unpacked(at)?;
            content = Rc::new(delta::apply(&content, &delta)?);
            self.count(content.len())?;
        }
        self.last = Some((index, Rc::clone(&content)));
        Ok(content)
    }

    fn unpacked(&mut self, index: usize) -> Result<Vec<u8>, Trouble> {
        let entry = self.entries.get(index).ok_or(Trouble::Broken)?;
        let (at, size) = (entry.at, entry.size);
        Ok(self.inflate(at, size)?.0)
    }
}
