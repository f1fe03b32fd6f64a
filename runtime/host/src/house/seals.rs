//! Seals: where each home's audit trail stood, kept outside of the home's own file.
//!
//! The trail is a chain, so that a changed line is found; but a whole file that is put back to an
//! earlier day has a good chain. A seal holds how many lines there were and the last link, one for
//! each day and the newest for today, in `seals/NAME`. In flow open homes; out flows whether their
//! trails still go through all the seals. Never: a seal that is ahead of what is durable, or a seal
//! that is renewed although the ones before do not fit.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use domicile_store::LogState;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::home::{Home, HomeError, put};

/// The record by which a home knows that it was sealed.
const SPACE: &str = "seals";
const FIRST: &str = "first";

/// The trail of one home at the end of one day, or so far.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seal {
    day: String,
    state: LogState,
}

/// The day of the first seal, kept in the home.
#[derive(Serialize, Deserialize)]
struct First {
    day: String,
}

/// Why a trail does not fit its seals.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The file of the seals can't be read or written.
    #[error("its seals `{path}` could not be used: {reason}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The file was changed.
    #[error(
        "line {line} of its seals `{path}` is not what was written: restore the file from a backup",
        path = path.display()
    )]
    Forged {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
    },
    /// The file is gone.
    #[error(
        "it was sealed on {day}, and the seals `{path}` are gone: restore the file from a backup",
        path = path.display()
    )]
    Gone {
        /// The file.
        path: PathBuf,
        /// When the first one was made.
        day: String,
    },
    /// The home is older than a seal.
    #[error(
        "its file was put back: on {day} its audit trail had {sealed} lines, now it has {found}. If that was \
         you, say so with `domicile doctor --restored {name}`; if not, restore a newer backup"
    )]
    PutBack {
        /// The home.
        name: String,
        /// Of the seal.
        day: String,
        /// Lines then.
        sealed: u64,
        /// Lines now.
        found: u64,
    },
    /// The home is another one than the one that was sealed.
    #[error(
        "its audit trail is not the one that was sealed on {day}: its first {sealed} lines end otherwise. If you \
         put a backup back, say so with `domicile doctor --restored {name}`"
    )]
    Other {
        /// The home.
        name: String,
        /// Of the seal.
        day: String,
        /// Lines then.
        sealed: u64,
    },
    /// The home itself can't be read or written.
    #[error(transparent)]
    Home(#[from] HomeError),
}

/// The seals of one home.
pub struct Seals {
    path: PathBuf,
}

impl Seals {
    /// In this data folder.
    pub fn of(data: &Path, home: &Home) -> Seals {
        Seals { path: data.join("seals").join(home.name().as_str()) }
    }

    /// Whether the trail goes through all of them.
    pub fn check(&self, home: &Home) -> Result<(), SealError> {
        for seal in self.read(home)? {
            fits(home, &seal)?;
        }
        Ok(())
    }

    /// Seal the trail as it is durable now, if it went on and still goes through the newest seal.
    pub async fn renew(&self, home: &Home, now: Timestamp) -> Result<(), SealError> {
        let mut seals = self.read(home)?;
        let seal = Seal { day: now.strftime("%Y-%m-%d").to_string(), state: state(home)? };
        match seals.last() {
            Some(last) if last.state == seal.state => return Ok(()),
            Some(last) => fits(home, last)?,
            None => {
                let first = put(SPACE, FIRST, &First { day: seal.day.clone() })?;
                home.store().put_records(vec![first]).await.map_err(HomeError::from)?;
            }
        }
        seals.retain(|one| one.day != seal.day);
        seals.push(seal);
        self.write(home, &seals)
    }

    /// The owner put a backup back: forget the seals that it does not go through.
    pub fn forget_newer(&self, home: &Home) -> Result<u64, SealError> {
        let mut seals = self.read(home)?;
        let sealed = seals.last().map_or(0, |last| last.state.entries);
        seals.retain(|seal| fits(home, seal).is_ok());
        self.write(home, &seals)?;
        Ok(sealed.saturating_sub(state(home)?.entries))
    }

    fn read(&self, home: &Home) -> Result<Vec<Seal>, SealError> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return match home.record::<First>(SPACE, FIRST)? {
                    Some(First { day }) => Err(SealError::Gone { path: self.path.clone(), day }),
                    None => Ok(Vec::new()),
                };
            }
            Err(error) => return Err(self.failure(&error)),
        };
        let seal = |(at, line): (usize, &str)| {
            let forged = || SealError::Forged { path: self.path.clone(), line: at + 1 };
            parse(home, line).ok_or_else(forged)
        };
        text.lines().enumerate().map(seal).collect()
    }

    fn write(&self, home: &Home, seals: &[Seal]) -> Result<(), SealError> {
        let text: String = seals.iter().map(|seal| print(home, seal)).collect();
        let written = self.path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| {
            let new = self.path.with_extension("new");
            let mut file = fs::File::create(&new)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(new, &self.path)
        });
        written.map_err(|error| self.failure(&error))
    }

    fn failure(&self, reason: &io::Error) -> SealError {
        SealError::File { path: self.path.clone(), reason: reason.to_string() }
    }
}

fn state(home: &Home) -> Result<LogState, SealError> {
    let state = home.store().log_state(None).map_err(HomeError::from)?;
    Ok(state.unwrap_or(LogState { entries: 0, head: String::new() }))
}

fn fits(home: &Home, seal: &Seal) -> Result<(), SealError> {
    let (name, day, sealed) = (home.name().to_string(), seal.day.clone(), seal.state.entries);
    match home.store().log_state(Some(sealed)).map_err(HomeError::from)? {
        Some(there) if there == seal.state => Ok(()),
        Some(_) => Err(SealError::Other { name, day, sealed }),
        None => Err(SealError::PutBack { name, day, sealed, found: state(home)?.entries }),
    }
}

/// `2026-11-24 1234 LINK MAC`.
fn print(home: &Home, Seal { day, state }: &Seal) -> String {
    let text = format!("{day} {} {}", state.entries, state.head);
    let mac = mac(home, &text).to_hex();
    format!("{text} {mac}\n")
}

fn parse(home: &Home, line: &str) -> Option<Seal> {
    let (text, told) = line.rsplit_once(' ')?;
    let told: [u8; 32] = HEXLOWER.decode(told.as_bytes()).ok()?.try_into().ok()?;
    // Compared in constant time.
    if mac(home, text) != blake3::Hash::from_bytes(told) {
        return None;
    }
    let (day, rest) = text.split_once(' ')?;
    let (entries, head) = rest.split_once(' ')?;
    let state = LogState { entries: entries.parse().ok()?, head: head.to_owned() };
    Some(Seal { day: day.to_owned(), state })
}

fn mac(home: &Home, text: &str) -> blake3::Hash {
    blake3::keyed_hash(&home.key("seal of the audit trail"), text.as_bytes())
}
