//! Signing in, with the passphrase or a one-time link, and out.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, Response, StatusCode};

use super::super::Purpose;
use super::super::act::is_path;
use super::super::headers::Document;
use super::super::limits::FORM_BYTES_MAX;
use super::super::page::{self, Frame, see, with_cookie};
use super::super::problem::Failure;
use super::super::request::{header, set_cookie};
use super::super::texts::fill;
use super::{Answer, Ask, COOKIE, Owner, welcome};
use crate::flow::audit::{self, Event};
use crate::house::home::put;
use crate::house::{Home, HomeError};
use crate::identity::{passphrase, session};

const SPACE: &str = "identity";
const KEY: &str = "passphrase";
const COOKIE_DAYS: u32 = 30;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    frame: Frame,
    heading: String,
    error: Option<String>,
    to: String,
}

/// Whether the home has an owner who can sign in.
pub fn has_passphrase(home: &Home) -> bool {
    kept_passphrase(home).is_ok_and(|kept| kept.is_some())
}

fn kept_passphrase(home: &Home) -> Result<Option<String>, HomeError> {
    home.record(SPACE, KEY)
}

/// Keep the hash of a passphrase.
pub async fn set_passphrase(home: &Home, hash: &String) -> Result<(), Failure> {
    let record = put(SPACE, KEY, hash)?;
    home.store().put_records(vec![record]).await.map_err(HomeError::from)?;
    Ok(())
}

/// The sign-in page, and from there back to `path`.
pub fn path_back_to(path: &str) -> String {
    if path == "/" || !is_path(path) {
        return "/sign-in".to_owned();
    }
    let query = serde_urlencoded::to_string([("to", path)]).unwrap_or_default();
    format!("/sign-in?{query}")
}

/// The page; or, with a one-time link, a session.
pub async fn show(ask: Ask, home: Option<Arc<Home>>) -> Answer {
    let t = ask.t();
    let Some(home) = home else { return Err(welcome::nobody(t)) };
    let once = ask.value("once");
    if once.is_empty() {
        return Ok(form(&ask, None, ask.value("to"), StatusCode::OK));
    }
    let purpose = Purpose::SignIn(ask.name.clone());
    if ask.front.inner.once.peek(ask.now, once).as_ref() == Some(&purpose)
        && ask.front.inner.once.take(ask.now, once) == Some(purpose)
    {
        return enter(&ask, &home, "/").await;
    }
    let status = StatusCode::FORBIDDEN;
    Err(Failure::new(status, "link-spent", t.link_spent_title, t.link_spent, t.link_spent_remedy))
}

fn form(ask: &Ask, error: Option<String>, to: &str, status: StatusCode) -> Response<Body> {
    let t = ask.t();
    let page = SignIn {
        frame: ask.frame(t.sign_in),
        heading: fill(t.sign_in_to, &ask.name),
        error,
        to: to.to_owned(),
    };
    page::document(&page, Document::Trusted, status)
}

/// Try a passphrase.
pub async fn send(mut ask: Ask, home: Option<Arc<Home>>) -> Answer {
    let t = ask.t();
    let fields = ask.form(FORM_BYTES_MAX).await?;
    let to = fields.value("to");
    let throttle = &ask.front.inner.throttle;
    if let Some(wait) = throttle.wait(ask.now, &ask.name, ask.peer) {
        let seconds = wait.as_secs().saturating_add(1);
        let text = fill(t.wait, seconds);
        let mut answer = form(&ask, Some(text), to, StatusCode::TOO_MANY_REQUESTS);
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        return Ok(answer);
    }
    throttle.tried(ask.now, &ask.name, ask.peer);
    let Some(home) = home else { return Err(welcome::nobody(t)) };
    let Some(kept) = kept_passphrase(&home)? else { return Err(welcome::nobody(t)) };
    let verified = passphrase::verify(kept, fields.value("passphrase").to_owned()).await;
    if verified.map_err(|error| Failure::unavailable(&error))? {
        throttle.succeeded(&ask.name, ask.peer);
        return enter(&ask, &home, to).await;
    }
    audit::note(&home, ask.now, &Event::SignInFailed).await?;
    Ok(form(&ask, Some(t.wrong_passphrase.to_owned()), to, StatusCode::UNAUTHORIZED))
}

/// Begin a session and go on to `to`.
pub async fn enter(ask: &Ask, home: &Home, to: &str) -> Answer {
    let device = device(header(&ask.headers, "user-agent").unwrap_or_default());
    let secret = session::begin(home, ask.now, &device).await;
    let secret = secret.map_err(|error| Failure::unavailable(&error))?;
    audit::note(home, ask.now, &Event::SignedIn).await?;
    // Whoever made the link here may have written a query, and what follows is the home's own.
    let to = to.split('?').next().filter(|to| is_path(to)).unwrap_or("/");
    Ok(with_cookie(see(to), &set_cookie(COOKIE, &secret, "Lax", COOKIE_DAYS)))
}

/// End this session.
pub async fn sign_out(owner: &Owner) -> Answer {
    session::end(&owner.home, &owner.session.id).await?;
    Ok(signed_out())
}

/// Back to the sign-in page, without a cookie.
pub fn signed_out() -> Response<Body> {
    with_cookie(see("/sign-in"), &set_cookie(COOKIE, "", "Lax", 0))
}

/// `Firefox, Linux`: enough to recognise one's own browser.
fn device(agent: &str) -> String {
    let find = |table: &[(&str, &'static str)]| {
        table.iter().find(|(mark, _)| agent.contains(mark)).map_or("?", |(_, name)| *name)
    };
    let browser = find(&[
        ("Firefox/", "Firefox"),
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Chrome/", "Chromium"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    format!("{browser}, {system}")
}
