//! What the owner asked for.

use crate::bindings::app::exports::domicile::app::page as wit;
use crate::form::{self, FormError};
use serde::de::DeserializeOwned;

pub use wit::Upload;

/// How it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Show something.
    Get,
    /// A form was sent.
    Post,
}

/// One request.
#[derive(Debug, Clone)]
pub struct Request {
    /// How it was asked.
    pub method: Method,
    /// Begins with `/`.
    pub path: String,
    /// What stands after `?`, in order.
    pub query: Vec<(String, String)>,
    /// The fields of the form, in order.
    pub form: Vec<(String, String)>,
    /// Files of the form.
    pub uploads: Vec<Upload>,
}

impl Request {
    /// For tests: a `GET` of `path?query`, the query percent-encoded.
    pub fn get(address: &str) -> Self {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (unescape(name), unescape(value))
        });
        let (form, uploads) = (Vec::new(), Vec::new());
        let (path, query) = (path.to_owned(), pairs.collect());
        Request { method: Method::Get, path, query, form, uploads }
    }

    /// For tests: a form sent to `path`.
    pub fn post(path: &str, fields: &[(&str, &str)]) -> Self {
        let form = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Request { method: Method::Post, form, ..Request::get(path) }
    }

    /// The query as a type of yours.
    pub fn query<T: DeserializeOwned>(&self) -> Result<T, FormError> {
        form::from_pairs(&self.query)
    }

    /// The form as a type of yours.
    pub fn form<T: DeserializeOwned>(&self) -> Result<T, FormError> {
        form::from_pairs(&self.form)
    }
}

impl From<wit::Request> for Request {
    fn from(raw: wit::Request) -> Self {
        let wit::Request { method, path, query, form, uploads } = raw;
        let method = match method {
            wit::Method::Get => Method::Get,
            wit::Method::Post => Method::Post,
        };
        Request { method, path, query, form, uploads }
    }
}

/// `%41+b` is `A b`; what is no escape stays.
fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        let hex = |at: usize| tail.get(at).and_then(|b| char::from(*b).to_digit(16));
        match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &tail[2..];
            }
            (b'+', ..) => bytes.push(b' '),
            _ => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
