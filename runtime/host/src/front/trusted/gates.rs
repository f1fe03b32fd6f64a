//! The gates of apps: which number a day could leave, about what, to whom, and the links for it.
//!
//! In flow the owner's choices; out flow pages on which each is shown before it counts, and a link
//! that is shown once. Never: an app's say in whether there is a link, who has it or when it
//! answers.

use askama::Template;
use domicile_policy::Label;
use domicile_proto::manifest::Gate;
use jiff::{SignedDuration, Timestamp};

use super::super::limits::FORM_BYTES_MAX;
use super::super::page::{Frame, see};
use super::super::problem::Failure;
use super::super::texts::fill;
use super::card::Card;
use super::shares::DAYS;
use super::{Answer, Owner, apps, trusted};
use crate::flow::gate::{self, GateLink};
use crate::identity;
use crate::registry::{self, Installed};

#[derive(Template)]
#[template(path = "gates.html")]
struct Gates {
    frame: Frame,
    /// Shown once, after it was made.
    link: String,
    rows: Vec<Row>,
    gates: Vec<Shown>,
}

/// A link that was made.
struct Row {
    id: String,
    what: String,
    app: String,
    label: String,
    since: String,
    until: String,
    opened: String,
    over: bool,
}

/// A gate, as its owner sees it.
struct Shown {
    component: String,
    name: String,
    text: String,
    app: String,
    range: String,
    rate: String,
    label: String,
}

#[derive(Template)]
#[template(path = "gate.html")]
struct Confirm {
    frame: Frame,
    gate: Shown,
    days: Vec<(u32, String)>,
    shown: String,
}

/// The page.
pub fn list(owner: &Owner) -> Answer {
    listed(owner, String::new())
}

fn listed(owner: &Owner, link: String) -> Answer {
    let installed = registry::installed(&owner.home);
    let of_one = |one: &std::sync::Arc<Installed>| {
        one.gates().iter().map(|gate| shown(owner, one, gate)).collect::<Vec<_>>()
    };
    trusted(&Gates {
        frame: owner.frame(owner.t().gates, "/shares"),
        link,
        rows: gate::list(&owner.home)?.iter().map(|one| row(owner, one)).collect(),
        gates: installed.iter().flat_map(of_one).collect(),
    })
}

fn shown(owner: &Owner, installed: &Installed, gate: &Gate) -> Shown {
    let (t, locale) = (owner.t(), owner.ask.locale);
    let range = fill(&fill(&fill(t.gate_range, gate.min), gate.max), gate.step);
    Shown {
        component: installed.id().to_string(),
        name: gate.name.clone(),
        text: gate.text.in_locale(locale).to_owned(),
        app: Card::of(&installed.manifest, locale, t).name,
        range,
        rate: fill(t.gate_rate, gate.rate().bits_per_day),
        label: installed.grants().reach().words(locale),
    }
}

fn row(owner: &Owner, link: &GateLink) -> Row {
    let t = owner.t();
    let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
    let gate = gate::gate_of(&owner.home, link);
    let text = gate.as_ref().map(|gate| gate.text.in_locale(owner.ask.locale).to_owned());
    Row {
        id: link.id.clone(),
        what: text.unwrap_or_else(|| link.gate.clone()),
        app: link.component.to_string(),
        label: link.label.words(owner.ask.locale),
        since: day(link.since),
        until: day(link.until),
        opened: fill(t.days_opened, link.days_opened),
        over: gate.is_none() || owner.ask.now >= link.until,
    }
}

/// What exactly would leave. Nothing is chosen yet where somebody else's page led here.
pub fn ask(owner: &Owner) -> Answer {
    if !owner.chose() {
        return list(owner);
    }
    let (installed, gate) = find(owner, owner.ask.value("app"), owner.ask.value("gate"))?;
    let (act, label) = (act(&installed, &gate), installed.grants().reach());
    trusted(&Confirm {
        frame: owner.frame(owner.t().gate_ask, "/shares"),
        gate: shown(owner, &installed, &gate),
        days: DAYS.map(|days| (days, fill(owner.t().days, days))).to_vec(),
        shown: owner.ask_for_yes(&act, &label, owner.led_by())?,
    })
}

/// The owner says yes.
pub async fn make(mut owner: Owner) -> Answer {
    let form = owner.ask.form(FORM_BYTES_MAX).await?;
    let (installed, gate) = find(&owner, form.value("app"), form.value("gate"))?;
    let label: Label = installed.grants().reach();
    let label = owner.said_yes(form.value("shown"), &act(&installed, &gate), &label)?;
    let days = form.value("days").parse().ok().filter(|days| DAYS.contains(days));
    let days = days.ok_or_else(|| Failure::bad_form(owner.t()))?;
    let lifetime = SignedDuration::from_hours(24 * i64::from(days));
    let secret = identity::secret().map_err(|error| Failure::unavailable(&error))?;
    let of = (installed.id(), &gate);
    gate::make(&owner.home, owner.ask.now, &secret, of, label, lifetime).await?;
    let origin = owner.ask.front.origins().home(&owner.ask.name);
    listed(&owner, format!("{origin}/gate/{secret}"))
}

/// The owner ends a link.
pub async fn end(owner: &Owner, id: &str) -> Answer {
    let link = gate::by_id(&owner.home, id)?.ok_or_else(|| Failure::not_found(owner.t()))?;
    gate::end(&owner.home, owner.ask.now, &link).await?;
    Ok(see("/gates"))
}

fn find(
    owner: &Owner,
    app: &str,
    name: &str,
) -> Result<(std::sync::Arc<Installed>, Gate), Failure> {
    let installed = apps::find(owner, app)?;
    let gate = installed.gates().into_iter().find(|gate| gate.name == name);
    let gate = gate.ok_or_else(|| Failure::not_found(owner.t()))?;
    Ok((installed, gate))
}

/// What a yes is to.
fn act(installed: &Installed, gate: &Gate) -> String {
    format!("/gates {} {}", installed.id(), gate.power())
}
