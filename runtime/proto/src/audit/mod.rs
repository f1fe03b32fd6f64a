//! The audit of a component for operators: its report, all that its runs could do, what it asks
//! for in vain, how it differs from an older version, and which rules it breaks.
//!
//! Bytes and rules flow in; a table, differences and reasons flow out, as text or as JSON after
//! [`SCHEMA`]. The table is the policy's own answer: what a run can do must never be missing in it.

mod against;
mod exposure;
mod print;
mod rules;
#[cfg(test)]
mod soundness;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use domicile_policy::{Action, Category, Doctype};
use serde::Serialize;

pub use against::{Change, Difference};
pub use exposure::{Exposure, Look, Reader, Row, Sink, Start};
pub use rules::{Broken, Dimension, Rules, RulesError, Verb};

use crate::catalogue::{Permission, permissions};
use crate::inspect::{self, ImportName};
use crate::manifest::Manifest;
use crate::report::Report;

/// The JSON Schema of an audit.
pub const SCHEMA: &str = include_str!("../../schema/audit-1.json");
/// The number of that schema.
const FORMAT: u32 = 1;

/// Everything that an operator can know of a component before it runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// The number of the schema.
    pub format: u32,
    /// What the owner sees of it.
    #[serde(flatten)]
    pub report: Report,
    /// What its runs could do with all that it asks for; `None` without a readable manifest.
    pub exposure: Option<Exposure>,
    /// Categories of `with` that no import could look at.
    pub unused_with: Vec<UnusedWith>,
    /// How it differs from an older version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<Difference>,
    /// The operator's rules that it breaks; absent without rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Vec<Broken>>,
}

/// A category too many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnusedWith {
    /// On which doctype.
    pub doctype: Doctype,
    /// Which category.
    pub category: Category,
}

impl Audit {
    /// Of any bytes.
    pub fn of(bytes: &[u8]) -> Audit {
        let survey = inspect::survey(bytes);
        let report = Report::from_survey(&survey);
        let imports: Vec<ImportName> =
            survey.imports.iter().filter_map(|import| ImportName::parse(&import.name)).collect();
        let uses = permissions(&imports);
        let manifest = survey.manifest.as_ref();
        Audit {
            format: FORMAT,
            report,
            exposure: manifest.map(|manifest| Exposure::requested(manifest, &uses)),
            unused_with: manifest.map(|manifest| unused_with(manifest, &uses)).unwrap_or_default(),
            against: None,
            broken: None,
        }
    }

    /// The same, compared with an older version.
    #[must_use]
    pub fn against(self, old: &Audit) -> Audit {
        Audit { against: Some(Difference::between(old, &self)), ..self }
    }

    /// The same, held against an operator's rules.
    #[must_use]
    pub fn under(self, rules: &Rules) -> Audit {
        Audit { broken: Some(rules.broken(&self)), ..self }
    }

    /// Whether nothing speaks against it: this host accepts it, it does nothing that the older
    /// version could not, and it breaks no rule.
    pub fn passes(&self) -> bool {
        self.report.accepted
            && !self.against.as_ref().is_some_and(Difference::widens)
            && self.broken.as_ref().is_none_or(Vec::is_empty)
    }
}

fn unused_with(manifest: &Manifest, uses: &BTreeSet<Permission>) -> Vec<UnusedWith> {
    let looking = [Action::Read, Action::Query, Action::Write];
    let can_look = |actions: &BTreeSet<Action>| {
        let usable = |action: &Action| uses.contains(&Permission::Action(*action));
        looking.iter().any(|action| actions.contains(action) && usable(action))
    };
    let blind = manifest.grants.iter().map(|grant| &grant.line);
    let blind = blind.filter(|line| !can_look(&line.actions));
    let with = |line: &domicile_policy::GrantLine| {
        let doctype = line.doctype.clone();
        let unused =
            |category: &Category| UnusedWith { doctype: doctype.clone(), category: *category };
        line.with.iter().map(unused).collect::<Vec<_>>()
    };
    blind.flat_map(with).collect()
}
