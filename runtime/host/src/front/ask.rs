//! A request, taken apart once: place, method, path, fields, files, cookies.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::{FromRequest, Multipart};
use axum::http::{HeaderMap, Method, Request, header};
use bytes::Bytes;

use super::limits;

/// A file that was sent.
pub struct Upload {
    /// The field.
    pub field: String,
    /// The file's name as the browser gives it.
    pub filename: String,
    /// Its bytes.
    pub content: Bytes,
}

/// A request without its body.
pub struct Ask {
    /// GET or POST; the front answers no other.
    pub method: Method,
    /// The path, as sent.
    pub path: String,
    /// The query's fields.
    pub query: Vec<(String, String)>,
    /// The headers.
    pub headers: HeaderMap,
    /// Who asks, as far as the network tells.
    pub from: SocketAddr,
}

/// A body's fields and files.
#[derive(Default)]
pub struct Fields {
    /// The fields, in order.
    pub form: Vec<(String, String)>,
    /// The files, in order.
    pub files: Vec<Upload>,
}

/// A body that could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// Too much.
    #[error("what was sent is larger than the {0} bytes that are allowed")]
    TooLarge(usize),
    /// Not a form.
    #[error("what was sent is no form: {0}")]
    Malformed(String),
}

impl Ask {
    /// A header, as text.
    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// A cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let all = self.headers.get_all(header::COOKIE).iter();
        all.filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    /// A field of the query.
    pub fn query(&self, name: &str) -> Option<&str> {
        value(&self.query, name)
    }
}

impl Fields {
    /// A field of the form.
    pub fn get(&self, name: &str) -> Option<&str> {
        value(&self.form, name)
    }
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find_map(|(key, value)| (key == name).then_some(value.as_str()))
}

/// The fields of a query or a form body.
pub fn pairs(text: &[u8]) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(text).unwrap_or_default();
    pairs.truncate(limits::FIELDS_MAX);
    pairs
}

/// Take a body of at most `most` bytes.
pub async fn body(request: Request<Body>, most: usize) -> Result<Fields, BodyError> {
    let media = request.headers().get(header::CONTENT_TYPE);
    let media = media.and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    if media.starts_with("multipart/form-data") {
        return multipart(request, most).await;
    }
    let bytes = axum::body::to_bytes(request.into_body(), most.min(limits::FORM_BYTES_MAX))
        .await
        .map_err(|_| BodyError::TooLarge(most.min(limits::FORM_BYTES_MAX)))?;
    Ok(Fields { form: pairs(&bytes), files: Vec::new() })
}

async fn multipart(request: Request<Body>, most: usize) -> Result<Fields, BodyError> {
    let malformed = |error: String| BodyError::Malformed(error);
    let mut multipart = Multipart::from_request(request, &())
        .await
        .map_err(|error| malformed(error.body_text()))?;
    let mut fields = Fields::default();
    let mut total = 0;
    while let Some(part) =
        multipart.next_field().await.map_err(|error| malformed(error.body_text()))?
    {
        let field = part.name().unwrap_or_default().to_owned();
        let filename = part.file_name().map(str::to_owned);
        let content = part.bytes().await.map_err(|_| BodyError::TooLarge(most))?;
        total += content.len();
        if total > most {
            return Err(BodyError::TooLarge(most));
        }
        match filename {
            Some(_) if fields.files.len() >= limits::UPLOADS_MAX => {
                return Err(malformed(format!("more than {} files", limits::UPLOADS_MAX)));
            }
            // A browser sends a nameless empty file for an input that was left empty.
            Some(filename) if filename.is_empty() && content.is_empty() => {}
            Some(filename) => fields.files.push(Upload { field, filename, content }),
            None if fields.form.len() < limits::FIELDS_MAX => {
                fields.form.push((field, String::from_utf8_lossy(&content).into_owned()));
            }
            None => return Err(malformed(format!("more than {} fields", limits::FIELDS_MAX))),
        }
    }
    Ok(fields)
}
