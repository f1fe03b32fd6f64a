//! Streams of a konnector's manifest: mail by IMAP, in which the home has signed in already. A
//! konnector writes commands that only read, and never sees what the home signed in with.

use crate::bindings::konnector::domicile::konnector::stream::Error as Raw;
use crate::konnector::Failure;
use crate::sys;
use std::fmt;

/// An open stream; it is closed when it is dropped.
pub struct Stream(sys::Connection);

/// Open the stream of this name.
pub fn open(name: &str) -> Result<Stream, StreamError> {
    Ok(Stream(sys::stream_open(name)?))
}

impl Stream {
    /// Up to `max` bytes, as soon as there are some; none at the end.
    pub fn read(&self, max: u32) -> Result<Vec<u8>, StreamError> {
        Ok(self.0.read(max)?)
    }

    /// Write whole commands.
    pub fn write(&self, bytes: &[u8]) -> Result<(), StreamError> {
        Ok(self.0.write(bytes)?)
    }
}

/// Why a stream does not go on. It turns into a [`Failure`] with `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamError {
    /// The manifest has no such stream, or what this run knows may not be sent there.
    Refused,
    /// The arguments break a rule that the text names.
    Invalid(String),
    /// The account has not got what the stream needs.
    NoSecret,
    /// The provider did not take the password.
    LoginFailed,
    /// The stream, or the run, has used what it may use: end well, and go on in the next run.
    Spent,
    /// No stream, or none any more.
    Unreachable,
}

impl From<Raw> for StreamError {
    fn from(raw: Raw) -> Self {
        match raw {
            Raw::Refused => StreamError::Refused,
            Raw::Invalid(why) => StreamError::Invalid(why),
            Raw::NoSecret => StreamError::NoSecret,
            Raw::LoginFailed => StreamError::LoginFailed,
            Raw::Spent => StreamError::Spent,
            Raw::Unreachable => StreamError::Unreachable,
        }
    }
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StreamError::Refused => f.write_str("the stream was refused"),
            StreamError::Invalid(why) => write!(f, "refused by the home: {why}"),
            StreamError::NoSecret => f.write_str("the account has no such secret"),
            StreamError::LoginFailed => f.write_str("the provider did not take the password"),
            StreamError::Spent => f.write_str("the stream has used what it may use"),
            StreamError::Unreachable => f.write_str("the provider was not reached"),
        }
    }
}

impl std::error::Error for StreamError {}

impl From<StreamError> for Failure {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::Unreachable => Failure::VendorDown,
            StreamError::NoSecret | StreamError::LoginFailed => Failure::LoginFailed,
            other => Failure::Other(other.to_string()),
        }
    }
}
