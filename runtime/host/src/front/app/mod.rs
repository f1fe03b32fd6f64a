//! An app's own origin: its pages, printed by the host.
//!
//! In flow requests with the app's cookie; out flow pages, fragments of pages and downloads with
//! headers of the host's own. Never: a redirect, a header or an address that the app chose, a
//! page of an app as a document of its own, an answer to another origin.

mod answer;
mod view;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, Response, StatusCode};
use domicile_policy::{ComponentId, HomeName};
use jiff::Timestamp;

use super::act::is_path;
use super::form::Form;
use super::limits::{APP_BODY_BYTES_MAX, PATH_BYTES_MAX};
use super::page::{self, Frame, Message, with_cookie};
use super::problem::Failure;
use super::request::{cookie, header, is_same_origin, query, set_cookie, value};
use super::texts::{Texts, texts};
use super::{Front, Purpose, assets, headers};
use crate::caps::bindings::page::{Method as PageMethod, Request as PageRequest, Upload};
use crate::house::{Home, Locale};
use crate::identity::session::{self, Session};
use crate::runs::address::{self, HOST_PATHS};

/// The cookie of an app's origin.
const COOKIE: &str = "__Host-app";
const COOKIE_DAYS: u32 = 30;
/// The header with which the shell's script sends the page's token.
const TOKEN_HEADER: &str = "domicile-page";

/// Where a request to an app ends up.
struct Visit {
    front: Front,
    home: Arc<Home>,
    app: ComponentId,
    session: Session,
    locale: Locale,
    now: Timestamp,
    /// The shell's script asks for the inner part only.
    fragment: bool,
}

impl Visit {
    fn t(&self) -> &'static Texts {
        texts(self.locale)
    }
}

/// Answer a request to an app's origin.
pub async fn answer(
    front: &Front,
    name: HomeName,
    app: ComponentId,
    request: Request<Body>,
) -> Response<Body> {
    if let Some(asset) = assets::serve(request.uri().path(), false) {
        return asset;
    }
    let (head, body) = request.into_parts();
    let home = match front.home(&name) {
        Ok(Some(home)) => home,
        Ok(None) => return Failure::not_found(texts(Locale::En)).json(),
        Err(failure) => return failure.json(),
    };
    let locale = home.settings().locale;
    let t = texts(locale);
    let path = head.uri.path();
    match destination(&head.headers) {
        Destination::Page => {}
        Destination::Window => return stray(front, &name, &app, locale),
        Destination::Part => return Failure::not_found(t).json(),
    }
    let origin = front.origins().app(&name, &app);
    if !came_from_here(&head.method, &head.headers, &origin) {
        return Failure::cross_origin(t).json();
    }
    let now = front.now();
    let queried = match query(head.uri.query(), t) {
        Ok(query) => query,
        Err(failure) => return failure.json(),
    };
    if path == "/-/enter" && head.method == Method::GET {
        let known = known_session(&home, &app, now, &head.headers);
        return enter(front, home, name, app, &queried, known).await;
    }
    let Some(session) = known_session(&home, &app, now, &head.headers) else {
        return signed_out(front, &name, locale, fragment(&head.headers));
    };
    let fragment = fragment(&head.headers);
    let visit = Visit { front: front.clone(), home, app, session, locale, now, fragment };
    if path == super::print::LINK_PATH {
        return view::failure(&visit, &needs_shell(t), path);
    }
    if path.starts_with(HOST_PATHS) || path.len() > PATH_BYTES_MAX {
        return view::failure(&visit, &Failure::not_found(t), "/");
    }
    let shown = match uri_path(path, head.uri.query()) {
        Some(shown) => shown,
        None => return view::failure(&visit, &Failure::not_found(t), "/"),
    };
    match read(&visit, &head.method, path, queried, &head.headers, body).await {
        Ok((request, token)) => answer::page(&visit, request, token.as_deref(), &shown).await,
        Err(failure) => view::failure(&visit, &failure, &shown),
    }
}

/// The address within the app, as the shell may repeat it.
fn uri_path(path: &str, query: Option<&str>) -> Option<String> {
    let shown = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    is_path(&shown).then_some(shown)
}

enum Destination {
    /// The frame of the shell, or its script.
    Page,
    /// A window of its own.
    Window,
    /// A picture, a script, a worker: an app's origin has none.
    Part,
}

fn destination(headers: &HeaderMap) -> Destination {
    if headers.contains_key("service-worker") {
        return Destination::Part;
    }
    match header(headers, "sec-fetch-dest") {
        None | Some("iframe" | "empty") => Destination::Page,
        Some("document") => Destination::Window,
        Some(_) => Destination::Part,
    }
}

