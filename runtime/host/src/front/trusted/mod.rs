//! A home's trusted pages: the only place where the owner signs in, consents, looks and decides.
//!
//! They live on an origin that no app's markup can post to: what changes something must carry this
//! origin in `Origin` and come from it by `Sec-Fetch-Site`.

mod apps;
mod audit;
mod consent;
mod data;
mod door;
mod outward;
mod settings;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};
use domicile_policy::HomeName;

use super::ask::{Ask, Fields};
use super::headers::Document;
use super::html::{self, Tab};
use super::words::{Words, words};
use super::{Front, fields, house_problem, limits, plain, reply};
use crate::house::{Home, House, Locale};
use crate::identity::session::{self, Session};

pub use door::first_run;

/// The cookie of a signed-in browser.
const COOKIE: &str = "__Host-session";

/// What every signed-in page needs.
struct Visit<'a> {
    front: &'a Front,
    house: &'a House,
    home: Arc<Home>,
    session: Session,
    locale: Locale,
    words: &'static Words,
    ask: &'a Ask,
}

impl Visit<'_> {
    fn page(&self, tab: Tab, title: &str, body: &str) -> Response<Body> {
        self.page_with(StatusCode::OK, tab, title, body)
    }

    fn page_with(&self, status: StatusCode, tab: Tab, title: &str, body: &str) -> Response<Body> {
        let page = html::document(self.locale, self.words, tab, title, body);
        reply::page(status, page, Document::Trusted)
    }

    fn not_found(&self) -> Response<Body> {
        let body = html::message("info", self.words.not_here);
        self.page_with(StatusCode::NOT_FOUND, Tab::Home, self.words.home, &body)
    }

    fn failed(&self, tab: Tab, title: &str, error: &dyn std::fmt::Display) -> Response<Body> {
        let body = html::message("error", &error.to_string());
        self.page_with(StatusCode::UNPROCESSABLE_ENTITY, tab, title, &body)
    }
}

/// Answer a request to a home's trusted origin.
pub async fn answer(
    front: &Front,
    name: &HomeName,
    ask: &Ask,
    request: Request<Body>,
) -> Response<Body> {
    let house = &front.inner.house;
    let home = match house.home(name) {
        Ok(home) => home,
        Err(error) => return house_problem(&error),
    };
    let words = words(home.settings().locale);
    let posts = ask.method == Method::POST;
    if posts && !super::is_own(ask, &front.inner.origins.home(name)) {
        return plain(StatusCode::FORBIDDEN, "origin", words.forbidden);
    }
    let most = match ask.path.as_str() {
        "/apps" | "/import" => limits::UPLOAD_BYTES_MAX,
        _ => limits::FORM_BYTES_MAX,
    };
    let secret = ask.cookie(COOKIE).unwrap_or_default();
    let session = session::check(&home, house.clock().now(), secret).ok().flatten();
    let Some(session) = session else {
        return door::answer(front, &home, ask, request).await;
    };
    // A body is only taken from somebody who is signed in.
    let body = match fields(request, most).await {
        Ok(body) if posts => body,
        Ok(_) => Fields::default(),
        Err(problem) => return problem,
    };
    let locale = home.settings().locale;
    let visit = Visit { front, house, home, session, locale, words, ask };
    signed_in(&visit, posts, body).await
}

async fn signed_in(visit: &Visit<'_>, posts: bool, body: Fields) -> Response<Body> {
    let parts: Vec<&str> = visit.ask.path.split('/').filter(|part| !part.is_empty()).collect();
    match (posts, parts.as_slice()) {
        (false, [] | ["once"]) => apps::launcher(visit),
        (false, ["apps"]) => apps::list(visit),
        (true, ["apps"]) => consent::upload(visit, body).await,
        (true, ["consent", id]) => consent::decide(visit, id, &body).await,
        (false, ["apps", id]) => apps::details(visit, id),
        (true, ["apps", id, "revoke"]) => apps::revoke(visit, id, &body).await,
        (true, ["apps", id, "remove"]) => apps::remove(visit, id).await,
        (false, ["app", id]) => apps::shell(visit, id),
        (false, ["import"]) => data::form(visit, ""),
        (true, ["import"]) => data::import(visit, body).await,
        (false, ["audit"]) => audit::page(visit),
        (false, ["settings"]) => settings::page(visit, ""),
        (true, ["settings"]) => settings::save(visit, &body).await,
        (true, ["sign-out"]) => settings::sign_out(visit).await,
        (true, ["sign-out-everywhere"]) => settings::sign_out_everywhere(visit).await,
        (false, ["outward"]) => outward::page(visit),
        (true, ["outward"]) => outward::go(visit, &body).await,
        _ => visit.not_found(),
    }
}
