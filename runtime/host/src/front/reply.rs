//! Answers: pages, redirects within an origin, downloads, problems.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};

use super::headers::{self, Document};
use crate::caps::bindings::page::{Download, Media};

/// An HTML page.
pub fn page(status: StatusCode, html: String, kind: Document<'_>) -> Response<Body> {
    let mut response = Response::new(html.into());
    *response.status_mut() = status;
    kind.set(response.headers_mut());
    response
}

/// Bytes of a type that are no document.
pub fn plain(status: StatusCode, media: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    headers::plain(response.headers_mut());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response
}

/// The style sheet, for documents of this site.
pub fn style(sheet: &'static str) -> Response<Body> {
    let mut response = plain(StatusCode::OK, "text/css; charset=utf-8", sheet.into());
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// Another trusted page. `path` was made by the host.
pub fn see(path: &str) -> Response<Body> {
    let mut response = page(StatusCode::SEE_OTHER, String::new(), Document::Trusted);
    let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, location);
    response
}

/// The same answer, with a cookie that only this exact origin gets back.
pub fn with_cookie(
    mut response: Response<Body>,
    name: &str,
    value: &str,
    seconds: i64,
) -> Response<Body> {
    let cookie =
        format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// A file for the owner's device: the host makes its name and type.
pub fn download(file: Download) -> Response<Body> {
    let (media, ending) = match file.media {
        Media::Csv => ("text/csv; charset=utf-8", "csv"),
        Media::Json => ("application/json", "json"),
        Media::Text => ("text/plain; charset=utf-8", "txt"),
        Media::Calendar => ("text/calendar; charset=utf-8", "ics"),
        Media::Vcard => ("text/vcard; charset=utf-8", "vcf"),
        Media::Pdf => ("application/pdf", "pdf"),
    };
    let mut response = plain(StatusCode::OK, media, file.content.into());
    let disposition = headers::attachment(&file.filename, ending);
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    response
}

/// A problem for programs (RFC 9457): a stable code, a sentence, a remedy.
pub fn problem(status: StatusCode, code: &str, detail: &str) -> Response<Body> {
    let body = serde_json::json!({
        "type": "about:blank",
        "status": status.as_u16(),
        "code": code,
        "title": status.canonical_reason().unwrap_or_default(),
        "detail": detail,
    });
    plain(status, "application/problem+json", body.to_string().into())
}
