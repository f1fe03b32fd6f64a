//! The Apps pages: what is installed, what it may do, and the consent before anything new.

use std::collections::BTreeMap;

use askama::Template;
use axum::http::StatusCode;
use domicile_policy::{Action, ComponentId, Doctype, GrantLine};
use domicile_proto::manifest::{Kind, Manifest};
use domicile_proto::report::{Flow, Report};

use super::super::headers::Document;
use super::super::limits::{FORM_BYTES_MAX, UPLOAD_BYTES_MAX};
use super::super::page::{self, Frame, see};
use super::super::problem::Failure;
use super::super::texts::{Texts, fill};
use super::card::Card;
use super::jobs::{self, Jobs};
use super::{Answer, Owner, accounts, devices, readings, trusted};
use crate::flow::audit::{self, Event};
use crate::flow::messages::{self, Printed};
use crate::house::Locale;
use crate::registry::{self, InstallError, Installed, Proposal};

/// Runs whose console is shown.
const PRINTED_MAX: usize = 10;

#[derive(Template)]
#[template(path = "apps.html")]
struct Apps {
    frame: Frame,
    apps: Vec<Card>,
    problem: Option<Problem>,
}

struct Problem {
    title: &'static str,
    reasons: Vec<String>,
    remedy: &'static str,
}

fn apps_page(owner: &Owner, problem: Option<Problem>) -> Apps {
    let installed = registry::installed(&owner.home);
    let card =
        |one: &std::sync::Arc<Installed>| Card::of(&one.manifest, owner.ask.locale, owner.t());
    let apps = installed.iter().map(card).collect();
    Apps { frame: owner.frame(owner.t().apps, "/apps"), apps, problem }
}

/// Everything that is installed.
pub fn list(owner: &Owner) -> Answer {
    trusted(&apps_page(owner, None))
}

