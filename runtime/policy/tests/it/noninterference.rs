//! Non-interference over the model: two homes that differ only above an observer, the same
//! components and causes, arbitrary programs. What the observer can see stays equal after every run
//! (P1), and single operations of runs that know more change nothing below it (P2, in `program`).

use std::collections::BTreeMap;

use domicile_policy::{
    Category, Cause, ComponentId, Fault, Grants, Influence, Label, Stamp, Tag, World, clearance,
};
use domicile_property::case::{Case, Start, Step, Stored, Tags, cases, program};
use domicile_property::fault::{Kind, cases_until_found, faults};
use domicile_property::program::Op;
use proptest::prelude::*;

use crate::generate::{CATEGORIES, DOCTYPES, PROVIDERS, grants as any_grants, label as any_label};
use crate::model::{Home, Id};
use crate::program::{Outside, execute};
use crate::support::{
    CARE, NOTES, OPERATIONS, component, doctype, full, grants, konnector, line, provider,
};

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

#[derive(Clone)]
struct Life {
    /// Which of the two.
    side: usize,
    home: Home,
    /// The memory of the last page of each component, with its token.
    pages: BTreeMap<usize, (Stamp, u8)>,
    /// What each component sent.
    wires: BTreeMap<usize, Vec<u8>>,
}

impl Life {
    fn new(side: usize, home: Home) -> Self {
        Life { side, home, pages: BTreeMap::new(), wires: BTreeMap::new() }
    }

    fn live(
        &mut self,
        fault: Fault,
        cast: &[Installed],
        step: &Step,
        observer: &Label,
    ) -> Result<(), String> {
        let page = |token: Option<(Label, Influence)>, plain_root| Cause::Page {
            token: if plain_root { token } else { fault.token(token) },
            plain_root,
            typed: false,
        };
        let (cause, argument) = match step.start {
            Start::Owner => (Cause::OwnerTrusted, 0),
            Start::Schedule => (Cause::Schedule, 0),
            Start::Visit => (page(None, true), 0),
            Start::Follow(from) | Start::Bare(from) | Start::Revoked(from) => {
                let Some((stamp, memory)) = self.pages.get(&from) else { return Ok(()) };
                let token = (stamp.label.clone(), stamp.influence.clone());
                let follows = !matches!(step.start, Start::Bare(_)) && from == step.who;
                (page(follows.then_some(token), false), *memory)
            }
        };
        let mut installed = cast[step.who].clone();
        if matches!(step.start, Start::Revoked(_)) {
            installed.grants = Grants::new(installed.grants.iter().take(1).cloned()).unwrap();
        }
        let to = (step.who, &installed);
        let page = self.run(fault, to, cause, (&step.program, argument), observer)?;
        self.pages.extend(page.map(|page| (step.who, page)));
        for event in self.home.take_events() {
            for (who, installed) in cast.iter().enumerate() {
                if let Some(cause) = fault.event(&event, &installed.world, &installed.grants) {
                    let task = (&installed.handler[..], 0);
                    self.run(fault, (who, installed), cause, task, observer)?;
                }
            }
        }
        self.home.take_events();
        Ok(())
    }

    fn run(
        &mut self,
        fault: Fault,
        (who, installed): (usize, &Installed),
        cause: Cause,
        task: (&[Op], u8),
        observer: &Label,
    ) -> Result<Option<(Stamp, u8)>, String> {
        let Installed { id, world, grants, .. } = installed.clone();
        let Ok(mut run) = fault.start(id, world, grants, cause) else { return Ok(None) };
        // What a provider answers is a secret of its own, where the observer is not cleared for it.
        let secret = !world_deposits(installed).flows_to(observer);
        let answers = if secret { self.side } else { 0 };
        let wire = self.wires.entry(who).or_default();
        let outside = Outside { wire, answers };
        let memory = execute(fault, &mut run, &mut self.home, task, outside, observer)?;
        Ok(Some((run.stamp(), memory)))
    }

    /// What the observer gets of the home and of the wires; pages are on the owner's screen alone.
    fn below(&self, cast: &[Installed], observer: &Label) -> String {
        let wires = self.wires.iter().filter(|(who, sent)| {
            let installed = &cast[**who];
            !sent.is_empty() && installed.world.sends().flows_to(observer)
        });
        format!("{}{:?}", self.home.below(observer), wires.collect::<Vec<_>>())
    }
}

