//! One request in, one response out. A page is answered by a fresh instance: nothing that is kept
//! in memory is there at the next call.

mod error;
mod request;
mod response;
mod router;
#[cfg(test)]
mod tests;

pub use error::{Error, Result};
pub use request::{Method, Request, Upload};
pub use response::{Content, Download, Media, Response};
pub use router::{Context, Handler, Router};
