//! An HTTP hello as its author would write it for any WASI host.
//!
//! In: a request through `wasi:http/incoming-handler`. Out: one page. Never here: this project's
//! SDK.

use wstd::http::{Body, Error, Request, Response};

#[wstd::http_server]
async fn main(_request: Request<Body>) -> Result<Response<Body>, Error> {
    Ok(Response::new("<p>Hello from an ordinary component</p>".into()))
}
