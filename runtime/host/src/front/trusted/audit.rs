//! The trail: who touched what, and what was refused.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use askama::Template;
use domicile_policy::{Rule, Words};

use super::super::chart;
use super::super::page::Frame;
use super::super::texts::{Texts, fill};
use super::card::Card;
use super::{Answer, Owner, questions, trusted};
use crate::caps::bindings::ui::{Chart, ChartKind, Series};
use crate::egress::Failure;
use crate::engine::call::Ending;
use crate::flow::audit::{
    AuditEntry, AuditFilter, Event, Refusal, Requests, SIGNED_IN, counted, entries,
};
use crate::house::Locale;
use crate::registry;
use crate::runs::collect::outcome_words;

/// Entries on a page.
const ENTRIES_MAX: usize = 100;
/// Days in the chart.
const DAYS_MAX: usize = 31;

#[derive(Template)]
#[template(path = "audit.html")]
struct Audit {
    frame: Frame,
    components: Vec<(String, String)>,
    questions: Vec<(String, String)>,
    app: String,
    day: String,
    refusals_only: bool,
    left: u64,
    refused: usize,
    chart: String,
    rows: Vec<Row>,
    older: Option<String>,
}

#[derive(Default)]
struct Row {
    at: String,
    component: String,
    what: String,
    ended: Option<String>,
    refusals: Vec<(Rule, Words)>,
    read: String,
    written: String,
    label: String,
}

/// The page.
pub fn show(owner: &Owner) -> Answer {
    let (t, ask) = (owner.t(), &owner.ask);
    let (app, day) = (ask.value("app").to_owned(), ask.value("day").to_owned());
    let filter = AuditFilter {
        component: app.parse().ok(),
        day: Some(day.clone()).filter(|day| !day.is_empty()),
        refusals_only: ask.value("refusals") == "1",
        before: ask.value("before").parse().ok(),
        limit: ENTRIES_MAX,
    };
    let found = entries(&owner.home, &filter)?;
    let installed = registry::installed(&owner.home);
    let names: BTreeMap<String, String> = installed
        .iter()
        .map(|one| (one.id().to_string(), Card::of(&one.manifest, ask.locale, t).name))
        .collect();
    // A removed component can still be asked for.
    let mut listed: BTreeSet<&str> = names.keys().map(String::as_str).collect();
    listed.extend(found.iter().map(|entry| entry.component.as_str()).filter(|id| !id.is_empty()));
    let name = |id: &str| names.get(id).map_or(id, String::as_str).to_owned();
    let components = listed.into_iter().map(|id| (id.to_owned(), name(id))).collect();
    let left = |entry: &AuditEntry| match &entry.event {
        Event::OutwardLink { .. } => 1,
        Event::Run { requests, .. } => requests.iter().map(|made| made.count).sum(),
        _ => 0,
    };
    let older = (found.len() == ENTRIES_MAX).then(|| found.last()).flatten();
    let older = older.map(|last| older_path(&app, &day, filter.refusals_only, last.number));
    let row = |entry: &AuditEntry| row(owner, t, entry, &name);
    trusted(&Audit {
        frame: owner.frame(t.audit, "/audit"),
        components,
        questions: questions::asked(owner),
        refusals_only: filter.refusals_only,
        left: found.iter().map(left).sum(),
        refused: found.iter().filter(|entry| entry.is_refusal()).count(),
        chart: per_day(owner, &found),
        rows: found.iter().map(row).collect(),
        app,
        day,
        older,
    })
}

fn older_path(app: &str, day: &str, refusals_only: bool, before: u64) -> String {
    let refusals = if refusals_only { "1" } else { "" };
    let before = before.to_string();
    let pairs = [("app", app), ("day", day), ("refusals", refusals), ("before", &before)];
    format!("/audit?{}", serde_urlencoded::to_string(pairs).unwrap_or_default())
}

fn row(owner: &Owner, t: &Texts, entry: &AuditEntry, name: &dyn Fn(&str) -> String) -> Row {
    let component = match entry.component.as_str() {
        "" => t.this_home.to_owned(),
        id => format!("{} {}", name(id), entry.version),
    };
    let locale = owner.ask.locale;
    let refusal = |one: &Refusal| (one.rule, one.reason.words(locale));
    let mut row = Row {
        at: entry.at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        component,
        what: what(t, locale, &entry.event),
        ..Row::default()
    };
    match &entry.event {
        Event::Run { label, read, written, requests, refusals, outcome, .. } => {
            row.ended =
                Some(outcome).filter(|code| *code != "done").map(|code| end_words(code, t, locale));
            row.what.extend(requests.iter().map(|one| format!("; {}", requested(one, t, locale))));
            row.refusals = refusals.iter().map(refusal).collect();
            row.read = counted(read);
            row.written = counted(written);
            row.label = label.words(locale);
        }
        Event::Wrote { doctype, count, label, .. } => {
            row.written = format!("{count} {doctype}");
            row.label = label.words(locale);
        }
        Event::Exported { documents, label, .. } => {
            row.read = counted(documents);
            row.label = label.words(locale);
        }
        Event::OutwardLink { label, .. }
        | Event::GateLinked { label, .. }
        | Event::GateReleased { label, .. }
        | Event::GateOpened { label, .. }
        | Event::Shared { label, .. }
        | Event::ShareOpened { label, .. } => row.label = label.words(locale),
        _ => {}
    }
    row
}

