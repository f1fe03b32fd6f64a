//! Properties of any run, whatever its world, grants, cause and calls.

use domicile_policy::{Action, Cause, Grants, Influence, Place, ProviderId, Run, World};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::generate::{
    DOCTYPES, PROVIDERS, cause, grants as any_grants, influence, item_label, world,
};
use crate::support::{component, doctype, provider};

#[derive(Clone, Debug)]
enum Call {
    Look(&'static str, Action, Vec<ProviderId>),
    Create(&'static str),
    Change(&'static str),
    Deposit(&'static str),
    Send,
    Receive,
    Saw(Influence),
    Become(Grants),
}

fn call() -> impl Strategy<Value = Call> {
    let name = || select(DOCTYPES.to_vec());
    let origins = subsequence(PROVIDERS.to_vec(), 0..=2)
        .prop_map(|names| names.into_iter().map(provider).collect());
    let action = select(vec![Action::Read, Action::Query, Action::Write]);
    prop_oneof![
        5 => (name(), action, origins).prop_map(|(n, a, o)| Call::Look(n, a, o)),
        2 => name().prop_map(Call::Create),
        3 => name().prop_map(Call::Change),
        2 => name().prop_map(Call::Deposit),
        1 => Just(Call::Send),
        2 => Just(Call::Receive),
        1 => influence().prop_map(Call::Saw),
        1 => any_grants().prop_map(Call::Become),
    ]
}

/// Makes the call and checks what it answers against what the run knows by then.
fn make(run: &mut Run, call: &Call) -> Result<(), TestCaseError> {
    let before = run.label().clone();
    let allowed = match call {
        Call::Look(name, action, origins) => {
            run.read(&doctype(name), *action, origins).map(|scope| {
                assert!(scope.admitted.flows_to(run.label()), "it knows that it looked");
            })
        }
        Call::Change(name) => run.change(&doctype(name)).map(|scope| {
            assert!(scope.read.admitted.flows_to(run.label()), "it knows that it looked");
            assert_eq!(&scope.run_label, run.label());
            assert_eq!(&scope.clearance, run.clearance());
            assert_eq!(&scope.influence, run.influence());
        }),
        Call::Create(name) => run.create(&doctype(name)).map(|stamp| {
            assert!(before.flows_to(&stamp.label) && stamp.label.flows_to(run.clearance()));
            assert_eq!(run.label(), &stamp.label, "it knows the compartment that it wrote to");
        }),
        Call::Deposit(name) => run.deposit(&doctype(name)).map(|stamp| {
            assert!(run.label().flows_to(&stamp.label) && stamp.label.flows_to(run.clearance()));
            assert!(!stamp.label.is_nothing());
            assert_eq!(run.label(), &before, "a deposit teaches nothing");
        }),
        Call::Send => run.send().map(|()| {
            assert!(run.label().flows_to(&run.world().sends()));
        }),
        Call::Receive => {
            run.receive();
            Ok(())
        }
        Call::Saw(influence) => {
            run.saw(influence);
            Ok(())
        }
        Call::Become(grants) => run.spawn(grants.clone()).map(|child| *run = child),
    };
    if allowed.is_err() {
        prop_assert_eq!(run.label(), &before, "a refusal teaches nothing");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn a_run_only_learns_and_never_leaves_its_clearance(
        world in world(), grants in any_grants(), cause in cause(), calls in vec(call(), 0..20),
    ) {
        let Ok(mut run) = Run::start(component("any"), world, grants, cause) else {
            return Ok(());
        };
        for call in calls {
            let before = run.clone();
            make(&mut run, &call)?;
            prop_assert!(before.label().flows_to(run.label()), "it never forgets");
            prop_assert!(run.label().flows_to(run.clearance()));
            prop_assert!(before.influence().actors().all(|who| run.influence().contains(who)));
            prop_assert!(run.influence().contains(&run.world().actor(run.component())));
            if !matches!(call, Call::Become(_)) {
                prop_assert_eq!(before.clearance(), run.clearance());
            }
        }
    }

    #[test]
    fn an_ordinary_konnector_may_always_send(
        grants in any_grants(), calls in vec(call(), 0..20), consent in world(),
    ) {
        let World::Konnector { provider, consented, .. } = consent else { return Ok(()) };
        let world = World::Konnector { provider, consented, multi_tenant: false };
        let mut run = Run::start(component("k"), world, grants, Cause::Schedule).unwrap();
        for call in calls {
            make(&mut run, &call)?;
            prop_assert!(run.send().is_ok(), "a refusal here would be an incident");
        }
    }

    #[test]
    fn a_decision_depends_on_nothing_above_the_clearance(
        grants in any_grants(), cause in cause(), calls in vec(call(), 1..12),
        shared in vec(item_label(), 0..8), here in vec(item_label(), 0..8),
        there in vec(item_label(), 0..8),
    ) {
        let start = || Run::start(component("any"), World::App, grants.clone(), cause.clone());
        let Ok(run) = start() else { return Ok(()) };
        let above = |item: &domicile_policy::Label| !item.flows_to(run.clearance());
        let home = |own: Vec<domicile_policy::Label>| -> Vec<domicile_policy::Label> {
            shared.iter().cloned().chain(own.into_iter().filter(above)).collect()
        };
        let transcript = |home: Vec<domicile_policy::Label>| {
            let mut run = start().unwrap();
            calls.iter().map(|call| answer(&mut run, call, &home)).collect::<Vec<_>>()
        };
        prop_assert_eq!(transcript(home(here)), transcript(home(there)));
    }
}

/// All that a guest could see of a call over these items.
fn answer(run: &mut Run, call: &Call, home: &[domicile_policy::Label]) -> String {
    let answer = match call {
        Call::Look(name, action, origins) => {
            let scope = run.read(&doctype(name), *action, origins);
            let shown = scope.map(|s| home.iter().filter(|item| s.shows(item)).collect::<Vec<_>>());
            format!("{shown:?}")
        }
        Call::Change(name) => {
            let scope = run.change(&doctype(name));
            let places = scope.map(|s| {
                let places = home.iter().map(|item| s.place(item));
                places.filter(|place| *place != Place::Hidden).collect::<Vec<_>>()
            });
            format!("{places:?}")
        }
        Call::Create(name) => format!("{:?}", run.create(&doctype(name))),
        Call::Deposit(name) => format!("{:?}", run.deposit(&doctype(name))),
        other => format!("{other:?}"),
    };
    format!("{answer} at {}", run.label())
}