/// Whether the request was made by this origin, or is the shell's frame being opened.
fn came_from_here(method: &Method, headers: &HeaderMap, origin: &str) -> bool {
    match *method {
        Method::GET | Method::HEAD => match header(headers, "sec-fetch-site") {
            None | Some("none" | "same-origin") => true,
            Some("same-site") => header(headers, "sec-fetch-dest") == Some("iframe"),
            Some(_) => false,
        },
        Method::POST => is_same_origin(headers, origin),
        _ => false,
    }
}

fn fragment(headers: &HeaderMap) -> bool {
    header(headers, "sec-fetch-dest") == Some("empty") || headers.contains_key(TOKEN_HEADER)
}

fn known_session(
    home: &Home,
    app: &ComponentId,
    now: Timestamp,
    headers: &HeaderMap,
) -> Option<Session> {
    let cookie = cookie(headers, COOKIE)?;
    session::check_app_cookie(home, now, app, cookie).ok().flatten()
}

/// The frame arrives with a ticket: give it its cookie and the page it wants. There is no
/// redirect, since an app's origin has none.
async fn enter(
    front: &Front,
    home: Arc<Home>,
    name: HomeName,
    app: ComponentId,
    query: &[(String, String)],
    known: Option<Session>,
) -> Response<Body> {
    let now = front.now();
    let locale = home.settings().locale;
    let code = value(query, "code").unwrap_or_default();
    let entered = match front.inner.once.take(now, code) {
        Some(Purpose::Enter { home: of, app: into, session }) if of == name && into == app => {
            session::by_id(&home, now, &session).ok().flatten()
        }
        _ => None,
    };
    let Some(session) = entered.or(known) else {
        return signed_out(front, &name, locale, false);
    };
    let set = session::app_cookie(&home, &app, &session.id);
    let to = value(query, "to").filter(|to| is_path(to)).unwrap_or("/").to_owned();
    let visit = Visit { front: front.clone(), home, app, session, locale, now, fragment: false };
    let response = match address::request(&to) {
        Some(request) => answer::page(&visit, request, None, &to).await,
        None => view::failure(&visit, &Failure::not_found(visit.t()), "/"),
    };
    with_cookie(response, &set_cookie(COOKIE, &set, "Strict", COOKIE_DAYS))
}

/// The request as the app sees it, and the page's token.
async fn read(
    visit: &Visit,
    method: &Method,
    path: &str,
    query: Vec<(String, String)>,
    headers: &HeaderMap,
    body: Body,
) -> Result<(PageRequest, Option<String>), Failure> {
    let post = *method == Method::POST;
    let mut form = match post {
        true => Form::read(headers, body, APP_BODY_BYTES_MAX, visit.t()).await?,
        false => Form::default(),
    };
    let field = super::print::TOKEN_FIELD;
    let hidden = super::request::value(&form.fields, field).map(str::to_owned);
    form.fields.retain(|(name, _)| !name.starts_with('-'));
    let token = header(headers, TOKEN_HEADER).map(str::to_owned).or(hidden);
    let upload = |file: super::form::File| Upload {
        field: file.field,
        filename: file.name,
        content: file.content.into(),
    };
    let request = PageRequest {
        method: if post { PageMethod::Post } else { PageMethod::Get },
        path: path.to_owned(),
        query,
        form: form.fields,
        uploads: form.files.into_iter().map(upload).collect(),
    };
    Ok((request, token))
}

fn needs_shell(t: &Texts) -> Failure {
    Failure::new(StatusCode::NOT_FOUND, "needs-shell", t.no_link_title, t.link_needs_shell, "")
}

/// An app's address in a window of its own: the way back to the home's frame.
fn stray(front: &Front, name: &HomeName, app: &ComponentId, locale: Locale) -> Response<Body> {
    let t = texts(locale);
    let home = front.origins().home(name);
    let message = Message {
        frame: Frame::new(locale, name.as_str(), t.stray_title),
        detail: t.stray.to_owned(),
        remedy: String::new(),
        link: Some((format!("{home}/app/{app}/"), t.stray_go.to_owned())),
    };
    page::document(&message, headers::Document::Stray { home: &home }, StatusCode::OK)
}

fn signed_out(front: &Front, name: &HomeName, locale: Locale, fragment: bool) -> Response<Body> {
    let t = texts(locale);
    let status = StatusCode::UNAUTHORIZED;
    let remedy = t.signed_out_remedy;
    let failure = Failure::new(status, "signed-out", t.signed_out_title, t.signed_out, remedy);
    let home = front.origins().home(name);
    view::plain_failure(&home, locale, &failure, fragment)
}
