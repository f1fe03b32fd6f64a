//! An answer that is a file: its body comes piece by piece, and is never whole in memory.
//!
//! In flow the head of an answer and an account's secrets; out flow pieces within limits, until the
//! end that the head told of. Never here: a piece of a file with a secret in it, the end of a file
//! that was cut short.

use http::StatusCode;
use http::header::TRANSFER_ENCODING;
use http_body_util::BodyExt;
use tokio::time::{Instant, timeout_at};

use super::exchange::{Begun, told};
use super::scrub::Watch;
use super::{Answer, Failure, Limits, pause};

/// A file on its way in.
pub struct Download {
    /// `200`: any other answer brings no file.
    pub status: u16,
    /// As of any answer.
    pub headers: Vec<(String, String)>,
    body: Coming,
    watch: Watch,
    limits: Limits,
    until: Instant,
    received: u64,
}

/// What of it is still to come.
enum Coming {
    /// Piece by piece.
    Pieces(Begun),
    /// All of it at once, off a tape or onto one.
    Whole(Vec<u8>),
}

impl Download {
    /// An answer that came whole.
    pub(super) fn whole(answer: Answer, limits: Limits) -> Download {
        let Answer { status, headers, body } = answer;
        let (body, watch, until) = (Coming::Whole(body), Watch::new([]), Instant::now());
        Download { status, headers, body, watch, limits, until, received: 0 }
    }

    pub(super) fn new(
        begun: Begun,
        headers: Vec<(String, String)>,
        watch: Watch,
        limits: Limits,
        until: Instant,
    ) -> Result<Download, Failure> {
        let status = begun.parts.status.as_u16();
        let length = told(&begun.parts.headers);
        // A body that ends with its connection could have been longer.
        let ends = length.is_some() || begun.parts.headers.contains_key(TRANSFER_ENCODING);
        let body = Coming::Pieces(begun);
        let download = Download { status, headers, body, watch, limits, until, received: 0 };
        match length {
            _ if !download.is_file() => Ok(download),
            Some(length) if length > limits.file_bytes => Err(Failure::TooLarge),
            _ if ends => Ok(download),
            _ => Err(Failure::Protocol),
        }
    }

    /// Whether it brings a file.
    pub fn is_file(&self) -> bool {
        self.status == StatusCode::OK.as_u16()
    }

    /// Bytes that came so far.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// How long the origin asks to be left alone, in seconds.
    pub fn pause(&self) -> Option<u64> {
        pause(self.status, &self.headers)
    }

    /// What comes next; `None` once all of it came.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        let mut piece = Vec::new();
        let begun = match &mut self.body {
            Coming::Pieces(begun) => begun,
            Coming::Whole(body) => {
                let whole = std::mem::take(body);
                self.received += whole.len() as u64;
                return Ok((!whole.is_empty()).then_some(whole));
            }
        };
        while piece.len() < self.limits.piece_bytes {
            let until = self.until.min(Instant::now() + self.limits.silence);
            let frame = timeout_at(until, begun.body.frame()).await;
            let Some(frame) = frame.map_err(|_| Failure::Slow)? else { break };
            // Trailers are dropped.
            let Ok(data) = frame.map_err(|_| Failure::Protocol)?.into_data() else { continue };
            self.received += data.len() as u64;
            if self.received > self.limits.file_bytes {
                return Err(Failure::TooLarge);
            }
            piece.extend_from_slice(&data);
        }
        if self.watch.finds(&piece) {
            return Err(Failure::Echo);
        }
        Ok((!piece.is_empty()).then_some(piece))
    }
}
