//! What runs of a component could do at most: the policy is asked, nothing is decided here.
//!
//! A world, grants and imports flow in; starts, sinks and the table of what can reach them flow
//! out. Labels only grow and all decisions follow them, so that the widest run bounds every run
//! and the narrowest one tells what none can be below. Where the policy refuses the widest run but
//! not the narrowest, the clearance is the answer: more than the truth, never less.

use domicile_policy::{
    Action, Category, Cause, CauseKind, ComponentId, Doctype, Grants, Influence, Label, Run, Tag,
    World, clearance,
};
use serde::Serialize;
use std::collections::BTreeSet;

use crate::catalogue::Permission;
use crate::manifest::{Gate, Link, Manifest};

/// Everything that runs of one world could do with some grants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exposure {
    /// `app`, `service`, `importer` or `konnector`.
    pub world: &'static str,
    /// What a run may ever know.
    pub clearance: Label,
    /// What may start a run, and what it knows then.
    pub starts: Vec<Start>,
    /// What a run can know at its end.
    pub reaches: Label,
    /// What it can look at.
    pub looks: Vec<Look>,
    /// Where something can go.
    pub sinks: Vec<Sink>,
    /// Every source with every sink that it can go to.
    pub table: Vec<Row>,
}

/// One cause of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Start {
    /// What starts it.
    pub cause: CauseKind,
    /// It knows at least this then.
    pub least: Label,
    /// And at most this.
    pub most: Label,
}

/// One way to look at documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Look {
    /// At which documents.
    pub doctype: Doctype,
    /// By `read`, `query`, or `write`: who changes documents learns which there are.
    pub by: Action,
    /// In the compartments whose label flows to this.
    pub label: Label,
    /// With these fields; `None` is all.
    pub fields: Option<BTreeSet<String>>,
    /// That match this selector; `None` is all.
    pub rows: Option<String>,
}

/// One place where something can go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sink {
    /// `screen`, `download`, `log`, `notices`, `state`, `link TEMPLATE`, `gate NAME RANGE`,
    /// `create DOCTYPE`, `change DOCTYPE`, `deposit DOCTYPE`, `provider NAME`.
    pub name: String,
    /// Who gets it, and when.
    pub who: Reader,
    /// What is written there has at least this label.
    pub least: Label,
    /// And at most this.
    pub most: Label,
    /// Where only so much of it gets through in a day: how many bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bits_per_day: Option<u64>,
}

/// Who gets what goes to a sink.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reader {
    /// The owner alone.
    Owner,
    /// The component itself, in runs that know as much.
    Itself,
    /// Components that are granted the doctype and cleared for the label.
    Cleared,
    /// The host of the link, once the owner pressed it.
    Pressed,
    /// Whoever has the link that the owner made for the gate.
    Linked,
    /// The provider.
    Provider,
}

/// One source that can go to one sink.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Row {
    /// A tag, `typed` or `file`.
    pub source: String,
    /// The name of the sink.
    pub sink: String,
}

impl Exposure {
    /// Of what a manifest asks for, used through these imports.
    pub fn requested(manifest: &Manifest, uses: &BTreeSet<Permission>) -> Exposure {
        let grants = manifest.requested().unwrap_or_default();
        let out = (&manifest.links[..], &manifest.gates[..]);
        let of = Exposure::of(&manifest.id, &manifest.world(), &grants, out, uses);
        let trigger = manifest.trigger.as_ref();
        // The host starts by what the manifest names alone.
        let starts = of.starts.into_iter().filter(|start| match start.cause {
            CauseKind::Schedule => trigger.is_some_and(|trigger| trigger.schedule.is_some()),
            CauseKind::Event => trigger.is_some_and(|trigger| !trigger.events.is_empty()),
            CauseKind::Message => trigger.is_some_and(|trigger| trigger.webhook.is_some()),
            CauseKind::Owner | CauseKind::Page | CauseKind::File => true,
        });
        Exposure { starts: starts.collect(), ..of }
    }

    /// Of any world, with these links and gates.
    pub fn of(
        component: &ComponentId,
        world: &World,
        grants: &Grants,
        (links, gates): (&[Link], &[Gate]),
        uses: &BTreeSet<Permission>,
    ) -> Exposure {
        let asked = Asked { component, world, grants, uses };
        let starts = asked.starts();
        let (narrow, wide) = (asked.narrowest(), asked.widest());
        let limit = clearance(world, grants);
        let reaches = wide.as_ref().map_or_else(|| limit.clone(), |run| run.label().clone());
        let mut exposure = Exposure {
            world: world_word(world),
            clearance: limit,
            starts,
            reaches,
            looks: asked.looks(),
            sinks: Vec::new(),
            table: Vec::new(),
        };
        if let Some(narrow) = narrow {
            exposure.sinks = asked.sinks(&narrow, wide.as_ref(), &exposure, (links, gates));
        }
        exposure.table = table(world, &exposure);
        exposure
    }
}

