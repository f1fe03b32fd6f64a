//! Notices on the first page: what apps told the owner, each under the app's own name.
//!
//! In flow notices; out flow lines in which every foreign word stands inside a quotation. A link is
//! offered only to a page of the very app, and only if the app may still know all that the notice
//! may tell: a path is text that it composed.

use domicile_proto::manifest::Kind;

use super::super::act::is_path;
use super::super::limits::FORM_BYTES_MAX;
use super::super::page::see;
use super::super::problem::Failure;
use super::card::Card;
use super::{Answer, Owner};
use crate::flow::messages::{self, Notice};
use crate::registry::{self, Installed};

/// Notices on the first page.
const SHOWN_MAX: usize = 5;

/// One notice, as the page shows it.
pub struct Line {
    pub id: String,
    /// Who speaks, as the host knows it.
    pub app: String,
    pub name: String,
    pub kind: &'static str,
    pub at: String,
    pub title: String,
    pub text: String,
    pub open: Option<String>,
}

/// The newest, and whether there are more.
pub fn newest(owner: &Owner) -> Result<(Vec<Line>, bool), Failure> {
    let (notices, more) = messages::notices(&owner.home, SHOWN_MAX)?;
    Ok((notices.into_iter().map(|notice| line(owner, notice)).collect(), more))
}

fn line(owner: &Owner, notice: Notice) -> Line {
    let t = owner.t();
    let installed = registry::find(&owner.home, &notice.component);
    let card = installed.as_ref().map(|one| Card::of(&one.manifest, owner.ask.locale, t));
    let app = notice.component.to_string();
    let (name, kind) = match card {
        Some(card) => (card.name, card.kind),
        None => (app.clone(), t.kind_removed),
    };
    let open = installed.filter(|one| leads_there(one, &notice));
    Line {
        open: open.map(|_| format!("/app/{app}{}", notice.path)),
        id: notice.id,
        app,
        name,
        kind,
        at: notice.at.strftime("%Y-%m-%d %H:%M").to_string(),
        title: notice.title,
        text: notice.text,
    }
}

fn leads_there(installed: &Installed, notice: &Notice) -> bool {
    installed.manifest.kind == Kind::App
        && is_path(&notice.path)
        && notice.label.flows_to(&installed.grants().reach())
}

/// Away with one, or with all.
pub async fn dismiss(mut owner: Owner) -> Answer {
    let form = owner.ask.form(FORM_BYTES_MAX).await?;
    match form.value("id") {
        "" => messages::dismiss_all(&owner.home).await?,
        id => messages::dismiss(&owner.home, id).await?,
    }
    Ok(see("/"))
}
