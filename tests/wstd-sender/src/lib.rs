//! An ordinary component that tells a stranger what it was asked.
//!
//! In: a request through `wasi:http/incoming-handler`. Out: a request of its own. Never here: this
//! project's SDK.

use wstd::http::{Body, Client, Error, Request, Response};

#[wstd::http_server]
async fn main(request: Request<Body>) -> Result<Response<Body>, Error> {
    let told = format!("http://stranger.invalid{}", request.uri().path());
    let sent = Client::new().send(Request::get(told).body(Body::empty())?).await;
    Ok(Response::new(format!("<p>{}</p>", sent.is_ok()).into()))
}
