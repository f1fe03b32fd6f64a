//! The table against the policy: generated components run at random, and whatever a run does must
//! be in the table that was made from its manifest.

use std::collections::BTreeSet;

use domicile_policy::{
    Action, Category, Cause, Doctype, GrantLine, Grants, Influence, Label, Place, ProviderId, Run,
    Tag, World,
};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::Exposure;
use crate::Text;
use crate::catalogue::Permission;
use crate::manifest::Gate;

const DOCTYPES: [(&str, Category); 3] = [
    ("io.cozy.bank.operations", Category::Bank),
    ("io.cozy.notes", Category::Notes),
    ("io.cozy.contacts", Category::Contacts),
];
const CATEGORIES: [Category; 4] =
    [Category::Bank, Category::Notes, Category::Contacts, Category::Health];
const ACTIONS: [Action; 4] = [Action::Read, Action::Query, Action::Write, Action::Deposit];

/// One step of a guest; `usize` picks a doctype.
#[derive(Clone, Debug)]
enum Step {
    Look(usize, Action, bool),
    Create(usize),
    Change(usize, Label),
    Deposit(usize),
    Send,
    Receive,
    State,
    Notice,
    Answer,
    Show,
    /// The rest is done by a panel.
    Panel,
}

#[derive(Clone, Debug)]
struct Case {
    world: World,
    grants: Grants,
    uses: BTreeSet<Permission>,
    cause: Cause,
    steps: Vec<Step>,
}

/// Something that a run did: a sink, and what was on it.
type Done = (String, Label);

fn acme() -> ProviderId {
    "acme".parse().unwrap()
}

fn doctype(index: usize) -> Doctype {
    DOCTYPES[index].0.parse().unwrap()
}

fn label() -> impl Strategy<Value = Label> {
    let tag = (select(CATEGORIES.to_vec()), select(vec!["*", "self", "acme", "evil"]))
        .prop_map(|(category, origin)| format!("{category}@{origin}").parse::<Tag>().unwrap());
    vec(tag, 0..3).prop_map(Label::of)
}

fn world() -> impl Strategy<Value = World> {
    let konnector = (btree_set(select(CATEGORIES.to_vec()), 0..3), any::<bool>()).prop_map(
        |(consented, multi_tenant)| World::Konnector { provider: acme(), consented, multi_tenant },
    );
    prop_oneof![
        3 => Just(World::App),
        1 => Just(World::Service),
        1 => Just(World::Importer { provider: acme() }),
        2 => konnector,
    ]
}

fn grants() -> impl Strategy<Value = Grants> {
    let line = |(name, category): (&str, Category)| {
        let doctype: Doctype = name.parse().unwrap();
        let actions = subsequence(ACTIONS.to_vec(), 1..=4);
        let with = subsequence(CATEGORIES.to_vec(), 0..=2);
        (any::<bool>(), actions, with).prop_map(move |(granted, actions, with)| {
            granted.then(|| GrantLine {
                doctype: doctype.clone(),
                category,
                actions: actions.into_iter().collect(),
                with: with.into_iter().filter(|one| *one != category).collect(),
                fields: None,
                rows: None,
            })
        })
    };
    DOCTYPES.map(line).prop_map(|lines| Grants::new(lines.into_iter().flatten()).unwrap())
}

