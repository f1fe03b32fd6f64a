//! Devices of the owner's own that collect for a konnector: added and ended on its page; and what
//! they bring.
//!
//! In flow the owner's choices, and requests with a device's secret; out flow a secret, shown once,
//! and answers made of the arguments. A device's request has no session: a cookie beside it
//! counts for nothing, and nothing of what lies in the home is ever in an answer.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::{Method, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::headers;
use super::super::limits::{DEVICE_BYTES_MAX, FORM_BYTES_MAX};
use super::super::page::{Frame, see};
use super::super::problem::Failure;
use super::super::request::header;
use super::super::texts::{Texts, fill};
use super::card::Card;
use super::{Answer, Ask, Owner, apps, trusted};
use crate::flow::device::{self, DEVICES_MAX, Device, LIFETIME};
use crate::flow::link::{self, Link};
use crate::house::Home;
use crate::identity;
use crate::registry::Installed;
use crate::runs::device::{self as runs, Barred};

/// A device in the list of its konnector.
pub struct Row {
    pub id: String,
    pub name: String,
    pub state: String,
    pub over: bool,
}

/// The devices of a component, for its page.
pub fn rows(owner: &Owner, installed: &Installed) -> Result<Vec<Row>, Failure> {
    let t = owner.t();
    let row = |link: Link<Device>| Row {
        state: match link.last_opened {
            None => t.device_new.to_owned(),
            Some(day) => fill(t.device_came, day),
        },
        over: owner.ask.now >= link.until || link.to.digest != installed.digest,
        id: link.id,
        name: link.to.name,
    };
    Ok(device::of(&owner.home, installed.id())?.into_iter().map(row).collect())
}

#[derive(Template)]
#[template(path = "device.html")]
struct Added {
    frame: Frame,
    app: Card,
    name: String,
    secret: String,
    command: String,
}

/// Let a device collect for this konnector. Its secret is shown once.
pub async fn add(mut owner: Owner, id: &str) -> Answer {
    let installed = apps::find(&owner, id)?;
    let form = owner.ask.form(FORM_BYTES_MAX).await?;
    let name = device::name(form.value("name"));
    let all: Vec<Link<Device>> = link::list(&owner.home)?;
    let (Some(name), true) = (name, installed.manifest.konnector.is_some()) else {
        return Err(Failure::bad_form(owner.t()));
    };
    if all.len() >= DEVICES_MAX {
        return Err(Failure::bad_form(owner.t()));
    }
    let secret = identity::secret().map_err(|error| Failure::unavailable(&error))?;
    let (component, digest) = (installed.id().clone(), installed.digest.clone());
    let added = Device { name: name.clone(), component, digest };
    link::make(&owner.home, owner.ask.now, &secret, added, LIFETIME).await?;
    let home = owner.ask.front.origins().home(&owner.ask.name);
    let app = Card::of(&installed.manifest, owner.ask.locale, owner.t());
    let command = format!("domicile collect {}.wasm --home {home}", installed.id());
    trusted(&Added { frame: owner.frame(&app.name, "/apps"), app, name, secret, command })
}

/// The device brings nothing any more.
pub async fn end(owner: &Owner, id: &str) -> Answer {
    let link = link::by_id::<Device>(&owner.home, id)?;
    let link = link.ok_or_else(|| Failure::not_found(owner.t()))?;
    link::end(&owner.home, owner.ask.now, &link).await?;
    Ok(see(&format!("/apps/{}", link.to.component)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    doctype: String,
    keys: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Items {
    doctype: String,
    items: Vec<(String, String)>,
}

/// A device's request.
pub async fn answer(mut ask: Ask, home: Option<Arc<Home>>) -> Answer {
    let t = ask.t();
    let secret =
        header(&ask.headers, "authorization").and_then(|line| line.strip_prefix("Bearer "));
    let (Some(home), Some(secret), &Method::POST) = (home, secret, &ask.method) else {
        return Err(unknown(t));
    };
    let link = link::of_secret::<Device>(&home, ask.now, secret)?;
    let mut link = link.ok_or_else(|| unknown(t))?;
    let installed = runs::konnector(&home, &link.to).map_err(|barred| failure(barred, t))?;
    let body = axum::body::to_bytes(ask.take_body(), DEVICE_BYTES_MAX).await;
    let body = body.map_err(|_| Failure::too_large(t, DEVICE_BYTES_MAX))?;
    let bad = |_| Failure::bad_form(t);
    let house = ask.front.house();
    let told = match ask.path.as_str() {
        "/device/known" => {
            link::note_opened(&home, ask.now, &mut link).await?;
            let Device { name, digest, .. } = &link.to;
            json!({ "device": name, "component": installed.id(), "digest": digest })
        }
        "/device/ids" => {
            let Keys { doctype, keys } = serde_json::from_slice(&body).map_err(bad)?;
            let ids = runs::ids(house, &home, &link.to, &doctype, &keys).await;
            json!({ "ids": ids.map_err(|barred| failure(barred, t))? })
        }
        "/device/deposit" => {
            let Items { doctype, items } = serde_json::from_slice(&body).map_err(bad)?;
            let taken = runs::deposit(house, &home, &link.to, &doctype, items).await;
            taken.map_err(|barred| failure(barred, t))?;
            json!({})
        }
        _ => return Err(Failure::not_found(t)),
    };
    Ok(told_json(&told))
}

fn told_json(told: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(told.to_string()));
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    headers::plain(response.headers_mut());
    response
}

/// Nobody's secret, one that ended, or another home's: all the same.
fn unknown(t: &Texts) -> Failure {
    let status = StatusCode::UNAUTHORIZED;
    let remedy = t.device_unknown_remedy;
    Failure::new(status, "device-unknown", t.device_unknown_title, t.device_unknown, remedy)
}

fn failure(barred: Barred, t: &Texts) -> Failure {
    let (status, code, detail, remedy) = match barred {
        Barred::Gone => return unknown(t),
        Barred::Updated => {
            (StatusCode::CONFLICT, "updated", t.device_updated, t.device_unknown_remedy)
        }
        Barred::Refused => {
            (StatusCode::FORBIDDEN, "refused", t.device_refused, t.device_refused_remedy)
        }
        Barred::Invalid(text) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Failure::new(status, "invalid", t.device_title, text, "");
        }
        Barred::Unavailable => return Failure::broken(t),
    };
    Failure::new(status, code, t.device_title, detail, remedy)
}
