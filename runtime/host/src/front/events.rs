//! Server-sent events: texts of the host, sent as they come, to a page of a trusted origin.
//!
//! In flow a state that changes; out flows an answer that lasts as long as the state does.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response};
use hyper::body::Frame;
use tokio::sync::{mpsc, watch};

use super::headers;

/// Events that wait for a browser: a slow one gets the newest state, not each.
const WAITING_MAX: usize = 1;

struct Events(mpsc::Receiver<Bytes>);

impl HttpBody for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|next| next.map(|bytes| Ok(Frame::data(bytes))))
    }
}

/// Send the state now and after each change, each as `text` puts it on one line, and at its end
/// the event `end`.
pub fn follow<T: Clone + Send + Sync + 'static>(
    mut state: watch::Receiver<T>,
    text: impl Fn(&T) -> String + Send + 'static,
) -> Response<Body> {
    let (sender, receiver) = mpsc::channel(WAITING_MAX);
    tokio::spawn(async move {
        loop {
            let now = state.borrow_and_update().clone();
            let event = format!("data: {}\n\n", text(&now));
            if sender.send(Bytes::from(event)).await.is_err() {
                return;
            }
            let changed = tokio::select! {
                changed = state.changed() => changed,
                () = sender.closed() => return,
            };
            if changed.is_err() {
                // A browser that is gone needs no end.
                let _ = sender.send(Bytes::from_static(b"event: end\ndata:\n\n")).await;
                return;
            }
        }
    });
    let mut response = Response::new(Body::new(Events(receiver)));
    let head = response.headers_mut();
    head.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers::plain(head);
    response
}
