//! Sources and sinks, and which of them one component connects.

use std::collections::BTreeSet;

use domicile_policy::{Action, Category, GrantLine, Grants, Label, ProviderId, Tag, clearance};
use serde::Serialize;

use crate::catalogue::{Permission, permissions};
use crate::inspect::ImportName;
use crate::manifest::{Gate, Kind, Konnector, Link, Manifest, Origin};

/// One thing that could go to one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Flow {
    /// A tag (`bank@*`), `typed` (what the owner types) or `file` (the one that the owner drops).
    pub source: String,
    /// `screen` (the owner's own), `documents DOCTYPE`, `state`, `provider NAME`, `link HOST`, or
    /// `gate NAME`.
    pub sink: String,
    /// By what: `pages`, `notices`, `report`, `write`, `deposit`, `state`, `routes`, a link and its
    /// slots, or a gate's rate.
    pub how: String,
    /// The label of what is written: at most this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
}

/// What one component reaches with some grants.
pub struct Reach<'a> {
    pub(super) manifest: &'a Manifest,
    pub(super) grants: &'a Grants,
    pub(super) uses: BTreeSet<Permission>,
}

impl<'a> Reach<'a> {
    /// Of a component with these imports, once it has these grants.
    pub fn new(manifest: &'a Manifest, grants: &'a Grants, imports: &[ImportName]) -> Self {
        Reach { manifest, grants, uses: permissions(imports) }
    }

    /// The actions of a line that the component can use.
    pub(super) fn actions(&self, line: &GrantLine) -> BTreeSet<Action> {
        let usable = |action: &&Action| self.uses.contains(&Permission::Action(**action));
        line.actions.iter().filter(usable).copied().collect()
    }

    /// The lines of documents that it sees. Who may change what it could see learns from the answer
    /// whether it is there, even without an import to read it.
    fn seen(&self) -> impl Iterator<Item = &GrantLine> {
        self.grants.iter().filter(|line| {
            line.looks() && self.actions(line).iter().any(|action| *action != Action::Deposit)
        })
    }

    /// The categories that it sees.
    pub(super) fn categories(&self) -> BTreeSet<Category> {
        self.seen().flat_map(GrantLine::categories).collect()
    }

    /// The hosts that its links lead to, or that it talks to itself; of a server that each owner
    /// names, the field in braces.
    pub fn hosts(&self) -> Vec<String> {
        let links = self.manifest.links.iter().map(Link::host);
        let konnector = self.manifest.konnector.iter();
        let origins = konnector.clone().flat_map(|konnector| &konnector.origins);
        let servers = konnector.flat_map(Konnector::servers).map(|(site, _)| site.to_string());
        let known = links.chain(origins.map(Origin::host)).map(str::to_owned);
        let hosts: BTreeSet<String> = known.chain(servers).collect();
        hosts.into_iter().collect()
    }

    /// The provider of a konnector.
    fn talks_to(&self) -> Option<&ProviderId> {
        self.manifest.konnector.as_ref()?;
        self.manifest.provider.as_ref().map(|provider| &provider.id)
    }

    /// The gates that it can answer.
    pub(super) fn gates(&self) -> &[Gate] {
        if self.uses.contains(&Permission::Gate) { &self.manifest.gates } else { &[] }
    }

    /// Every source to every sink.
    pub fn flows(&self) -> Vec<Flow> {
        let sinks = self.sinks();
        let to_all = |source: String| {
            sinks.iter().map(move |(sink, how, label)| Flow {
                source: source.clone(),
                sink: sink.clone(),
                how: how.clone(),
                label: label.clone(),
            })
        };
        self.sources().into_iter().flat_map(to_all).collect()
    }

    fn sources(&self) -> Vec<String> {
        let seen =
            self.categories().into_iter().map(|category| Tag::anywhere(category).to_string());
        let given = match self.manifest.kind {
            Kind::App | Kind::Konnector => Some("typed"),
            Kind::Importer => Some("file"),
            Kind::Service => None,
        };
        let provider = self.talks_to().map(|provider| Tag::all_from(provider.clone()).to_string());
        seen.chain(provider).chain(given.map(str::to_owned)).collect()
    }

    fn sinks(&self) -> Vec<(String, String, Option<Label>)> {
        let written = self.written_label();
        let screen = match self.manifest.kind {
            Kind::App => Some("pages"),
            Kind::Importer | Kind::Konnector => Some("report"),
            Kind::Service => None,
        };
        let notices = self.uses.contains(&Permission::Notices).then_some("notices");
        let to_screen = screen.into_iter().chain(notices);
        let mut sinks: Vec<_> =
            to_screen.map(|how| ("screen".to_owned(), how.to_owned(), None)).collect();
        for line in self.grants.iter() {
            let writing = [Action::Write, Action::Deposit];
            for action in self.actions(line).into_iter().filter(|action| writing.contains(action)) {
                let sink = format!("documents {}", line.doctype);
                let sorted = self.manifest.sorts().then(|| self.grants.of(line.category));
                let label = sorted.map(|grants| clearance(&self.manifest.world(), &grants));
                let label = label.unwrap_or_else(|| written.clone());
                sinks.push((sink, action.word().to_owned(), Some(label)));
            }
        }
        if self.uses.contains(&Permission::State) {
            sinks.push(("state".to_owned(), "state".to_owned(), Some(written)));
        }
        if let Some(provider) = self.talks_to() {
            let sends = self.manifest.world().sends();
            sinks.push((format!("provider {provider}"), "routes".to_owned(), Some(sends)));
        }
        for link in &self.manifest.links {
            sinks.push((format!("link {}", link.host()), link_words(link), None));
        }
        for gate in self.gates() {
            let rate = format!("at most {} bits a day", gate.rate().bits_per_day);
            sinks.push((format!("gate {}", gate.name), rate, None));
        }
        sinks
    }

    /// The most that a run may know, and so the most that is on what it writes.
    fn written_label(&self) -> Label {
        clearance(&self.manifest.world(), self.grants)
    }
}

fn link_words(link: &Link) -> String {
    let slots: Vec<String> =
        link.slots.iter().map(|(slot, kind)| format!("{slot}: {}", kind.word())).collect();
    match slots.as_slice() {
        [] => format!("pressing {}", link.name),
        slots => format!("pressing {} ({})", link.name, slots.join(", ")),
    }
}
