//! Accounts of konnectors: connected on a form that the host makes out of the manifest, run by the
//! owner, asked for codes while they run, paused, connected again.
//!
//! In flow what the owner types on this very origin; out flow states. A secret that was typed is
//! never shown again, and nothing that an app made starts a run.

use std::collections::BTreeMap;
use std::time::Duration;

use askama::Template;
use axum::http::StatusCode;
use domicile_proto::manifest::{FieldKind, Manifest};
use domicile_proto::text::shown;
use serde_json::json;

use super::super::events;
use super::super::headers::Document;
use super::super::limits::FORM_BYTES_MAX;
use super::super::page::{self, Frame, see};
use super::super::problem::Failure;
use super::super::texts::{Texts, fill};
use super::audit::end_words;
use super::card::Card;
use super::jobs::Jobs;
use super::{Answer, Owner, apps, trusted};
use crate::egress::Fingerprint;
use crate::engine::state::Progress;
use crate::flow;
use crate::flow::accounts::{self, ConnectError, Connected};
use crate::flow::hooks::Queue;
use crate::house::{Home, HomeError, Locale};
use crate::jobs::{self, Live};
use crate::registry::{self, Installed};

/// How long a page waits for the end of a run.
const WAIT_MAX: Duration = Duration::from_secs(2);
/// Characters that are shown of an account's first field.
const NAME_CHARS_MAX: usize = 40;
/// Characters that are shown of what a konnector does.
const PROGRESS_CHARS_MAX: usize = 200;

/// An account in a list.
pub struct Row {
    pub id: String,
    pub name: String,
    pub state: String,
    pub good: bool,
}

/// What the form of an account asks for.
pub struct Asked {
    pub name: String,
    pub label: String,
    pub secret: bool,
    pub required: bool,
    /// What was typed before; never of a secret.
    pub value: String,
    /// Of a device: the certificate that it shows, for its owner to confirm with the form.
    pub certificate: Option<String>,
}

/// The accounts of a component, for its page.
pub fn rows(owner: &Owner, installed: &Installed) -> Result<Vec<Row>, Failure> {
    let all = accounts::of(&owner.home, installed.id())?;
    all.iter().map(|one| row(owner, installed, one)).collect()
}

/// The accounts of all components that wait for their owner, each with what is to be done.
pub fn waiting(owner: &Owner) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    for connected in all_waiting(owner)? {
        let Some(installed) = registry::find(&owner.home, &connected.component) else { continue };
        let row = row(owner, &installed, &connected)?;
        let name = Card::of(&installed.manifest, owner.ask.locale, owner.t()).name;
        rows.push(Row { name: format!("{name}, {}", row.name), ..row });
    }
    Ok(rows)
}

fn all_waiting(owner: &Owner) -> Result<Vec<Connected>, HomeError> {
    let (house, home) = (owner.ask.front.house(), &owner.home);
    let mut waiting = accounts::all(home)?;
    // Looked at one by one: what can't be read now must not hide the others.
    waiting.retain(|one| jobs::waits(house, home, one).unwrap_or(true));
    Ok(waiting)
}

/// How many accounts wait for their owner, in words; nothing if none does. In the home's own words
/// alone: it stands on every page, and nothing of a konnector's does.
pub fn notice(owner: &Owner) -> String {
    let t = owner.t();
    match all_waiting(owner).map_or(0, |all| all.len()) {
        0 => String::new(),
        1 => t.account_wait_one.to_owned(),
        many => fill(t.account_wait_many, many),
    }
}

fn row(owner: &Owner, installed: &Installed, connected: &Connected) -> Result<Row, Failure> {
    let (t, house) = (owner.t(), owner.ask.front.house());
    let now = jobs::overview_of_account(house, &owner.home, installed, connected)?;
    let live = jobs::watch(house, connected);
    // What it waits for, if it does: a run in between may have found the provider down.
    let wanted = now.runs.iter().find(|ran| now.waits && ran.wants_owner());
    let (state, good) = match (live, wanted.or(now.runs.first())) {
        (Some(live), _) if live.borrow().visit.is_some() => {
            (t.account_waits_for_visit.to_owned(), false)
        }
        (Some(live), _) if live.borrow().asks() => (t.account_waits_for_code.to_owned(), false),
        (Some(_), _) => (t.at_work.to_owned(), true),
        (None, None) => (t.account_new.to_owned(), true),
        (None, Some(last)) => (super::jobs::state(owner, last), last.is_done()),
    };
    let name = name(&owner.home, installed, connected)?;
    Ok(Row { id: connected.id.clone(), name, state, good })
}

