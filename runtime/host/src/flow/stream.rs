//! One run's streams to its provider.
//!
//! In flow a stream's name and what a component writes; the policy decides, each time anew; the
//! door opens, signs in and carries; the tally counts. As with requests, the run learns what the
//! provider could tell before anything is sent.

use std::sync::Arc;

use domicile_proto::manifest::Scheme;
#[cfg(feature = "faults")]
use domicile_proto::manifest::{Origin, Site};

use super::audit::{Requests, SIGNED_IN};
use super::net::Barred;
#[cfg(feature = "faults")]
use super::net::Line;
use super::session::Session;
use crate::egress::limits::{READ_BYTES_MAX, SENT_BYTES_MAX, STREAMS_MAX};
use crate::egress::{Check, Failure, Opening, Stream, only_read};

/// A stream in a component's hands.
pub struct Connection {
    stream: Stream,
    host: String,
    name: String,
    /// Why nothing more comes or goes.
    broken: Option<Failure>,
}

impl Session {
    /// Open a stream of the manifest, signed in (R8, R9).
    pub async fn open_stream(&mut self, name: &str) -> Result<Connection, Barred> {
        self.count_call().map_err(|_| Barred::Spent)?;
        let (opening, name) = self.opening(name)?;
        let line = self.line.as_mut().ok_or(Barred::Refused)?;
        if line.login_refused {
            // Asked again, a provider would lock the account.
            return Err(Barred::Login);
        }
        if line.streams >= STREAMS_MAX && !line.door.is_off(Check::Streams) {
            return Err(Barred::Spent);
        }
        line.streams += 1;
        let opened = Arc::clone(&line.door).open(&opening).await;
        line.login_refused = matches!(opened, Err(Failure::Login));
        let host = opening.origin.host().to_owned();
        match opened {
            Ok(stream) => {
                let connection = Connection { stream, host, name, broken: None };
                self.count_stream(&connection, 1, 0, 0);
                Ok(connection)
            }
            Err(failure) => {
                self.count_failure(&host, &name, failure);
                Err(failure.into())
            }
        }
    }

    /// What the server says, up to so many bytes; none at the end.
    pub async fn read_stream(
        &mut self,
        connection: &mut Connection,
        max: usize,
    ) -> Result<Vec<u8>, Barred> {
        self.count_call().map_err(|_| Barred::Spent)?;
        let read = match connection.broken {
            Some(failure) => return Err(failure.into()),
            None => connection.stream.read(max.min(READ_BYTES_MAX)).await,
        };
        let bytes = read.map_err(|failure| self.broken(connection, failure))?;
        self.count_stream(connection, 0, 0, bytes.len());
        Ok(bytes)
    }

    /// Write whole commands that only read (R8).
    pub async fn write_stream(
        &mut self,
        connection: &mut Connection,
        bytes: &[u8],
    ) -> Result<(), Barred> {
        self.count_call().map_err(|_| Barred::Spent)?;
        self.may_send()?;
        let line = self.line.as_mut().ok_or(Barred::Refused)?;
        let sent = line.sent + bytes.len() as u64;
        if sent > SENT_BYTES_MAX {
            return Err(Barred::Spent);
        }
        if !only_read(bytes) && !line.door.is_off(Check::Commands) {
            self.count_failure(&connection.host, &connection.name, Failure::Command);
            return Err(Failure::Command.into());
        }
        line.sent = sent;
        let written = match connection.broken {
            Some(failure) => return Err(failure.into()),
            None => connection.stream.write(bytes).await,
        };
        written.map_err(|failure| self.broken(connection, failure))?;
        self.count_stream(connection, 0, bytes.len(), 0);
        Ok(())
    }

    /// Whether the provider refused the account's password in this run.
    pub fn login_refused(&self) -> bool {
        self.line.as_ref().is_some_and(|line| line.login_refused)
    }

    fn opening(&mut self, name: &str) -> Result<(Opening, String), Barred> {
        let declared = self.line.as_ref().and_then(|line| {
            let stream = line.konnector.stream(name)?;
            Some((stream.origin.clone(), stream.user.clone(), stream.password.clone()))
        });
        #[cfg(feature = "faults")]
        let declared = declared.or_else(|| undeclared(name, self.line.as_ref()?));
        let Some((site, user, password)) = declared else {
            return Err(self.not_declared(name));
        };
        self.may_send()?;
        let at = self.at;
        let line = self.line.as_ref().ok_or(Barred::Refused)?;
        let account = line.account();
        let value = |name: &str| account.value(&line.konnector, name, at).ok_or(Barred::NoSecret);
        let (user, password) = (value(&user)?, value(&password)?);
        let origin = account.origin(&site, Scheme::Imaps).ok_or(Barred::NoSecret)?;
        let konnector = Arc::clone(&line.konnector);
        Ok((Opening { origin, user, password, konnector, account }, name.to_owned()))
    }

    fn broken(&mut self, connection: &mut Connection, failure: Failure) -> Barred {
        connection.broken = Some(failure);
        self.count_failure(&connection.host, &connection.name, failure);
        failure.into()
    }

    fn count_failure(&mut self, host: &str, name: &str, failure: Failure) {
        let (host, route, end) = (host.to_owned(), name.to_owned(), failure.code().to_owned());
        let credential = failure == Failure::Login;
        let (count, sent, received) = (1, 0, 0);
        self.tally.asked(Requests { host, route, end, credential, count, sent, received });
    }

    fn count_stream(&mut self, connection: &Connection, count: u64, sent: usize, received: usize) {
        let Connection { host, name, .. } = connection;
        let (host, route, end) = (host.clone(), name.clone(), SIGNED_IN.to_owned());
        let (sent, received) = (sent as u64, received as u64);
        self.tally.asked(Requests { host, route, end, credential: true, count, sent, received });
    }
}

/// With the check off: `imaps://host`, as a component writes it.
#[cfg(feature = "faults")]
fn undeclared(text: &str, line: &Line) -> Option<(Site, String, String)> {
    let origin = line.door.is_off(Check::Declared).then(|| Origin::parse(text).ok())??;
    let stream = line.konnector.streams.first()?;
    Some((Site::Fixed(origin), stream.user.clone(), stream.password.clone()))
}
