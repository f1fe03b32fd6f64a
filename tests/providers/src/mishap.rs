//! What goes wrong at providers. In: an answer as it should be. Out: what came of it. No
//! specification: each of these was seen by whoever kept connectors for a while.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Request, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Frame;

use crate::{Answer, Provider, html, with};

/// A body that may fail.
pub type Body = BoxBody<Bytes, io::Error>;

/// What the endless body says it has.
const ENDLESS_BYTES: u64 = 10 << 30;
/// And what it sends at a time.
const PIECE_BYTES: usize = 64 << 10;

/// What can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// Bytes that mean nothing.
    Garbage,
    /// The first half of the answer, and then nothing, although more was promised.
    Half,
    /// The same, as if it were whole.
    Short,
    /// An error of the server's own.
    Broken,
    /// A picture that only people can read.
    Captcha,
    /// A sentence about work on the site.
    Maintenance,
    /// New terms that have to be accepted first.
    Terms,
    /// Elements within elements within elements.
    Deep,
    /// 10 GB.
    Endless,
    /// Nothing at all, for ever.
    Silent,
}

/// A provider to which something happens.
pub struct Unreliable {
    provider: Arc<dyn Provider>,
    /// What, and after how many answers as they should be.
    next: Mutex<Option<(Mishap, usize)>>,
}

impl Unreliable {
    /// As it should be, so far.
    pub fn new(provider: Arc<dyn Provider>) -> Unreliable {
        Unreliable { provider, next: Mutex::new(None) }
    }

    /// From the answer after so many others on; or never.
    pub fn set(&self, next: Option<(Mishap, usize)>) {
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = next;
    }
}

impl Provider for Unreliable {
    fn host(&self) -> &'static str {
        self.provider.host()
    }

    fn answer(&self, request: &Request<Bytes>) -> Answer {
        self.provider.answer(request)
    }

    fn mishap(&self) -> Option<Mishap> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        match next.as_mut()? {
            (mishap, 0) => Some(*mishap),
            (_, left) => {
                *left -= 1;
                None
            }
        }
    }
}

/// What comes of an answer.
pub(crate) async fn spoil(answer: Answer, mishap: Option<Mishap>) -> http::Response<Body> {
    let whole = |answer: Answer| {
        answer.map(|body| Full::new(body).map_err(|never: Infallible| match never {}).boxed())
    };
    let half = || answer.body().slice(..answer.body().len() / 2);
    whole(match mishap {
        None => answer,
        Some(Mishap::Garbage) => with(StatusCode::OK, "text/html", vec![0xf3_u8; 4_096]),
        Some(Mishap::Half) => return promised(answer.body().len() as u64, half(), false),
        Some(Mishap::Short) => with(StatusCode::OK, "text/html", half()),
        Some(Mishap::Broken) => {
            with(StatusCode::INTERNAL_SERVER_ERROR, "text/html", "<h1>500</h1>")
        }
        Some(Mishap::Captcha) => html("<div id=\"captcha\"><img alt=\"\"><input name=\"c\"></div>"),
        Some(Mishap::Maintenance) => html("<h1>Site en maintenance</h1><p>De retour lundi.</p>"),
        Some(Mishap::Terms) => {
            html("<form id=\"conditions\"><h1>Nos conditions changent</h1></form>")
        }
        Some(Mishap::Deep) => html(&"<div>".repeat(100_000)),
        Some(Mishap::Endless) => {
            return promised(ENDLESS_BYTES, Bytes::from(vec![b'x'; PIECE_BYTES]), true);
        }
        Some(Mishap::Silent) => std::future::pending().await,
    })
}

fn promised(bytes: u64, piece: Bytes, again: bool) -> http::Response<Body> {
    let mut answer = http::Response::new(Pieces { piece: Some(piece), again }.boxed());
    answer.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(bytes));
    answer
}

/// A piece, again and again, or once and then a broken connection.
struct Pieces {
    piece: Option<Bytes>,
    again: bool,
}

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let piece = if self.again { self.piece.clone() } else { self.piece.take() };
        Poll::Ready(Some(match piece {
            Some(piece) => Ok(Frame::data(piece)),
            None => Err(io::Error::from(io::ErrorKind::BrokenPipe)),
        }))
    }
}