fn cause() -> impl Strategy<Value = Cause> {
    let influence = Influence::nobody;
    let page = (proptest::option::of(label()), any::<bool>(), any::<bool>()).prop_map(
        move |(token, plain_root, typed)| {
            let token = token.map(|label| (label, influence()));
            Cause::Page { token, plain_root, typed }
        },
    );
    prop_oneof![
        2 => Just(Cause::OwnerTrusted),
        1 => Just(Cause::Schedule),
        3 => page,
        2 => label().prop_map(move |label| Cause::Event { label, influence: influence() }),
        2 => Just(Cause::DroppedFile),
        1 => Just(Cause::Message),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let which = || 0..DOCTYPES.len();
    prop_oneof![
        3 => (which(), select(vec![Action::Read, Action::Query]), any::<bool>())
            .prop_map(|(which, action, narrowed)| Step::Look(which, action, narrowed)),
        2 => which().prop_map(Step::Create),
        2 => (which(), label()).prop_map(|(which, stored)| Step::Change(which, stored)),
        2 => which().prop_map(Step::Deposit),
        1 => Just(Step::Send),
        1 => Just(Step::Receive),
        1 => Just(Step::State),
        1 => Just(Step::Notice),
        1 => Just(Step::Answer),
        1 => Just(Step::Show),
        1 => Just(Step::Panel),
    ]
}

fn case() -> impl Strategy<Value = Case> {
    let uses = ACTIONS.map(Permission::Action).into_iter();
    let others = [Permission::State, Permission::Notices, Permission::Gate];
    let uses: Vec<Permission> = uses.chain(others).collect();
    let uses = subsequence(uses, 0..=7).prop_map(|uses| uses.into_iter().collect());
    (world(), grants(), uses, cause(), vec(step(), 0..12))
        .prop_map(|(world, grants, uses, cause, steps)| Case { world, grants, uses, cause, steps })
}

fn steps() -> Gate {
    let text = Text::new("Steps", "Pas");
    Gate { name: "steps".to_owned(), text, min: 0, max: 100, step: 1 }
}

impl Case {
    fn exposure(&self) -> Exposure {
        let id = "guest".parse().unwrap();
        Exposure::of(&id, &self.world, &self.grants, (&[], &[steps()]), &self.uses)
    }

    /// Runs it. What an import would be needed for happens only with the import.
    fn run(&self) -> Vec<Done> {
        let id = "guest".parse().unwrap();
        let begun = Run::start(id, self.world.clone(), self.grants.clone(), self.cause.clone());
        let Ok(mut run) = begun else { return Vec::new() };
        let mut done = Vec::new();
        for step in &self.steps {
            done.extend(self.step(&mut run, step));
        }
        done.push(("log".to_owned(), run.stamp().label));
        done
    }

    fn step(&self, run: &mut Run, step: &Step) -> Option<Done> {
        let can = |permission| self.uses.contains(&permission).then_some(());
        let action = |action| can(Permission::Action(action));
        let done = |sink: &str, label| Some((sink.to_owned(), label));
        let written =
            |word: &str, which, label| Some((format!("{word} {}", doctype(which)), label));
        match step {
            Step::Look(which, by, narrowed) => {
                action(*by)?;
                let origins = if *narrowed { vec![acme()] } else { Vec::new() };
                run.read(&doctype(*which), *by, &origins).ok()?;
                None
            }
            Step::Create(which) => {
                action(Action::Write)?;
                written("create", *which, run.create(&doctype(*which)).ok()?.label)
            }
            Step::Change(which, stored) => {
                action(Action::Write)?;
                match run.change(&doctype(*which)).ok()?.place(stored) {
                    Place::InPlace => written("change", *which, stored.clone()),
                    Place::Overlay(label) => written("change", *which, label),
                    Place::Hidden => None,
                }
            }
            Step::Deposit(which) => {
                action(Action::Deposit)?;
                written("deposit", *which, run.deposit(&doctype(*which)).ok()?.label)
            }
            Step::Send => {
                run.send().ok()?;
                done("provider acme", run.label().clone())
            }
            Step::Receive => {
                run.receive();
                None
            }
            Step::Panel => {
                *run = run.spawn(self.grants.clone()).ok()?;
                None
            }
            Step::State => {
                can(Permission::State)?;
                done("state", run.stamp().label)
            }
            Step::Notice => {
                can(Permission::Notices)?;
                done("notices", run.stamp().label)
            }
            Step::Answer => {
                can(Permission::Gate)?;
                done("gate steps 0..100 by 1", run.stamp().label)
            }
            Step::Show => {
                let shows = self.world != World::Service;
                shows.then(|| ("screen".to_owned(), run.label().clone()))
            }
        }
    }
}

/// What of all that was done the table does not tell.
fn missing(exposure: &Exposure, done: &[Done]) -> Option<String> {
    done.iter().find_map(|(name, label)| {
        let Some(sink) = exposure.sinks.iter().find(|sink| sink.name == *name) else {
            return Some(format!("no sink {name}"));
        };
        if !label.flows_to(&sink.most) || !sink.least.flows_to(label) {
            return Some(format!("{name} is written at {label}"));
        }
        let tells = |tag: &Tag| {
            let rows = exposure.table.iter().filter(|row| row.sink == *name);
            rows.filter_map(|row| row.source.parse::<Tag>().ok()).any(|source| source.covers(tag))
        };
        let untold = label.tags().find(|tag| !tells(tag))?;
        Some(format!("no row from {untold} to {name}"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn nothing_that_a_run_does_is_missing_from_its_table(case in case()) {
        let exposure = case.exposure();
        let started = exposure.starts.iter().find(|start| start.cause == case.cause.kind());
        let id = "guest".parse().unwrap();
        let (world, grants) = (case.world.clone(), case.grants.clone());
        if let Ok(run) = Run::start(id, world, grants, case.cause.clone()) {
            let start = started.expect("the cause is told");
            prop_assert!(start.least.flows_to(run.label()) && run.label().flows_to(&start.most));
        }
        prop_assert_eq!(missing(&exposure, &case.run()), None);
    }

    /// The teeth: without any one of the rows, sinks or labels that runs need, it is found out.
    #[test]
    fn a_table_without_a_flow_that_was_used_is_found_out(case in case()) {
        let (exposure, done) = (case.exposure(), case.run());
        for (name, label) in &done {
            let mut without_sink = exposure.clone();
            without_sink.sinks.retain(|sink| sink.name != *name);
            prop_assert!(missing(&without_sink, &done).is_some());
            let Some(tag) = label.tags().next() else { continue };
            let mut without_row = exposure.clone();
            without_row.table.retain(|row| {
                row.sink != *name || !row.source.parse().is_ok_and(|source: Tag| source.covers(tag))
            });
            prop_assert!(missing(&without_row, &done).is_some());
            let mut lowered = exposure.clone();
            for sink in lowered.sinks.iter_mut().filter(|sink| sink.name == *name) {
                sink.most = Label::nothing();
            }
            prop_assert!(missing(&lowered, &done).is_some());
        }
    }
}

/// The generator reaches every kind of sink, so that the property is about all of them.
#[test]
fn the_runs_reach_every_sink() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut reached = BTreeSet::new();
    for _ in 0..4000 {
        let case = case().new_tree(&mut runner).unwrap().current();
        let private = case.run().into_iter().filter(|(_, label)| !label.is_nothing());
        reached.extend(private.map(|(sink, _)| sink.split(' ').next().unwrap().to_owned()));
    }
    let words =
        ["change", "create", "deposit", "gate", "log", "notices", "provider", "screen", "state"];
    assert_eq!(reached, BTreeSet::from(words.map(str::to_owned)));
}
