//! The flow report: what a component could do with what, for consent and for audits.
//!
//! Bytes or a survey flow in; sources, sinks and sentences flow out. A flow that the component
//! could make must never be missing: where the truth is not known, it says more, not less.

mod clock;
mod flows;
mod print;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeSet;

use domicile_policy::Grants;
use serde::Serialize;

pub use flows::{Flow, Reach};
pub(crate) use print::line;
pub use words::starts;

use crate::Text;
use crate::catalogue::{self, Entrance};
use crate::doctype::Doctypes;
use crate::inspect::{self, ImportName, Refusal, Survey};
use crate::manifest::{Kind, Manifest, ManifestGrant, Trigger};

/// Everything that the bytes of a component say, accepted or refused. Its field names are stable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether this host would install it.
    pub accepted: bool,
    /// Who it says it is; `None` without a readable manifest.
    pub identity: Option<Identity>,
    /// The length of the component.
    pub size_bytes: usize,
    /// What its linear memories take at the start.
    pub memory_bytes: u64,
    /// What it imports.
    pub imports: Vec<ImportLine>,
    /// What it asks for.
    pub doctypes: Vec<DoctypeLine>,
    /// Hosts that its links lead to, once the owner presses one, or that a konnector talks to;
    /// `{field}` for a server that each owner names.
    pub hosts: Vec<String>,
    /// What it asks for besides documents, word by word as a consent covers it: origins, routes,
    /// places of secrets, links, gates, what starts it.
    pub powers: BTreeSet<String>,
    /// What starts it by itself; `None` for what only its owner starts.
    pub trigger: Option<Trigger>,
    /// What could go where.
    pub flows: Vec<Flow>,
    /// What it asks for and can't use.
    pub over_declared: Vec<OverDeclaredLine>,
    /// Why it is refused.
    pub refused: Vec<RefusedLine>,
    /// The same in plain words.
    pub summary: Summary,
}

/// Who a component says it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// `banks`.
    pub id: String,
    /// `app`, `service`, `importer` or `konnector`.
    pub kind: Kind,
    /// `0.1.0`.
    pub version: String,
    /// In its own words: nothing proves it.
    pub publisher: String,
    /// What people call it.
    pub name: Text,
    /// What it does.
    pub description: Text,
    /// The provider whose files it reads, or that it talks to.
    pub provider: Option<String>,
    /// How the host calls it.
    pub entrance: Option<Entrance>,
}

/// One import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportLine {
    /// `domicile:docs/read@1.0.0`.
    pub name: String,
    /// What it allows: `read`, `nothing` ...; `None` if it is refused or nobody can tell.
    pub permission: Option<&'static str>,
}

/// One line of consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DoctypeLine {
    /// What people call such documents.
    pub title: Text,
    /// The line and the reason for it.
    #[serde(flatten)]
    pub grant: ManifestGrant,
}

/// One action too many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OverDeclaredLine {
    /// On which doctype.
    pub doctype: String,
    /// Which action.
    pub action: &'static str,
    /// The interface that it would need and doesn't import.
    pub interface: String,
}

/// One reason against it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedLine {
    /// A stable word.
    pub code: &'static str,
    /// The sentence.
    pub text: Text,
}

/// Plain words, the most important line first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// English.
    pub en: Vec<String>,
    /// French.
    pub fr: Vec<String>,
}

impl Report {
    /// Report on any bytes.
    pub fn of(bytes: &[u8]) -> Report {
        Report::from_survey(&inspect::survey(bytes))
    }

    /// Report on what was found.
    pub fn from_survey(survey: &Survey) -> Report {
        let doctypes = Doctypes::builtin();
        let imports: Vec<ImportName> =
            survey.imports.iter().filter_map(|import| ImportName::parse(&import.name)).collect();
        let manifest = survey.manifest.as_ref();
        let requested = manifest.and_then(|manifest| manifest.requested().ok()).unwrap_or_default();
        let reach = manifest.map(|manifest| Reach::new(manifest, &requested, &imports));
        Report {
            accepted: survey.refusals.is_empty(),
            identity: manifest.map(|manifest| identity(manifest, survey.entrance)),
            size_bytes: survey.size_bytes,
            memory_bytes: survey.memory_bytes,
            imports: survey.imports.iter().map(import_line).collect(),
            doctypes: manifest.map(|manifest| lines(manifest, &doctypes)).unwrap_or_default(),
            hosts: reach.as_ref().map(Reach::hosts).unwrap_or_default(),
            powers: manifest.map(Manifest::powers).unwrap_or_default(),
            trigger: manifest.and_then(|manifest| manifest.trigger.clone()),
            flows: reach.as_ref().map(Reach::flows).unwrap_or_default(),
            over_declared: survey.over_declared.iter().map(over_declared_line).collect(),
            refused: survey
                .refusals
                .iter()
                .map(|refusal| RefusedLine { code: refusal.code(), text: refusal.text() })
                .collect(),
            summary: match &reach {
                Some(reach) if survey.refusals.is_empty() => words::summary(reach),
                _ => words::refused(survey.refusals.iter().map(Refusal::text)),
            },
        }
    }
}

/// What an installed component may do by the grants in force, in plain words.
pub fn summary(manifest: &Manifest, grants: &Grants, imports: &[ImportName]) -> Summary {
    words::summary(&Reach::new(manifest, grants, imports))
}

/// What an installed component may do by the grants in force, flow by flow.
pub fn flows(manifest: &Manifest, grants: &Grants, imports: &[ImportName]) -> Vec<Flow> {
    Reach::new(manifest, grants, imports).flows()
}

fn identity(manifest: &Manifest, entrance: Option<Entrance>) -> Identity {
    Identity {
        id: manifest.id.to_string(),
        kind: manifest.kind,
        version: manifest.version.clone(),
        publisher: manifest.publisher.clone(),
        name: manifest.name.clone(),
        description: manifest.description.clone(),
        provider: manifest.provider.as_ref().map(|provider| provider.id.to_string()),
        entrance,
    }
}

fn import_line(import: &inspect::SurveyedImport) -> ImportLine {
    let permission = import.permission.map(catalogue::Permission::word);
    ImportLine { name: import.name.clone(), permission }
}

fn over_declared_line(over: &inspect::OverDeclared) -> OverDeclaredLine {
    OverDeclaredLine {
        doctype: over.doctype.to_string(),
        action: over.action.word(),
        interface: over.interface.clone(),
    }
}

fn lines(manifest: &Manifest, doctypes: &Doctypes) -> Vec<DoctypeLine> {
    let line = |grant: &ManifestGrant| DoctypeLine {
        title: words::title(&grant.line.doctype, doctypes),
        grant: grant.clone(),
    };
    manifest.grants.iter().map(line).collect()
}
