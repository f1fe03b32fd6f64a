//! The first page: the apps, what they told the owner, and a place to drop a file.

use std::collections::BTreeSet;

use askama::Template;
use domicile_proto::manifest::Kind;

use super::super::page::Frame;
use super::super::texts::fill;
use super::accounts::{self, Row};
use super::card::Card;
use super::notices::{self, Line};
use super::{Answer, Owner, trusted};
use crate::registry;

#[derive(Template)]
#[template(path = "launcher.html")]
struct Launcher {
    frame: Frame,
    greeting: String,
    apps: Vec<Card>,
    waiting: Vec<Row>,
    notices: Vec<Line>,
    more: bool,
    import_hint: String,
}

/// The page.
pub fn show(owner: &Owner) -> Answer {
    let (t, locale) = (owner.t(), owner.ask.locale);
    let installed = registry::installed(&owner.home);
    let apps = installed.iter().filter(|one| one.manifest.kind == Kind::App);
    let endings: BTreeSet<&str> = installed
        .iter()
        .filter_map(|one| one.manifest.importer.as_ref())
        .flat_map(|importer| importer.accept.iter().map(String::as_str))
        .collect();
    let import_hint = if endings.is_empty() {
        t.import_hint_none.to_owned()
    } else {
        fill(t.import_hint, endings.into_iter().collect::<Vec<_>>().join(" "))
    };
    let (notices, more) = notices::newest(owner)?;
    trusted(&Launcher {
        frame: owner.frame(owner.ask.name.as_str(), "/"),
        greeting: fill(t.hello, owner.home.settings().owner),
        apps: apps.map(|one| Card::of(&one.manifest, locale, t)).collect(),
        waiting: accounts::waiting(owner)?,
        notices,
        more,
        import_hint,
    })
}
