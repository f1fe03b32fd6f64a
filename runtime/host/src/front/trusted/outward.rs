//! The outward link: an app offers an address, the owner sees all of it and decides.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use domicile_policy::ComponentId;

use super::Visit;
use crate::flow::audit::{self, Event};
use crate::front::ask::Fields;
use crate::front::html::{self, Tab};
use crate::front::headers::Document;
use crate::front::reply;
use crate::front::token::Place;
use crate::registry;

/// The prefix of the fields that fill a template's slots.
const SLOT: &str = "slot-";

pub fn page(visit: &Visit<'_>) -> Response<Body> {
    let words = visit.words;
    let query = &visit.ask.query;
    let Some((app, address)) = address(visit, query) else { return visit.not_found() };
    let label = label(visit, &app, visit.ask.query("token").unwrap_or_default());
    let hidden: String = query
        .iter()
        .map(|(name, value)| {
            let (name, value) = (html::text(name), html::text(value));
            format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">")
        })
        .collect();
    let body = format!(
        "<p>{}</p><dl><dt>{}</dt><dd><code>{}</code></dd><dt>{}</dt><dd>{}</dd><dt>{}</dt>\
         <dd>{}</dd></dl>{}<p><a href=\"/\">{}</a></p>",
        words.outward_why,
        words.address,
        html::text(&address),
        words.who,
        html::text(app.as_str()),
        words.about,
        html::text(&label.to_string()),
        html::form("/outward", &format!("{hidden}{}", html::button("primary", words.outward_go))),
        words.cancel,
    );
    let page = html::document(visit.locale, words, Tab::Home, words.outward, &body);
    let target = origin(&address);
    reply::page(StatusCode::OK, page, Document::Outward { target: &target })
}

pub async fn go(visit: &Visit<'_>, body: &Fields) -> Response<Body> {
    let Some((app, address)) = address(visit, &body.form) else { return visit.not_found() };
    let label = label(visit, &app, body.get("token").unwrap_or_default());
    let event = Event::OutwardLink { address: address.clone(), label };
    let now = visit.house.clock().now();
    if let Err(error) = audit::note_of(&visit.home, now, app.as_str(), "", &event).await {
        // What can't be noted does not leave.
        return visit.failed(Tab::Home, visit.words.outward, &error);
    }
    let target = origin(&address);
    let kind = Document::Outward { target: &target };
    let mut response = reply::page(StatusCode::SEE_OTHER, String::new(), kind);
    if let Ok(address) = HeaderValue::from_str(&address) {
        response.headers_mut().insert(header::LOCATION, address);
    }
    response
}

/// The address that an app's manifest and the given slots make.
fn address(visit: &Visit<'_>, pairs: &[(String, String)]) -> Option<(ComponentId, String)> {
    let field = |name: &str| {
        pairs.iter().find_map(|(key, value)| (key == name).then_some(value.as_str()))
    };
    let app: ComponentId = field("app")?.parse().ok()?;
    let installed = registry::find(&visit.home, &app)?;
    let name = field("link")?;
    let link = installed.manifest.links.iter().find(|link| link.name == name)?;
    let slots: BTreeMap<String, String> = pairs
        .iter()
        .filter_map(|(key, value)| Some((key.strip_prefix(SLOT)?.to_owned(), value.clone())))
        .collect();
    Some((app, link.fill(&slots).ok()?))
}

/// `https://host` of an address that a manifest's template made.
fn origin(address: &str) -> String {
    let rest = address.strip_prefix("https://").unwrap_or_default();
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    format!("https://{host}")
}

/// What the address may contain: the label of the page that offered it, or everything.
fn label(visit: &Visit<'_>, app: &ComponentId, text: &str) -> domicile_policy::Label {
    let now = visit.house.clock().now();
    let key = visit.home.key("page token");
    let place = Place { key: &key, home: visit.home.name(), app, session: &visit.session.id };
    place.open(now, text).map_or(domicile_policy::Label::everything(), |(label, _)| label)
}
