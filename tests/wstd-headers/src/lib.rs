//! A page with the headers that it is told to set.
//!
//! In: a query of headers, and in it `:status` and `:body`. Out: an answer of just these. Never
//! here: this project's SDK, or an attack; they are data of `tests/exfil`.

use wstd::http::{Body, Error, Request, Response};

#[wstd::http_server]
async fn main(request: Request<Body>) -> Result<Response<Body>, Error> {
    let query = request.uri().query().unwrap_or_default();
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query)?;
    let mut response = Response::builder();
    let mut body = String::new();
    for (name, value) in pairs {
        match name.as_str() {
            ":status" => response = response.status(value.as_str()),
            ":body" => body = value,
            _ => response = response.header(name, value),
        }
    }
    Ok(response.body(body.into())?)
}
