//! Storage that loses its power: what was not synced is lost, or half there, in any order.

use std::io;
use std::sync::{Arc, Mutex};

use redb::StorageBackend;

/// What becomes of what was written but not synced.
#[derive(Clone, Copy, Debug)]
pub enum Unsynced {
    /// All of it is lost.
    Lost,
    /// All of it made it, but for the last write, of which half did.
    Torn,
    /// Each write made it or not: as the bits of this number say, over and over.
    Some(u64),
}

/// A disk with a plug.
#[derive(Clone, Debug, Default)]
pub struct Disk(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    durable: Vec<u8>,
    current: Vec<u8>,
    unsynced: Vec<Write>,
    /// Operations until the plug is pulled.
    left: Option<usize>,
    done: usize,
}

#[derive(Debug)]
enum Write {
    Length(usize),
    Bytes(usize, Vec<u8>),
}

impl Write {
    fn apply(&self, image: &mut Vec<u8>) {
        match self {
            Write::Length(length) => image.resize(*length, 0),
            Write::Bytes(at, bytes) => {
                // A write past an end that was never moved goes nowhere.
                if let Some(place) = image.get_mut(*at..*at + bytes.len()) {
                    place.copy_from_slice(bytes);
                }
            }
        }
    }
}

impl Disk {
    /// A disk whose plug is pulled before its operation number `cut`.
    pub fn cut_at(cut: usize) -> Disk {
        let disk = Disk::default();
        disk.0.lock().unwrap().left = Some(cut);
        disk
    }

    /// How many changing operations there were.
    pub fn operations(&self) -> usize {
        self.0.lock().unwrap().done
    }

    /// The disk after the power is back.
    pub fn restored(&self, unsynced: Unsynced) -> Disk {
        let state = self.0.lock().unwrap();
        let mut image = state.durable.clone();
        let count = state.unsynced.len();
        for (at, write) in state.unsynced.iter().enumerate() {
            let made_it = match unsynced {
                Unsynced::Lost => false,
                Unsynced::Torn => true,
                Unsynced::Some(bits) => bits >> (at % 64) & 1 == 1,
            };
            match (made_it, write) {
                (true, Write::Bytes(place, bytes))
                    if at + 1 == count && matches!(unsynced, Unsynced::Torn) =>
                {
                    Write::Bytes(*place, bytes[..bytes.len() / 2].to_vec()).apply(&mut image);
                }
                (true, write) => write.apply(&mut image),
                (false, _) => {}
            }
        }
        let state = State { durable: image.clone(), current: image, ..State::default() };
        Disk(Arc::new(Mutex::new(state)))
    }

    fn change(&self, work: impl FnOnce(&mut State)) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        match &mut state.left {
            Some(0) => return Err(io::Error::other("the power is gone")),
            Some(left) => *left -= 1,
            None => {}
        }
        state.done += 1;
        work(&mut state);
        Ok(())
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.lock().unwrap().current.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.0.lock().unwrap();
        let at = offset as usize;
        let bytes = state.current.get(at..at + out.len());
        let bytes = bytes.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?;
        out.copy_from_slice(bytes);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.change(|state| {
            let write = Write::Length(len as usize);
            write.apply(&mut state.current);
            state.unsynced.push(write);
        })
    }

    fn sync_data(&self) -> io::Result<()> {
        self.change(|state| {
            state.durable = state.current.clone();
            state.unsynced.clear();
        })
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.change(|state| {
            let write = Write::Bytes(offset as usize, data.to_vec());
            write.apply(&mut state.current);
            state.unsynced.push(write);
        })
    }
}
