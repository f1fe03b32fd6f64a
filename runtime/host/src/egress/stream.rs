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
use super::{Account, Check, Door, Failure, connect};

/// Bytes that one look at the server's side takes: a record of TLS.
const PIECE_BYTES: usize = 16 << 10;
/// As good as never, with the check off.
const LONG: Duration = Duration::from_secs(86_400);

/// A stream that was let through.
pub struct Opening {
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

/// An open stream.
pub struct Stream {
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
        let mut tls = connect::connect(self, &opening.origin).await?;
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
        Ok(Stream { tls, scrubbing, ready, received, ended: false, ends, limits })
    }
}

impl Stream {
    /// Up to `max` bytes of what the server says, as soon as there are some; none at its end.
    pub async fn read(&mut self, max: usize) -> Result<Vec<u8>, Failure> {
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

    /// Say something.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
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
