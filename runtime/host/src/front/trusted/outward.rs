//! The way out: a link that an app offers and its manifest declares. The owner sees what the
//! address may be about and the whole address, and decides; the app never does.

use std::collections::BTreeMap;

use askama::Template;
use axum::http::StatusCode;
use domicile_policy::{Actor, Chosen, Denial, Influence, Label, Release, Rule};
use domicile_proto::manifest::Link;

use super::super::form::Form;
use super::super::headers::Document;
use super::super::limits::FORM_BYTES_MAX;
use super::super::page::{self, Frame, see};
use super::super::problem::Failure;
use super::super::request::value;
use super::super::texts::fill;
use super::super::token::Place;
use super::card::Card;
use super::{Answer, Owner, apps};
use crate::flow::audit::{self, Event};
use crate::registry::Installed;

#[derive(Template)]
#[template(path = "outward.html")]
struct Outward {
    frame: Frame,
    lead: String,
    address: String,
    label: String,
    open: String,
    app: String,
    link: String,
    arg: String,
    token: String,
}

/// A link with its slots filled, and what it may be about.
struct Wanted {
    installed: std::sync::Arc<Installed>,
    link: Link,
    address: String,
    label: Label,
}

fn wanted(owner: &Owner, fields: &[(String, String)]) -> Result<Wanted, Failure> {
    let t = owner.t();
    let field = |name| value(fields, name).unwrap_or_default();
    let no_link = || Failure::new(StatusCode::NOT_FOUND, "no-link", t.no_link_title, t.no_link, "");
    let installed = apps::find(owner, field("app"))?;
    let link = installed.manifest.links.iter().find(|link| link.name == field("link"));
    let link = link.cloned().ok_or_else(no_link)?;
    let address = link.fill(&slots(&link, field("arg"))).map_err(|_| no_link())?;
    let key = owner.home.key("page-token");
    let session = &owner.session.id;
    let place = Place { key: &key, home: &owner.ask.name, app: installed.id(), session };
    // Without a good token: everything that the app could have seen.
    let label = place.open(owner.ask.now, field("token")).map(|(label, _)| label);
    let label = label.unwrap_or_else(|| installed.grants().reach());
    let released = Release {
        label: &label,
        shown: &label,
        content: Chosen::ShownWhole { bytes: address.len() },
        destination: &Influence::nobody(),
        moment: &Influence::of([Actor::Owner]),
    }
    .check();
    let Err(reason) = released else { return Ok(Wanted { installed, link, address, label }) };
    let denial = Denial::new(Rule::R20, installed.id(), reason);
    Err(Failure::new(
        StatusCode::FORBIDDEN,
        "denied",
        t.no_link_title,
        denial.sentence(owner.ask.locale),
        &denial.words(owner.ask.locale).remedy,
    ))
}

/// One slot takes the whole argument; several are written like a query.
fn slots(link: &Link, arg: &str) -> BTreeMap<String, String> {
    match link.slots.keys().collect::<Vec<_>>().as_slice() {
        [] => BTreeMap::new(),
        [only] => BTreeMap::from([((*only).clone(), arg.to_owned())]),
        _ => serde_urlencoded::from_str(arg).unwrap_or_default(),
    }
}

/// The page.
pub fn show(owner: &Owner) -> Answer {
    let t = owner.t();
    let wanted = wanted(owner, &owner.ask.query)?;
    let host = wanted.link.host();
    let name = Card::of(&wanted.installed.manifest, owner.ask.locale, t).name;
    let field = |name| owner.ask.value(name).to_owned();
    let page = Outward {
        frame: owner.frame(t.outward, ""),
        lead: fill(&fill(t.outward_lead, name), host),
        label: wanted.label.words(owner.ask.locale),
        open: fill(t.outward_open, host),
        address: wanted.address.clone(),
        app: field("app"),
        link: field("link"),
        arg: field("arg"),
        token: field("token"),
    };
    let target = format!("https://{host}");
    Ok(page::document(&page, Document::Outward { target: &target }, StatusCode::OK))
}

/// The owner leaves.
pub async fn open(mut owner: Owner) -> Answer {
    let Form { fields, .. } = owner.ask.form(FORM_BYTES_MAX).await?;
    let Wanted { installed, address, label, .. } = wanted(&owner, &fields)?;
    let event = Event::OutwardLink { address: address.clone(), label };
    let (app, version) = (installed.id().as_str(), &installed.manifest.version);
    audit::note_of(&owner.home, owner.ask.now, app, version, &event).await?;
    Ok(see(&address))
}
