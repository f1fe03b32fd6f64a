//! Accounts of konnectors: connected on a form that the host makes out of the manifest, run by the
//! owner, asked for codes while they run, disconnected.
//!
//! In flow what the owner types on this very origin; out flow states. A secret that was typed is
//! never shown again, and nothing that an app made starts a run.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use askama::Template;
use domicile_policy::{Cause, ComponentId};
use domicile_proto::manifest::Manifest;
use domicile_proto::text::shown;
use tokio::sync::{mpsc, oneshot, watch};

use super::super::limits::FORM_BYTES_MAX;
use super::super::page::{Frame, see};
use super::super::problem::Failure;
use super::super::texts::{Texts, fill};
use super::card::Card;
use super::{Answer, Owner, apps, trusted};
use crate::engine::state::Progress;
use crate::flow::accounts::{self, ConnectError, Connected};
use crate::flow::net::Question;
use crate::house::{Home, House, Locale};
use crate::registry;
use crate::runs::collect::{Company, collect, outcome_words};

/// Runs that are remembered.
const REMEMBERED_MAX: usize = 200;
/// How long a page waits for the end of a run.
const WAIT_MAX: Duration = Duration::from_secs(2);
/// Characters that are shown of an account's first field.
const NAME_CHARS_MAX: usize = 40;

/// The runs of konnectors that this server's owners started, by account.
#[derive(Default)]
pub struct Runs {
    all: Mutex<HashMap<String, Run>>,
}

#[derive(Clone)]
struct Run {
    state: watch::Sender<State>,
    answer: Arc<Mutex<Option<oneshot::Sender<String>>>>,
}

/// How far a run is.
#[derive(Clone, Default)]
struct State {
    progress: Progress,
    question: Option<String>,
    ended: bool,
    failed: bool,
    text: String,
    warnings: Vec<String>,
}

impl Runs {
    fn find(&self, account: &str) -> Option<Run> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).get(account).cloned()
    }

    fn remember(&self, account: &str, run: Run) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED_MAX {
            all.retain(|_, run| !run.state.borrow().ended);
        }
        all.insert(account.to_owned(), run);
    }
}

/// An account in a list.
pub struct Row {
    pub id: String,
    pub name: String,
    pub state: String,
    pub good: bool,
}

/// What the form of a new account asks for.
pub struct Asked {
    pub name: String,
    pub label: String,
    pub secret: bool,
    /// What was typed before; of a secret never.
    pub value: String,
}

/// The accounts of a component, for its page.
pub fn rows(owner: &Owner, id: &ComponentId) -> Result<Vec<Row>, Failure> {
    let all = accounts::of(&owner.home, id)?;
    Ok(all.iter().map(|one| row(owner, one)).collect())
}

fn row(owner: &Owner, connected: &Connected) -> Row {
    let (t, locale) = (owner.t(), owner.ask.locale);
    let state = match &connected.last {
        Some(last) => {
            let at = last.at.strftime("%Y-%m-%d %H:%M").to_string();
            format!("{at} : {}", outcome_words(&last.outcome, locale))
        }
        None => t.account_new.to_owned(),
    };
    let good = connected.last.as_ref().is_none_or(|last| last.outcome == "done");
    Row { id: connected.id.clone(), name: name(&owner.home, connected), state, good }
}

/// What tells accounts apart: the first field that was filled, as long as it can be opened.
fn name(home: &Home, connected: &Connected) -> String {
    let installed = registry::find(home, &connected.component);
    let opened = installed.and_then(|one| accounts::open(home, connected, &one.manifest).ok()?);
    let first = opened.and_then(|account| account.fields.into_values().next());
    first.map_or_else(|| connected.component.to_string(), |text| shown(&text, NAME_CHARS_MAX))
}

/// What a new account of this component needs.
pub fn asked(manifest: &Manifest, locale: Locale) -> Vec<Asked> {
    let Some(konnector) = &manifest.konnector else { return Vec::new() };
    let fields = konnector.fields.iter().map(|field| (&field.name, &field.label, false));
    let secrets = konnector.secrets.iter().filter(|secret| secret.kind.is_asked());
    let secrets = secrets.map(|secret| (&secret.name, &secret.label, true));
    fields
        .chain(secrets)
        .map(|(name, label, secret)| Asked {
            name: name.clone(),
            label: label.in_locale(locale).to_owned(),
            secret,
            value: String::new(),
        })
        .collect()
}

/// Connect an account; or say what is wrong with the form, and show it again without its secrets.
pub async fn connect(mut owner: Owner, id: &str) -> Answer {
    let installed = apps::find(&owner, id)?;
    let form = owner.ask.form(FORM_BYTES_MAX).await?;
    let mut asked = asked(&installed.manifest, owner.ask.locale);
    let typed: BTreeMap<String, String> =
        asked.iter().map(|one| (one.name.clone(), form.value(&one.name).to_owned())).collect();
    if installed.manifest.konnector.is_none() || typed.values().any(String::is_empty) {
        return Err(Failure::bad_form(owner.t()));
    }
    let (home, now) = (&owner.home, owner.ask.now);
    match accounts::connect(home, now, &installed.manifest, &typed).await {
        Ok(connected) => Ok(see(&format!("/accounts/{}", connected.id))),
        Err(ConnectError::Home(error)) => Err(error.into()),
        Err(ConnectError::Server(why)) => {
            for one in asked.iter_mut().filter(|one| !one.secret) {
                form.value(&one.name).clone_into(&mut one.value);
            }
            apps::show_again(&owner, &installed, asked, why.words(owner.ask.locale))
        }
    }
}

