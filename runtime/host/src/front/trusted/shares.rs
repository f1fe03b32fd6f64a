//! What the owner shares by links: what exactly, about what, with whom, for how long.
//!
//! In flow the owner's choices; out flow pages on which every one of them is shown before it
//! counts, and a link that is shown once. Never: a yes to something other than what was shown. What
//! was shown travels through the form under a key of the home's, bound to the session, and has to
//! be what is there now.

use askama::Template;
use axum::http::StatusCode;
use domicile_policy::{Doctype, Label, ShareScope};
use jiff::SignedDuration;
use subtle::ConstantTimeEq;

use super::super::limits::FORM_BYTES_MAX;
use super::super::page::{Frame, see};
use super::super::problem::Failure;
use super::super::texts::fill;
use super::shared::{Shown, shown};
use super::{Answer, Owner, trusted};
use crate::flow::share::{self, Share};
use crate::identity;

/// Documents that a confirmation shows as examples.
const EXAMPLES: usize = 3;
/// For how many days a link may be good.
const DAYS: [u32; 3] = [1, 7, 30];

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
    let doctypes = owner.ask.front.house().doctypes();
    let mut known = Vec::new();
    for spec in doctypes.iter().filter(|spec| !spec.is_internal()) {
        if share::holdings(&owner.home, &spec.name)?.1 > 0 {
            known.push((spec.name.to_string(), title(owner, &spec.name)));
        }
    }
    trusted(&Shares {
        frame: owner.frame(owner.t().shares, "/shares"),
        link,
        rows: rows.collect::<Result<_, _>>()?,
        doctypes: known,
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

/// What exactly would be shared.
pub fn ask(owner: &Owner) -> Answer {
    let doctype = doctype(owner, owner.ask.value("doctype"))?;
    let (label, count) = share::holdings(&owner.home, &doctype)?;
    let what = format!("{} ({count})", title(owner, &doctype));
    let days = DAYS.map(|days| (days, fill(owner.t().days, days))).to_vec();
    confirm(owner, "/shares".to_owned(), doctype, what, (label, String::new()), days)
}

/// What a link would show beside what it shows.
pub fn ask_more(owner: &Owner, id: &str) -> Answer {
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
    let page = share::page(&owner.home, &doctype, &scope, None, EXAMPLES)?;
    trusted(&Confirm {
        frame: owner.frame(owner.t().share_this, "/shares"),
        shown: seal(owner, &action, &doctype, &label),
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
    is_what_was_shown(&owner, form.value("shown"), "/shares", &doctype, &label)?;
    let days = form.value("days").parse().ok().filter(|days| DAYS.contains(days));
    let days = days.ok_or_else(|| Failure::bad_form(owner.t()))?;
    let lifetime = SignedDuration::from_hours(24 * i64::from(days));
    let (scope, secret) = (scope(&owner, &label)?, identity::secret());
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
    is_what_was_shown(
        &owner,
        form.value("shown"),
        &format!("/shares/{id}"),
        &share.doctype,
        &label,
    )?;
    let scope = scope(&owner, &label)?;
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

fn title(owner: &Owner, doctype: &Doctype) -> String {
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

/// What was shown, for this session, in one text.
fn seal(owner: &Owner, action: &str, doctype: &Doctype, label: &Label) -> String {
    let mut hasher = blake3::Hasher::new_keyed(&owner.home.key("what a share showed"));
    for part in [&owner.session.id, action, doctype.as_str(), &label.canonical()] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

fn is_what_was_shown(
    owner: &Owner,
    told: &str,
    action: &str,
    doctype: &Doctype,
    label: &Label,
) -> Result<(), Failure> {
    let t = owner.t();
    let there = seal(owner, action, doctype, label);
    if bool::from(there.as_bytes().ct_eq(told.as_bytes())) {
        return Ok(());
    }
    let status = StatusCode::CONFLICT;
    Err(Failure::new(
        status,
        "not-shown",
        t.share_changed,
        t.share_changed_detail,
        t.share_changed_remedy,
    ))
}
