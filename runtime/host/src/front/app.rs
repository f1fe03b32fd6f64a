//! An app's origin: one cookie, one call of the app, one printed page.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};
use domicile_policy::{ComponentId, HomeName};

use super::ask::{Ask, Fields};
use super::headers::Kind;
use super::once::Purpose;
use super::print::{Acts, TOKEN_FIELD, print};
use super::words::words;
use super::{Front, act, fields, house_problem, html, limits, reply, strict, token};
use crate::caps::bindings::page;
use crate::house::Home;
use crate::identity::session;
use crate::runs::page::{PageAnswer, PageCause, show};

const COOKIE: &str = "__Host-app";

/// Answer a request to an app's origin.
pub async fn answer(
    front: &Front,
    name: &HomeName,
    app: &ComponentId,
    ask: &Ask,
    request: Request<Body>,
) -> Response<Body> {
    let shell = front.inner.origins.home(name);
    let kind = Kind::App { shell: &shell };
    let home = match front.inner.house.home(name) {
        Ok(home) => home,
        Err(error) => return house_problem(&error),
    };
    let now = front.inner.house.clock().now();
    if ask.path == "/-/enter" {
        return enter(front, &home, app, ask, kind);
    }
    let cookie = ask.cookie(COOKIE).unwrap_or_default();
    let session = match session::find_for_app(&home, cookie, app, now) {
        Ok(Some(session)) => session,
        _ => return outside(&home, &shell),
    };
    // A page in a window of its own would stand without the shell's bar.
    if ask.header("sec-fetch-dest") == "document" {
        return outside(&home, &shell);
    }
    if ask.path.starts_with(act::HOST_PATHS) {
        return host_page(&home, ask, kind);
    }
    if ask.method == Method::POST && !super::is_own(ask, &front.inner.origins.app(name, app)) {
        let words = words(home.settings().locale);
        return reply::problem(StatusCode::FORBIDDEN, "origin", words.forbidden, kind);
    }
    let body = match ask.method {
        Method::POST => match fields(request, limits::APP_BODY_BYTES_MAX).await {
            Ok(body) => body,
            Err(problem) => return problem,
        },
        _ => Fields::default(),
    };
    let sent = body.get(TOKEN_FIELD).unwrap_or_default().to_owned();
    let cause = PageCause { token: token::read(&home, app, &session, &sent, now) };
    let shown = show(&front.inner.house, &home, app, cause, page_request(ask, body)).await;
    match shown {
        Ok(answer) => printed(front, &home, app, &session, answer, kind),
        Err(error) => {
            let words = words(home.settings().locale);
            let text = html::message("error", &error.to_string());
            failed(&home, &format!("<h1>{}</h1>{text}", words.app_failed), kind)
        }
    }
}

/// Come in from the shell: a code that works once becomes this origin's cookie.
fn enter(
    front: &Front,
    home: &Arc<Home>,
    app: &ComponentId,
    ask: &Ask,
    kind: Kind<'_>,
) -> Response<Body> {
    let now = front.inner.house.clock().now();
    let code = ask.query("code").unwrap_or_default();
    match front.inner.once.take(code, now) {
        Some(Purpose::Enter(of, to, session)) if of == *home.name() && to == *app => {
            let cookie = session::for_app(home, &session, app);
            let path = ask.query("to").filter(|path| act::is_path(path)).unwrap_or("/");
            let seconds = session::AGE_MAX.as_secs();
            reply::with_cookie(reply::see(path, kind), COOKIE, &cookie, seconds)
        }
        _ => outside(home, &front.inner.origins.home(home.name())),
    }
}

/// The host's own page on an app's origin for those who can't see the app here.
fn outside(home: &Home, shell: &str) -> Response<Body> {
    let locale = home.settings().locale;
    let words = words(locale);
    let (why, back) = (words.open_in_home, words.back_home);
    let body = format!("<p>{why}</p><p><a href=\"{shell}\" target=\"_top\">{back}</a></p>");
    let page = html::document(locale, words, html::Tab::Out, words.home, &body);
    reply::page(StatusCode::UNAUTHORIZED, page, super::TRUSTED)
}

fn host_page(home: &Home, ask: &Ask, kind: Kind<'_>) -> Response<Body> {
    let words = words(home.settings().locale);
    let text = if ask.path == super::print::LINK_PATH { words.outward } else { words.not_here };
    failed(home, &html::message("info", text), kind)
}

fn failed(home: &Home, body: &str, kind: Kind<'_>) -> Response<Body> {
    let page = html::app_document(home.settings().locale, "", body);
    reply::page(StatusCode::OK, page, kind)
}

fn page_request(ask: &Ask, body: Fields) -> page::Request {
    let method =
        if ask.method == Method::POST { page::Method::Post } else { page::Method::Get };
    let form = body.form.into_iter().filter(|(name, _)| name != TOKEN_FIELD).collect();
    let uploads = body.files.into_iter().map(|file| page::Upload {
        field: file.field,
        filename: file.filename,
        content: file.content.to_vec(),
    });
    page::Request {
        method,
        path: ask.path.clone(),
        query: ask.query.clone(),
        form,
        uploads: uploads.collect(),
    }
}

fn printed(
    front: &Front,
    home: &Home,
    app: &ComponentId,
    session: &str,
    answer: PageAnswer,
    kind: Kind<'_>,
) -> Response<Body> {
    let locale = home.settings().locale;
    let words = words(locale);
    let PageAnswer { title, content, label, influence } = answer;
    let nodes = match content {
        page::Content::Tree(nodes) => Ok(nodes),
        page::Content::Html(text) => strict::nodes(&text).map_err(|error| error.to_string()),
        page::Content::Download(file) => return reply::download(app, file, kind),
        page::Content::See(path) if act::is_path(&path) => return reply::see(&path, kind),
        page::Content::See(_) | page::Content::NotFound => {
            return failed(home, &html::message("info", words.not_here), kind);
        }
    };
    let now = front.inner.house.clock().now();
    let token = token::make(home, app, session, (label, influence), now);
    let acts = Acts::Live { token: &token, locale };
    let body = nodes.and_then(|nodes| print(&nodes, acts).map_err(|error| error.to_string()));
    match body {
        Ok(body) => {
            let title: String = title.chars().take(limits::TITLE_CHARS_MAX).collect();
            reply::page(StatusCode::OK, html::app_document(locale, &title, &body), kind)
        }
        Err(reason) => {
            let text = html::message("error", &reason);
            failed(home, &format!("<h1>{}</h1>{text}", words.app_failed), kind)
        }
    }
}
