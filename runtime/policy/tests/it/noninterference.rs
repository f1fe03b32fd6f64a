//! Non-interference over the model: two homes that differ only above an observer, the same
//! components and causes, arbitrary programs. What the observer can see stays equal after every run
//! (P1), and single operations of runs that know more change nothing below it (P2, in `program`).

use std::collections::BTreeMap;

use domicile_policy::{
    Category, Cause, ComponentId, Event, Grants, Influence, Label, Run, Stamp, World, clearance,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::generate::{DOCTYPES, grants as any_grants, item_label, label as any_label};
use crate::model::Home;
use crate::program::{Op, execute, program};
use crate::support::{CARE, NOTES, OPERATIONS, component, doctype, full, grants, konnector, line};

/// A component and how it answers events.
#[derive(Clone, Debug)]
struct Installed {
    id: ComponentId,
    world: World,
    grants: Grants,
    handler: Vec<Op>,
}

fn cast() -> impl Strategy<Value = Vec<Installed>> {
    let all = || full(&[OPERATIONS, NOTES, CARE]);
    let gathers = grants([line(NOTES, "read query deposit"), line(OPERATIONS, "deposit")]);
    let one = |id, world: World, usual: Grants| {
        let grants = prop_oneof![3 => Just(usual), 1 => any_grants()];
        (grants, program()).prop_map(move |(grants, handler)| Installed {
            id: component(id),
            world: world.clone(),
            grants,
            handler,
        })
    };
    let talks = konnector("evil", &[Category::Notes]);
    let tenant = World::Konnector {
        provider: "acme".parse().unwrap(),
        consented: [Category::Notes].into(),
        multi_tenant: true,
    };
    (
        one("wide", World::App, all()),
        one("notes", World::App, full(&[NOTES])),
        one("talks", talks, gathers.clone()),
        one("forge", tenant, gathers),
    )
        .prop_map(|(a, b, c, d)| vec![a, b, c, d])
}

/// How the owner, a browser or a schedule starts a component. The number chooses among the
/// components.
#[derive(Clone, Debug)]
enum Start {
    Owner,
    Schedule,
    Visit,
    /// From the last page of this app, with its token and an argument that it made.
    Follow,
    /// The same address without its token.
    Bare,
}

type Step = (usize, Start, Vec<Op>);

/// One start, or a page of an app and what comes of it.
fn scene() -> impl Strategy<Value = Vec<Step>> {
    let start = select(vec![Start::Owner, Start::Schedule, Start::Visit]);
    let next = select(vec![Start::Follow, Start::Bare]);
    prop_oneof![
        (0..4usize, start, program()).prop_map(|step| vec![step]),
        (0..2usize, program(), next, program()).prop_map(|(who, page, next, after)| vec![
            (who, Start::Visit, page),
            (who, next, after),
        ]),
    ]
}

#[derive(Clone)]
struct Life {
    home: Home,
    /// The memory of the last page of each component, with its token.
    pages: BTreeMap<usize, (Stamp, u8)>,
    /// What each component sent.
    wires: BTreeMap<usize, Vec<u8>>,
}

impl Life {
    fn new(home: Home) -> Self {
        Life { home, pages: BTreeMap::new(), wires: BTreeMap::new() }
    }

    fn live(&mut self, cast: &[Installed], (who, start, program): &Step, observer: &Label) {
        let page = |token: Option<(Label, Influence)>, plain_root| Cause::Page {
            token,
            plain_root,
            typed: false,
        };
        let (cause, argument) = match start {
            Start::Owner => (Cause::OwnerTrusted, 0),
            Start::Schedule => (Cause::Schedule, 0),
            Start::Visit => (page(None, true), 0),
            Start::Follow | Start::Bare => {
                let Some((stamp, memory)) = self.pages.get(who) else { return };
                let token = (stamp.label.clone(), stamp.influence.clone());
                (page(matches!(start, Start::Follow).then_some(token), false), *memory)
            }
        };
        self.run(*who, &cast[*who], cause, program, argument, observer);
        for Event { doctype, label, influence } in self.home.take_events() {
            let event = Event { doctype, label, influence };
            for (who, installed) in cast.iter().enumerate() {
                if let Some(cause) = event.reaches(&installed.world, &installed.grants) {
                    self.run(who, installed, cause, &installed.handler, 0, observer);
                }
            }
        }
        self.home.take_events();
    }

    fn run(
        &mut self,
        who: usize,
        installed: &Installed,
        cause: Cause,
        program: &[Op],
        argument: u8,
        observer: &Label,
    ) {
        let Installed { id, world, grants, .. } = installed.clone();
        let Ok(mut run) = Run::start(id, world, grants, cause) else { return };
        let wire = self.wires.entry(who).or_default();
        let memory = execute(&mut run, &mut self.home, program, argument, wire, observer);
        self.pages.insert(who, (run.stamp(), memory));
    }

    /// What the observer gets of the home and of the wires; pages are on the owner's screen alone.
    fn below(&self, cast: &[Installed], observer: &Label) -> String {
        let wires = self.wires.iter().filter(|(who, _)| {
            let installed = &cast[**who];
            clearance(&installed.world, &installed.grants).flows_to(observer)
        });
        format!("{}{:?}", self.home.below(observer), wires.collect::<Vec<_>>())
    }
}

/// Items and overlays of one home: doctype, label, body, and perhaps an overlay at a label above.
type Stored = (&'static str, Label, u8, Option<(Label, u8)>);

fn stored() -> impl Strategy<Value = Stored> {
    let over = proptest::option::weighted(0.3, (item_label(), any::<u8>()));
    (select(DOCTYPES.to_vec()), item_label(), any::<u8>(), over)
}

/// The home that holds `shared`, and of `own` what is above the observer: items, and overlays on
/// the shared items.
fn home(shared: &[Stored], own: &[Stored], observer: &Label) -> Home {
    let above = |label: &Label| !label.flows_to(observer);
    let mut home = Home::default();
    let stamp = |label: &Label| Stamp { label: label.clone(), influence: Influence::nobody() };
    let mut ids = Vec::new();
    for (name, label, body, over) in shared {
        let id = home.create(&doctype(name), &stamp(label), *body);
        if let Some((at, body)) = over {
            home.lay_over(&id, at.join(label), *body);
        }
        ids.push(id);
    }
    for (at, (name, label, body, over)) in own.iter().enumerate() {
        if above(label) {
            home.create(&doctype(name), &stamp(label), *body);
        }
        if let (Some((over, body)), Some(id)) = (over, ids.get(at)) {
            let over = over.join(&id.1);
            if above(&over) {
                home.lay_over(id, over, *body);
            }
        }
    }
    home.take_events();
    home
}

fn observers() -> impl Strategy<Value = Option<Label>> {
    prop_oneof![3 => Just(None), 2 => any_label().prop_map(Some)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_lies_above_an_observer_shows_nowhere_below(
        cast in cast(), scenes in vec(scene(), 1..5), of in 0..4usize, observer in observers(),
        shared in vec(stored(), 0..4), here in vec(stored(), 0..4), there in vec(stored(), 0..4),
    ) {
        let observer =
            observer.unwrap_or_else(|| clearance(&cast[of].world, &cast[of].grants));
        let mut lives =
            [&here, &there].map(|own| Life::new(home(&shared, own, &observer)));
        for step in scenes.into_iter().flatten() {
            for life in &mut lives {
                life.live(&cast, &step, &observer);
            }
            let [one, other] = lives.each_ref().map(|life| life.below(&cast, &observer));
            prop_assert_eq!(one, other, "after {:?}", step);
        }
    }
}
