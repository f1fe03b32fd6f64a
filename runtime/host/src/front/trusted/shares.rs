//! What the owner shares by links: what exactly, about what, with whom, for how long.
//!
//! In flow the owner's choices; out flow pages on which every one of them is shown before it
//! counts, and a link that is shown once. Never: a yes to something other than what was shown, or a
//! choice that an address of somebody else's made.

use askama::Template;
use axum::http::StatusCode;
use domicile_policy::{Doctype, Label, ShareScope};
use jiff::SignedDuration;

use super::super::limits::FORM_BYTES_MAX;
use super::super::page::{Frame, see};
use super::super::problem::Failure;
use super::super::texts::fill;
use super::shared::{Shown, shown};
use super::{Answer, Owner, trusted};
use crate::flow::export;
use crate::flow::share::{self, Share};
use crate::identity;

/// Documents that a confirmation shows as examples.
const EXAMPLES: usize = 3;
/// For how many days a link may be good.
pub const DAYS: [u32; 3] = [1, 7, 30];

#[derive(Template)]
#[template(path = "shares.html")]
struct Shares {
    frame: Frame,
    /// Shown once, after it was made.
    link: String,
    rows: Vec<Row>,
    doctypes: Vec<(String, String)>,
}

struct Row {
    id: String,
    what: String,
    label: String,
    since: String,
    until: String,
    opened: String,
    ended: bool,
    waiting: String,
}

#[derive(Template)]
#[template(path = "share.html")]
struct Confirm {
    frame: Frame,
    action: String,
    doctype: String,
    what: String,
    label: String,
    /// What is new about it, if a link is there already.
    more: String,
    days: Vec<(u32, String)>,
    examples: Vec<Shown>,
    shown: String,
}

/// The page.
pub fn list(owner: &Owner) -> Answer {
    listed(owner, String::new())
}

fn listed(owner: &Owner, link: String) -> Answer {
    let shares = share::list(&owner.home)?;
    let rows = shares.iter().map(|one| row(owner, one));
    let held = export::held(&owner.home, owner.ask.front.house().doctypes())?;
    let known = held.iter().map(|one| (one.doctype.to_string(), title(owner, &one.doctype)));
    trusted(&Shares {
        frame: owner.frame(owner.t().shares, "/shares"),
        link,
        rows: rows.collect::<Result<_, _>>()?,
        doctypes: known.collect(),
    })
}

fn row(owner: &Owner, share: &Share) -> Result<Row, Failure> {
    let t = owner.t();
    let waiting = share::waiting(&owner.home, share)?;
    let day = |at: jiff::Timestamp| at.strftime("%Y-%m-%d").to_string();
    Ok(Row {
        id: share.id.clone(),
        what: title(owner, &share.doctype),
        label: share.scope.confirmed().words(owner.ask.locale),
        since: day(share.since),
        until: day(share.until),
        opened: fill(t.days_opened, share.days_opened),
        ended: owner.ask.now >= share.until,
        waiting: match waiting.count {
            0 => String::new(),
            count => fill(t.not_shared_yet, count),
        },
    })
}

/// What exactly would be shared. Nothing is chosen yet where somebody else's page led here.
pub fn ask(owner: &Owner) -> Answer {
    if !owner.chose() {
        return list(owner);
    }
    let doctype = doctype(owner, owner.ask.value("doctype"))?;
    let (label, count) = share::holdings(&owner.home, &doctype)?;
    let what = format!("{} ({count})", title(owner, &doctype));
    let days = DAYS.map(|days| (days, fill(owner.t().days, days))).to_vec();
    confirm(owner, "/shares".to_owned(), doctype, what, (label, String::new()), days)
}

/// What a link would show beside what it shows.
pub fn ask_more(owner: &Owner, id: &str) -> Answer {
    if !owner.chose() {
        return list(owner);
    }
    let share = find(owner, id)?;
    let waiting = share::waiting(&owner.home, &share)?;
    let what = title(owner, &share.doctype);
    let more = fill(owner.t().not_shared_yet, waiting.count);
    let path = format!("/shares/{id}");
    confirm(owner, path, share.doctype, what, (waiting.label, more), Vec::new())
}

