//! The trusted pages of a home: sign-in, launcher, install and consent, import, files, trail,
//! settings, the frame around an app, and the way out.
//!
//! In flow requests to the home's own origin; out flow pages made of the host's own templates.
//! What an app wrote never stands here as markup. Every change is asked for by a page of this
//! very origin, with a session; apps live on the same *site*, so cookies alone would not do.

mod accounts;
mod apps;
mod audit;
mod back;
mod card;
mod carry;
mod devices;
mod disconnect;
mod export;
mod files;
mod gate;
mod gates;
mod hooks;
mod imports;
mod jobs;
mod launcher;
mod notices;
mod outward;
mod questions;
mod readings;
mod release;
mod settings;
mod shared;
mod shares;
mod shell;
mod sign_in;
mod welcome;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, Response, StatusCode};
use domicile_policy::HomeName;
use jiff::Timestamp;

use super::form::Form;
use super::headers::Document;
use super::page::{self, Frame, Message};
use super::problem::Failure;
use super::request::{cookie, is_same_origin, locale, query, wants_html};
use super::texts::{Texts, texts};
use super::{Front, assets};
use crate::house::{Home, Locale};
use crate::identity::session::{self, Session};
pub use back::Away;
pub use imports::Imports;
pub use release::Shown;
pub use sign_in::has_passphrase;

/// The cookie of a session.
const COOKIE: &str = "__Host-session";

type Answer = Result<Response<Body>, Failure>;

/// A request to a home's trusted origin.
struct Ask {
    front: Front,
    name: HomeName,
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    /// Taken once. A body may move between threads but not be shared, hence the lock.
    body: Mutex<Body>,
    peer: IpAddr,
    locale: Locale,
    now: Timestamp,
}

impl Ask {
    fn t(&self) -> &'static Texts {
        texts(self.locale)
    }

    fn frame(&self, title: &str) -> Frame {
        Frame::new(self.locale, self.name.as_str(), title)
    }

    fn value(&self, name: &str) -> &str {
        super::request::value(&self.query, name).unwrap_or_default()
    }

    fn take_body(&mut self) -> Body {
        std::mem::take(self.body.get_mut().unwrap_or_else(PoisonError::into_inner))
    }

    async fn form(&mut self, bytes_max: usize) -> Result<Form, Failure> {
        let body = self.take_body();
        Form::read(&self.headers, body, bytes_max, self.t()).await
    }
}

/// A request of the signed-in owner.
struct Owner {
    ask: Ask,
    home: Arc<Home>,
    session: Session,
}

impl Owner {
    fn t(&self) -> &'static Texts {
        self.ask.t()
    }

    fn frame(&self, title: &str, path: &'static str) -> Frame {
        Frame { path, signed_in: true, notice: accounts::notice(self), ..self.ask.frame(title) }
    }
}

fn trusted(template: &impl Template) -> Answer {
    Ok(page::document(template, Document::Trusted, StatusCode::OK))
}

/// Answer a request to a home's trusted origin.
pub async fn answer(
    front: &Front,
    name: HomeName,
    request: Request<Body>,
    peer: IpAddr,
) -> Response<Body> {
    if let Some(asset) = assets::serve(request.uri().path(), true) {
        return asset;
    }
    let html = wants_html(request.headers());
    let mut frame = Frame::new(locale(request.headers()), name.as_str(), "");
    let answered = match front.home(&name) {
        Ok(home) => {
            if let Some(home) = &home {
                frame = Frame::new(home.settings().locale, name.as_str(), "");
            }
            let language = if frame.lang == Locale::Fr.tag() { Locale::Fr } else { Locale::En };
            route(front, name, home, request, peer, language).await
        }
        Err(failure) => Err(failure),
    };
    match answered {
        Ok(response) => response,
        Err(failure) if html => {
            page::document(&Message::of(frame, &failure), Document::Trusted, failure.status)
        }
        Err(failure) => failure.json(),
    }
}

