//! One request, one answer, one connection.
//!
//! In flow a stream and a whole request; out flows an answer within its limits, whole or with a
//! body that is still to come. No redirect is followed, nothing is unpacked, and no connection is
//! used twice: accounts share none.

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::response::Parts;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::AbortHandle;

use super::limits::{ANSWER_HEADERS_BYTES_MAX, ANSWER_HEADERS_MAX, Limits};
use super::{Check, Door, Failure};

/// Ends the connection's task with the exchange, however that ends.
struct Connection(AbortHandle);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// An answer whose body is still to come.
pub(super) struct Begun {
    pub(super) parts: Parts,
    pub(super) body: Incoming,
    _connection: Connection,
}

/// Send a request over a fresh connection and take the head of its answer.
pub(super) async fn begin(
    door: &Door,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
) -> Result<Begun, Failure> {
    let handshake = http1::Builder::new()
        .max_headers(ANSWER_HEADERS_MAX)
        .max_buf_size(ANSWER_HEADERS_BYTES_MAX)
        .handshake(TokioIo::new(stream))
        .await;
    let (mut sender, connection) = handshake.map_err(|_| Failure::Protocol)?;
    let _connection = Connection(tokio::spawn(connection).abort_handle());
    let sending = tokio::time::timeout(door.limits.first_byte, sender.send_request(request));
    let answer = sending.await.map_err(|_| Failure::Slow)?.map_err(|_| Failure::Protocol)?;
    let (parts, body) = answer.into_parts();
    if !is_plain(&parts.headers) {
        return Err(Failure::Encoding);
    }
    Ok(Begun { parts, body, _connection })
}

impl Begun {
    /// All of it.
    pub(super) async fn whole(mut self, limits: Limits) -> Result<Response<Vec<u8>>, Failure> {
        if told(&self.parts.headers).unwrap_or(0) > limits.answer_bytes as u64 {
            return Err(Failure::TooLarge);
        }
        let mut bytes = Vec::new();
        while let Some(frame) = self.body.frame().await {
            // Trailers are dropped.
            let Ok(data) = frame.map_err(|_| Failure::Protocol)?.into_data() else { continue };
            if bytes.len() + data.len() > limits.answer_bytes {
                return Err(Failure::TooLarge);
            }
            bytes.extend_from_slice(&data);
        }
        Ok(Response::from_parts(self.parts, bytes))
    }
}

/// What each exchange may take; more for a test of it.
pub(super) fn limits(door: &Door) -> Limits {
    let unlimited = Limits { answer_bytes: usize::MAX, file_bytes: u64::MAX, ..door.limits };
    if door.is_off(Check::Size) { unlimited } else { door.limits }
}

/// The length that a head tells.
pub(super) fn told(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Whether the body is as it is: what was asked for by `accept-encoding: identity`.
fn is_plain(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().all(|value| value == "identity")
}