/// What tells accounts apart: the first field of the form that is no server.
pub fn name(home: &Home, installed: &Installed, connected: &Connected) -> Result<String, Failure> {
    let fields = accounts::fields(home, connected)?;
    let konnector = installed.manifest.konnector.iter();
    let texts = konnector.flat_map(|one| &one.fields).filter(|one| one.kind == FieldKind::Text);
    let first = texts.into_iter().find_map(|one| fields.get(&one.name));
    let name = first.map(|text| shown(text, NAME_CHARS_MAX)).filter(|name| !name.is_empty());
    Ok(name.unwrap_or_else(|| connected.component.to_string()))
}

/// What an account of this component needs, with what was typed before.
pub fn asked(manifest: &Manifest, locale: Locale, typed: &BTreeMap<String, String>) -> Vec<Asked> {
    let Some(konnector) = &manifest.konnector else { return Vec::new() };
    let fields =
        konnector.fields.iter().map(|field| (&field.name, &field.label, false, !field.optional));
    let secrets = konnector.secrets.iter().filter(|secret| secret.kind.is_asked());
    let secrets = secrets.map(|secret| (&secret.name, &secret.label, true, !secret.optional));
    fields
        .chain(secrets)
        .map(|(name, label, secret, required)| Asked {
            name: name.clone(),
            label: label.in_locale(locale).to_owned(),
            secret,
            required,
            value: typed.get(name).filter(|_| !secret).cloned().unwrap_or_default(),
            certificate: None,
        })
        .collect()
}

/// Who is on the other side.
pub fn provider(manifest: &Manifest) -> String {
    manifest.provider.as_ref().map(|provider| provider.name.clone()).unwrap_or_default()
}

/// What the button says that connects an account.
pub fn connects(manifest: &Manifest, t: &Texts) -> Option<String> {
    let konnector = manifest.konnector.as_ref()?;
    Some(match &konnector.oauth {
        Some(oauth) if oauth.has_page() => fill(t.account_continue, provider(manifest)),
        _ => t.account_connect.to_owned(),
    })
}

/// Connect an account, and let it run at once; or say what is wrong with the form, and show it
/// again without its secrets.
pub async fn connect(mut owner: Owner, id: &str) -> Answer {
    let installed = apps::find(&owner, id)?;
    let mut typed = typed(&mut owner, &installed).await?;
    let mut asked = asked(&installed.manifest, owner.ask.locale, &typed);
    let missing = |one: &Asked| one.required && typed.get(&one.name).is_none_or(String::is_empty);
    if installed.manifest.konnector.is_none() || asked.iter().any(missing) {
        return Err(Failure::bad_form(owner.t()));
    }
    let before = BTreeMap::new();
    if let Some(words) = confirm(&owner, &installed, &mut typed, &before, &mut asked).await {
        return apps::show_again(&owner, &installed, asked, words);
    }
    let (home, now) = (&owner.home, owner.ask.now);
    match accounts::connect(home, now, &installed.manifest, &typed).await {
        Ok(connected) => Ok(started(&owner, &connected)),
        Err(ConnectError::Home(error)) => Err(error.into()),
        Err(ConnectError::Server(why)) => {
            apps::show_again(&owner, &installed, asked, why.words(owner.ask.locale))
        }
    }
}

/// Connect an account once more: with another password, or to what its component talks to now.
pub async fn reconnect(mut owner: Owner, id: &str) -> Answer {
    let connected = find(&owner, id)?;
    let installed = apps::find(&owner, connected.component.as_str())?;
    let mut typed = typed(&mut owner, &installed).await?;
    let mut asked = asked(&installed.manifest, owner.ask.locale, &typed);
    if asked.iter().any(|one| one.required && !one.secret && one.value.is_empty()) {
        return Err(Failure::bad_form(owner.t()));
    }
    let (house, home) = (owner.ask.front.house(), &owner.home);
    let before = accounts::unseal(home, &connected)?.certificates;
    let not_connected = |asked, words| {
        let page = page(&owner, &connected, asked, Some(words))?;
        Ok(page::document(&page, Document::Trusted, StatusCode::UNPROCESSABLE_ENTITY))
    };
    if let Some(words) = confirm(&owner, &installed, &mut typed, &before, &mut asked).await {
        return not_connected(asked, words);
    }
    match jobs::reconnect(house, home, &installed.manifest, &connected, &typed).await {
        Ok(()) => Ok(started(&owner, &connected)),
        Err(ConnectError::Home(error)) => Err(error.into()),
        Err(ConnectError::Server(why)) => not_connected(asked, why.words(owner.ask.locale)),
    }
}

