//! Who saw what: the audit trail, filtered, with a bar for each day.

use std::collections::BTreeMap;
use std::fmt::Write;

use axum::body::Body;
use axum::http::Response;
use domicile_policy::Doctype;

use super::Visit;
use crate::caps::bindings::ui::{Chart, ChartKind, Series};
use crate::flow::audit::{AuditEntry, AuditFilter, Event, entries, words};
use crate::front::html::{self, Tab};
use crate::front::chart;
use crate::registry;

/// Entries on one page.
const PAGE: usize = 100;
/// Days in the picture.
const DAYS: usize = 14;

pub fn page(visit: &Visit<'_>) -> Response<Body> {
    let ask = visit.ask;
    let filter = AuditFilter {
        component: ask.query("app").and_then(|text| text.parse().ok()),
        day: ask.query("day").filter(|day| !day.is_empty()).map(str::to_owned),
        refusals_only: ask.query("refusals").is_some(),
        before: ask.query("before").and_then(|text| text.parse().ok()),
        limit: PAGE,
    };
    let found = match entries(&visit.home, &filter) {
        Ok(found) => found,
        Err(error) => return visit.failed(Tab::Audit, visit.words.audit, &error),
    };
    let words = visit.words;
    let mut body = format!(
        "<p class=\"kpi\"><strong>0</strong> {}</p><p class=\"muted small\">{}</p>",
        words.left_home, words.left_home_why
    );
    body.push_str(&form(visit, &filter));
    if !found.is_empty() {
        chart::draw(&mut body, &days(&found, words.per_day), visit.locale);
    }
    body.push_str(&table(visit, &found));
    if let (Some(last), true) = (found.last(), found.len() == PAGE) {
        let _ = write!(body, "<p><a href=\"/audit?before={}\">{}</a></p>", last.number, words.older);
    }
    visit.page(Tab::Audit, words.audit, &body)
}

fn form(visit: &Visit<'_>, filter: &AuditFilter) -> String {
    let words = visit.words;
    let mut options = format!("<option value=\"\">{}</option>", words.every_app);
    for one in registry::installed(&visit.home) {
        let id = one.id();
        let selected = if filter.component.as_ref() == Some(id) { " selected" } else { "" };
        let name = html::text(one.manifest.name.in_locale(visit.locale));
        let _ = write!(options, "<option value=\"{id}\"{selected}>{name}</option>");
    }
    let day = html::text(filter.day.as_deref().unwrap_or_default());
    let checked = if filter.refusals_only { " checked" } else { "" };
    format!(
        "<form class=\"filters\" action=\"/audit\"><label class=\"field\">{}<select name=\"app\">\
         {options}</select></label><label class=\"field\">{}<input type=\"date\" name=\"day\" \
         value=\"{day}\"></label><label class=\"checks\"><input type=\"checkbox\" \
         name=\"refusals\"{checked}> {}</label>{}</form>",
        words.who,
        words.day,
        words.only_refusals,
        html::button("secondary", words.filter),
    )
}

fn days(found: &[AuditEntry], title: &str) -> Chart {
    let mut counts: BTreeMap<String, f64> = BTreeMap::new();
    for entry in found {
        let day: String = entry.at.to_string().chars().take(10).collect();
        *counts.entry(day).or_default() += 1.0;
    }
    let skip = counts.len().saturating_sub(DAYS);
    let (labels, values) = counts.into_iter().skip(skip).unzip();
    Chart {
        kind: ChartKind::Bar,
        title: title.to_owned(),
        unit: String::new(),
        labels,
        series: vec![Series { name: title.to_owned(), values }],
    }
}

fn table(visit: &Visit<'_>, found: &[AuditEntry]) -> String {
    let w = visit.words;
    if found.is_empty() {
        return html::message("empty", w.nothing);
    }
    let mut rows = String::new();
    for entry in found {
        let class = if entry.is_refusal() { " class=\"warn\"" } else { "" };
        let at: String = entry.at.to_string().chars().take(19).collect();
        let who = if entry.component.is_empty() { w.home } else { &entry.component };
        let (at, who) = (at.replace('T', " "), html::text(who));
        let _ = write!(rows, "<tr{class}><td>{at}</td><td>{who}</td><td>");
        what(&mut rows, visit, entry);
        rows.push_str("</td></tr>");
    }
    format!(
        "<div class=\"scroll\"><table><thead><tr><th>{}</th><th>{}</th><th>{}</th></tr></thead>\
         <tbody>{rows}</tbody></table></div>",
        w.when, w.who, w.what
    )
}

fn what(out: &mut String, visit: &Visit<'_>, entry: &AuditEntry) {
    let w = visit.words;
    let Event::Run { entrance, read, written, refusals, outcome, label, .. } = &entry.event else {
        let line = words(entry);
        let plain = line.splitn(3, "  ").nth(2).unwrap_or_default();
        out.push_str(&html::text(plain));
        return;
    };
    let _ = write!(out, "{} {}", html::text(entrance), html::text(outcome));
    counts(out, w.read, read);
    counts(out, w.wrote, written);
    if !label.is_nothing() {
        let label = html::text(&label.to_string());
        let _ = write!(out, " <span class=\"badge\">{}: {label}</span>", w.about);
    }
    for one in refusals {
        let (what, why) = (html::text(&one.what), html::text(&one.why));
        let _ = write!(
            out,
            "<p class=\"small\">{}: {what} ({} {}): {why}. {}</p>",
            w.refused,
            w.rule,
            one.rule,
            html::text(&one.remedy)
        );
    }
}

fn counts(out: &mut String, verb: &str, counts: &BTreeMap<Doctype, u64>) {
    for (doctype, count) in counts {
        let _ = write!(out, ", {verb} {count} {doctype}");
    }
}
