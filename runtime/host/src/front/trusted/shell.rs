//! The frame around an app: the home's own bar, and the app's page from its own origin beneath
//! it. The bar is outside the app's document, so no app can draw over it or imitate it in its
//! place.

use askama::Template;
use axum::http::StatusCode;
use domicile_proto::manifest::Kind;

use super::super::act::is_path;
use super::super::headers::Document;
use super::super::page::{self, Frame};
use super::super::problem::Failure;
use super::super::request::header;
use super::super::{ENTER_LIFETIME, Purpose};
use super::card::Card;
use super::{Answer, Owner, apps};

#[derive(Template)]
#[template(path = "shell.html")]
struct Shell {
    frame: Frame,
    app: String,
    origin: String,
    src: String,
}

/// The page around an app that shows `rest`.
pub fn show(owner: &Owner, id: &str, rest: &str) -> Answer {
    let installed = apps::find(owner, id)?;
    if installed.manifest.kind != Kind::App {
        return Err(Failure::not_found(owner.t()));
    }
    let front = &owner.ask.front;
    let purpose = Purpose::Enter {
        home: owner.ask.name.clone(),
        app: installed.id().clone(),
        session: owner.session.id.clone(),
    };
    let ticket = front.inner.once.issue(owner.ask.now, ENTER_LIFETIME, purpose);
    let ticket = ticket.map_err(|error| Failure::unavailable(&error))?;
    let to = wanted(owner, rest);
    let query = serde_urlencoded::to_string([("code", ticket.as_str()), ("to", to.as_str())]);
    let origin = front.origins().app(&owner.ask.name, installed.id());
    let page = Shell {
        frame: owner.frame(&Card::of(&installed.manifest, owner.ask.locale, owner.t()).name, ""),
        app: installed.id().to_string(),
        src: format!("{origin}/-/enter?{}", query.unwrap_or_default()),
        origin: origin.clone(),
    };
    Ok(page::document(&page, Document::Shell { app: &origin }, StatusCode::OK))
}

/// The page of the app that the address names. A link from another site only ever leads to its
/// first.
fn wanted(owner: &Owner, rest: &str) -> String {
    let mut to = format!("/{rest}");
    if !owner.ask.query.is_empty() {
        to.push('?');
        to.push_str(&serde_urlencoded::to_string(&owner.ask.query).unwrap_or_default());
    }
    let site = header(&owner.ask.headers, "sec-fetch-site").unwrap_or("none");
    if is_path(&to) && matches!(site, "none" | "same-origin") { to } else { "/".to_owned() }
}
