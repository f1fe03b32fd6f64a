//! Cozy's published rules for bills, operations and late refunds, as a baseline. In: documents and
//! a day. Out: matches and alerts, in the types of the truth. Never here: a rule of ours, or
//! anybody's code: it is written from a description of the rules.
//!
//! Where the description leaves a choice, the one that finds more is taken: windows include their
//! ends; a credit counts as found where its link would be refused since the bills are more than
//! their payment; combined bills are linked as single ones are; late refunds of the whole history
//! are told, as if the service had run each day.

mod brand;
mod combine;
mod late;
mod read;
mod window;

use std::collections::BTreeMap;

use crate::documents::{BILLS, Document, OPERATIONS};
use crate::truth::{Findings, Match, Role};
use brand::Labels;
use read::{Bill, Operation};
use window::Search;

/// What was found for a bill: places of operations.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    debit: Option<usize>,
    credit: Option<usize>,
}

/// Everything known, and what was found so far.
struct Matching {
    bills: Vec<Bill>,
    operations: Vec<Operation>,
    found: Vec<Found>,
    labels: Labels,
}

/// Matches, and alerts for care that was paid more than 30 days before today (`2026-10-05`) and of
/// which nothing came back.
pub fn findings(documents: &[Document], today: &str) -> Findings {
    let of = |doctype: &'static str| documents.iter().filter(move |one| one.doctype == doctype);
    let bills: Vec<Bill> = of(BILLS).filter_map(read::bill).collect();
    let operations = of(OPERATIONS).filter_map(read::operation).collect();
    let found = vec![Found::default(); bills.len()];
    let mut matching = Matching { bills, operations, found, labels: Labels::default() };
    for at in 0..matching.bills.len() {
        let bill = matching.bills[at].clone();
        let debit = matching.best(&bill, Role::Debit);
        let credit = matching.best(&bill, Role::Credit);
        matching.link(at, Found { debit, credit });
    }
    combine::rest(&mut matching);
    let alerts = late::alerts(&matching, today);
    Findings { matches: matching.matches(), alerts }
}

impl Matching {
    /// The operation with the lowest score among those that pass all filters.
    fn best(&mut self, bill: &Bill, role: Role) -> Option<usize> {
        if bill.is_third_party || (role == Role::Credit && !bill.is_refund) {
            return None;
        }
        let label = match (role, bill.is_health) {
            (Role::Debit, true) => None,
            _ => Some(self.labels.of(bill)?),
        };
        let search = Search::new(bill, role);
        let passes = |operation: &Operation| {
            search.admits(operation)
                && window::is_category(bill, operation, role)
                && (role == Role::Credit || operation.has_room(bill.amount))
                && label.as_ref().is_none_or(|label| label.is_match(&operation.label))
        };
        let fitting = self.operations.iter().enumerate().filter(|(_, one)| passes(one));
        let scored = fitting.map(|(at, one)| (window::score(bill, one), at));
        scored.min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, at)| at)
    }

    /// With both sides, the care is refunded.
    fn link(&mut self, bill: usize, found: Found) {
        self.found[bill] = found;
        if let (Some(debit), Some(_)) = (found.debit, found.credit) {
            self.operations[debit].reimbursed += self.bills[bill].amount;
            self.operations[debit].reimbursements += 1;
        }
    }

    fn matches(&self) -> Vec<Match> {
        let of = |(bill, found): (&Bill, &Found)| {
            let sides = [(Role::Debit, found.debit), (Role::Credit, found.credit)];
            let id = bill.id.clone();
            sides.into_iter().filter_map(move |(role, at)| {
                let operation = self.operations.get(at?)?.id.clone();
                Some(Match { bill: id.clone(), role, operations: vec![operation] })
            })
        };
        self.bills.iter().zip(&self.found).flat_map(of).collect()
    }

    /// The bills that each debit was found for.
    fn bills_by_debit(&self) -> BTreeMap<usize, Vec<String>> {
        let mut all = BTreeMap::<usize, Vec<String>>::new();
        for (bill, found) in self.bills.iter().zip(&self.found) {
            if let Some(debit) = found.debit {
                all.entry(debit).or_default().push(bill.id.clone());
            }
        }
        all
    }
}