/// `asked api.acme.example 3 times (...)`.
pub fn requested(made: &Requests, t: &Texts, locale: Locale) -> String {
    let Requests { host, end, count, sent, received, .. } = made;
    let end = match (Failure::of_code(end), end.as_str()) {
        (Some(failure), _) => failure.words(locale),
        (None, SIGNED_IN) => locale.pick("signed in", "session ouverte"),
        (None, end) => end,
    };
    let counts = [&host as &dyn Display, count, &end, sent, received];
    let text = counts.iter().fold(t.event_asked.to_owned(), |text, value| fill(&text, value));
    let with = if made.credential { t.event_asked_secret } else { "" };
    format!("{text}{with}")
}

/// How a run ended.
pub fn end_words(code: &str, t: &Texts, locale: Locale) -> String {
    match (code, Ending::of_code(code)) {
        (_, Some(ending)) => ending.words(locale).to_owned(),
        ("unreadable", None) => t.outcome_unreadable.to_owned(),
        ("asks", None) => t.outcome_asks.to_owned(),
        ("done", None) => t.outcome_done.to_owned(),
        ("failed", None) => t.outcome_failed.to_owned(),
        ("denied", None) => t.outcome_denied.to_owned(),
        (other, None) => outcome_words(other, locale).to_owned(),
    }
}

fn what(t: &Texts, locale: Locale, event: &Event) -> String {
    match event {
        Event::Run { entrance, cause, about, .. } => match entrance.as_str() {
            "page" => t.event_page.to_owned(),
            "import" => t.event_import.to_owned(),
            "device" => t.event_device.to_owned(),
            "revoke" => t.event_revoked_token.to_owned(),
            entrance => {
                let event = if entrance == "collect" { t.event_collect } else { t.event_task };
                let about = about.as_ref().map(|label| format!(", {}", label.words(locale)));
                let (colon, about) = (t.colon, about.unwrap_or_default());
                format!("{event}{colon} {}{about}", cause.words(locale))
            }
        },
        Event::Wrote { .. } => t.event_wrote.to_owned(),
        Event::Installed { .. } => t.event_installed.to_owned(),
        Event::Updated { .. } => t.event_updated.to_owned(),
        Event::Removed => t.event_removed.to_owned(),
        Event::AccountConnected => t.event_connected.to_owned(),
        Event::AccountDisconnected => t.event_disconnected.to_owned(),
        Event::AddressMade => t.event_address_made.to_owned(),
        Event::AccountEmptied { gone, stays } => fill(&fill(t.event_emptied, counted(gone)), stays),
        Event::Revoked { doctype } => fill(t.event_revoked, doctype),
        Event::Allowed { doctype } => fill(t.event_allowed, doctype),
        Event::Refused { reasons } => fill(t.event_refused, reasons.join("; ")),
        Event::SignedIn => t.event_signed_in.to_owned(),
        Event::SignInFailed => t.event_sign_in_failed.to_owned(),
        Event::SignedOutEverywhere => t.event_signed_out.to_owned(),
        Event::Shared { doctype, .. } => fill(t.event_shared, doctype),
        Event::ShareOpened { doctype, .. } => fill(t.event_share_opened, doctype),
        Event::ShareEnded { doctype } => fill(t.event_share_ended, doctype),
        Event::GateLinked { gate, .. } => fill(t.event_gate_linked, gate),
        Event::GateReleased { gate, bits, .. } => fill(&fill(t.event_gate_released, gate), bits),
        Event::GateOpened { gate, .. } => fill(t.event_gate_opened, gate),
        Event::GateEnded { gate } => fill(t.event_gate_ended, gate),
        Event::DeviceAdded { device, .. } => fill(t.event_device_added, device),
        Event::DeviceCame { device } => fill(t.event_device_came, device),
        Event::DeviceEnded { device } => fill(t.event_device_ended, device),
        Event::Exported { bytes, .. } => fill(t.event_exported, bytes),
        Event::Restored { lost } => fill(t.event_restored, lost),
        Event::OutwardLink { address, .. } => fill(t.event_outward, address),
    }
}

/// Documents read per day, drawn.
fn per_day(owner: &Owner, found: &[AuditEntry]) -> String {
    let mut days: BTreeMap<String, u64> = BTreeMap::new();
    for entry in found {
        let read = match &entry.event {
            Event::Run { read, .. } => read.values().sum(),
            _ => 0u64,
        };
        *days.entry(entry.at.strftime("%Y-%m-%d").to_string()).or_default() += read;
    }
    let skipped = days.len().saturating_sub(DAYS_MAX);
    let days: Vec<(String, u64)> = days.into_iter().skip(skipped).collect();
    let t = owner.t();
    let chart = Chart {
        kind: ChartKind::Bar,
        title: t.per_day.to_owned(),
        unit: t.documents.to_owned(),
        labels: days.iter().map(|(day, _)| day.clone()).collect(),
        series: vec![Series {
            name: String::new(),
            values: days.iter().map(|(_, count)| *count as f64).collect(),
        }],
    };
    let mut out = String::new();
    chart::draw(&mut out, &chart, owner.ask.locale);
    out
}
