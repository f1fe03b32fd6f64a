//! Settings: name, language, and which browsers are signed in.

use askama::Template;

use super::super::limits::FORM_BYTES_MAX;
use super::super::page::{Frame, see};
use super::super::problem::Failure;
use super::super::texts::fill;
use super::{Answer, Owner, sign_in, trusted, welcome};
use crate::flow::audit::{self, Event};
use crate::house::Settings;
use crate::identity::session;

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    frame: Frame,
    owner: String,
    sessions: Vec<Browser>,
}

struct Browser {
    id: String,
    device: String,
    seen: String,
    current: bool,
}

/// The page.
pub fn show(owner: &Owner) -> Answer {
    let t = owner.t();
    let browser = |session: session::Session| Browser {
        current: session.id == owner.session.id,
        seen: fill(t.seen, session.seen_at.strftime("%Y-%m-%d")),
        device: session.device,
        id: session.id,
    };
    trusted(&SettingsPage {
        frame: owner.frame(t.settings, "/settings"),
        owner: owner.home.settings().owner,
        sessions: session::list(&owner.home)?.into_iter().map(browser).collect(),
    })
}

/// Keep what was chosen.
pub async fn save(mut owner: Owner) -> Answer {
    let form = owner.ask.form(FORM_BYTES_MAX).await?;
    let name = form.value("owner").trim();
    let locale = welcome::chosen_locale(form.value("locale"));
    let (Some(locale), true) = (locale, welcome::is_name(name)) else {
        return Err(Failure::bad_form(owner.t()));
    };
    let settings = Settings { owner: name.to_owned(), locale, ..owner.home.settings() };
    owner.home.save_settings(settings).await?;
    Ok(see("/settings"))
}

/// End one session.
pub async fn end_session(owner: &Owner, id: &str) -> Answer {
    session::end(&owner.home, id).await?;
    Ok(see("/settings"))
}

/// End all of them, this one too.
pub async fn sign_out_everywhere(owner: &Owner) -> Answer {
    session::end_all(&owner.home).await?;
    audit::note(&owner.home, owner.ask.now, &Event::SignedOutEverywhere).await?;
    Ok(sign_in::signed_out())
}