async fn route(
    front: &Front,
    name: HomeName,
    home: Option<Arc<Home>>,
    request: Request<Body>,
    peer: IpAddr,
    language: Locale,
) -> Answer {
    let t = texts(language);
    let (head, body) = request.into_parts();
    let ask = Ask {
        front: front.clone(),
        query: query(head.uri.query(), t)?,
        path: head.uri.path().to_owned(),
        method: head.method,
        headers: head.headers,
        body: Mutex::new(body),
        peer,
        locale: language,
        now: front.now(),
        name,
    };
    let hook = ask.path.strip_prefix("/hooks/").filter(|_| ask.method == Method::POST);
    if let Some(secret) = hook.map(str::to_owned) {
        return hooks::take(ask, home.as_deref(), &secret).await;
    }
    if ask.path.starts_with("/device/") {
        return devices::answer(ask, home).await;
    }
    let post = match ask.method {
        Method::GET | Method::HEAD => false,
        Method::POST if is_same_origin(&ask.headers, &front.origins().home(&ask.name)) => true,
        Method::POST => return Err(Failure::cross_origin(t)),
        _ => return Err(Failure::not_found(t)),
    };
    let path = ask.path.clone();
    if let (false, Some(link)) = (post, path.strip_prefix("/shared/")) {
        return shared::answer(&ask, home.as_deref(), link).await;
    }
    if let (false, Some(secret)) = (post, path.strip_prefix("/gate/")) {
        return gate::answer(&ask, home.as_deref(), secret).await;
    }
    match (post, path.as_str()) {
        (false, "/welcome") => return welcome::show(&ask, home.as_deref()),
        (true, "/welcome") => return welcome::send(ask, home).await,
        (false, "/sign-in") => return sign_in::show(ask, home).await,
        (true, "/sign-in") => return sign_in::send(ask, home).await,
        _ => {}
    }
    let Some(home) = home.filter(|home| has_passphrase(home) || ask_session(&ask, home).is_some())
    else {
        return Err(welcome::nobody(t));
    };
    match ask_session(&ask, &home) {
        Some(session) => owner(Owner { ask, home, session }, post).await,
        None if post => Err(Failure::new(
            StatusCode::UNAUTHORIZED,
            "signed-out",
            t.signed_out_title,
            t.signed_out,
            t.link_spent_remedy,
        )),
        None => Ok(page::see(&sign_in::path_back_to(&ask.path))),
    }
}

fn ask_session(ask: &Ask, home: &Home) -> Option<Session> {
    let secret = cookie(&ask.headers, COOKIE)?;
    session::check(home, ask.now, secret).ok().flatten()
}

async fn owner(mut owner: Owner, post: bool) -> Answer {
    if owner.session.is_stale(owner.ask.now) {
        session::seen(&owner.home, owner.ask.now, &owner.session).await?;
    }
    let path = std::mem::take(&mut owner.ask.path);
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match (post, segments.as_slice()) {
        (false, [""]) => launcher::show(&owner),
        (false, ["apps"]) => apps::list(&owner),
        (true, ["apps"]) => apps::upload(owner).await,
        (false, ["apps", "proposals", id]) => apps::consent(&owner, id),
        (true, ["apps", "proposals", id, "accept"]) => apps::accept(&owner, id).await,
        (true, ["apps", "proposals", id, "cancel"]) => apps::cancel(&owner, id),
        (false, ["apps", id]) => apps::show(&owner, id),
        (true, ["apps", id, "revoke"]) => apps::revoke(owner, id).await,
        (true, ["apps", id, "allow"]) => apps::allow(owner, id).await,
        (true, ["apps", id, "remove"]) => apps::remove(&owner, id).await,
        (true, ["apps", id, "forget"]) => readings::forget(owner, id).await,
        (true, ["apps", id, "connect"]) => accounts::connect(owner, id).await,
        (true, ["apps", id, "devices"]) => devices::add(owner, id).await,
        (true, ["devices", id, "end"]) => devices::end(&owner, id).await,
        (_, ["accounts", ..]) => account(owner, post, &segments).await,
        (true, ["apps", id, "run"]) => jobs::run(&owner, id),
        (true, ["apps", id, "pause"]) => jobs::pause(&owner, id, true).await,
        (true, ["apps", id, "resume"]) => jobs::pause(&owner, id, false).await,
        (false, ["app", id, rest @ ..]) => shell::show(&owner, id, &rest.join("/")),
        (true, ["notices", "dismiss"]) => notices::dismiss(owner).await,
        (true, ["import"]) => imports::send(owner).await,
        (false, ["import", id]) => imports::show(&owner, id).await,
        (true, ["import", id]) => readings::answer(owner, id).await,
        (false, ["files"]) => files::list(&owner),
        (false, ["files", "trash"]) => files::trash_list(&owner),
        (false, ["files", id]) => files::show(&owner, id),
        (false, ["files", id, "download"]) => carry::download(&owner, id).await,
        (true, ["files", id, "upload"]) => carry::upload(owner, id).await,
        (true, ["files", id, "folder"]) => files::make_folder(owner, id).await,
        (true, ["files", id, "move"]) => files::move_into(owner, id).await,
        (true, ["files", id, "rename"]) => files::rename(owner, id).await,
        (true, ["files", id, "trash"]) => files::trash(&owner, id).await,
        (true, ["files", id, "restore"]) => files::restore(&owner, id).await,
        (true, ["files", id, "delete"]) => files::delete(&owner, id).await,
        (false, ["audit"]) => audit::show(&owner),
        (false, ["audit", "saw", category]) => questions::saw(&owner, category),
        (false, ["audit", "left"]) => questions::left(&owner),
        (false, ["shares"]) => shares::list(&owner),
        (true, ["shares"]) => shares::make(owner).await,
        (false, ["shares", "new"]) => shares::ask(&owner),
        (false, ["shares", id]) => shares::ask_more(&owner, id),
        (true, ["shares", id]) => shares::widen(owner, id).await,
        (true, ["shares", id, "end"]) => shares::end(&owner, id).await,
        (false, ["gates"]) => gates::list(&owner),
        (true, ["gates"]) => gates::make(owner).await,
        (false, ["gates", "new"]) => gates::ask(&owner),
        (true, ["gates", id, "end"]) => gates::end(&owner, id).await,
        (false, ["export"]) => export::show(&owner),
        (true, ["export"]) => export::send(owner).await,
        (false, ["settings"]) => settings::show(&owner),
        (true, ["settings"]) => settings::save(owner).await,
        (true, ["sessions", id, "end"]) => settings::end_session(&owner, id).await,
        (true, ["sign-out"]) => sign_in::sign_out(&owner).await,
        (true, ["sign-out-everywhere"]) => settings::sign_out_everywhere(&owner).await,
        (false, ["outward"]) => outward::show(&owner),
        (true, ["outward"]) => outward::open(owner).await,
        _ => Err(Failure::not_found(owner.t())),
    }
}