/// Look at an uploaded component. Nothing is installed.
pub async fn upload(mut owner: Owner) -> Answer {
    let t = owner.t();
    let form = owner.ask.form(UPLOAD_BYTES_MAX).await?;
    let Some(file) = form.files.into_iter().next() else {
        return Err(no_file(t));
    };
    let bytes = Vec::from(file.content);
    match registry::propose(owner.ask.front.house(), bytes).await {
        Ok(proposal) => {
            let id = registry::stash(owner.ask.front.house(), &owner.home, proposal);
            let id = id.map_err(|error| Failure::unavailable(&error))?;
            Ok(see(&format!("/apps/proposals/{id}")))
        }
        Err(error) => {
            let event = Event::Refused { reasons: error.reasons(Locale::En) };
            audit::note(&owner.home, owner.ask.now, &event).await?;
            let reasons = error.reasons(owner.ask.locale);
            let problem = Problem { title: t.refused_title, reasons, remedy: t.refused_remedy };
            let page = apps_page(&owner, Some(problem));
            Ok(page::document(&page, Document::Trusted, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

/// The failure of a form without a file.
pub fn no_file(t: &Texts) -> Failure {
    let status = StatusCode::BAD_REQUEST;
    Failure::new(status, "no-file", t.no_file_title, t.no_file, t.no_file_remedy)
}

#[derive(Template)]
#[template(path = "consent.html")]
struct Consent {
    frame: Frame,
    id: String,
    app: Card,
    version: String,
    publisher: String,
    summary: Vec<String>,
    reasons: Vec<(String, String)>,
    flows: Vec<Flow>,
    over_declared: String,
    replaces: String,
    replaces_doubtful: bool,
    digest: String,
}

fn waiting(owner: &Owner, id: &str) -> Result<Proposal, Failure> {
    let t = owner.t();
    registry::stashed(owner.ask.front.house(), &owner.home, id).ok_or_else(|| {
        Failure::new(StatusCode::GONE, "expired", t.expired_title, t.expired, t.expired_remedy)
    })
}

/// What the component could do, before it may.
pub fn consent(owner: &Owner, id: &str) -> Answer {
    let (t, locale) = (owner.t(), owner.ask.locale);
    let proposal = waiting(owner, id)?;
    let Proposal { manifest, report, digest, .. } = &proposal;
    let app = Card::of(manifest, locale, t);
    let reasons = report.doctypes.iter().map(|line| {
        let what = format!(
            "{} ({})",
            line.title.in_locale(locale),
            action_words(line.grant.line.actions.iter(), t)
        );
        (what, line.grant.why.in_locale(locale).to_owned())
    });
    let old = registry::find(&owner.home, &manifest.id);
    let over = report.over_declared.iter().map(|over| format!("{} {}", over.action, over.doctype));
    trusted(&Consent {
        frame: owner.frame(&fill(t.consent_title, &app.name), "/apps"),
        id: id.to_owned(),
        app,
        version: manifest.version.clone(),
        publisher: manifest.publisher.clone(),
        summary: summary(report, locale),
        reasons: reasons.collect(),
        flows: report.flows.clone(),
        over_declared: over.collect::<Vec<_>>().join(", "),
        replaces: old.as_ref().map(|old| replaced(&old.manifest, t)).unwrap_or_default(),
        replaces_doubtful: old.is_some_and(|old| is_doubtful(manifest, &old.manifest)),
        digest: digest.clone(),
    })
}

fn replaced(old: &Manifest, t: &Texts) -> String {
    fill(t.replaces, format!("{} {} ({})", old.id, old.version, old.publisher))
}

/// Nothing proves a publisher yet, so that anybody's component may have the id of another.
fn is_doubtful(new: &Manifest, old: &Manifest) -> bool {
    let numbers = |manifest: &Manifest| -> Vec<u32> {
        manifest.version.split('.').filter_map(|number| number.parse().ok()).collect()
    };
    new.publisher != old.publisher || numbers(new) < numbers(old)
}

fn summary(report: &Report, locale: Locale) -> Vec<String> {
    match locale {
        Locale::En => report.summary.en.clone(),
        Locale::Fr => report.summary.fr.clone(),
    }
}

fn action_words<'a>(actions: impl Iterator<Item = &'a Action>, t: &Texts) -> String {
    let word = |action: &Action| match action {
        Action::Read => t.action_read,
        Action::Query => t.action_query,
        Action::Write => t.action_write,
        Action::Deposit => t.action_deposit,
    };
    actions.map(word).collect::<Vec<_>>().join(", ")
}

/// The owner consents.
pub async fn accept(owner: &Owner, id: &str) -> Answer {
    let proposal = waiting(owner, id)?;
    let app = proposal.manifest.id.clone();
    let installed = registry::install(owner.ask.front.house(), &owner.home, proposal).await;
    installed.map_err(|error| failed(owner, &error))?;
    registry::drop_stashed(&owner.home, id);
    Ok(see(&format!("/apps/{app}")))
}

/// The owner does not.
pub fn cancel(owner: &Owner, id: &str) -> Answer {
    registry::drop_stashed(&owner.home, id);
    Ok(see("/apps"))
}

fn failed(owner: &Owner, error: &InstallError) -> Failure {
    let t = owner.t();
    tracing::warn!(%error, "a component could not be installed or changed");
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let reasons = error.reasons(owner.ask.locale).join("; ");
    Failure::new(status, "not-installed", t.refused_title, reasons, t.refused_remedy)
}

#[derive(Template)]
#[template(path = "app.html")]
struct App {
    frame: Frame,
    app: Card,
    opens: bool,
    version: String,
    publisher: String,
    summary: Vec<String>,
    grants: Vec<Grant>,
    accounts: Vec<accounts::Row>,
    devices: Vec<devices::Row>,
    /// What connects an account, if there are any.
    connect: Option<String>,
    asked: Vec<accounts::Asked>,
    not_connected: Option<String>,
    choices: Vec<readings::Row>,
    flows: Vec<Flow>,
    jobs: Option<Jobs>,
    printed: Vec<Printed>,
    installed_at: String,
    digest: String,
}

struct Grant {
    doctype: String,
    title: String,
    actions: String,
    why: String,
    revoked: bool,
}

/// An installed component.
pub fn find(owner: &Owner, id: &str) -> Result<std::sync::Arc<Installed>, Failure> {
    let id: Option<ComponentId> = id.parse().ok();
    let found = id.and_then(|id| registry::find(&owner.home, &id));
    found.ok_or_else(|| Failure::not_found(owner.t()))
}

/// One component: what it may do now, what was taken back, and what it printed.
pub fn show(owner: &Owner, id: &str) -> Answer {
    let installed = find(owner, id)?;
    let asked = accounts::asked(&installed.manifest, owner.ask.locale, &BTreeMap::new());
    trusted(&app_page(owner, &installed, asked, None)?)
}

/// The same after an account could not be connected: why, and the form as it was typed.
pub fn show_again(
    owner: &Owner,
    installed: &Installed,
    asked: Vec<accounts::Asked>,
    why: String,
) -> Answer {
    let page = app_page(owner, installed, asked, Some(why))?;
    Ok(page::document(&page, Document::Trusted, StatusCode::UNPROCESSABLE_ENTITY))
}

fn app_page(
    owner: &Owner,
    installed: &Installed,
    asked: Vec<accounts::Asked>,
    not_connected: Option<String>,
) -> Result<App, Failure> {
    let (t, locale) = (owner.t(), owner.ask.locale);
    let report = registry::report(owner.ask.front.house(), installed);
    let report = report.map_err(|error| failed(owner, &error))?;
    let manifest = &installed.manifest;
    let app = Card::of(manifest, locale, t);
    Ok(App {
        frame: owner.frame(&app.name, "/apps"),
        app,
        opens: manifest.kind == Kind::App,
        version: manifest.version.clone(),
        publisher: manifest.publisher.clone(),
        summary: summary(&report, locale),
        grants: grants(installed, &report, locale, t),
        accounts: accounts::rows(owner, installed)?,
        devices: devices::rows(owner, installed)?,
        connect: accounts::connects(manifest, t),
        asked,
        not_connected,
        choices: readings::rows(owner, installed)?,
        flows: report.flows,
        jobs: jobs::of(owner, installed)?,
        printed: messages::printed(&owner.home, installed.id(), PRINTED_MAX)?,
        installed_at: short(&installed.installed_at).to_owned(),
        digest: installed.digest.clone(),
    })
}

/// `2026-11-23`, of a whole timestamp.
fn short(at: &str) -> &str {
    at.get(..10).unwrap_or(at)
}

/// The lines in force, and those that the manifest asks for and the owner took back.
fn grants(installed: &Installed, report: &Report, locale: Locale, t: &Texts) -> Vec<Grant> {
    let in_force = installed.grants();
    let asked =
        |doctype: &Doctype| report.doctypes.iter().find(|line| line.grant.line.doctype == *doctype);
    let grant = |line: &GrantLine, revoked: bool| {
        let asked = asked(&line.doctype);
        let title = asked.map(|asked| asked.title.in_locale(locale).to_owned());
        let why = asked.map(|asked| asked.grant.why.in_locale(locale).to_owned());
        Grant {
            doctype: line.doctype.to_string(),
            title: title.unwrap_or_else(|| line.doctype.to_string()),
            actions: action_words(line.actions.iter(), t),
            why: why.unwrap_or_default(),
            revoked,
        }
    };
    let asked_lines = report.doctypes.iter().map(|line| &line.grant.line);
    let revoked = asked_lines.filter(|line| in_force.line(&line.doctype).is_none());
    let granted = in_force.iter().map(|line| grant(line, false));
    granted.chain(revoked.map(|line| grant(line, true))).collect()
}

/// Take a grant back.
pub async fn revoke(mut owner: Owner, id: &str) -> Answer {
    let (id, doctype) = line_of_form(&mut owner, id).await?;
    let revoked = registry::revoke(owner.ask.front.house(), &owner.home, &id, &doctype).await;
    revoked.map_err(|error| failed(&owner, &error))?;
    Ok(see(&format!("/apps/{id}")))
}

/// Give a grant again that was taken back.
pub async fn allow(mut owner: Owner, id: &str) -> Answer {
    let (id, doctype) = line_of_form(&mut owner, id).await?;
    let allowed = registry::allow(owner.ask.front.house(), &owner.home, &id, &doctype).await;
    allowed.map_err(|error| failed(&owner, &error))?;
    Ok(see(&format!("/apps/{id}")))
}

async fn line_of_form(owner: &mut Owner, id: &str) -> Result<(ComponentId, Doctype), Failure> {
    let id = find(owner, id)?.id().clone();
    let form = owner.ask.form(FORM_BYTES_MAX).await?;
    let doctype = form.value("doctype").parse().map_err(|_| Failure::bad_form(owner.t()))?;
    Ok((id, doctype))
}

/// Uninstall.
pub async fn remove(owner: &Owner, id: &str) -> Answer {
    let installed = find(owner, id)?;
    let removed = registry::remove(owner.ask.front.house(), &owner.home, installed.id()).await;
    removed.map_err(|error| failed(owner, &error))?;
    Ok(see("/apps"))
}
