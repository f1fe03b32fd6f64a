//! Answers: pages, redirects within an origin, downloads, problems.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use domicile_policy::ComponentId;

use super::headers::{self, Kind};
use crate::caps::bindings::page::{Download, Media};

/// An HTML page.
pub fn page(status: StatusCode, html: String, kind: Kind<'_>) -> Response<Body> {
    whole(status, "text/html; charset=utf-8", html.into(), kind)
}

/// Bytes of a type.
pub fn whole(
    status: StatusCode,
    media: &'static str,
    body: Body,
    kind: Kind<'_>,
) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    headers::set(response.headers_mut(), kind);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response
}

/// Another page of the same origin. `path` must have been checked or made by the host.
pub fn see(path: &str, kind: Kind<'_>) -> Response<Body> {
    let mut response = whole(StatusCode::SEE_OTHER, "text/plain", Body::empty(), kind);
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
pub fn download(app: &ComponentId, file: Download, kind: Kind<'_>) -> Response<Body> {
    let (media, ending) = match file.media {
        Media::Csv => ("text/csv; charset=utf-8", "csv"),
        Media::Json => ("application/json", "json"),
        Media::Text => ("text/plain; charset=utf-8", "txt"),
        Media::Calendar => ("text/calendar; charset=utf-8", "ics"),
        Media::Vcard => ("text/vcard; charset=utf-8", "vcf"),
        Media::Pdf => ("application/pdf", "pdf"),
    };
    let stem = file.filename.rsplit_once('.').map_or(file.filename.as_str(), |(stem, _)| stem);
    let clean: String = stem
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .take(60)
        .collect();
    let name = if clean.is_empty() { app.to_string() } else { clean };
    let mut response = whole(StatusCode::OK, media, file.content.into(), kind);
    let disposition = format!("attachment; filename=\"{name}.{ending}\"");
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// A problem for programs (RFC 9457): a stable code, a sentence, a remedy.
pub fn problem(status: StatusCode, code: &str, detail: &str, kind: Kind<'_>) -> Response<Body> {
    let body = serde_json::json!({
        "type": "about:blank",
        "status": status.as_u16(),
        "code": code,
        "title": status.canonical_reason().unwrap_or_default(),
        "detail": detail,
    });
    whole(status, "application/problem+json", body.to_string().into(), kind)
}
