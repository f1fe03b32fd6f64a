//! Failures, as pages for people and as `application/problem+json` for programs. Both say what
//! failed and what to do; neither says anything of the host's inside.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response, StatusCode};
use serde::Serialize;

use super::headers;
use super::limits::FIELDS_MAX;
use super::texts::{Texts, fill, texts};
use crate::house::{HomeError, Locale};

/// Something that failed, in the owner's words.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The HTTP status.
    pub status: StatusCode,
    /// The stable name of the failure.
    pub code: &'static str,
    /// What failed.
    pub title: String,
    /// Why.
    pub detail: String,
    /// What to do.
    pub remedy: String,
}

#[derive(Serialize)]
struct Problem<'a> {
    status: u16,
    code: &'a str,
    title: &'a str,
    detail: &'a str,
    remedy: &'a str,
}

impl Failure {
    /// A failure.
    pub fn new(
        status: StatusCode,
        code: &'static str,
        title: &str,
        detail: impl Into<String>,
        remedy: &str,
    ) -> Failure {
        let (title, remedy) = (title.to_owned(), remedy.to_owned());
        Failure { status, code, title, detail: detail.into(), remedy }
    }

    /// Nothing is there.
    pub fn not_found(t: &Texts) -> Failure {
        Failure::new(StatusCode::NOT_FOUND, "not-found", t.not_found_title, t.not_found, "")
    }

    /// A change was asked for from elsewhere.
    pub fn cross_origin(t: &Texts) -> Failure {
        Failure::new(StatusCode::FORBIDDEN, "cross-origin", t.cross_title, t.cross, t.cross_remedy)
    }

    /// A form that can't be read.
    pub fn bad_form(t: &Texts) -> Failure {
        Failure::new(StatusCode::BAD_REQUEST, "bad-form", t.bad_form_title, t.bad_form, "")
    }

    /// More than may be sent.
    pub fn too_large(t: &Texts, bytes_max: usize) -> Failure {
        let detail = fill(t.too_large, bytes_max.div_ceil(1024 * 1024));
        Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", t.too_large_title, detail, "")
    }

    /// The home itself failed. The reason goes to the server's log only.
    pub fn unavailable(error: &dyn std::error::Error) -> Failure {
        tracing::error!(%error, "a home could not be used");
        Failure::broken(texts(Locale::En))
    }

    /// The home itself failed, in this language.
    pub fn broken(t: &Texts) -> Failure {
        Failure::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "unavailable",
            t.unavailable_title,
            t.unavailable,
            t.unavailable_remedy,
        )
    }

    /// For programs.
    pub fn json(&self) -> Response<Body> {
        let Failure { status, code, title, detail, remedy } = self;
        let problem = Problem { status: status.as_u16(), code, title, detail, remedy };
        // A struct of strings always serialises.
        let mut response =
            Response::new(Body::from(serde_json::to_vec(&problem).unwrap_or_default()));
        *response.status_mut() = *status;
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(CONTENT_TYPE, kind);
        headers::plain(response.headers_mut());
        response
    }
}

impl From<HomeError> for Failure {
    fn from(error: HomeError) -> Self {
        Failure::unavailable(&error)
    }
}

/// Too many fields is as bad as a malformed one.
pub fn fields(t: &Texts, fields: Vec<(String, String)>) -> Result<Vec<(String, String)>, Failure> {
    if fields.len() > FIELDS_MAX { Err(Failure::bad_form(t)) } else { Ok(fields) }
}
