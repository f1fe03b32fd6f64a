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
}

impl<'a> Decided<'a> {
    pub fn of(decisions: &'a [Decision]) -> Decided<'a> {
        let mut decided = Decided::default();
        for decision in decisions {
            match decision {
                Decision::Confirm { bill, side, operation } => {
                    decided.confirm(*side, bill, operation);
                }
                Decision::Split { operation, side, bills } => {
                    for ((of, _), operations) in &mut decided.confirmed {
                        if of == side {
                            operations.remove(operation.as_str());
                        }
                    }
                    bills.iter().for_each(|bill| decided.confirm(*side, bill, operation));
                }
                Decision::Undo { bill, operation } => {
                    decided.undone.insert((bill, operation));
                    for side in [Side::Debit, Side::Credit] {
                        let of_bill = decided.confirmed.get_mut(&(side, bill.as_str()));
                        of_bill.into_iter().for_each(|all| {
                            all.remove(operation.as_str());
                        });
                    }
                }
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
    fn told(
        &self,
        ledger: &Ledger<'_>,
        want: &Want,
        entries: &BTreeMap<&str, usize>,
    ) -> BTreeMap<usize, BTreeSet<usize>> {
        let mut told = BTreeMap::<usize, BTreeSet<usize>>::new();
        for at in &want.papers {
            let Some(paper) = ledger.papers.get(*at) else { continue };
            let id = &paper.bill.id;
            let copies = ledger.copies.iter().filter(|copy| copy.of == *id).map(|copy| &copy.bill);
            for bill in std::iter::once(id).chain(copies) {
                let operations = self.confirmed.get(&(want.side, bill.as_str()));
                let places = operations.into_iter().flatten().filter_map(|id| entries.get(id));
                let places = places.filter(|place| {
                    let cents = ledger.entries.get(**place).map_or(0, |entry| entry.cents);
                    cents != 0 && (cents < 0) == (want.side == Side::Debit)
                });
                told.entry(*at).or_default().extend(places);
            }
        }
        told.retain(|_, operations| !operations.is_empty());
        told
    }
}

/// The want becomes what the owner settled; what is left of it is another one.
fn settle(
    ledger: &Ledger<'_>,
    want: &mut Want,
    told: &BTreeMap<usize, BTreeSet<usize>>,
) -> Option<Want> {
    let operations: BTreeSet<usize> = told.values().flatten().copied().collect();
    let cents = |at: &usize| ledger.entries.get(*at).map_or(0, |entry| entry.cents.abs());
    let sum: Cents = operations.iter().map(cents).sum();
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
    let (operations, evidence) = (operations.into_iter().collect(), Vec::new());
    want.found = Some(Found { operations, rule: Rule::Owner, evidence, cost: 0, cents });
    rest
}
