//! What a program does in the model of a home: each step asks the policy.

use domicile_policy::{Action, Doctype, Fault, GrantLine, Kept, Label, Look, ProviderId, Run};
use domicile_property::program::Op;
use domicile_property::{REFUSED, mix};

use crate::generate::{DOCTYPES, PROVIDERS};
use crate::model::Home;
use crate::support::{doctype, provider};

/// What a component with a network talks to.
pub struct Outside<'a> {
    /// What was sent.
    pub wire: &'a mut Vec<u8>,
    /// Which of two answers comes.
    pub answers: usize,
}

/// Runs a program and answers its memory. After each operation of a
/// run that knows more than `observer` may, what lies below the observer must be as it was.
pub fn execute(
    fault: Fault,
    run: &mut Run,
    home: &mut Home,
    (program, memory): (&[Op], u8),
    mut outside: Outside<'_>,
    observer: &Label,
) -> Result<u8, String> {
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
        let before = writes(op).then(|| home.below(observer));
        memory = Guest { fault, run, home }.step(op, memory, &mut outside);
        if let Some(before) = before.filter(|_| !run.label().flows_to(observer))
            && home.below(observer) != before
        {
            return Err(format!("{op:?} shows below {observer}"));
        }
    }
    Ok(memory)
}

fn writes(op: &Op) -> bool {
    matches!(op, Op::Create(_) | Op::Change(..) | Op::Deposit(..) | Op::SetState)
}

struct Guest<'a> {
    fault: Fault,
    run: &'a mut Run,
    home: &'a mut Home,
}

impl Guest<'_> {
    fn step(&mut self, op: &Op, memory: u8, outside: &mut Outside<'_>) -> u8 {
        let name = |at: &usize| doctype(DOCTYPES[*at]);
        let done = match op {
            Op::Query(at, from) => self.find(&name(at), from, memory),
            Op::Count(at) => self.count(&name(at), memory),
            Op::Create(at) => self.create(&name(at), memory),
            Op::Change(at, nth, delete) => self.change(&name(at), *nth, *delete, memory),
            Op::Deposit(at, key) => self.deposit(&name(at), &format!("key{key}"), memory),
            Op::Send => self.fault.send(self.run).ok().map(|()| {
                outside.wire.push(memory);
                memory
            }),
            Op::Receive(bytes) => {
                self.fault.receive(self.run);
                Some(mix(memory, [bytes[outside.answers]]))
            }
            Op::GetState => {
                let visible = self.fault.state_visible(self.run);
                Some(mix(memory, [self.home.state(self.run.component(), visible)]))
            }
            Op::SetState => {
                let label = self.fault.stamp(self.run, Kept::State).label;
                self.home.set_state(self.run.component(), &label, memory);
                Some(memory)
            }
            Op::Spawn(at) => self.spawn(&name(at), memory),
            Op::Add(byte) => Some(memory.wrapping_add(*byte)),
            // The model has no ids to guess, no feed, no notices, no console and no clock.
            Op::Feed(_)
            | Op::Read(..)
            | Op::Guess(..)
            | Op::Notify
            | Op::Print
            | Op::Now
            | Op::SkipIfOdd(_) => Some(memory),
        };
        done.unwrap_or(REFUSED)
    }

    fn find(&mut self, name: &Doctype, from: &[usize], memory: u8) -> Option<u8> {
        let from: Vec<ProviderId> = from.iter().map(|at| provider(PROVIDERS[at - 1])).collect();
        let scope = self.fault.read(self.run, name, Look::Find, &from).ok()?;
        let found = self.home.find(&scope);
        self.fault.found(self.run, &scope, found.iter().map(|((_, label, _), _)| label));
        Some(mix(memory, found.iter().map(|(_, body)| *body)))
    }

    fn count(&mut self, name: &Doctype, memory: u8) -> Option<u8> {
        let scope = self.fault.read(self.run, name, Look::Count, &[]).ok()?;
        let found = self.home.find(&scope);
        self.fault.found(self.run, &scope, found.iter().map(|((_, label, _), _)| label));
        Some(mix(memory, [found.len() as u8]))
    }

    fn create(&mut self, name: &Doctype, memory: u8) -> Option<u8> {
        let stamp = self.fault.create(self.run, name).ok()?;
        self.home.create(name, &stamp, memory);
        Some(memory)
    }

    fn change(&mut self, name: &Doctype, nth: usize, delete: bool, memory: u8) -> Option<u8> {
        let scope = self.fault.change(self.run, name, delete).ok()?;
        let visible = self.home.find(&scope.read);
        self.fault.found(self.run, &scope.read, visible.iter().map(|((_, label, _), _)| label));
        let (id, _) = visible.get(nth)?;
        self.home.change(&scope, id, (!delete).then_some(memory)).then_some(memory)
    }

    fn deposit(&mut self, name: &Doctype, key: &str, memory: u8) -> Option<u8> {
        let stamp = self.run.deposit(name).ok()?;
        let taken = self.home.has_key_elsewhere(name, &stamp.label, key);
        self.home.deposit(name, &stamp, key, memory);
        let tells = self.fault.is(Fault::DepositTells) && taken;
        Some(if tells { REFUSED } else { memory })
    }

    /// A child that may look at one doctype only, and what its parent hears of it.
    fn spawn(&mut self, name: &Doctype, memory: u8) -> Option<u8> {
        let line = self.run.grants().line(name).filter(|line| GrantLine::looks(line))?.clone();
        let grants = domicile_policy::Grants::new([line]).ok()?;
        let mut child = self.run.spawn(grants).ok()?;
        let scope = child.read(name, Action::Query, &[]).ok()?;
        let heard = self.home.find(&scope).iter().fold(0, |sum, (_, body)| mix(sum, [*body]));
        Some(if self.fault.sees_end_of(self.run, &child) { mix(memory, [heard]) } else { memory })
    }
}
