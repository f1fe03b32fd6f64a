//! What passed on the streams of a run: kept beside them, or played in their place.
//!
//! In flow what a component writes and what it is given to read; out flow the same, from its
//! server now or from then. Signing in is the host's, and on no tape.

use std::mem;

use serde::{Deserialize, Serialize};

use super::Failure;
use super::limits::TAPE_BYTES_MAX;
use super::scrub::Scrubber;
use super::tape::{Difference, Reel, Sent, Tape};

/// A stream of a run, from when it was signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Talk {
    /// Its place among the streams of the run.
    pub number: u64,
    /// A stream of the manifest.
    pub stream: String,
    /// What passed, in turn. One that begins with a failure did not open.
    pub turns: Vec<Turn>,
}

/// What passed one way, until something passed the other way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turn {
    /// From the component.
    Wrote(#[serde(with = "bytes")] Vec<u8>),
    /// To the component.
    Heard(#[serde(with = "bytes")] Vec<u8>),
    /// Nothing more.
    Failure(Failure),
}

/// Bytes as they can be written down.
mod bytes {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Sent;

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        Sent::of_bytes(bytes.to_vec()).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        Sent::deserialize(from)?.bytes().map_err(|_| D::Error::custom("no bytes"))
    }
}

impl Turn {
    fn bytes(&self) -> usize {
        match self {
            Turn::Wrote(bytes) | Turn::Heard(bytes) => bytes.len(),
            Turn::Failure(_) => 0,
        }
    }
}

impl Talk {
    /// Without what these replace. What was heard keeps its length, which its server has counted.
    pub(super) fn scrubbed(mut self, secrets: &Scrubber, blanks: &Scrubber) -> Talk {
        for turn in &mut self.turns {
            match turn {
                Turn::Wrote(bytes) => *bytes = blanks.bytes(secrets.bytes(mem::take(bytes))),
                Turn::Heard(bytes) => {
                    for (from, to) in [secrets.found(bytes), blanks.found(bytes)].concat() {
                        bytes.get_mut(from..to).unwrap_or_default().fill(b'x');
                    }
                }
                Turn::Failure(_) => {}
            }
        }
        self
    }

    /// What a run that played left of it.
    pub(super) fn left(&self) -> Option<Difference> {
        let left = self.turns.iter().any(|turn| !matches!(turn, Turn::Heard(_)));
        left.then(|| self.difference("the run did not go on with it"))
    }

    fn difference(&self, what: &str) -> Difference {
        let place = format!("stream {}, `{}`", self.number, self.stream);
        Difference { place, what: what.to_owned() }
    }
}

impl Reel {
    fn talk(&mut self, number: u64) -> Option<&mut Talk> {
        self.talks.iter_mut().find(|talk| talk.number == number)
    }

    fn differs(&mut self, difference: Difference) -> Failure {
        self.differences.push(difference);
        Failure::Protocol
    }
}

impl Tape {
    /// Keep that a stream was opened, or why not.
    pub(super) fn keep_opening(&self, number: u64, stream: &str, failure: Option<Failure>) {
        let turns = failure.map(Turn::Failure).into_iter().collect();
        self.reel().talks.push(Talk { number, stream: stream.to_owned(), turns });
    }

    /// Keep what passed; past its length a tape keeps nothing more.
    pub(super) fn keep_turn(&self, number: u64, turn: Turn) {
        let mut reel = self.reel();
        reel.bytes = reel.bytes.saturating_add(turn.bytes());
        if reel.bytes > TAPE_BYTES_MAX {
            return;
        }
        let Some(talk) = reel.talk(number) else { return };
        match (talk.turns.last_mut(), turn) {
            (Some(Turn::Heard(before)), Turn::Heard(more))
            | (Some(Turn::Wrote(before)), Turn::Wrote(more)) => before.extend(more),
            (_, turn) => talk.turns.push(turn),
        }
    }

    /// Open a stream as then.
    pub(super) fn play_opening(&self, number: u64, stream: &str) -> Result<(), Failure> {
        let mut reel = self.reel();
        match reel.talk(number) {
            Some(talk) if talk.stream == stream => match talk.turns.first() {
                Some(Turn::Failure(failure)) => {
                    let failure = *failure;
                    talk.turns.clear();
                    Err(failure)
                }
                _ => Ok(()),
            },
            _ => {
                let talk = Talk { number, stream: stream.to_owned(), turns: Vec::new() };
                Err(reel.differs(talk.difference("the cassette holds no such stream")))
            }
        }
    }

    /// What was heard then, up to so many bytes; nothing where something was written first.
    pub(super) fn play_reading(&self, number: u64, max: usize) -> Result<Vec<u8>, Failure> {
        let mut reel = self.reel();
        let turns = reel.talk(number).map(|talk| &mut talk.turns).ok_or(Failure::Connect)?;
        match turns.first_mut() {
            Some(Turn::Heard(bytes)) => {
                let piece = bytes.drain(..bytes.len().min(max)).collect();
                if bytes.is_empty() {
                    turns.remove(0);
                }
                Ok(piece)
            }
            Some(Turn::Failure(failure)) => {
                let failure = *failure;
                turns.clear();
                Err(failure)
            }
            Some(Turn::Wrote(_)) | None => Ok(Vec::new()),
        }
    }

    /// Write what was written then; anything else is remembered. What nobody read before is over.
    pub(super) fn play_writing(&self, number: u64, bytes: &[u8]) -> Result<(), Failure> {
        let mut reel = self.reel();
        let talk = reel.talk(number).ok_or(Failure::Connect)?;
        let unread = talk.turns.iter().take_while(|turn| matches!(turn, Turn::Heard(_))).count();
        talk.turns.drain(..unread);
        match talk.turns.first_mut() {
            Some(Turn::Wrote(then)) if then.starts_with(bytes) => {
                then.drain(..bytes.len());
                if then.is_empty() {
                    talk.turns.remove(0);
                }
                Ok(())
            }
            turn => {
                let then = match turn {
                    Some(Turn::Wrote(then)) => String::from_utf8_lossy(then).into_owned(),
                    _ => "nothing".to_owned(),
                };
                let now = String::from_utf8_lossy(bytes);
                let what = format!("it writes {} instead of {}", told(&now), told(&then));
                let difference = talk.difference(&what);
                Err(reel.differs(difference))
            }
        }
    }
}

fn told(text: &str) -> String {
    domicile_proto::text::shown(&format!("{text:?}"), super::tape::SHOWN_CHARS_MAX)
}
