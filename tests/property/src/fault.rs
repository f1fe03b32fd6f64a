//! Which fault each kind of home has to find: a fault that nobody finds does not compile.

use domicile_policy::Fault;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

/// A fault that outlives so many cases means that the cases are weak.
pub const FAULT_CASES_MAX: u32 = 2_000;

/// The kinds of homes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The model in the policy's tests.
    Model,
    /// A real one: engine, guest, store.
    Real,
    /// Either.
    Both,
    /// A real one with a gate, by the link to it.
    Gate,
    /// Neither: an attack of the store's own tests does.
    Attack,
}

/// Who finds a fault.
pub fn found_by(fault: Fault) -> Kind {
    match fault {
        // Nothing to find. In a real home each entrance has causes of its own, so that no wrong one
        // gets as far as the policy, and no child fails.
        Fault::Nothing | Fault::AnyCause | Fault::SpawnWaits => Kind::Model,
        // What the model has not: a feed, ids, panels, quotas, errors, notices, a console, a clock.
        Fault::SharedSequence
        | Fault::CountTeachesNothing
        | Fault::FeedTeachesNothing
        | Fault::ReadTeachesNothing
        | Fault::PanelForgets
        | Fault::CreateTeachesNothing
        | Fault::TellsHidden
        | Fault::SharedQuota
        | Fault::ConflictTells
        | Fault::LogsLow
        | Fault::NoticesLow
        | Fault::ClockRuns => Kind::Real,
        // Programs write no files.
        Fault::SharedChunks => Kind::Attack,
        Fault::Taint
        | Fault::LearnsWhatItFinds
        | Fault::LearnsUnlessEmpty
        | Fault::SeesAbove
        | Fault::Grants
        | Fault::CreatesLow
        | Fault::UpdatesInPlace
        | Fault::DeletesInPlace
        | Fault::StartsAbove
        | Fault::EventsReachAll
        | Fault::DepositTells
        | Fault::SendsAbove
        | Fault::ReceivesNothing
        | Fault::Token
        | Fault::NoToken
        | Fault::StateLow
        | Fault::StateAbove => Kind::Both,
        Fault::AnswersUncut | Fault::AnswersEarly | Fault::AnswersOften => Kind::Gate,
    }
}

/// The faults that this kind of home has to find.
pub fn faults(kind: Kind) -> impl Iterator<Item = Fault> {
    let finds = move |fault: &Fault| match found_by(*fault) {
        Kind::Both => kind != Kind::Gate,
        finder => finder == kind,
    };
    Fault::ALL.iter().copied().filter(finds)
}

/// How many cases it takes to find a fault, if it is found at all.
pub fn cases_until_found<T>(
    cases: &impl Strategy<Value = T>,
    holds: impl Fn(&T) -> Result<(), String>,
) -> Option<u32> {
    // One sequence of cases, the same each time: a build must not fail by chance.
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    (1..=FAULT_CASES_MAX).find(|_| {
        let case = cases.new_tree(&mut runner).map(|tree| tree.current());
        case.is_ok_and(|case| holds(&case).is_err())
    })
}