#[derive(Template)]
#[template(path = "account.html")]
struct Page {
    frame: Frame,
    app: Card,
    account: Row,
    running: bool,
    state: State,
}

/// One account, and how far its run is.
pub async fn show(owner: &Owner, id: &str) -> Answer {
    let connected = find(owner, id)?;
    let running = owner.ask.front.inner.runs.find(id);
    if let Some(run) = &running {
        let mut state = run.state.subscribe();
        let settled = |state: &State| state.ended || state.question.is_some();
        let waited = tokio::time::timeout(WAIT_MAX, state.wait_for(settled)).await;
        drop(waited);
    }
    let state = running.map(|run| run.state.borrow().clone()).unwrap_or_default();
    let installed = apps::find(owner, connected.component.as_str())?;
    let app = Card::of(&installed.manifest, owner.ask.locale, owner.t());
    let account = row(owner, &find(owner, id)?);
    let running = !state.ended && owner.ask.front.inner.runs.find(id).is_some();
    trusted(&Page { frame: owner.frame(&app.name, "/apps"), app, account, running, state })
}

/// Run now: the owner asks for it, on this page, with no argument at all (R10).
pub async fn run(owner: &Owner, id: &str) -> Answer {
    let connected = find(owner, id)?;
    let back = Ok(see(&format!("/accounts/{id}")));
    let runs = &owner.ask.front.inner.runs;
    if runs.find(id).is_some_and(|run| !run.state.borrow().ended) {
        return back;
    }
    let (state, answer) = (watch::Sender::new(State::default()), Arc::new(Mutex::new(None)));
    runs.remember(id, Run { state: state.clone(), answer: Arc::clone(&answer) });
    let (house, home) = (owner.ask.front.house().clone(), Arc::clone(&owner.home));
    let locale = owner.ask.locale;
    tokio::spawn(async move {
        attend(&house, &home, &connected.id, &state, &answer, locale).await;
    });
    back
}

/// Let a run go on, pass its questions to the owner, and note how it ended.
async fn attend(
    house: &House,
    home: &Arc<Home>,
    account: &str,
    state: &watch::Sender<State>,
    answer: &Mutex<Option<oneshot::Sender<String>>>,
    locale: Locale,
) {
    let (progress, mut far) = watch::channel(Progress::default());
    let (asking, mut questions) = mpsc::channel::<Question>(1);
    let company = Company { progress: Some(progress), owner: Some(asking) };
    let collecting = collect(house, home, account, Cause::OwnerTrusted, company);
    tokio::pin!(collecting);
    let ended = loop {
        tokio::select! {
            ended = &mut collecting => break ended,
            Some(question) = questions.recv() => {
                *answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(question.answer);
                state.send_modify(|state| state.question = Some(question.text));
            }
            Ok(()) = far.changed() => {
                let progress = far.borrow_and_update().clone();
                state.send_modify(|state| state.progress = progress);
            }
        }
    };
    state.send_modify(|state| {
        (state.ended, state.question) = (true, None);
        match ended {
            Ok(collected) => {
                (state.text, state.warnings) = (collected.summary, collected.warnings);
            }
            Err(error) => (state.failed, state.text) = (true, error.words(locale)),
        }
    });
}

/// The owner's code for a run that asked for one.
pub async fn answer(mut owner: Owner, id: &str) -> Answer {
    find(&owner, id)?;
    let code = owner.ask.form(FORM_BYTES_MAX).await?.value("code").trim().to_owned();
    if let Some(run) = owner.ask.front.inner.runs.find(id) {
        let waiting = run.answer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(waiting) = waiting {
            run.state.send_modify(|state| state.question = None);
            // A run that ended meanwhile needs no code.
            let _ = waiting.send(code);
        }
    }
    Ok(see(&format!("/accounts/{id}")))
}

/// Forget an account. What it brought stays.
pub async fn disconnect(owner: &Owner, id: &str) -> Answer {
    let connected = find(owner, id)?;
    accounts::disconnect(&owner.home, owner.ask.now, &connected).await?;
    Ok(see(&format!("/apps/{}", connected.component)))
}

fn find(owner: &Owner, id: &str) -> Result<Connected, Failure> {
    accounts::find(&owner.home, id)?.ok_or_else(|| Failure::not_found(owner.t()))
}

impl State {
    /// `3 of 10: accounts`, as the konnector says.
    fn far(&self, t: &Texts) -> String {
        let Progress { done, total, message } = &self.progress;
        let message = shown(message, 200);
        match total {
            0 => message,
            total => format!("{} {message}", fill(&fill(t.so_far, done), total)),
        }
    }
}
