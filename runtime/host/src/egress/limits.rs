//! What one request, and all requests of one run, may use.

use std::time::Duration;

/// Bytes of a request's own body.
pub const BODY_BYTES_MAX: usize = 4 << 20;
/// Headers that a component may add.
pub const HEADERS_MAX: usize = 16;
/// Bytes of the value of one of them.
pub const HEADER_BYTES_MAX: usize = 1 << 10;
/// Bytes of all headers of an answer.
pub const ANSWER_HEADERS_BYTES_MAX: usize = 64 << 10;
/// Headers of an answer.
pub const ANSWER_HEADERS_MAX: usize = 200;
/// Requests of one run.
pub const REQUESTS_MAX: u64 = 200;
/// Bytes that one run sends: targets, headers and bodies.
pub const SENT_BYTES_MAX: u64 = 5 << 20;
/// Requests of one call.
pub const REQUESTS_AT_ONCE_MAX: usize = 16;
/// Redirects that the home follows for one request, where the component could not.
pub const REDIRECTS_MAX: usize = 5;
/// Requests that are under way at a time in one run.
pub const CONCURRENT_MAX: usize = 6;
/// Streams of one run.
pub const STREAMS_MAX: u64 = 6;
/// Bytes that one look at a stream gives.
pub const READ_BYTES_MAX: usize = 1 << 20;
/// Bytes of all that a server says while the home signs in, and of one line of it.
pub const SIGN_IN_BYTES_MAX: usize = 64 << 10;
/// See [`SIGN_IN_BYTES_MAX`].
pub const SIGN_IN_LINE_BYTES_MAX: usize = 8 << 10;
/// An origin that asks for a pause gets one of at most this long; the run ends its requests there
/// for a longer one.
pub const PAUSE_MAX: Duration = Duration::from_secs(60);
/// Bytes of files after which a run downloads no more.
pub const DOWNLOADED_BYTES_MAX: u64 = 8 << 30;
/// How long a run has gone on when it downloads no more, so that the last one ends within it.
pub const DOWNLOADS_TIME_MAX: Duration = Duration::from_secs(300);
/// Bytes of all requests and answers that a tape keeps.
pub const TAPE_BYTES_MAX: usize = 64 << 20;
/// Cookies of one account.
pub const COOKIES_MAX: usize = 50;
/// Bytes of one cookie.
pub const COOKIE_BYTES_MAX: usize = 4 << 10;
/// Bytes of a secret, a kept session included.
pub const SECRET_BYTES_MAX: usize = 8 << 10;

/// Bytes of what is read of a provider's word about a token.
pub const TOKEN_ANSWER_BYTES_MAX: usize = 64 << 10;

/// What one exchange, or one stream, may take. Tests shorten it.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until there is a connection: name, TCP, TLS.
    pub connect: Duration,
    /// Then until the answer's head is there. Of a stream: to sign in, and for each reading and
    /// writing.
    pub first_byte: Duration,
    /// For all of it.
    pub total: Duration,
    /// Bytes of the answer's body.
    pub answer_bytes: usize,
    /// For all of a file.
    pub file: Duration,
    /// Between two parts of it.
    pub silence: Duration,
    /// Bytes of a file.
    pub file_bytes: u64,
    /// Bytes of it that are taken together.
    pub piece_bytes: usize,
    /// What a provider means by a second when it says how often it may be asked for a token.
    pub second: Duration,
    /// For all of a stream.
    pub stream: Duration,
    /// Bytes that a server sends on a stream.
    pub stream_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(30),
            total: Duration::from_secs(120),
            answer_bytes: 20 << 20,
            file: Duration::from_secs(540),
            silence: Duration::from_secs(30),
            file_bytes: 1 << 30,
            piece_bytes: 1 << 20,
            second: Duration::from_secs(1),
            // Shorter than a run, so that its konnector keeps how far it came.
            stream: Duration::from_secs(600),
            stream_bytes: 512 << 20,
        }
    }
}
