//! The dialogue with a server in which the home has signed in. In: a command. Out: each response to
//! it, whole, one after the other. Never here: more than one response in memory, or a command that
//! changes something.

use domicile_sdk::importer::DepositError;
use domicile_sdk::konnector::Failure;
use domicile_sdk::stream::{Stream, StreamError};
use imap_proto::{Response, Status};
use konnector_shared::failure::failed;
use konnector_shared::say;

/// Bytes of a message that are asked for: what comes after are attachments, as a rule.
pub const MESSAGE_BYTES_MAX: usize = 8 << 20;
/// Bytes of one response: a message and what is told of it.
const RESPONSE_BYTES_MAX: usize = MESSAGE_BYTES_MAX + (1 << 20);
/// Bytes that one look takes.
const PIECE_BYTES: u32 = 1 << 20;

/// Why a dialogue ends.
#[derive(Debug)]
pub enum Trouble {
    /// The run has had what it may have: what came stays, and the next one goes on.
    Spent,
    /// Anything else.
    Failed(Failure),
}

impl From<StreamError> for Trouble {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::Spent => Trouble::Spent,
            other => Trouble::Failed(other.into()),
        }
    }
}

impl From<DepositError> for Trouble {
    fn from(error: DepositError) -> Self {
        Trouble::Failed(error.into())
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Trouble::Failed(failure)
    }
}

/// A signed-in dialogue.
pub struct Client {
    stream: Stream,
    heard: Vec<u8>,
    commands: u32,
}

impl Client {
    pub fn new(stream: Stream) -> Client {
        Client { stream, heard: Vec::new(), commands: 0 }
    }

    /// Give a command; `each` takes what comes. Whether the server did it.
    pub fn ask(
        &mut self,
        command: &str,
        mut each: impl FnMut(Response<'_>),
    ) -> Result<bool, Trouble> {
        self.commands += 1;
        let tag = format!("a{}", self.commands);
        self.stream.write(format!("{tag} {command}\r\n").as_bytes())?;
        loop {
            let whole = self.response()?;
            match Response::parse(&whole) {
                Ok((_, Response::Done { tag: of, status, .. })) if of.0 == tag => {
                    return match status {
                        Status::Ok => Ok(true),
                        Status::No => Ok(false),
                        _ => Err(unreadable()),
                    };
                }
                Ok((_, Response::Data { status: Status::Bye, .. })) => {
                    return Err(Failure::VendorDown.into());
                }
                Ok((_, response)) => each(response),
                // What a server tells by itself need not be known here.
                Err(_) if whole.starts_with(b"* ") => {}
                Err(_) => return Err(unreadable()),
            }
        }
    }

    /// A line, and the bytes that it announces, with the line that goes on behind them.
    fn response(&mut self) -> Result<Vec<u8>, Trouble> {
        // Where the line begins, and how far it was looked at.
        let (mut line, mut seen) = (0, 0);
        loop {
            let end = self.heard.get(seen..).and_then(|rest| rest.iter().position(|b| *b == b'\n'));
            let Some(end) = end.map(|at| seen + at + 1) else {
                seen = seen.max(self.heard.len());
                self.hear()?;
                continue;
            };
            match announced(self.heard.get(line..end).unwrap_or_default()) {
                None => return Ok(self.heard.drain(..end).collect()),
                Some(length) => (line, seen) = (end + length, end + length),
            }
            if seen > RESPONSE_BYTES_MAX {
                return Err(unreadable());
            }
        }
    }

    fn hear(&mut self) -> Result<(), Trouble> {
        if self.heard.len() > RESPONSE_BYTES_MAX {
            return Err(unreadable());
        }
        let piece = self.stream.read(PIECE_BYTES)?;
        if piece.is_empty() {
            return Err(Failure::VendorDown.into());
        }
        self.heard.extend(piece);
        Ok(())
    }
}

/// `{120}` at the end of a line: so many bytes belong to it.
fn announced(line: &[u8]) -> Option<usize> {
    let line = line.strip_suffix(b"\n")?;
    let line = line.strip_suffix(b"\r").unwrap_or(line).strip_suffix(b"}")?;
    let open = line.iter().rposition(|byte| *byte == b'{')?;
    let length: u32 = std::str::from_utf8(line.get(open + 1..)?).ok()?.parse().ok()?;
    Some(length as usize)
}

fn unreadable() -> Trouble {
    Trouble::Failed(failed(say!(
        "the server's answer can't be read",
        "la réponse du serveur est illisible",
    )))
}
