//! Programs: a guest as data. One byte of memory holds the sum of all that it saw, and steers it.

use domicile_policy::{Action, Doctype, Label, ProviderId, Run};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::generate::{DOCTYPES, PROVIDERS};
use crate::model::Home;
use crate::support::{doctype, provider};

#[derive(Clone, Debug)]
pub enum Op {
    Query(Doctype, Vec<ProviderId>),
    Create(Doctype),
    /// Updates the n-th visible document, or deletes it.
    Change(Doctype, usize, bool),
    Deposit(Doctype, u8),
    Send,
    Receive(u8),
    GetState,
    SetState,
    Add(u8),
    /// Skips operations when the memory is odd: control that depends on what was seen.
    SkipIfOdd(usize),
}

impl Op {
    fn writes(&self) -> bool {
        matches!(self, Op::Create(_) | Op::Change(..) | Op::Deposit(..) | Op::SetState)
    }
}

pub fn program() -> impl Strategy<Value = Vec<Op>> {
    let name = || select(DOCTYPES.to_vec()).prop_map(doctype);
    let origins = prop_oneof![
        3 => Just(Vec::new()),
        1 => subsequence(PROVIDERS.to_vec(), 1..=2),
    ];
    let origins = origins.prop_map(|names| names.into_iter().map(provider).collect());
    let op = prop_oneof![
        6 => (name(), origins).prop_map(|(name, origins)| Op::Query(name, origins)),
        4 => name().prop_map(Op::Create),
        4 => (name(), 0..4usize, any::<bool>()).prop_map(|(n, at, del)| Op::Change(n, at, del)),
        2 => (name(), 0..3u8).prop_map(|(name, key)| Op::Deposit(name, key)),
        3 => Just(Op::Send),
        1 => any::<u8>().prop_map(Op::Receive),
        2 => Just(Op::GetState),
        2 => Just(Op::SetState),
        1 => any::<u8>().prop_map(Op::Add),
        2 => (1..3usize).prop_map(Op::SkipIfOdd),
    ];
    vec(op, 2..8)
}

/// What a refusal and an absence look like to a guest.
const REFUSED: u8 = 255;

/// Runs a program and answers its memory. What is sent goes to `wire`. After each operation of a
/// run that knows more than `observer` may, what lies below the observer must be as it was.
pub fn execute(
    run: &mut Run,
    home: &mut Home,
    program: &[Op],
    memory: u8,
    wire: &mut Vec<u8>,
    observer: &Label,
) -> u8 {
    let (mut memory, mut skip) = (memory, 0);
    for op in program {
        if skip > 0 {
            skip -= 1;
            continue;
        }
        if let Op::SkipIfOdd(count) = op {
            skip = if memory % 2 == 1 { *count } else { 0 };
            continue;
        }
        // A look changes nothing, here by its type.
        let before = op.writes().then(|| home.below(observer));
        memory = step(run, home, op, memory, wire);
        if let Some(before) = before.filter(|_| !run.label().flows_to(observer)) {
            assert_eq!(home.below(observer), before, "{op:?} shows below {observer}");
        }
    }
    memory
}

fn step(run: &mut Run, home: &mut Home, op: &Op, memory: u8, wire: &mut Vec<u8>) -> u8 {
    match op {
        Op::Query(name, origins) => match run.read(name, Action::Query, origins) {
            Ok(scope) => mix(memory, home.find(&scope).iter().map(|(_, body)| *body)),
            Err(_) => REFUSED,
        },
        Op::Create(name) => match run.create(name) {
            Ok(stamp) => {
                home.create(name, &stamp, memory);
                memory
            }
            Err(_) => REFUSED,
        },
        Op::Change(name, at, delete) => {
            let Ok(scope) = run.change(name) else { return REFUSED };
            let visible = home.find(&scope.read);
            let Some((id, _)) = visible.get(*at) else { return REFUSED };
            let done = home.change(&scope, id, (!delete).then_some(memory));
            if done { memory } else { REFUSED }
        }
        Op::Deposit(name, key) => match run.deposit(name) {
            Ok(stamp) => {
                home.deposit(name, &stamp, &format!("key{key}"), memory);
                memory
            }
            Err(_) => REFUSED,
        },
        Op::Send => match run.send() {
            Ok(()) => {
                wire.push(memory);
                memory
            }
            Err(_) => REFUSED,
        },
        Op::Receive(byte) => {
            run.receive();
            mix(memory, [*byte])
        }
        Op::GetState => mix(memory, [home.state(run.component(), run.state_visible())]),
        Op::SetState => {
            home.set_state(run.component(), &run.stamp().label, memory);
            memory
        }
        Op::Add(byte) => memory.wrapping_add(*byte),
        Op::SkipIfOdd(_) => memory,
    }
}

fn mix(memory: u8, seen: impl IntoIterator<Item = u8>) -> u8 {
    seen.into_iter()
        .fold(memory, |sum, byte| sum.wrapping_mul(5).wrapping_add(byte).wrapping_add(1))
}