fn confirm(
    owner: &Owner,
    action: String,
    doctype: Doctype,
    what: String,
    (label, more): (Label, String),
    days: Vec<(u32, String)>,
) -> Answer {
    let scope = scope(owner, &label)?;
    let page = share::page(&owner.home, &doctype, scope.confirmed(), None, EXAMPLES)?;
    trusted(&Confirm {
        frame: owner.frame(owner.t().share_this, "/shares"),
        shown: owner.ask_for_yes(&act(&action, &doctype), &label, owner.led_by())?,
        label: label.words(owner.ask.locale),
        examples: page.documents.iter().map(shown).collect(),
        doctype: doctype.to_string(),
        action,
        what,
        more,
        days,
    })
}

/// The owner says yes.
pub async fn make(mut owner: Owner) -> Answer {
    let form = owner.ask.form(FORM_BYTES_MAX).await?;
    let doctype = doctype(&owner, form.value("doctype"))?;
    let (label, _) = share::holdings(&owner.home, &doctype)?;
    let act = act("/shares", &doctype);
    let shown = owner.said_yes(form.value("shown"), &act, &label)?;
    let days = form.value("days").parse().ok().filter(|days| DAYS.contains(days));
    let days = days.ok_or_else(|| Failure::bad_form(owner.t()))?;
    let lifetime = SignedDuration::from_hours(24 * i64::from(days));
    let (scope, secret) = (scope(&owner, &shown)?, identity::secret());
    let secret = secret.map_err(|error| Failure::unavailable(&error))?;
    share::make(&owner.home, owner.ask.now, &secret, doctype, scope, lifetime).await?;
    let origin = owner.ask.front.origins().home(&owner.ask.name);
    listed(&owner, format!("{origin}/shared/{secret}"))
}

/// The owner says yes to more.
pub async fn widen(mut owner: Owner, id: &str) -> Answer {
    let form = owner.ask.form(FORM_BYTES_MAX).await?;
    let share = find(&owner, id)?;
    let label = share::waiting(&owner.home, &share)?.label;
    let act = act(&format!("/shares/{id}"), &share.doctype);
    let shown = owner.said_yes(form.value("shown"), &act, &label)?;
    let scope = scope(&owner, &shown)?;
    share::widen(&owner.home, owner.ask.now, share, scope).await?;
    Ok(see("/shares"))
}

/// The owner ends a link.
pub async fn end(owner: &Owner, id: &str) -> Answer {
    share::end(&owner.home, owner.ask.now, &find(owner, id)?).await?;
    Ok(see("/shares"))
}

fn find(owner: &Owner, id: &str) -> Result<Share, Failure> {
    share::by_id(&owner.home, id)?.ok_or_else(|| Failure::not_found(owner.t()))
}

fn doctype(owner: &Owner, name: &str) -> Result<Doctype, Failure> {
    let known = name.parse().ok().filter(|doctype: &Doctype| {
        let spec = owner.ask.front.house().doctypes().get(doctype);
        spec.is_some_and(|spec| !spec.is_internal())
    });
    known.ok_or_else(|| Failure::not_found(owner.t()))
}

/// What people call such documents.
pub fn title(owner: &Owner, doctype: &Doctype) -> String {
    let spec = owner.ask.front.house().doctypes().get(doctype);
    spec.map_or_else(
        || doctype.to_string(),
        |spec| spec.title.in_locale(owner.ask.locale).to_owned(),
    )
}

fn scope(owner: &Owner, label: &Label) -> Result<ShareScope, Failure> {
    let t = owner.t();
    ShareScope::confirm([label]).map_err(|error| {
        let detail = error.to_string();
        Failure::new(StatusCode::CONFLICT, "not-shareable", t.not_shareable, &detail, "")
    })
}

/// What a yes is to.
fn act(action: &str, doctype: &Doctype) -> String {
    format!("{action} {doctype}")
}