/// The word of a world in reports and rules.
fn world_word(world: &World) -> &'static str {
    match world {
        World::App => "app",
        World::Service => "service",
        World::Importer { .. } => "importer",
        World::Konnector { .. } => "konnector",
    }
}

struct Asked<'a> {
    component: &'a ComponentId,
    world: &'a World,
    grants: &'a Grants,
    uses: &'a BTreeSet<Permission>,
}

impl Asked<'_> {
    fn start(&self, cause: Cause) -> Option<Run> {
        Run::start(self.component.clone(), self.world.clone(), self.grants.clone(), cause).ok()
    }

    /// For each kind of cause, the run that knows least and the one that knows most.
    fn extremes(&self) -> Vec<(CauseKind, Run, Run)> {
        let limit = clearance(self.world, self.grants);
        let page = |token, plain_root, typed| Cause::Page { token, plain_root, typed };
        let event = |label| Cause::Event { label, influence: Influence::nobody() };
        let causes = [
            (Cause::OwnerTrusted, Cause::OwnerTrusted),
            (Cause::Schedule, Cause::Schedule),
            (page(None, true, false), page(None, false, true)),
            (event(Label::nothing()), event(limit)),
            (Cause::DroppedFile, Cause::DroppedFile),
            (Cause::Message, Cause::Message),
        ];
        let both = |(least, most): (Cause, Cause)| {
            Some((least.kind(), self.start(least)?, self.start(most)?))
        };
        causes.into_iter().filter_map(both).collect()
    }

    fn starts(&self) -> Vec<Start> {
        let start = |(cause, least, most): (CauseKind, Run, Run)| Start {
            cause,
            least: least.label().clone(),
            most: most.label().clone(),
        };
        self.extremes().into_iter().map(start).collect()
    }

    /// A run that knows as little as any.
    fn narrowest(&self) -> Option<Run> {
        let runs = self.extremes().into_iter().map(|(_, least, _)| least);
        runs.min_by_key(|run| run.label().tags().count())
    }

    /// A run that knows as much as any does after all that it can do; `None` if the policy stopped
    /// one on the way, so that only the clearance bounds it.
    fn widest(&self) -> Option<Run> {
        let runs = self.extremes().into_iter().map(|(_, _, most)| most);
        let mut run =
            runs.max_by_key(|run| (run.label() == run.clearance(), run.label().clone()))?;
        for (doctype, action) in self.looking(&run) {
            self.look(&mut run, &doctype, action)?;
        }
        run.receive();
        let bounds_all =
            self.extremes().iter().all(|(.., most)| most.label().flows_to(run.label()));
        bounds_all.then_some(run)
    }

    fn look(&self, run: &mut Run, doctype: &Doctype, action: Action) -> Option<Label> {
        let scope = match action {
            Action::Write => run.change(doctype).ok()?.read,
            _ => run.read(doctype, action, &[]).ok()?,
        };
        Some(scope.admitted)
    }

    /// The ways of looking that the policy allows and an import makes possible.
    fn looking(&self, run: &Run) -> Vec<(Doctype, Action)> {
        let ways = self.grants.iter().flat_map(|line| {
            [Action::Read, Action::Query, Action::Write]
                .map(|action| (line.doctype.clone(), action))
        });
        let granted = |(doctype, action): &(Doctype, Action)| {
            let mut probe = run.clone();
            self.can(*action) && self.look(&mut probe, doctype, *action).is_some()
        };
        ways.filter(granted).collect()
    }

    fn can(&self, action: Action) -> bool {
        self.uses.contains(&Permission::Action(action))
    }

    fn looks(&self) -> Vec<Look> {
        let Some(run) = self.narrowest() else { return Vec::new() };
        let look = |(doctype, by): (Doctype, Action)| {
            let label = self.look(&mut run.clone(), &doctype, by)?;
            let line = self.grants.line(&doctype)?;
            let (fields, rows) = (line.fields.clone(), line.rows.clone());
            Some(Look { doctype, by, label, fields, rows })
        };
        self.looking(&run).into_iter().filter_map(look).collect()
    }

    fn sinks(
        &self,
        narrow: &Run,
        wide: Option<&Run>,
        known: &Exposure,
        (links, gates): (&[Link], &[Gate]),
    ) -> Vec<Sink> {
        let sink = |name: &str, who| Sink {
            name: name.to_owned(),
            who,
            least: narrow.label().clone(),
            most: known.reaches.clone(),
            bits_per_day: None,
        };
        let mut sinks = Vec::new();
        match self.world {
            World::App => {
                sinks.extend(["screen", "download"].map(|name| sink(name, Reader::Owner)))
            }
            World::Importer { .. } | World::Konnector { .. } => {
                sinks.push(sink("screen", Reader::Owner));
            }
            World::Service => {}
        }
        if self.uses.contains(&Permission::Notices) {
            sinks.push(sink("notices", Reader::Owner));
        }
        sinks.push(sink("log", Reader::Owner));
        if self.uses.contains(&Permission::State) {
            sinks.push(sink("state", Reader::Itself));
        }
        sinks.extend(links.iter().map(|link| sink(&link_name(link), Reader::Pressed)));
        if self.uses.contains(&Permission::Gate) {
            sinks.extend(gates.iter().map(|gate| Sink {
                bits_per_day: Some(gate.rate().bits_per_day),
                ..sink(&format!("gate {} {}", gate.name, gate.range()), Reader::Linked)
            }));
        }
        for line in self.grants.iter() {
            sinks.extend(self.documents(narrow, wide, known, &line.doctype));
        }
        if let (Some(provider), Ok(())) = (self.world.provider(), narrow.send()) {
            let most = self.world.sends();
            sinks.push(Sink { most, ..sink(&format!("provider {provider}"), Reader::Provider) });
        }
        sinks
    }

    /// The ways of writing documents of one doctype.
    fn documents(
        &self,
        narrow: &Run,
        wide: Option<&Run>,
        known: &Exposure,
        doctype: &Doctype,
    ) -> Vec<Sink> {
        type Write = fn(&Run, &Doctype) -> Option<Label>;
        let ways: [(&str, Action, Write); 3] = [
            ("create", Action::Write, |run, doctype| Some(run.clone().create(doctype).ok()?.label)),
            ("change", Action::Write, |run, doctype| {
                Some(run.clone().change(doctype).ok()?.run_label)
            }),
            ("deposit", Action::Deposit, |run, doctype| Some(run.deposit(doctype).ok()?.label)),
        ];
        let usable = ways.into_iter().filter(|(_, action, _)| self.can(*action));
        let sink = |(word, _, write): (&str, Action, Write)| {
            let least = write(narrow, doctype)?;
            let most = wide.and_then(|run| write(run, doctype));
            let most = most.unwrap_or_else(|| known.clearance.clone());
            let (name, who) = (format!("{word} {doctype}"), Reader::Cleared);
            Some(Sink { name, who, least, most, bits_per_day: None })
        };
        usable.filter_map(sink).collect()
    }
}

