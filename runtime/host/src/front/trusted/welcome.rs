//! The first run: whoever holds the link from the terminal chooses a name, a passphrase and a
//! language.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use domicile_proto::Locale;

use super::super::limits::FORM_BYTES_MAX;
use super::super::page::{self, Frame};
use super::super::problem::Failure;
use super::super::texts::Texts;
use super::super::{Front, Purpose};
use super::{Answer, Ask, sign_in, trusted};
use crate::house::{Home, HouseError, Settings};
use crate::identity::passphrase::{self, Weak};

const NAME_CHARS_MAX: usize = 80;

#[derive(Template)]
#[template(path = "welcome.html")]
struct Welcome {
    frame: Frame,
    error: Option<String>,
    once: String,
    owner: String,
}

/// Nobody lives here, and this is not the link with which to change that.
pub fn nobody(t: &Texts) -> Failure {
    let status = StatusCode::FORBIDDEN;
    Failure::new(status, "no-home", t.no_setup_title, t.no_setup, t.no_setup_remedy)
}

fn may_set_up(front: &Front, ask: &Ask, once: &str) -> bool {
    front.inner.once.peek(ask.now, once) == Some(Purpose::SetUp(ask.name.clone()))
}

/// The page. Looking at it does not use the link up.
pub fn show(ask: &Ask, home: Option<&Home>) -> Answer {
    if home.is_some_and(sign_in::has_passphrase) {
        return Ok(page::see("/"));
    }
    let once = ask.value("once");
    if !may_set_up(&ask.front, ask, once) {
        return Err(nobody(ask.t()));
    }
    let owner = home.map(|home| home.settings().owner).unwrap_or_default();
    let frame = ask.frame(ask.t().welcome);
    trusted(&Welcome { frame, error: None, once: once.to_owned(), owner })
}

/// Move in.
pub async fn send(mut ask: Ask, home: Option<Arc<Home>>) -> Answer {
    let t = ask.t();
    if home.as_deref().is_some_and(sign_in::has_passphrase) {
        return Ok(page::see("/"));
    }
    let form = ask.form(FORM_BYTES_MAX).await?;
    let once = form.value("once");
    if !may_set_up(&ask.front, &ask, once) {
        return Err(nobody(t));
    }
    if let Some(locale) = chosen_locale(form.value("locale")) {
        ask.locale = locale;
    }
    let owner = form.value("owner").trim();
    let passphrase = form.value("passphrase");
    if let Some(error) = objection(ask.t(), owner, passphrase, form.value("again")) {
        let (once, owner) = (once.to_owned(), owner.to_owned());
        let frame = ask.frame(ask.t().welcome);
        let page = Welcome { frame, error: Some(error.to_owned()), once, owner };
        return trusted(&page);
    }
    let hash = passphrase::hash(passphrase.to_owned()).await;
    let hash = hash.map_err(|error| Failure::unavailable(&error))?;
    // Two sends at once: the link is good for one of them.
    if ask.front.inner.once.take(ask.now, once).is_none() {
        return Err(nobody(t));
    }
    let settings = Settings { owner: owner.to_owned(), locale: ask.locale, ..Settings::default() };
    let home = match home {
        Some(home) => {
            home.save_settings(settings).await?;
            home
        }
        None => made(ask.front.house().create_home(&ask.name, settings).await)?,
    };
    sign_in::set_passphrase(&home, &hash).await?;
    sign_in::enter(&ask, &home, "/").await
}

fn made(home: Result<Arc<Home>, HouseError>) -> Result<Arc<Home>, Failure> {
    home.map_err(|error| Failure::unavailable(&error))
}

/// A language of a form.
pub fn chosen_locale(text: &str) -> Option<Locale> {
    match text {
        "en" => Some(Locale::En),
        "fr" => Some(Locale::Fr),
        _ => None,
    }
}

fn objection(t: &Texts, owner: &str, passphrase: &str, again: &str) -> Option<&'static str> {
    if !is_name(owner) {
        return Some(t.name_missing);
    }
    let weak = passphrase::judge(passphrase, owner).err();
    match weak {
        Some(Weak::Short) => Some(t.weak_short),
        Some(Weak::Long) => Some(t.weak_long),
        Some(Weak::Regular) => Some(t.weak_regular),
        Some(Weak::Name) => Some(t.weak_name),
        None if passphrase != again => Some(t.not_the_same),
        None => None,
    }
}

/// Whether somebody can be called that.
pub fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.chars().count() <= NAME_CHARS_MAX
        && !text.chars().any(char::is_control)
}