/// What is done with one account.
async fn account(owner: Owner, post: bool, segments: &[&str]) -> Answer {
    match (post, segments) {
        (false, ["accounts", "back", id]) => back::show(&owner, id),
        (true, ["accounts", "back", id]) => back::finish(owner, id).await,
        (false, ["accounts", id]) => accounts::show(&owner, id).await,
        (false, ["accounts", id, "live"]) => accounts::live(&owner, id),
        (true, ["accounts", id, "run"]) => accounts::run(&owner, id),
        (true, ["accounts", id, "answer"]) => accounts::answer(owner, id).await,
        (true, ["accounts", id, "visited"]) => accounts::visited(owner, id).await,
        (true, ["accounts", id, "pause"]) => accounts::pause(&owner, id, true).await,
        (true, ["accounts", id, "resume"]) => accounts::pause(&owner, id, false).await,
        (true, ["accounts", id, "reconnect"]) => accounts::reconnect(owner, id).await,
        (true, ["accounts", id, "address"]) => hooks::make(&owner, id).await,
        (false, ["accounts", id, "disconnect"]) => disconnect::show(&owner, id).await,
        (true, ["accounts", id, "disconnect"]) => disconnect::send(owner, id).await,
        _ => Err(Failure::not_found(owner.t())),
    }
}

#[derive(Template)]
#[template(path = "root.html")]
struct Root {
    frame: Frame,
    homes: Vec<(String, String)>,
}

/// The server's own page: the homes on it, when it is somebody's own machine.
pub fn root(front: &Front, request: &Request<Body>) -> Response<Body> {
    if let Some(asset) = assets::serve(request.uri().path(), true) {
        return asset;
    }
    let frame = Frame::new(locale(request.headers()), "", "Domicile");
    let names = match front.house().home_names() {
        // On a shared server the names of its homes are nobody's business.
        Ok(names) if front.house().domain() == "localhost" => names,
        Ok(_) => Vec::new(),
        Err(error) => return Failure::unavailable(&error).json(),
    };
    let url = |name: &HomeName| (name.to_string(), front.origins().home(name));
    let homes = names.iter().map(url).collect();
    let pattern = front.origins().root().replacen("://", "://*.", 1);
    page::document(&Root { frame, homes }, Document::Root { homes: &pattern }, StatusCode::OK)
}
