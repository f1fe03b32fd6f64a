//! The questions that owners ask of the trail: who saw this, and what left, in one month.
//!
//! In flow entries of one month; out flow a table, and the same drawn. Never here: an answer that
//! leaves out what was derived: a run that could know of something is counted, not only one that
//! read it.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::http::StatusCode;
use domicile_policy::{Category, Doctype, Label, Tag};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::super::chart;
use super::super::page::Frame;
use super::super::problem::Failure;
use super::super::texts::fill;
use super::audit::requested;
use super::card::Card;
use super::{Answer, Owner, trusted};
use crate::caps::bindings::ui::{Chart, ChartKind, Series};
use crate::flow::audit::{AuditEntry, Event, between};
use crate::registry;

#[derive(Template)]
#[template(path = "questions.html")]
struct Question {
    frame: Frame,
    path: String,
    month: String,
    cut: bool,
    nothing: &'static str,
    chart: String,
    columns: Vec<&'static str>,
    rows: Vec<Vec<(&'static str, String)>>,
    note: &'static str,
}

/// One month, and what happened in it.
struct Month {
    name: String,
    days: Vec<Date>,
    entries: Vec<AuditEntry>,
    cut: bool,
}

/// What one component had of a category.
#[derive(Default)]
struct Seen {
    read: u64,
    written: u64,
    runs: u64,
    latest: Option<Timestamp>,
    by_day: BTreeMap<Date, u64>,
}

/// The questions that make sense in this home: their addresses and words.
pub fn asked(owner: &Owner) -> Vec<(String, String)> {
    let (t, locale) = (owner.t(), owner.ask.locale);
    let installed = registry::installed(&owner.home);
    let doctypes = installed.iter().flat_map(|one| &one.manifest.grants);
    let categories: BTreeSet<Category> =
        doctypes.filter_map(|grant| category(owner, &grant.line.doctype)).collect();
    let saw = categories.into_iter().map(|category| {
        (format!("/audit/saw/{}", category.word()), fill(t.who_saw, category.words(locale)))
    });
    saw.chain([("/audit/left".to_owned(), t.what_left.to_owned())]).collect()
}

/// Who saw data of a category.
pub fn saw(owner: &Owner, category: &str) -> Answer {
    let t = owner.t();
    let Some(category) = Category::ALL.into_iter().find(|one| one.word() == category) else {
        return Err(Failure::not_found(t));
    };
    let month = Month::asked(owner)?;
    let seen = seen(owner, category, &month.entries);
    let names: BTreeMap<String, String> = registry::installed(&owner.home)
        .iter()
        .map(|one| (one.id().to_string(), Card::of(&one.manifest, owner.ask.locale, t).name))
        .collect();
    let name = |id: &String| names.get(id).unwrap_or(id).clone();
    let columns = vec![t.component, t.read, t.written, t.could_know, t.latest];
    let row = |(id, seen): (&String, &Seen)| {
        let latest = seen.latest.map(|at| at.strftime("%Y-%m-%d %H:%M").to_string());
        let counts = [seen.read, seen.written, seen.runs].map(|count| count.to_string());
        let cells = [vec![name(id)], counts.to_vec(), vec![latest.unwrap_or_default()]].concat();
        columns.iter().copied().zip(cells).collect()
    };
    let readers = seen.iter().filter(|(_, seen)| seen.read > 0);
    let series = readers.map(|(id, seen)| Series {
        name: name(id),
        values: month.days.iter().map(|day| count(&seen.by_day, day)).collect(),
    });
    trusted(&Question {
        frame: owner.frame(&fill(t.who_saw, category.words(owner.ask.locale)), "/audit"),
        path: format!("/audit/saw/{}", category.word()),
        chart: drawn(owner, &month, t.per_day, t.documents, series.collect()),
        month: month.name,
        cut: month.cut,
        nothing: t.nobody_saw,
        rows: seen.iter().map(row).collect(),
        columns,
        note: t.could_know_note,
    })
}

/// What left the home.
pub fn left(owner: &Owner) -> Answer {
    let t = owner.t();
    let month = Month::asked(owner)?;
    let columns = vec![t.when, t.what, t.label];
    let locale = owner.ask.locale;
    let (mut rows, mut by_day) = (Vec::new(), BTreeMap::new());
    for entry in &month.entries {
        let at = entry.at.strftime("%Y-%m-%d %H:%M").to_string();
        if let Event::Run { requests, label, .. } = &entry.event {
            for made in requests {
                *by_day.entry(day(entry.at)).or_default() += made.count;
                let address = fill(&fill(t.asked_by, &entry.component), requested(made, t, locale));
                let cells = [at.clone(), address, label.words(locale)];
                rows.push(columns.iter().copied().zip(cells).collect());
            }
        }
        let (address, label) = match &entry.event {
            Event::OutwardLink { address, label } => (address.clone(), label),
            Event::Shared { doctype, label, .. } => (fill(t.event_shared, doctype), label),
            Event::GateLinked { gate, label, .. } => (fill(t.event_gate_linked, gate), label),
            Event::GateReleased { gate, label, bits } => {
                (fill(&fill(t.event_gate_released, gate), bits), label)
            }
            Event::GateOpened { gate, label } => (fill(t.event_gate_opened, gate), label),
            Event::Exported { documents, bytes, label } => {
                let kinds: Vec<&str> = documents.keys().map(Doctype::as_str).collect();
                (format!("{}: {}", fill(t.event_exported, bytes), kinds.join(", ")), label)
            }
            Event::ShareOpened { doctype, label } => (fill(t.event_share_opened, doctype), label),
            _ => continue,
        };
        *by_day.entry(day(entry.at)).or_default() += 1;
        let cells = [at, address, label.words(locale)];
        rows.push(columns.iter().copied().zip(cells).collect());
    }
    let values = month.days.iter().map(|day| count(&by_day, day)).collect();
    let series = vec![Series { name: String::new(), values }];
    trusted(&Question {
        frame: owner.frame(t.what_left, "/audit"),
        path: "/audit/left".to_owned(),
        chart: drawn(owner, &month, t.left_per_day, t.times, series),
        month: month.name,
        cut: month.cut,
        nothing: t.nothing_left,
        rows,
        columns,
        note: t.left_note,
    })
}

impl Month {
    /// The one in the query, or the present one.
    fn asked(owner: &Owner) -> Result<Month, Failure> {
        let t = owner.t();
        let wrong = || {
            let (status, remedy) = (StatusCode::BAD_REQUEST, t.no_month_remedy);
            Failure::new(status, "no-month", t.no_month, t.no_month_detail, remedy)
        };
        let first = match owner.ask.value("month") {
            "" => day(owner.ask.now).first_of_month(),
            month => format!("{month}-01").parse().map_err(|_| wrong())?,
        };
        // Dates have years to 9999, and moments do not go quite as far.
        if first < date(1970, 1, 1) || first > date(9000, 1, 1) {
            return Err(wrong());
        }
        let moment = |date: Date| date.to_zoned_datetime(TimeZone::UTC).map(|at| at.timestamp());
        let next = first.checked_add(1.month()).map_err(|_| wrong())?;
        let from = moment(first).map_err(|_| wrong())?;
        let (entries, cut) = between(&owner.home, from, moment(next).map_err(|_| wrong())?)?;
        let days = first.series(1.day()).take_while(|day| *day < next).collect();
        Ok(Month { name: first.strftime("%Y-%m").to_string(), days, entries, cut })
    }
}

fn seen(owner: &Owner, about: Category, entries: &[AuditEntry]) -> BTreeMap<String, Seen> {
    let all = Label::of([Tag::anywhere(about)]);
    let of = |counts: &BTreeMap<Doctype, u64>| {
        let counts = counts.iter().filter(|(doctype, _)| category(owner, doctype) == Some(about));
        counts.map(|(_, count)| count).sum::<u64>()
    };
    let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
    for entry in entries {
        let Event::Run { read, written, label, .. } = &entry.event else { continue };
        let (read, written) = (of(read), of(written));
        let knows = !label.meet(&all).is_nothing();
        if read == 0 && written == 0 && !knows {
            continue;
        }
        let one = seen.entry(entry.component.clone()).or_default();
        one.read += read;
        one.written += written;
        one.runs += u64::from(knows);
        one.latest = one.latest.max(Some(entry.at));
        *one.by_day.entry(day(entry.at)).or_default() += read;
    }
    seen
}

fn category(owner: &Owner, doctype: &Doctype) -> Option<Category> {
    owner.ask.front.house().doctypes().get(doctype)?.category
}

fn day(at: Timestamp) -> Date {
    at.to_zoned_datetime(TimeZone::UTC).date()
}

fn count(by_day: &BTreeMap<Date, u64>, day: &Date) -> f64 {
    by_day.get(day).copied().unwrap_or_default() as f64
}

fn drawn(owner: &Owner, month: &Month, title: &str, unit: &str, series: Vec<Series>) -> String {
    let labels = month.days.iter().map(|day| day.strftime("%d").to_string()).collect();
    let (title, unit) = (title.to_owned(), unit.to_owned());
    let chart = Chart { kind: ChartKind::Bar, title, unit, labels, series };
    let mut out = String::new();
    chart::draw(&mut out, &chart, owner.ask.locale);
    out
}
