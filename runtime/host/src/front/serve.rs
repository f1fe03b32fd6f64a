//! The listening socket. In flow connections, out flow answers; a client that is slow, large or
//! one too many is cut off before it costs anything.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONNECTION, HeaderValue, TRANSFER_ENCODING};
use axum::http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::Front;
use super::limits::{CONNECTIONS_MAX, HEAD_BYTES_MAX, HEAD_TIMEOUT, REQUEST_TIMEOUT};
use super::problem::Failure;
use crate::house::House;

/// How long to wait when the system has no more sockets.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

impl Front {
    /// A front door for `house` on `address`; port 0 takes any that is free.
    pub async fn listen(house: House, address: SocketAddr) -> io::Result<(Front, TcpListener)> {
        let listener = TcpListener::bind(address).await?;
        let port = listener.local_addr()?.port();
        Ok((Front::new(house, port), listener))
    }

    /// Answer whoever connects, for ever.
    pub async fn serve(&self, listener: TcpListener) -> io::Result<()> {
        let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return Ok(()) };
            let (stream, peer) = match listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            let front = self.clone();
            tokio::spawn(async move {
                front.connection(stream, peer.ip()).await;
                drop(place);
            });
        }
    }

    async fn connection(self, stream: TcpStream, peer: IpAddr) {
        // Answers are small: waiting for more to send would only delay them.
        let _ = stream.set_nodelay(true);
        let service = service_fn(|request: Request<Incoming>| {
            let front = self.clone();
            async move { Ok::<_, Infallible>(front.in_time(request.map(Body::new), peer).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(HEAD_BYTES_MAX)
            .serve_connection(TokioIo::new(stream), service);
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection broke");
        }
    }

    async fn in_time(&self, request: Request<Body>, peer: IpAddr) -> Response<Body> {
        if request.headers().contains_key(TRANSFER_ENCODING) {
            return without_length();
        }
        match tokio::time::timeout(REQUEST_TIMEOUT, self.answer(request, peer)).await {
            Ok(response) => response,
            Err(_) => Failure::new(
                StatusCode::GATEWAY_TIMEOUT,
                "too-slow",
                "That took too long",
                "The request did not end in time and was given up.",
                "Try again with less at a time.",
            )
            .json(),
        }
    }
}

/// Browsers say how long a body is. One that is cut into chunks may have two lengths, of which a
/// proxy in front believes the other: what follows it is not listened to.
fn without_length() -> Response<Body> {
    let failure = Failure::new(
        StatusCode::LENGTH_REQUIRED,
        "length-required",
        "A request says how long it is",
        "The body of the request came in chunks.",
        "Send it with a `Content-Length`.",
    );
    let mut response = failure.json();
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}