/// `link https://example.org/?q={q} (q: text)`.
fn link_name(link: &Link) -> String {
    let slots: Vec<String> =
        link.slots.iter().map(|(slot, kind)| format!("{slot}: {}", kind.word())).collect();
    match slots.as_slice() {
        [] => format!("link {}", link.template),
        slots => format!("link {} ({})", link.template, slots.join(", ")),
    }
}

/// Every source with every sink whose label admits it.
fn table(world: &World, exposure: &Exposure) -> Vec<Row> {
    let mut sources: Vec<(String, Label)> = Vec::new();
    let written =
        exposure.sinks.iter().fold(exposure.reaches.clone(), |all, sink| all.join(&sink.most));
    for tag in written.tags() {
        sources.push((tag.to_string(), Label::of([tag.clone()])));
    }
    match world {
        // What the owner types into a page, or for an account.
        World::App | World::Konnector { .. } => {
            sources.push(("typed".to_owned(), Label::nothing()));
        }
        World::Importer { .. } => sources.push(("file".to_owned(), Label::nothing())),
        World::Service => {}
    }
    let rows = sources.iter().flat_map(|(source, label)| {
        let reached = exposure.sinks.iter().filter(|sink| admits(sink, label));
        reached.map(|sink| Row { source: source.clone(), sink: sink.name.clone() })
    });
    rows.collect()
}

/// Whether something of a source can be in what goes to a sink: all of it, or what both cover.
fn admits(sink: &Sink, source: &Label) -> bool {
    source.is_nothing() || !source.meet(&sink.most).is_nothing()
}

/// The categories that a table lets out of their compartments.
pub(super) fn categories(exposure: &Exposure) -> BTreeSet<Category> {
    let labels = exposure.sinks.iter().map(|sink| &sink.most).chain([&exposure.reaches]);
    let named = |tag: &Tag| tag.category.map_or_else(|| Category::ALL.to_vec(), |one| vec![one]);
    labels.flat_map(Label::tags).flat_map(named).collect()
}
