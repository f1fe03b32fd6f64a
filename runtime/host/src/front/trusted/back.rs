//! The way back from a provider's page: a browser that this home sent away, and what it brings.
//!
//! In flow the query of an address that the provider made; out flows a code, to the run that waits
//! for it. Whoever makes a browser open this address makes it do nothing: it takes the state that
//! the home gave to this session for this account, once, and a form of this very page. Nothing of
//! the query is shown, and nothing in it says where to go.

use askama::Template;
use axum::http::StatusCode;
use domicile_policy::{ComponentId, HomeName};
use jiff::SignedDuration;

use super::super::limits::FORM_BYTES_MAX;
use super::super::page::{Frame, see};
use super::super::problem::Failure;
use super::super::request::value;
use super::super::texts::{Texts, fill};
use super::card::Card;
use super::{Answer, Owner, accounts, apps, trusted};
use crate::egress::Check;
use crate::flow::accounts::Connected;
use crate::flow::owner::Visit;
use crate::jobs;

/// How long an owner may be away.
const LIFETIME: SignedDuration = SignedDuration::from_mins(15);
/// What of a query a run hears.
const HEARD: [&str; 2] = ["code", "error"];

/// Who was sent away, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Away {
    home: HomeName,
    session: String,
    component: ComponentId,
    account: String,
    visit: String,
}

impl Owner {
    /// The address of a page of the provider's, with a state of this session's own if the browser
    /// is to come back with an answer.
    pub(super) fn way_out(&self, account: &Connected, visit: &Visit) -> Result<String, Failure> {
        if !visit.returns {
            return Ok(visit.address.clone());
        }
        let away = Away {
            home: self.ask.name.clone(),
            session: self.session.id.clone(),
            component: account.component.clone(),
            account: account.id.clone(),
            visit: visit.id.clone(),
        };
        let issued = self.ask.front.inner.away.issue(self.ask.now, LIFETIME, away);
        let state = issued.map_err(|error| Failure::unavailable(&error))?;
        let mark = if visit.address.contains('?') { '&' } else { '?' };
        Ok(format!("{}{mark}state={state}", visit.address))
    }

    fn is_off(&self, check: Check) -> bool {
        self.ask.front.house().door().is_some_and(|door| door.is_off(check))
    }

    /// Whether this browser was sent away by this home, for this component.
    fn was_sent(&self, component: &str, away: Option<Away>) -> Result<Away, Failure> {
        let here = |away: &Away| away.home == self.ask.name && away.session == self.session.id;
        let away = match self.is_off(Check::State) {
            true => self.whoever(component),
            false => away.filter(here),
        };
        let mixed = self.is_off(Check::Mixed);
        let away = away.filter(|away| mixed || away.component.as_str() == component);
        away.ok_or_else(|| nowhere(self.t()))
    }

    /// With the check off: whichever account of the component waits.
    fn whoever(&self, component: &str) -> Option<Away> {
        let (account, visit) = waiting(self, component).ok()??;
        Some(Away {
            home: self.ask.name.clone(),
            session: self.session.id.clone(),
            component: account.component,
            account: account.id,
            visit: visit.id,
        })
    }
}

fn nowhere(t: &Texts) -> Failure {
    let (status, detail) = (StatusCode::CONFLICT, t.back_void_detail);
    Failure::new(status, "not-sent", t.back_void, detail, t.back_void_remedy)
}

/// The account of a component whose run waits for its owner at a page.
fn waiting(owner: &Owner, component: &str) -> Result<Option<(Connected, Visit)>, Failure> {
    let installed = apps::find(owner, component)?;
    let house = owner.ask.front.house();
    let visits = |account: Connected| {
        let visit = jobs::watch(house, &account)?.borrow().visit.clone()?;
        Some((account, visit))
    };
    let accounts = crate::flow::accounts::of(&owner.home, installed.id())?;
    Ok(accounts.into_iter().find_map(visits))
}

#[derive(Template)]
#[template(path = "back.html")]
struct Back {
    frame: Frame,
    app: Card,
    heading: String,
    fields: Vec<(&'static str, String)>,
}

/// The page to which a provider sends the browser: it asks the owner to finish, and does nothing by
/// itself. Without a state there is nothing to finish: the account's page waits.
pub fn show(owner: &Owner, component: &str) -> Answer {
    let (t, state) = (owner.t(), owner.ask.value("state"));
    if state.is_empty() && !owner.is_off(Check::State) {
        let account = waiting(owner, component)?;
        let page = account.map(|(account, _)| format!("/accounts/{}", account.id));
        return Ok(see(&page.unwrap_or_else(|| format!("/apps/{component}"))));
    }
    let away = owner.ask.front.inner.away.peek(owner.ask.now, state);
    owner.was_sent(component, away)?;
    let installed = apps::find(owner, component)?;
    let app = Card::of(&installed.manifest, owner.ask.locale, t);
    let heard = |name| value(&owner.ask.query, name).map(|value| (name, value.to_owned()));
    let fields = HEARD.into_iter().chain(["state"]).filter_map(heard).collect();
    let heading = fill(t.back_title, accounts::provider(&installed.manifest));
    trusted(&Back { frame: owner.frame(&heading, "/apps"), app, heading, fields })
}

/// The owner is back.
pub async fn finish(mut owner: Owner, component: &str) -> Answer {
    let form = owner.ask.form(FORM_BYTES_MAX).await?;
    let away = owner.ask.front.inner.away.take(owner.ask.now, form.value("state"));
    let away = owner.was_sent(component, away)?;
    let account = accounts::find(&owner, &away.account)?;
    let told = HEARD.map(|name| (name, form.value(name)));
    let told: Vec<_> = told.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let told = serde_urlencoded::to_string(told).unwrap_or_default();
    let heard = jobs::came_back(owner.ask.front.house(), &account, &away.visit, told);
    match heard {
        true => Ok(see(&format!("/accounts/{}", account.id))),
        false => Err(nowhere(owner.t())),
    }
}
