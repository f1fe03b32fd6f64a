//! The addresses of accounts: where providers send messages, and where the owner has one made.
//!
//! In flow what anybody sends, without a cookie that counts; out flows one answer for every good
//! address and one for every other. An address is shown once, to its owner.

use askama::Template;
use axum::body::{Body, to_bytes};
use axum::http::{Response, StatusCode};

use super::super::headers;
use super::super::page::Frame;
use super::super::problem::Failure;
use super::super::request::header;
use super::{Answer, Ask, Owner, accounts, trusted};
use crate::flow::hooks::MESSAGE_BYTES_MAX;
use crate::house::Home;
use crate::jobs;

/// Take what was sent to an address. How long it is decides before anything is looked up.
pub async fn take(mut ask: Ask, home: Option<&Home>, secret: &str) -> Answer {
    let t = ask.t();
    let body = to_bytes(ask.take_body(), MESSAGE_BYTES_MAX).await;
    let body = body.map_err(|_| Failure::too_large(t, MESSAGE_BYTES_MAX))?;
    let Some(home) = home else { return Err(Failure::not_found(t)) };
    let named = |name: &str| header(&ask.headers, name).map(str::to_owned);
    if !jobs::deliver(ask.front.house(), home, secret, named, &body).await? {
        return Err(Failure::not_found(t));
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::ACCEPTED;
    headers::plain(response.headers_mut());
    Ok(response)
}

#[derive(Template)]
#[template(path = "address.html")]
struct Page {
    frame: Frame,
    id: String,
    address: String,
}

/// The owner wants an address, or another one.
pub async fn make(owner: &Owner, id: &str) -> Answer {
    let connected = accounts::find(owner, id)?;
    let secret = jobs::make_address(owner.ask.front.house(), &owner.home, &connected).await?;
    let origin = owner.ask.front.origins().home(&owner.ask.name);
    trusted(&Page {
        frame: owner.frame(owner.t().hook, "/apps"),
        id: id.to_owned(),
        address: format!("{origin}/hooks/{secret}"),
    })
}
