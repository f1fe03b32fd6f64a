//! Trusted pages as documents: templates in, responses out.

use askama::Template;
use axum::body::Body;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, Response, StatusCode};

use super::assets;
use super::headers::{self, Document};
use super::problem::Failure;
use super::texts::{Texts, texts};
use crate::house::Locale;

/// What every trusted page has.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The language tag.
    pub lang: &'static str,
    /// The texts.
    pub t: &'static Texts,
    /// The window's title.
    pub title: String,
    /// The home's name.
    pub home: String,
    /// The entry of the menu where this page belongs.
    pub path: &'static str,
    /// Whether the menu is shown.
    pub signed_in: bool,
    /// How many accounts wait for their owner, in words.
    pub notice: String,
    /// The stylesheet.
    pub css: &'static str,
    /// The script.
    pub js: &'static str,
}

impl Frame {
    /// The frame of a page before anybody has signed in.
    pub fn new(locale: Locale, home: &str, title: &str) -> Frame {
        Frame {
            lang: locale.tag(),
            t: texts(locale),
            title: title.to_owned(),
            home: home.to_owned(),
            path: "",
            signed_in: false,
            notice: String::new(),
            css: &assets::CSS_PATH,
            js: &assets::HOME_JS_PATH,
        }
    }

    /// The menu: paths and names.
    pub fn menu(&self) -> [(&'static str, &'static str); 6] {
        let t = self.t;
        [
            ("/", t.home_page),
            ("/apps", t.apps),
            ("/files", t.files),
            ("/shares", t.shares),
            ("/audit", t.audit),
            ("/settings", t.settings),
        ]
    }
}

/// A page that only says something.
#[derive(Template)]
#[template(path = "message.html")]
pub struct Message {
    pub frame: Frame,
    pub detail: String,
    pub remedy: String,
    pub link: Option<(String, String)>,
}

impl Message {
    /// The page of a failure.
    pub fn of(mut frame: Frame, failure: &Failure) -> Message {
        frame.title.clone_from(&failure.title);
        let (detail, remedy) = (failure.detail.clone(), failure.remedy.clone());
        Message { frame, detail, remedy, link: None }
    }
}

/// Print a template as a document.
pub fn document(
    template: &impl Template,
    kind: Document<'_>,
    status: StatusCode,
) -> Response<Body> {
    let html = match template.render() {
        Ok(html) => html,
        Err(error) => return Failure::unavailable(&error).json(),
    };
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    kind.set(response.headers_mut());
    response
}

/// Go on to another page of the same origin, or out through the outward page.
pub fn see(to: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(LOCATION, to);
    headers::plain(response.headers_mut());
    let allow = HeaderValue::from_static("(response-origin);redirects=allow");
    response.headers_mut().insert("connection-allowlist", allow);
    response
}

/// The same response, with a cookie.
pub fn with_cookie(mut response: Response<Body>, cookie: &str) -> Response<Body> {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