/// The home that holds what both share, and of its own what is above the observer: items, and
/// overlays on the shared items.
fn home(shared: &[Stored], own: &[Stored], observer: &Label) -> Home {
    let above = |label: &Label| !label.flows_to(observer);
    let mut home = Home::default();
    let stamp = |label: Label| Stamp { label, influence: Influence::nobody() };
    let mut ids = Vec::new();
    for one in shared {
        let label = label(&one.tags);
        let id = lay_down(&mut home, one, &stamp(label.clone()));
        if let Some((over, body)) = &one.over {
            home.lay_over(&id, label.join(&self::label(over)), *body);
        }
        ids.push(id);
    }
    for (at, one) in own.iter().enumerate() {
        let label = label(&one.tags);
        if above(&label) {
            lay_down(&mut home, one, &stamp(label));
        }
        if let (Some((over, body)), Some(id)) = (&one.over, ids.get(at)) {
            let over = self::label(over).join(&id.1);
            if above(&over) {
                home.lay_over(id, over, *body);
            }
        }
    }
    home.take_events();
    home
}

fn lay_down(home: &mut Home, one: &Stored, stamp: &Stamp) -> Id {
    let doctype = doctype(DOCTYPES[one.doctype]);
    match one.key {
        Some(key) => home.deposit(&doctype, stamp, &format!("key{key}"), one.body),
        None => home.create(&doctype, stamp, one.body),
    }
}

fn world_deposits(installed: &Installed) -> Label {
    installed.world.deposit_label(&installed.grants)
}

fn label(tags: &Tags) -> Label {
    Label::of(tags.iter().map(|(category, origin)| match origin {
        0 => Tag::home(CATEGORIES[*category]),
        origin => Tag::provider(CATEGORIES[*category], provider(PROVIDERS[origin - 1])),
    }))
}

/// A case, who plays in it, and who looks on: one of them, or anybody.
#[derive(Clone, Debug)]
struct Scenario {
    cast: Vec<Installed>,
    case: Case,
    of: usize,
    who: Observer,
}

/// Who looks on.
#[derive(Clone, Debug)]
enum Observer {
    /// A component.
    Component,
    /// Whoever it sends to.
    Wire,
    /// Anybody else.
    Label(Label),
}

fn scenarios() -> impl Strategy<Value = Scenario> {
    let observer = prop_oneof![
        3 => Just(Observer::Component),
        2 => Just(Observer::Wire),
        2 => any_label().prop_map(Observer::Label),
    ];
    (cast(), cases(4, 2, false), 0..4usize, observer).prop_map(|(cast, case, of, who)| Scenario {
        cast,
        case,
        of,
        who,
    })
}

fn holds(fault: Fault, scenario: &Scenario) -> Result<(), String> {
    let Scenario { cast, case, of, who } = scenario;
    let Installed { world, grants, .. } = &cast[*of];
    let observer = match who {
        Observer::Component => clearance(world, grants),
        Observer::Wire => world.sends(),
        Observer::Label(label) => label.clone(),
    };
    let mut lives =
        [0, 1].map(|side| Life::new(side, home(&case.shared, &case.own[side], &observer)));
    for step in &case.steps {
        for life in &mut lives {
            life.live(fault, cast, step, &observer)?;
        }
        let [one, other] = lives.each_ref().map(|life| life.below(cast, &observer));
        if one != other {
            return Err(format!("after {step:?}: {one} / {other}"));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(100_000)
    })]

    #[test]
    fn what_lies_above_an_observer_shows_nowhere_below(scenario in scenarios()) {
        holds(Fault::Nothing, &scenario).map_err(TestCaseError::fail)?;
    }
}

#[test]
fn each_fault_of_the_model_is_found() {
    let mut missed = Vec::new();
    for fault in faults(Kind::Model) {
        let cases = cases_until_found(&scenarios(), |scenario| holds(fault, scenario));
        println!("{:<4} {fault:?}: found by case {cases:?}", fault.rule());
        missed.extend(cases.is_none().then_some(fault));
    }
    assert!(missed.is_empty(), "these outlive every case: {missed:?}");
}
