//! Bodies of requests: forms, with or without files. In flow bytes up to a limit; out flow fields.

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Request, StatusCode};
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};

use super::limits::{FIELD_BYTES_MAX, FIELDS_MAX, UPLOADS_MAX};
use super::problem::{self, Failure};
use super::request::header;
use super::texts::Texts;

/// A file in a form.
#[derive(Clone, Debug)]
pub struct File {
    /// The field's name.
    pub field: String,
    /// The file's name, as the browser says it.
    pub name: String,
    /// What is in it.
    pub content: Bytes,
}

/// A form.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// Plain fields.
    pub fields: Vec<(String, String)>,
    /// Files; empty inputs are left out.
    pub files: Vec<File>,
}

impl Form {
    /// The first value of a field, or nothing.
    pub fn value(&self, name: &str) -> &str {
        super::request::value(&self.fields, name).unwrap_or_default()
    }

    /// Read a body of at most `bytes_max`.
    pub async fn read(
        headers: &HeaderMap,
        body: Body,
        bytes_max: usize,
        t: &Texts,
    ) -> Result<Form, Failure> {
        let kind = header(headers, "content-type").unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            return multipart(kind, body, bytes_max, t).await;
        }
        if !kind.starts_with("application/x-www-form-urlencoded") && !kind.is_empty() {
            return Err(Failure::bad_form(t));
        }
        let whole = Limited::new(body, bytes_max).collect().await;
        let bytes = whole.map_err(|_| Failure::too_large(t, bytes_max))?.to_bytes();
        let fields: Vec<(String, String)> =
            serde_urlencoded::from_bytes(&bytes).map_err(|_| Failure::bad_form(t))?;
        if fields.iter().any(|(name, value)| name.len() + value.len() > FIELD_BYTES_MAX) {
            return Err(Failure::too_large(t, FIELD_BYTES_MAX));
        }
        Ok(Form { fields: problem::fields(t, fields)?, files: Vec::new() })
    }
}

async fn multipart(kind: &str, body: Body, bytes_max: usize, t: &Texts) -> Result<Form, Failure> {
    let mut request = Request::new(body);
    let kind = kind.parse().map_err(|_| Failure::bad_form(t))?;
    request.headers_mut().insert(CONTENT_TYPE, kind);
    DefaultBodyLimit::max(bytes_max).apply(&mut request);
    let parts = Multipart::from_request(request, &()).await;
    let mut parts = parts.map_err(|_| Failure::bad_form(t))?;
    let failure = |status| match status {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::too_large(t, bytes_max),
        _ => Failure::bad_form(t),
    };
    let mut form = Form::default();
    while let Some(part) = parts.next_field().await.map_err(|error| failure(error.status()))? {
        let field = part.name().unwrap_or_default().to_owned();
        let name = part.file_name().map(str::to_owned);
        let content = part.bytes().await.map_err(|error| failure(error.status()))?;
        let words = name.as_ref().map_or(content.len(), String::len);
        if field.len().saturating_add(words) > FIELD_BYTES_MAX {
            return Err(Failure::too_large(t, FIELD_BYTES_MAX));
        }
        match name {
            Some(name) if name.is_empty() && content.is_empty() => {}
            Some(name) => form.files.push(File { field, name, content }),
            None => {
                let value = String::from_utf8(content.into()).map_err(|_| Failure::bad_form(t))?;
                form.fields.push((field, value));
            }
        }
        if form.fields.len() > FIELDS_MAX || form.files.len() > UPLOADS_MAX {
            return Err(Failure::bad_form(t));
        }
    }
    Ok(form)
}
