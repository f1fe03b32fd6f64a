//! `/`: what is missing, by payer, beside what the year came to.

use std::collections::BTreeMap;

use domicile_sdk::locale::currency_sign;
use domicile_sdk::prelude::*;
use reconcile::record::{AlertRecord, ExpenseRecord};
use reconcile::{Cents, Day};

use super::part::{self, Place};
use crate::decision;
use crate::summary::{Summary, summarise};
use crate::words::Words;

/// Alerts that are listed.
const ALERTS_MAX: usize = 500;
/// Expenses of a year that are counted.
const EXPENSES_MAX: usize = 2_000;
const YEAR_DAYS: i32 = 365;

type Alerts = Vec<Doc<AlertRecord>>;

pub fn show(c: &Context) -> Result {
    let words = Words(c.locale());
    let newest = docs::find::<AlertRecord>().newest("since").all(ALERTS_MAX + 1)?;
    let is_cut = newest.len() > ALERTS_MAX;
    let dismissed = decision::dismissed()?;
    let stands = |doc: &Doc<AlertRecord>| !dismissed.contains(&doc.value.alert.key);
    let alerts: Alerts = newest.into_iter().take(ALERTS_MAX).filter(stands).collect();
    let first = Day::from(c.viewer.today).plus(-YEAR_DAYS);
    let since = json!({ "day": { "$gte": first } });
    let mut expenses =
        docs::find::<ExpenseRecord>().filter(since).newest("day").all(EXPENSES_MAX + 1)?;
    let is_year_cut = expenses.len() > EXPENSES_MAX;
    expenses.truncate(EXPENSES_MAX);
    let is_empty = alerts.is_empty() && expenses.is_empty();
    let content = view! {
        h1 { (words.app()) }
        @if is_empty {
            div.empty { h2 { (words.empty_title()) } p { (words.empty_how()) } }
        } @else {
            (missing(c, &alerts))
            @if is_cut { p.muted.small { (words.alerts_cut(ALERTS_MAX as u64)) } }
            // Whoever decided it: what is silent is never silently so.
            @if !dismissed.is_empty() {
                p.muted.small {
                    a go="/decisions" { (words.settled_ones(dismissed.len() as u64)) }
                }
            }
            (year(c, &expenses, &alerts))
            @if is_year_cut { p.muted.small { (words.year_cut(EXPENSES_MAX as u64)) } }
        }
    };
    Ok(part::page(c, Place::Missing, words.app(), content))
}

/// A card for each payer, that which owes most first.
fn missing(c: &Context, alerts: &Alerts) -> View {
    let words = Words(c.locale());
    let mut payers = BTreeMap::<(String, &str), (Cents, Vec<&Doc<AlertRecord>>)>::new();
    for doc in alerts {
        let alert = &doc.value.alert;
        let (sum, all) = payers.entry((part::payer(c, alert), &alert.currency)).or_default();
        *sum = sum.saturating_add(alert.missing);
        all.push(doc);
    }
    let mut payers: Vec<_> = payers.into_iter().collect();
    payers.sort_by_key(|(_, (sum, _))| std::cmp::Reverse(*sum));
    view! {
        @if payers.is_empty() { p.card.ok { (words.all_well()) } }
        @for ((payer, currency), (sum, all)) in &payers {
            section.card {
                header.row {
                    h2 { (payer) }
                    span.spacer {}
                    strong.amount.negative { (part::money(c, *sum, currency)) }
                }
                ul.list { @for doc in all { (line(c, doc)) } }
            }
        }
    }
}

fn line(c: &Context, doc: &Doc<AlertRecord>) -> View {
    let (words, alert) = (Words(c.locale()), &doc.value.alert);
    let (since, due) = (part::date(c, alert.since), part::date(c, alert.due));
    view! {
        li.item {
            div.spacer {
                p {
                    a go=(path("/alerts").segment(&doc.id)) {
                        (part::act(c, &alert.what, &alert.beneficiary))
                    }
                }
                p.muted.small { (words.since(since)) " \u{b7} " (words.was_due(due)) }
            }
            span.amount { (part::money(c, alert.missing, &alert.currency)) }
        }
    }
}

/// What the last twelve months came to, each currency for itself.
fn year(c: &Context, expenses: &[Doc<ExpenseRecord>], alerts: &Alerts) -> View {
    let words = Words(c.locale());
    let (expenses, alerts) = (expenses.iter(), alerts.iter());
    let all = summarise(expenses.map(|doc| &doc.value), alerts.map(|doc| &doc.value.alert));
    view! {
        h2 { (words.year()) }
        @for (currency, summary) in &all {
            div.grid {
                @for (name, cents) in [
                    (words.spent(), summary.spent),
                    (words.received(), summary.received),
                    (words.awaited(), summary.awaited),
                    (words.missing(), summary.missing),
                ] {
                    div.card { (part::figure(name, &part::money(c, cents, currency))) }
                }
            }
            @if let Some(chart) = chart(c, currency, summary) { div.card { (chart) } }
        }
    }
}

fn chart(c: &Context, currency: &str, summary: &Summary) -> Option<Chart> {
    let words = Words(c.locale());
    let payers = summary.payers();
    (!payers.is_empty()).then(|| {
        let names = payers.iter().map(|(name, _)| part::or(name, words.nameless_payer()));
        let series = |at: usize| {
            payers.iter().map(move |(_, sums)| sums.get(at).map_or(0.0, |sum| *sum as f64 / 100.0))
        };
        Chart::bar(words.by_payer(currency_sign(currency)))
            .unit(currency_sign(currency))
            .labels(names)
            .series(words.received(), series(0))
            .series(words.awaited(), series(1))
            .series(words.missing(), series(2))
    })
}
