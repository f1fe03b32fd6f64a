//! The stylesheet and the scripts: part of the program, named by what is in them, so that a
//! browser may keep them for ever.

use std::sync::LazyLock;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, Response, StatusCode};
use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use super::headers;

const CSS: &str = include_str!("../../assets/shell.css");
const HOME_JS: &str = include_str!("../../assets/home.js");

/// The script of app pages; it stands in the page itself, and its hash in the policy.
pub const SHELL_JS: &str = include_str!("../../assets/shell.js");

/// Where the stylesheet is.
pub static CSS_PATH: LazyLock<String> = LazyLock::new(|| path(CSS, "css"));
/// Where the script of trusted pages is.
pub static HOME_JS_PATH: LazyLock<String> = LazyLock::new(|| path(HOME_JS, "js"));
/// The hash of [`SHELL_JS`], as a policy writes it.
pub static SHELL_JS_HASH: LazyLock<String> =
    LazyLock::new(|| format!("sha256-{}", BASE64.encode(&Sha256::digest(SHELL_JS))));

fn path(text: &str, ending: &str) -> String {
    let hash = blake3::hash(text.as_bytes()).to_hex();
    format!("/-/{}.{ending}", hash.get(..16).unwrap_or_default())
}

/// The asset at a path. Browsers ask for an icon by themselves: there is none.
pub fn serve(path: &str, trusted: bool) -> Option<Response<Body>> {
    if path == "/favicon.ico" {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        headers::plain(response.headers_mut());
        return Some(response);
    }
    let (text, kind) = if path == *CSS_PATH {
        (CSS, "text/css; charset=utf-8")
    } else if trusted && path == *HOME_JS_PATH {
        (HOME_JS, "text/javascript; charset=utf-8")
    } else {
        return None;
    };
    let mut response = Response::new(Body::from(text));
    let head = response.headers_mut();
    head.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    head.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers::plain(head);
    Some(response)
}
