//! What the owner decided. In: decisions in the order in which they were made. Out: what is settled
//! before anything is looked for, and what may never be matched. Never here: a decision that the
//! books overrule.

use std::collections::{BTreeMap, BTreeSet};

use crate::books::Cents;
use crate::ledger::Ledger;
use crate::memory::Decision;
use crate::outcome::{Rule, Side};
use crate::want::{Found, Want, payment};
use crate::window::ROUNDING_MAX;

/// The decisions that hold.
#[derive(Debug, Default)]
pub struct Decided<'a> {
    pub undone: BTreeSet<(&'a str, &'a str)>,
    pub dismissed: BTreeSet<&'a str>,
    /// Operations of a bill.
    confirmed: BTreeMap<(Side, &'a str), BTreeSet<&'a str>>,
    /// How much of an operation is about a bill, where the owner said so.
    parts: BTreeMap<(Side, &'a str, &'a str), Cents>,
}

/// Operations that the owner gave to bills, by place: of each what is about the bill, or all of it.
type Told = BTreeMap<usize, BTreeMap<usize, Option<Cents>>>;

impl<'a> Decided<'a> {
    pub fn of(decisions: &'a [Decision]) -> Decided<'a> {
        let mut decided = Decided::default();
        for decision in decisions {
            match decision {
                Decision::Confirm { bill, side, operation } => {
                    decided.confirm(*side, bill, operation);
                }
                Decision::Split { operation, side, bills, parts } => {
                    decided.split(*side, operation, bills, parts);
                }
                Decision::Undo { bill, operation } => decided.undo(bill, operation),
                Decision::Dismiss { alert } => {
                    decided.dismissed.insert(alert);
                }
            }
        }
        decided
    }

    fn confirm(&mut self, side: Side, bill: &'a str, operation: &'a str) {
        self.undone.remove(&(bill, operation));
        self.confirmed.entry((side, bill)).or_default().insert(operation);
    }

    /// Of two words on one bill in it the later one holds.
    fn split(&mut self, side: Side, operation: &'a str, bills: &'a [String], parts: &[Cents]) {
        for ((of, _), operations) in &mut self.confirmed {
            if *of == side {
                operations.remove(operation);
            }
        }
        self.parts.retain(|(of, _, split), _| (*of, *split) != (side, operation));
        for (at, bill) in bills.iter().enumerate() {
            self.confirm(side, bill, operation);
            let part = parts.get(at).filter(|cents| **cents > 0);
            self.parts.extend(part.map(|cents| ((side, bill.as_str(), operation), *cents)));
        }
    }

    fn undo(&mut self, bill: &'a str, operation: &'a str) {
        self.undone.insert((bill, operation));
        for side in [Side::Debit, Side::Credit] {
            if let Some(operations) = self.confirmed.get_mut(&(side, bill)) {
                operations.remove(operation);
            }
            self.parts.remove(&(side, bill, operation));
        }
    }

    /// Settles what the owner settled.
    pub fn settle(&self, ledger: &Ledger<'_>, wants: &mut Vec<Want>, taken: &mut [bool]) {
        if self.confirmed.values().all(BTreeSet::is_empty) {
            return;
        }
        let entries: BTreeMap<&str, usize> = ledger
            .entries
            .iter()
            .zip(0..)
            .map(|(one, at)| (one.operation.id.as_str(), at))
            .collect();
        let mut rest = Vec::new();
        for want in wants.iter_mut().filter(|_| !self.parts.is_empty()) {
            let told = self.told(ledger, want, &entries);
            let mut all = apart(ledger, want, &told).into_iter();
            if let Some(first) = all.next() {
                *want = first;
                rest.extend(all);
            }
        }
        wants.append(&mut rest);
        for want in wants.iter_mut() {
            let told = self.told(ledger, want, &entries);
            if !told.is_empty() {
                rest.extend(settle(ledger, want, &told));
            }
        }
        wants.extend(rest);
        for want in wants.iter() {
            let operations = want.found.iter().flat_map(|found| &found.operations);
            for at in operations {
                taken.get_mut(*at).into_iter().for_each(|taken| *taken = true);
            }
        }
    }

    /// Operations that the owner gave to each of its bills, or to copies of them.
    fn told(&self, ledger: &Ledger<'_>, want: &Want, entries: &BTreeMap<&str, usize>) -> Told {
        let mut told = Told::new();
        for at in &want.papers {
            let Some(paper) = ledger.papers.get(*at) else { continue };
            let id = &paper.bill.id;
            let copies = ledger.copies.iter().filter(|copy| copy.of == *id).map(|copy| &copy.bill);
            for bill in std::iter::once(id).chain(copies) {
                let operations = self.confirmed.get(&(want.side, bill.as_str()));
                for operation in operations.into_iter().flatten() {
                    let Some(place) = entries.get(operation) else { continue };
                    let cents = ledger.entries.get(*place).map_or(0, |entry| entry.cents);
                    if cents != 0 && (cents < 0) == (want.side == Side::Debit) {
                        let part = self.parts.get(&(want.side, bill.as_str(), *operation));
                        told.entry(*at).or_default().insert(*place, part.copied());
                    }
                }
            }
        }
        told
    }
}

/// Where the owner said how much of an operation is about each bill, each of those bills is a
/// payment of its own, so that what lacks for one is not taken for what lacks for another. Not
/// where flat fees were kept back of them all: nobody knows of which.
fn apart(ledger: &Ledger<'_>, want: &Want, told: &Told) -> Vec<Want> {
    let amount = |at: &usize| ledger.papers.get(*at).map_or(0, |paper| paper.amount);
    let sum: Cents = want.papers.iter().map(amount).sum();
    let is_said = told.values().flat_map(BTreeMap::values).any(Option::is_some);
    let is_one = want.side == Side::Debit || want.papers.len() < 2;
    if is_one || !is_said || sum != want.window.cents {
        return Vec::new();
    }
    let others: Vec<usize> =
        want.papers.iter().copied().filter(|at| !told.contains_key(at)).collect();
    let left: Cents = others.iter().map(amount).sum();
    let each = told.keys().filter_map(|at| payment(ledger, vec![*at], amount(at)));
    each.chain(payment(ledger, others, left)).collect()
}

/// The want becomes what the owner settled; what is left of it is another one.
fn settle(ledger: &Ledger<'_>, want: &mut Want, told: &Told) -> Option<Want> {
    let mut parts = BTreeMap::<usize, Cents>::new();
    for (at, part) in told.values().flatten() {
        let whole = ledger.entries.get(*at).map_or(0, |entry| entry.cents.abs());
        let given = parts.entry(*at).or_default();
        // No part is more than there is, nor are all of them together.
        *given = given.saturating_add(part.unwrap_or(whole)).min(whole);
    }
    let sum: Cents = parts.values().sum();
    let is_all = want.side == Side::Debit
        || told.len() == want.papers.len()
        || sum + ROUNDING_MAX >= want.window.cents;
    let mut rest = None;
    if !is_all {
        let (mine, others): (Vec<usize>, Vec<usize>) =
            want.papers.iter().partition(|at| told.contains_key(at));
        let amount = |at: &usize| ledger.papers.get(*at).map_or(0, |paper| paper.amount);
        let own: Cents = mine.iter().map(amount).sum();
        rest =
            payment(ledger, others, want.window.cents - own).filter(|rest| rest.window.cents > 0);
        *want = payment(ledger, mine, own)?;
    }
    // Of an operation that is about other bills too, it is as much as was wanted.
    let cents = sum.min(want.window.cents);
    let (operations, evidence) = (parts.into_keys().collect(), Vec::new());
    want.found = Some(Found { operations, rule: Rule::Owner, evidence, cost: 0, cents });
    rest
}
