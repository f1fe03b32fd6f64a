//! What never came. In: what was found, and what payers usually do. Out: alerts with their
//! evidence. Never here: something that may still come, that went to somebody else, that nobody
//! pays back, or that the owner wants to hear no more of.

use crate::books::Cents;
use crate::day::Day;
use crate::habit::{Expected, Habits};
use crate::ledger::{Entry, Paper};
use crate::outcome::{Alert, AlertKind, Role, State};
use crate::share::Findings;
use crate::want::{Spending, Want};

/// What the owner hears no more of, unless it is this.
const PENDING: &str = "pending";
/// Names in one alert.
const NAMES_MAX: usize = 3;

/// All alerts, by the day since when.
pub fn all(findings: &Findings<'_>) -> Vec<Alert> {
    let habits = Habits::of(findings);
    let mut alerts: Vec<Alert> = Vec::new();
    alerts.extend(findings.payments.iter().filter_map(|want| unpaid(findings, want)));
    for spending in findings.spendings {
        let expected = habits.expected(findings, spending);
        alerts.extend(expected.and_then(|one| unannounced(findings, spending, &one)));
    }
    alerts.extend(no_statement(findings, &habits));
    alerts.sort_by(|one, other| (one.since, &one.key).cmp(&(other.since, &other.key)));
    alerts
}

/// Announced, and not all of it came.
fn unpaid<'a>(findings: &Findings<'a>, want: &'a Want) -> Option<Alert> {
    let kind = match findings.state(want) {
        State::Missing => AlertKind::Unpaid,
        State::Partial => AlertKind::Partial,
        _ => return None,
    };
    let spendings = findings.spendings_of(&want.papers);
    let received = want.found.as_ref().map_or(0, |found| found.cents);
    let credits = want.found.as_ref().map_or_else(Vec::new, |found| found.operations.clone());
    let id = findings.papers_of(want).map(|paper| paper.bill.id.as_str()).min()?;
    let alert = about(findings, &spendings, &want.papers, want.payer, &credits)?;
    Some(Alert {
        key: format!("refund:{id}"),
        kind,
        announced: want.window.cents,
        received,
        missing: findings.missing(want),
        since: want.window.day,
        due: findings.due(want),
        ..alert
    })
}

/// A payer who usually announces said nothing.
fn unannounced(findings: &Findings<'_>, spending: &Spending, expected: &Expected) -> Option<Alert> {
    let days = findings.delays(Some(expected.payer))?.statement;
    let due = expected.since.plus(days);
    let (first, last) = findings.ledger.history?;
    let is_late = findings.today > due && last.plus(days) >= due && expected.since >= first;
    if !is_late || came_unannounced(findings, (spending.day, due), expected) {
        return None;
    }
    let alert = about(findings, &[spending], &spending.papers, Some(expected.payer), &[])?;
    Some(Alert {
        key: format!("unannounced:{}:{}", alert.payer, alert.bills.first()?),
        kind: AlertKind::Unannounced,
        missing: expected.cents,
        since: expected.since,
        due,
        ..alert
    })
}

/// Is there money of this payer that no statement explains, and that is what was expected, on days
/// on which it was? What comes later is for something newer, of which no statement is here yet:
/// fees are fixed, so that what is left of them is often the same.
fn came_unannounced(
    findings: &Findings<'_>,
    (from, until): (Day, Day),
    expected: &Expected,
) -> bool {
    const CENTS: Cents = crate::window::ROUNDING_MAX;
    let ledger = findings.ledger;
    let payer = ledger.payers.get(Some(expected.payer));
    (expected.cents - CENTS..=expected.cents + CENTS)
        .flat_map(|cents| ledger.on_days(cents, from, until, expected.since, NEAREST_MAX))
        .filter(|at| findings.taken.get(*at).is_some_and(|taken| !taken))
        .filter_map(|at| ledger.entries.get(at))
        .any(|entry| payer.is_some_and(|payer| payer.named_in(entry.label()).is_some()))
}

const NEAREST_MAX: usize = 48;

