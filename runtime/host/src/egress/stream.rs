//! A stream to a mail server, which the host has signed in.
//!
//! In flow an account and, from a component, bytes; out flow bytes to the stream's origin, and what
//! the server says with the account's secrets taken out. Its life and what it takes are bounded:
//! what a server drips or pours ends with the stream.

use std::sync::Arc;
use std::time::Duration;

use domicile_proto::manifest::{Konnector, Origin};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::client::TlsStream;

use super::imap::{self, SignIn};
use super::limits::Limits;
use super::running::Running;
use super::talk::Turn;
use super::tape::Tape;
use super::{Account, Check, Door, Failure, connect};

/// Bytes that one look at the server's side takes: a record of TLS.
const PIECE_BYTES: usize = 16 << 10;
/// As good as never, with the check off.
const LONG: Duration = Duration::from_secs(86_400);

/// A stream that was let through.
pub struct Opening {
    /// Its name in the manifest.
    pub name: String,
    /// Its place among the streams of the run.
    pub number: u64,
    /// Where it leads.
    pub origin: Origin,
    /// Who signs in.
    pub user: String,
    /// What proves it.
    pub password: String,
    /// Whose secrets these are.
    pub konnector: Arc<Konnector>,
    /// The account that the run is for.
    pub account: Account,
}

/// An open stream: `live`, or played from a tape.
pub struct Stream {
    number: u64,
    tape: Option<Arc<Tape>>,
    live: Option<Live>,
}

/// One with a server at its other end.
struct Live {
    tls: TlsStream<TcpStream>,
    scrubbing: Running,
    /// Scrubbed, and not taken yet.
    ready: Vec<u8>,
    received: usize,
    ended: bool,
    ends: Instant,
    limits: Limits,
}

impl Door {
    /// Open a stream and sign in.
    pub async fn open(&self, opening: &Opening) -> Result<Stream, Failure> {
        let (number, tape) = (opening.number, self.tape.clone());
        if let Some(tape) = tape.as_ref().filter(|tape| tape.plays()) {
            tape.play_opening(number, &opening.name)?;
            return Ok(Stream { number, tape: Some(Arc::clone(tape)), live: None });
        }
        let live = self.live(opening).await;
        if let Some(tape) = &tape {
            tape.keep_opening(number, &opening.name, live.as_ref().err().copied());
        }
        Ok(Stream { number, tape, live: Some(live?) })
    }

    async fn live(&self, opening: &Opening) -> Result<Live, Failure> {
        let confirmed = opening.account.certificate(&opening.origin);
        let mut tls = connect::connect(self, &opening.origin, confirmed).await?;
        let Opening { user, password, .. } = opening;
        let checked = !self.is_off(Check::SignIn);
        let who = SignIn { user, password, checked };
        let rest = imap::sign_in(&mut tls, &who, self.limits.first_byte).await?;
        let mut scrubbing = match self.is_off(Check::Scrub) {
            true => Running::new([]),
            false => Running::new(opening.account.hidden(&opening.konnector)),
        };
        let unlimited = Limits { stream_bytes: usize::MAX, ..self.limits };
        let limits = if self.is_off(Check::Size) { unlimited } else { self.limits };
        let (ready, received) = (scrubbing.push(&rest), rest.len());
        let ends = Instant::now() + if self.is_off(Check::Time) { LONG } else { limits.stream };
        Ok(Live { tls, scrubbing, ready, received, ended: false, ends, limits })
    }
}

impl Stream {
    /// Up to `max` bytes of what the server says, as soon as there are some; none at its end.
    pub async fn read(&mut self, max: usize) -> Result<Vec<u8>, Failure> {
        match (&mut self.live, &self.tape) {
            (Some(live), tape) => {
                let read = live.read(max).await;
                let turn = |read: &Result<Vec<u8>, Failure>| match read {
                    Ok(bytes) => Turn::Heard(bytes.clone()),
                    Err(failure) => Turn::Failure(*failure),
                };
                tape.iter().for_each(|tape| tape.keep_turn(self.number, turn(&read)));
                read
            }
            (None, Some(tape)) => tape.play_reading(self.number, max),
            (None, None) => Err(Failure::Connect),
        }
    }

    /// Say something.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        match (&mut self.live, &self.tape) {
            (Some(live), tape) => {
                let turn = || Turn::Wrote(bytes.to_vec());
                tape.iter().for_each(|tape| tape.keep_turn(self.number, turn()));
                live.write(bytes).await
            }
            (None, Some(tape)) => tape.play_writing(self.number, bytes),
            (None, None) => Err(Failure::Connect),
        }
    }
}

impl Live {
    async fn read(&mut self, max: usize) -> Result<Vec<u8>, Failure> {
        while self.ready.is_empty() && !self.ended {
            self.hear().await?;
        }
        let length = self.ready.len().min(max);
        Ok(self.ready.drain(..length).collect())
    }

    async fn hear(&mut self) -> Result<(), Failure> {
        let mut piece = [0; PIECE_BYTES];
        let until = self.until()?;
        let heard = timeout_at(until, self.tls.read(&mut piece)).await;
        // Who closes without a word closes.
        let length = heard.map_err(|_| self.late())?.unwrap_or(0);
        self.received += length;
        if self.received > self.limits.stream_bytes {
            return Err(Failure::Spent);
        }
        self.ended = length == 0;
        self.ready = match length {
            0 => self.scrubbing.end(),
            length => self.scrubbing.push(piece.get(..length).unwrap_or_default()),
        };
        Ok(())
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let until = self.until()?;
        let saying = async {
            self.tls.write_all(bytes).await?;
            self.tls.flush().await
        };
        let said = timeout_at(until, saying).await;
        said.map_err(|_| self.late())?.map_err(|_| Failure::Connect)
    }

    /// Until when the next act may last.
    fn until(&self) -> Result<Instant, Failure> {
        let now = Instant::now();
        if now < self.ends {
            Ok(self.ends.min(now + self.limits.first_byte))
        } else {
            Err(Failure::Spent)
        }
    }

    fn late(&self) -> Failure {
        if Instant::now() < self.ends { Failure::Slow } else { Failure::Spent }
    }
}
