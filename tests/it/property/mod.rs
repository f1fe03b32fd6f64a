//! Non-interference over whole homes: real components on the real store, the same generated cases
//! as over the model in `runtime/policy/tests`.
//!
//! Two homes differ only above an observer. After each step all that the observer could get has to
//! be the same, byte by byte; and a run that knows more must change nothing of it with any single
//! call.

mod cast;
mod laid;
mod life;
mod recorder;

use domicile::flow::Fault;
use domicile_property::case::{Case, cases, program};
use domicile_property::fault::{Kind, cases_until_found, faults};
use domicile_property::program::Op;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestError, TestRunner};

use life::Stage;

/// Cases of the whole property.
const CASES: u32 = 1_000;

/// A case, and who plays in it.
#[derive(Clone, Debug)]
struct Scenario {
    case: Case,
    /// Who looks on.
    observer: Observer,
    /// What the service does, whatever starts it; in most cases no jobs run.
    service: Option<Vec<Op>>,
}

/// Who looks on.
#[derive(Clone, Copy, Debug)]
enum Observer {
    /// One of the cast.
    Component(usize),
    /// Whoever this konnector sends to.
    Wire(usize),
}

fn scenarios() -> impl Strategy<Value = Scenario> {
    let service = proptest::option::weighted(0.3, program());
    let observer = prop_oneof![
        6 => (0..cast::NAMES.len()).prop_map(Observer::Component),
        1 => cast::KONNECTORS.prop_map(Observer::Wire),
    ];
    (cases(cast::KONNECTORS.end, cast::APPS, true), observer, service)
        .prop_map(|(case, observer, service)| Scenario { case, observer, service })
}

#[test]
fn what_lies_above_an_observer_shows_nowhere_in_a_home() {
    let stage = Stage::set(Fault::Nothing, &Stage::prepare());
    let mut runner =
        TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(CASES) });
    let result =
        runner.run(&scenarios(), |scenario| stage.holds(&scenario).map_err(TestCaseError::fail));
    if let Err(TestError::Fail(reason, case)) = &result {
        panic!("{reason}\n{case:#?}");
    }
    result.unwrap();
}

#[test]
fn each_fault_of_a_home_is_found() {
    let (prepared, mut missed) = (Stage::prepare(), Vec::new());
    for fault in faults(Kind::Real) {
        let stage = Stage::set(fault, &prepared);
        let cases = cases_until_found(&scenarios(), |scenario| stage.holds(scenario));
        println!("{:<4} {fault:?}: found by case {cases:?}", fault.rule());
        missed.extend(cases.is_none().then_some(fault));
    }
    assert!(missed.is_empty(), "these outlive every case: {missed:?}");
}
