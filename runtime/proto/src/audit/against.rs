//! What a new version could do that the old one could not.
//!
//! Two audits flow in, their differences flow out. A flow or a grant that can't be shown to be
//! within the old ones must never be missing from what is new.

use std::collections::{BTreeMap, BTreeSet};

use domicile_policy::{Doctype, GrantLine};
use serde::Serialize;

use super::{Audit, Row};
use crate::manifest::Trigger;

/// From an old version to a new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Flows of the new version that the old one has not.
    pub added: Vec<Row>,
    /// Flows of the old version that the new one has not.
    pub removed: Vec<Row>,
    /// How many flows both have.
    pub unchanged: usize,
    /// Doctypes of which the new version asks for what the old one did not: actions, categories,
    /// fields or rows.
    pub widened: Vec<Doctype>,
    /// Doctypes of which it no longer asks for all that the old one did.
    pub narrowed: Vec<Doctype>,
    /// By what the new version starts, and by what it starts more often, than the old one.
    pub starts_added: Vec<String>,
    /// Interfaces that only the new version imports.
    pub imports_added: Vec<String>,
    /// Interfaces that only the old version imports.
    pub imports_removed: Vec<String>,
    /// Origins, routes, places of secrets and links that only the new version has.
    pub powers_added: Vec<String>,
    /// Those that only the old version has.
    pub powers_removed: Vec<String>,
    /// What else it says about itself, where that changed.
    pub changed: Vec<Change>,
}

/// One thing that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// `id`, `kind`, `version`, `publisher`, `provider`, `size_bytes`, `memory_bytes`.
    pub what: &'static str,
    /// In the old version.
    pub old: String,
    /// In the new version.
    pub new: String,
}

impl Difference {
    /// From `old` to `new`.
    pub fn between(old: &Audit, new: &Audit) -> Difference {
        let (before, after) = (rows(old), rows(new));
        let (asked, asks) = (lines(old), lines(new));
        let (had, has) = (imports(old), imports(new));
        let (could, can) = (powers(old), powers(new));
        Difference {
            added: (&after - &before).into_iter().collect(),
            removed: (&before - &after).into_iter().collect(),
            unchanged: (&before & &after).len(),
            widened: not_covered(&asks, &asked),
            narrowed: not_covered(&asked, &asks),
            starts_added: trigger(new).beyond(&trigger(old)),
            imports_added: (&has - &had).into_iter().collect(),
            imports_removed: (&had - &has).into_iter().collect(),
            powers_added: (&can - &could).into_iter().collect(),
            powers_removed: (&could - &can).into_iter().collect(),
            changed: changed(old, new),
        }
    }

    /// Whether the new version could do anything that the old one could not.
    pub fn widens(&self) -> bool {
        !self.added.is_empty()
            || !self.widened.is_empty()
            || !self.starts_added.is_empty()
            || !self.powers_added.is_empty()
    }
}

fn rows(audit: &Audit) -> BTreeSet<Row> {
    audit.exposure.iter().flat_map(|exposure| exposure.table.iter().cloned()).collect()
}

fn lines(audit: &Audit) -> BTreeMap<&Doctype, &GrantLine> {
    let lines = audit.report.doctypes.iter().map(|line| &line.grant.line);
    lines.map(|line| (&line.doctype, line)).collect()
}

fn trigger(audit: &Audit) -> Trigger {
    audit.report.trigger.clone().unwrap_or_default()
}

/// All but what starts it: that is compared by how often it does.
fn powers(audit: &Audit) -> BTreeSet<String> {
    &audit.report.powers - &trigger(audit).powers().collect()
}

fn imports(audit: &Audit) -> BTreeSet<String> {
    audit.report.imports.iter().map(|import| import.name.clone()).collect()
}

/// The doctypes of `lines` that no line of `by` covers.
fn not_covered(
    lines: &BTreeMap<&Doctype, &GrantLine>,
    by: &BTreeMap<&Doctype, &GrantLine>,
) -> Vec<Doctype> {
    let covered = |line: &GrantLine| by.get(&line.doctype).is_some_and(|wider| wider.covers(line));
    let rest = lines.values().filter(|line| !covered(line));
    rest.map(|line| line.doctype.clone()).collect()
}

fn changed(old: &Audit, new: &Audit) -> Vec<Change> {
    said(old)
        .into_iter()
        .zip(said(new))
        .filter(|((_, old), (_, new))| old != new)
        .map(|((what, old), (_, new))| Change { what, old, new })
        .collect()
}

fn said(audit: &Audit) -> [(&'static str, String); 7] {
    let report = &audit.report;
    let none = || "none".to_owned();
    let says = |pick: fn(&crate::report::Identity) -> Option<String>| {
        report.identity.as_ref().and_then(pick).unwrap_or_else(none)
    };
    [
        ("id", says(|identity| Some(identity.id.clone()))),
        ("kind", says(|identity| Some(identity.kind.to_string()))),
        ("version", says(|identity| Some(identity.version.clone()))),
        ("publisher", says(|identity| Some(identity.publisher.clone()))),
        ("provider", says(|identity| identity.provider.clone())),
        ("size_bytes", report.size_bytes.to_string()),
        ("memory_bytes", report.memory_bytes.to_string()),
    ]
}