/// What an alert says of its bills, its expenses and who owes.
fn about(
    findings: &Findings<'_>,
    spendings: &[&Spending],
    papers: &[usize],
    payer: Option<usize>,
    credits: &[usize],
) -> Option<Alert> {
    let ledger = findings.ledger;
    let own: Vec<&Paper<'_>> = papers.iter().filter_map(|at| ledger.papers.get(*at)).collect();
    let first = own.first()?;
    let others = spendings.iter().flat_map(|spending| &spending.papers);
    let others = others.filter(|at| !papers.contains(at)).filter_map(|at| ledger.papers.get(*at));
    let bills = own.iter().copied().chain(others).map(|paper| paper.bill.id.clone()).collect();
    let debits: Vec<usize> =
        spendings.iter().flat_map(|spending| findings.debits_of(spending)).collect();
    if debits.iter().filter_map(|at| ledger.entries.get(*at)).any(is_silenced) {
        return None;
    }
    let mut operations: Vec<usize> = debits.into_iter().chain(credits.iter().copied()).collect();
    operations.dedup();
    let payer = ledger.payers.get(payer);
    let role = payer.map_or(Role::Vendor, |payer| payer.role);
    let what = |paper: &&Paper<'_>| match paper.bill.subtype.trim() {
        "" => paper.bill.vendor.trim().to_owned(),
        act => act.to_owned(),
    };
    Some(Alert {
        key: String::new(),
        kind: AlertKind::Unpaid,
        payer: payer.map_or_else(String::new, |payer| payer.vendor.clone()),
        role,
        beneficiary: names(own.iter().map(|paper| paper.bill.beneficiary.trim().to_owned())),
        what: names(own.iter().map(what)),
        spent_on: spendings.iter().map(|spending| spending.day).min().unwrap_or(first.day),
        spent: spendings.iter().map(|spending| spending.spent).sum(),
        announced: 0,
        received: 0,
        missing: 0,
        currency: first.currency.to_owned(),
        since: first.day,
        due: first.day,
        bills,
        operations: findings.ids(&operations),
        fresh: true,
    })
}

/// Different names, a few of them.
fn names(all: impl Iterator<Item = String>) -> String {
    let mut found: Vec<String> = Vec::new();
    for name in all.filter(|name| !name.is_empty()) {
        if found.len() < NAMES_MAX && !found.contains(&name) {
            found.push(name);
        }
    }
    found.join(", ")
}

fn is_silenced(entry: &Entry<'_>) -> bool {
    let status = entry.operation.reimbursement_status.trim();
    !status.is_empty() && status != PENDING
}

/// Expenses of health that no payer tells of.
fn no_statement(findings: &Findings<'_>, habits: &Habits) -> Vec<Alert> {
    let ledger = findings.ledger;
    let Some(told) = &habits.public else { return Vec::new() };
    let Some(delays) = findings.delays(Some(told.payer)) else { return Vec::new() };
    let vendor = ledger.payers.get(Some(told.payer)).map_or("", |payer| &payer.vendor);
    let end = ledger.entries.partition_point(|entry| entry.cents < 0);
    let free = ledger.entries.iter().zip(findings.taken).take(end);
    let silent = free.filter(|(entry, taken)| {
        let due = entry.day.plus(delays.statement);
        let is_covered = entry.day.plus(delays.statement) >= told.first && entry.day <= told.last;
        !**taken && is_covered && findings.today > due && is_awaited(entry)
    });
    let alert = |entry: &Entry<'_>| Alert {
        key: format!("statement:{}", entry.operation.id),
        kind: AlertKind::NoStatement,
        payer: vendor.to_owned(),
        role: Role::Public,
        beneficiary: String::new(),
        what: entry.operation.label.chars().take(LABEL_CHARACTERS_MAX).collect(),
        spent_on: entry.day,
        spent: -entry.cents,
        announced: 0,
        received: 0,
        missing: -entry.cents,
        currency: entry.currency.to_owned(),
        since: entry.day,
        due: entry.day.plus(delays.statement),
        bills: Vec::new(),
        operations: vec![entry.operation.id.clone()],
        fresh: true,
    };
    let mut alerts: Vec<Alert> = silent.map(|(entry, _)| alert(entry)).collect();
    alerts.sort_by(|one, other| (one.since, &one.key).cmp(&(other.since, &other.key)));
    let older = alerts.len().saturating_sub(SILENT_MAX);
    alerts.split_off(older)
}

/// Alerts of this kind, the latest ones: more of them mean that statements are missing altogether.
const SILENT_MAX: usize = 200;
const LABEL_CHARACTERS_MAX: usize = 120;

/// Is it care, for which a statement usually comes?
fn is_awaited(entry: &Entry<'_>) -> bool {
    let is_sheetless = || entry.health_word().is_some_and(|found| found.is_sheetless);
    entry.is_care() && !is_sheetless() && !is_silenced(entry)
}