/// What to ask the owner of the devices that the form names: each for its certificate, once.
async fn confirm(
    owner: &Owner,
    installed: &Installed,
    typed: &mut BTreeMap<String, String>,
    before: &BTreeMap<String, Fingerprint>,
    asked: &mut [Asked],
) -> Option<String> {
    let (konnector, door) =
        (installed.manifest.konnector.as_ref()?, owner.ask.front.house().door()?);
    let (t, locale) = (owner.t(), owner.ask.locale);
    let mut words = Vec::new();
    for one in flow::confirm::unconfirmed(&door, konnector, typed, before).await {
        words.push(match one.shown {
            Ok(shown) => fill(&fill(t.device_confirm, &one.device), shown),
            Err(failure) => fill(&fill(t.device_unseen, &one.device), failure.words(locale)),
        });
        let field = asked.iter_mut().find(|asked| asked.name == one.field);
        field.into_iter().for_each(|field| field.certificate = one.answer());
    }
    (!words.is_empty()).then(|| words.join(" "))
}

async fn typed(
    owner: &mut Owner,
    installed: &Installed,
) -> Result<BTreeMap<String, String>, Failure> {
    let form = owner.ask.form(FORM_BYTES_MAX).await?;
    let asked = asked(&installed.manifest, owner.ask.locale, &BTreeMap::new());
    let names = asked.into_iter().flat_map(|one| [flow::confirm::input(&one.name), one.name]);
    Ok(names.map(|name| (name.clone(), form.value(&name).to_owned())).collect())
}

/// Run now: the owner asked for it, on this origin, with no argument at all (R10). One run at a
/// time.
fn started(owner: &Owner, connected: &Connected) -> axum::http::Response<axum::body::Body> {
    jobs::run_account(owner.ask.front.house(), &owner.home, connected);
    see(&format!("/accounts/{}", connected.id))
}

#[derive(Template)]
#[template(path = "account.html")]
struct Page {
    frame: Frame,
    app: Card,
    id: String,
    name: String,
    live: Option<Live>,
    way: Option<Way>,
    far: String,
    last: Option<super::jobs::Run>,
    /// What it waits for.
    waits: Option<String>,
    jobs: Jobs,
    asked: Vec<Asked>,
    /// Why it was not connected again.
    not_connected: Option<String>,
    origins: Vec<String>,
    hook: Option<Hook>,
}

/// Where its provider sends messages.
struct Hook {
    /// When the one that is good was made.
    made: Option<String>,
    waiting: u64,
    left_out: u64,
}

/// The way to a page of the provider's.
struct Way {
    address: String,
    host: String,
    /// What its link says.
    words: String,
    /// What it is for.
    lead: &'static str,
    code: Option<String>,
    /// Of a page from which nobody comes back with an answer: which it is.
    done: Option<String>,
}

fn way(
    owner: &Owner,
    connected: &Connected,
    manifest: &Manifest,
    live: Option<&Live>,
) -> Result<Option<Way>, Failure> {
    let Some(visit) = live.and_then(|live| live.visit.as_ref()) else { return Ok(None) };
    let t = owner.t();
    let done = Some(visit.id.clone()).filter(|_| !visit.returns && visit.code.is_none());
    Ok(Some(Way {
        address: owner.way_out(connected, visit)?,
        host: visit.origin.to_string(),
        words: fill(t.account_continue, provider(manifest)),
        lead: match (&visit.code, &done) {
            (Some(_), _) => t.account_agree_code,
            (None, Some(_)) => t.account_confirm,
            (None, None) => t.account_agree,
        },
        code: visit.code.clone(),
        done,
    }))
}

/// One account: how far its run is, how the last ones ended, what may be done about it.
pub async fn show(owner: &Owner, id: &str) -> Answer {
    let connected = find(owner, id)?;
    let house = owner.ask.front.house();
    if let Some(mut live) = jobs::watch(house, &connected) {
        // Most runs are short: without a script the page need not be loaded again.
        let _ = tokio::time::timeout(WAIT_MAX, live.wait_for(Live::asks)).await;
    }
    let installed = apps::find(owner, connected.component.as_str())?;
    let fields = accounts::fields(&owner.home, &connected)?;
    let asked = asked(&installed.manifest, owner.ask.locale, &fields);
    let page = page(owner, &connected, asked, None)?;
    match &page.way {
        // From here alone the owner may leave for that origin.
        Some(Way { host, .. }) => {
            Ok(page::document(&page, Document::Outward { target: host }, StatusCode::OK))
        }
        None => trusted(&page),
    }
}

