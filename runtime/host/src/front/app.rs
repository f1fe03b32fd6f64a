//! An app's origin: one cookie, one call of the app, one printed page.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};
use domicile_policy::{ComponentId, HomeName};

use super::ask::{Ask, Fields};
use super::headers::Document;
use super::print::{Acts, LINK_PATH, TOKEN_FIELD, print};
use super::token::Place;
use super::words::words;
use super::{Front, Purpose, act, fields, house_problem, html, limits, reply, strict};
use crate::caps::bindings::page;
use crate::house::Home;
use crate::identity::session;
use crate::runs::page::{PageAnswer, PageCause, show};

const COOKIE: &str = "__Host-app";
/// The app's pages hold no script at all.
const NO_SCRIPT: &str = "none";

/// An app's page that is being shown.
struct View<'a> {
    front: &'a Front,
    home: Arc<Home>,
    app: &'a ComponentId,
    session: String,
    shell: String,
}

/// Answer a request to an app's origin.
pub async fn answer(
    front: &Front,
    name: &HomeName,
    app: &ComponentId,
    ask: &Ask,
    request: Request<Body>,
) -> Response<Body> {
    let shell = front.inner.origins.home(name);
    let home = match front.inner.house.home(name) {
        Ok(home) => home,
        Err(error) => return house_problem(&error),
    };
    // A page in a window of its own would stand without the shell's bar.
    if ask.header("sec-fetch-dest") == "document" {
        return outside(&home, &shell);
    }
    if ask.path == "/-/enter" {
        return enter(front, home, app, ask, shell).await;
    }
    let now = front.inner.house.clock().now();
    let cookie = ask.cookie(COOKIE).unwrap_or_default();
    let Ok(Some(session)) = session::check_app_cookie(&home, now, app, cookie) else {
        return outside(&home, &shell);
    };
    let view = View { front, home, app, session: session.id, shell };
    if ask.path.starts_with(act::HOST_PATHS) {
        return view.host_page(ask);
    }
    view.answer(name, ask, request).await
}

/// Come in from the shell: a code that works once becomes this origin's cookie. No redirect: an app's
/// origin never answers with one.
async fn enter(
    front: &Front,
    home: Arc<Home>,
    app: &ComponentId,
    ask: &Ask,
    shell: String,
) -> Response<Body> {
    let now = front.inner.house.clock().now();
    let session = match front.inner.once.take(now, ask.query("code").unwrap_or_default()) {
        Some(Purpose::Enter(of, to, session)) if of == *home.name() && to == *app => session,
        _ => return outside(&home, &shell),
    };
    let cookie = session::app_cookie(&home, app, &session);
    let view = View { front, home, app, session, shell };
    let shown = view.show(PageCause::default(), get("/")).await;
    reply::with_cookie(shown, COOKIE, &cookie, session::IDLE_MAX.as_secs())
}

/// The host's own page on an app's origin for those who can't see the app here.
fn outside(home: &Home, shell: &str) -> Response<Body> {
    let locale = home.settings().locale;
    let words = words(locale);
    let (why, back) = (words.open_in_home, words.back_home);
    let body = format!("<p>{why}</p><p><a href=\"{shell}\" target=\"_top\">{back}</a></p>");
    let page = html::document(locale, words, html::Tab::Out, words.home, &body);
    reply::page(StatusCode::UNAUTHORIZED, page, Document::Stray { home: shell })
}

fn get(path: &str) -> page::Request {
    let (path_only, query) = path.split_once('?').unwrap_or((path, ""));
    page::Request {
        method: page::Method::Get,
        path: path_only.to_owned(),
        query: super::ask::pairs(query.as_bytes()),
        form: Vec::new(),
        uploads: Vec::new(),
    }
}

impl View<'_> {
    async fn answer(&self, name: &HomeName, ask: &Ask, request: Request<Body>) -> Response<Body> {
        let posts = ask.method == Method::POST;
        if posts && !super::is_own(ask, &self.front.inner.origins.app(name, self.app)) {
            let words = words(self.home.settings().locale);
            return reply::problem(StatusCode::FORBIDDEN, "origin", words.forbidden);
        }
        let body = if posts {
            match fields(request, limits::APP_BODY_BYTES_MAX).await {
                Ok(body) => body,
                Err(problem) => return problem,
            }
        } else {
            Fields::default()
        };
        let now = self.front.inner.house.clock().now();
        let sent = body.get(TOKEN_FIELD).unwrap_or_default();
        let cause = PageCause { token: self.place(&self.key()).open(now, sent) };
        self.show(cause, page_request(ask, body)).await
    }

    /// Run the app and print what it answers. A `see` is answered at once with the page that it names,
    /// which then is about whatever the run that named it was about.
    async fn show(&self, cause: PageCause, request: page::Request) -> Response<Body> {
        let house = &self.front.inner.house;
        let first = show(house, &self.home, self.app, cause, request).await;
        let shown = match first {
            Ok(PageAnswer { content: page::Content::See(path), label, influence, .. })
                if act::is_path(&path) =>
            {
                let cause = PageCause { token: Some((label, influence)) };
                show(house, &self.home, self.app, cause, get(&path)).await
            }
            first => first,
        };
        match shown {
            Ok(answer) => self.printed(answer),
            Err(error) => self.failed(&error.to_string()),
        }
    }

    fn printed(&self, answer: PageAnswer) -> Response<Body> {
        let locale = self.home.settings().locale;
        let PageAnswer { title, content, label, influence } = answer;
        let nodes = match content {
            page::Content::Tree(nodes) => Ok(nodes),
            page::Content::Html(text) => strict::nodes(&text).map_err(|error| error.to_string()),
            page::Content::Download(file) => return reply::download(file),
            page::Content::See(_) | page::Content::NotFound => {
                let words = words(locale);
                return self.document("", &html::message("info", words.not_here));
            }
        };
        let now = self.front.inner.house.clock().now();
        // A page about too much gets no token: what it sends then counts as about everything.
        let token = self.place(&self.key()).seal(now, &label, &influence).unwrap_or_default();
        let acts = Acts::Live { token: &token, locale };
        let body = nodes.and_then(|nodes| print(&nodes, acts).map_err(|error| error.to_string()));
        match body {
            Ok(body) => {
                let title: String = title.chars().take(limits::TITLE_CHARS_MAX).collect();
                self.document(&title, &body)
            }
            Err(reason) => self.failed(&reason),
        }
    }

    fn host_page(&self, ask: &Ask) -> Response<Body> {
        let words = words(self.home.settings().locale);
        let text = if ask.path == LINK_PATH { words.outward } else { words.not_here };
        self.document("", &html::message("info", text))
    }

    fn failed(&self, reason: &str) -> Response<Body> {
        let words = words(self.home.settings().locale);
        let text = html::message("error", reason);
        self.document(words.app_failed, &format!("<h1>{}</h1>{text}", words.app_failed))
    }

    fn document(&self, title: &str, body: &str) -> Response<Body> {
        let page = html::app_document(self.home.settings().locale, title, body);
        let kind = Document::App { home: &self.shell, script: NO_SCRIPT };
        reply::page(StatusCode::OK, page, kind)
    }

    fn key(&self) -> [u8; 32] {
        self.home.key("page token")
    }

    fn place<'a>(&'a self, key: &'a [u8; 32]) -> Place<'a> {
        Place { key, home: self.home.name(), app: self.app, session: &self.session }
    }
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
