//! An account is disconnected: without what it brought, or with it, as its owner chooses on a page
//! that says what would go and what would stay.
//!
//! In flow the owner's choice; out flow counts, and how far it is. Documents never go because an
//! app, or an address that somebody made, asked for it.

use std::time::Duration;

use askama::Template;
use domicile_policy::Doctype;

use super::super::limits::FORM_BYTES_MAX;
use super::super::page::{Frame, see};
use super::super::problem::Failure;
use super::super::texts::fill;
use super::card::Card;
use super::{Answer, Owner, accounts, apps, shares, trusted};
use crate::flow::accounts::find;
use crate::jobs::{self, Forecast, Leaving};

/// How long the form waits for the end of short work.
const WAIT_MAX: Duration = Duration::from_secs(2);
/// What the form says of documents that go.
const GO: &str = "go";

#[derive(Template)]
#[template(path = "disconnect.html")]
struct Page {
    frame: Frame,
    app: Card,
    id: String,
    name: String,
    goes: Vec<Kind>,
    /// What the counts are drawn against.
    most: u64,
    changed: u64,
    shared: u64,
}

/// Documents of one doctype.
struct Kind {
    title: String,
    count: u64,
}

#[derive(Template)]
#[template(path = "leaving.html")]
struct Going {
    frame: Frame,
    done: u64,
    total: u64,
    far: String,
}

/// The question; once it was answered, how far the documents are.
pub async fn show(owner: &Owner, id: &str) -> Answer {
    if let Some(leaving) = jobs::leaving(&owner.home, id)? {
        return going(owner, &leaving);
    }
    let Some(connected) = find(&owner.home, id)? else { return Ok(see("/apps")) };
    let installed = apps::find(owner, connected.component.as_str())?;
    let Forecast { goes, changed, shared, .. } = jobs::forecast(&owner.home, &connected).await?;
    let kind = |(doctype, count): (&Doctype, &u64)| Kind {
        title: shares::title(owner, doctype),
        count: *count,
    };
    let app = Card::of(&installed.manifest, owner.ask.locale, owner.t());
    trusted(&Page {
        frame: owner.frame(&app.name, "/apps"),
        app,
        id: id.to_owned(),
        name: accounts::name(&owner.home, &installed, &connected)?,
        most: goes.values().copied().max().unwrap_or_default(),
        goes: goes.iter().map(kind).collect(),
        changed,
        shared,
    })
}

fn going(owner: &Owner, leaving: &Leaving) -> Answer {
    let (t, Leaving { done, total, .. }) = (owner.t(), leaving);
    trusted(&Going {
        frame: owner.frame(t.account_leaving, "/apps"),
        far: fill(&fill(t.so_far, done), total),
        done: *done,
        total: *total,
    })
}

/// The owner has chosen.
pub async fn send(mut owner: Owner, id: &str) -> Answer {
    let missing = || Failure::not_found(owner.t());
    let connected = find(&owner.home, id)?.ok_or_else(missing)?;
    let with_documents = owner.ask.form(FORM_BYTES_MAX).await?.value("documents") == GO;
    let house = owner.ask.front.house();
    let work = jobs::disconnect(house, &owner.home, &connected, with_documents).await?;
    // Most of it is short: the owner sees the end of it at once.
    let end = async {
        for one in work {
            let _ = one.await;
        }
    };
    let _ = tokio::time::timeout(WAIT_MAX, end).await;
    Ok(see(&match jobs::leaving(&owner.home, id)? {
        Some(_) => format!("/accounts/{id}/disconnect"),
        None => format!("/apps/{}", connected.component),
    }))
}