fn page(
    owner: &Owner,
    connected: &Connected,
    asked: Vec<Asked>,
    not_connected: Option<String>,
) -> Result<Page, Failure> {
    let (house, home, id) = (owner.ask.front.house(), &owner.home, &connected.id);
    let live = jobs::watch(house, connected).map(|live| live.borrow().clone());
    let installed = apps::find(owner, connected.component.as_str())?;
    let manifest = &installed.manifest;
    let now = jobs::overview_of_account(house, home, &installed, connected)?;
    let wanted = now.runs.iter().find(|ran| now.waits && ran.wants_owner());
    let waits = wanted.map(|ran| end_words(&ran.outcome, owner.t(), owner.ask.locale));
    let jobs = super::jobs::card(owner, &installed, now, format!("/accounts/{id}"));
    let app = Card::of(manifest, owner.ask.locale, owner.t());
    let konnector = manifest.konnector.iter();
    let servers = connected.servers().map(str::to_owned);
    let origins = konnector.flat_map(|one| &one.origins).map(ToString::to_string);
    Ok(Page {
        frame: owner.frame(&app.name, "/apps"),
        app,
        id: id.clone(),
        name: name(home, &installed, connected)?,
        way: way(owner, connected, manifest, live.as_ref())?,
        far: live.as_ref().map(|live| far(live, owner.t())).unwrap_or_default(),
        live,
        last: jobs.runs.first().cloned(),
        waits,
        jobs,
        asked,
        not_connected,
        origins: origins.chain(servers).collect(),
        hook: hook(owner, &installed, id)?,
    })
}

fn hook(owner: &Owner, installed: &Installed, id: &str) -> Result<Option<Hook>, Failure> {
    if installed.trigger().webhook.is_none() {
        return Ok(None);
    }
    let queue = jobs::queue(&owner.home, installed, id)?;
    Ok(Some(Hook {
        made: queue.as_ref().map(|queue| super::jobs::moment(owner, queue.made)),
        waiting: queue.as_ref().map_or(0, Queue::waiting),
        left_out: queue.map_or(0, |queue| queue.left_out),
    }))
}

/// How far the run for an account is, as it goes on.
pub fn live(owner: &Owner, id: &str) -> Answer {
    let connected = find(owner, id)?;
    let live = jobs::watch(owner.ask.front.house(), &connected);
    let live = live.ok_or_else(|| Failure::not_found(owner.t()))?;
    let t = owner.t();
    Ok(events::follow(live, move |live| {
        let Progress { done, total, .. } = live.progress;
        json!({ "done": done, "total": total, "far": far(live, t), "asks": live.asks() })
            .to_string()
    }))
}

/// Run now.
pub fn run(owner: &Owner, id: &str) -> Answer {
    Ok(started(owner, &find(owner, id)?))
}

/// The owner's code for a run that asked for one.
pub async fn answer(mut owner: Owner, id: &str) -> Answer {
    let connected = find(&owner, id)?;
    let code = owner.ask.form(FORM_BYTES_MAX).await?.value("code").trim().to_owned();
    jobs::answer(owner.ask.front.house(), &connected, code);
    Ok(see(&format!("/accounts/{id}")))
}

/// The owner did what a page of the provider's was for.
pub async fn visited(mut owner: Owner, id: &str) -> Answer {
    let connected = find(&owner, id)?;
    let form = owner.ask.form(FORM_BYTES_MAX).await?;
    let (house, visit) = (owner.ask.front.house(), form.value("visit"));
    let by_word = jobs::watch(house, &connected)
        .and_then(|live| live.borrow().visit.clone())
        .is_some_and(|asked| !asked.returns && asked.code.is_none());
    if by_word {
        jobs::came_back(house, &connected, visit, String::new());
    }
    Ok(see(&format!("/accounts/{id}")))
}

/// Pause an account, or let it go on.
pub async fn pause(owner: &Owner, id: &str, paused: bool) -> Answer {
    let connected = find(owner, id)?;
    jobs::pause_account(owner.ask.front.house(), &owner.home, &connected, paused).await?;
    Ok(see(&format!("/accounts/{id}")))
}

/// An account of this home.
pub fn find(owner: &Owner, id: &str) -> Result<Connected, Failure> {
    accounts::find(&owner.home, id)?.ok_or_else(|| Failure::not_found(owner.t()))
}

/// `3 of 10`, and what the konnector says that it does.
fn far(live: &Live, t: &Texts) -> String {
    let Progress { done, total, message } = &live.progress;
    let message = shown(message, PROGRESS_CHARS_MAX);
    match total {
        0 => message,
        total => format!("{} {message}", fill(&fill(t.so_far, done), total)),
    }
}
