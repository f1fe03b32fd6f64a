//! What each payer owes of each expense. In: what was found. Out: shares with their state. Never
//! here: a partial refund that hides a missing one.

use std::collections::{BTreeMap, BTreeSet};

use crate::books::Cents;
use crate::day::Day;
use crate::deadline::Delays;
use crate::ledger::{Ledger, Paper};
use crate::outcome::{Expense, Role, Rule, Share, State};
use crate::want::{Spending, Want};
use crate::window::ROUNDING_MAX;

/// All that was found, and when it is looked at.
pub struct Findings<'a> {
    pub ledger: &'a Ledger<'a>,
    pub spendings: &'a [Spending],
    pub debits: &'a [Want],
    pub payments: &'a [Want],
    /// By place of the bill.
    pub spending_of: &'a [Option<usize>],
    pub delays: &'a [Delays],
    pub taken: &'a [bool],
    pub today: Day,
}

impl<'a> Findings<'a> {
    pub fn papers(&self, places: &'a [usize]) -> impl Iterator<Item = &'a Paper<'a>> + Clone {
        let ledger = self.ledger;
        places.iter().filter_map(move |at| ledger.papers.get(*at))
    }

    pub fn papers_of(&self, want: &'a Want) -> impl Iterator<Item = &'a Paper<'a>> + Clone {
        self.papers(&want.papers)
    }

    /// The expenses that some bills are about, each once.
    pub fn spendings_of(&self, papers: &[usize]) -> Vec<&'a Spending> {
        let places: BTreeSet<usize> =
            papers.iter().filter_map(|at| self.spending_of.get(*at).copied().flatten()).collect();
        places.into_iter().filter_map(|at| self.spendings.get(at)).collect()
    }

    pub fn delays(&self, payer: Option<usize>) -> Option<&Delays> {
        self.delays.get(payer?)
    }

    /// When a payment has to be there.
    pub fn due(&self, want: &Want) -> Day {
        const NOBODY: i32 = 30;
        let days = self.delays(want.payer).map_or(NOBODY, |delays| delays.payment);
        want.window.day.plus(days).or_monday()
    }

    /// What a payment lacks.
    pub fn missing(&self, want: &Want) -> Cents {
        let Some(found) = &want.found else { return want.window.cents };
        let missing = want.window.cents - found.cents;
        let is_whole = missing <= ROUNDING_MAX || found.rule == Rule::KeptBack;
        if is_whole { 0 } else { missing }
    }

    pub fn state(&self, want: &Want) -> State {
        if self.missing(want) == 0 {
            return State::Received;
        }
        let due = self.due(want);
        let Some((first, last)) = self.ledger.history else { return State::Unknown };
        match &want.found {
            None if want.window.day < first => State::Unknown,
            _ if self.today <= due => State::Awaited,
            _ if last.plus(STALE_DAYS) < due => State::Unknown,
            None => State::Missing,
            Some(_) => State::Partial,
        }
    }

    pub fn debits_of(&self, spending: &Spending) -> Vec<usize> {
        let want = spending.want.and_then(|at| self.debits.get(at));
        want.and_then(|want| want.found.as_ref()).map_or_else(Vec::new, |f| f.operations.clone())
    }

    pub fn ids(&self, operations: &[usize]) -> Vec<String> {
        let entries = operations.iter().filter_map(|at| self.ledger.entries.get(*at));
        entries.map(|entry| entry.operation.id.clone()).collect()
    }
}

/// The bank's newest operation may be that much older than what is asked of it.
const STALE_DAYS: i32 = 7;

/// All expenses, with what is owed of them.
pub fn expenses(findings: &Findings<'_>) -> Vec<Expense> {
    let mut payment_of = BTreeMap::<usize, usize>::new();
    for (place, want) in findings.payments.iter().enumerate() {
        payment_of.extend(want.papers.iter().map(|paper| (*paper, place)));
    }
    let expense = |spending: &Spending| {
        let papers = || spending.papers.iter().filter_map(|at| findings.ledger.papers.get(*at));
        let longest = papers().map(|paper| paper.bill.beneficiary.trim()).max_by_key(|n| n.len());
        let what = papers().find_map(|paper| {
            let names = [paper.bill.subtype.trim(), paper.bill.vendor.trim()];
            names.into_iter().find(|name| !name.is_empty())
        });
        let refunds = spending.papers.iter().filter_map(|at| {
            let want = payment_of.get(at).and_then(|place| findings.payments.get(*place));
            share(findings, *at, want)
        });
        Expense {
            beneficiary: longest.unwrap_or_default().to_owned(),
            what: what.unwrap_or_default().to_owned(),
            day: spending.day,
            spent: spending.spent,
            currency: spending.currency.clone(),
            bills: papers().map(|paper| paper.bill.id.clone()).collect(),
            debits: findings.ids(&findings.debits_of(spending)),
            shares: refunds.collect(),
        }
    };
    findings.spendings.iter().map(expense).collect()
}

fn share(findings: &Findings<'_>, at: usize, want: Option<&Want>) -> Option<Share> {
    let paper = findings.ledger.papers.get(at).filter(|paper| paper.bill.is_refund)?;
    let payer = findings.ledger.payers.get(paper.payer);
    let share = Share {
        payer: payer.map_or_else(String::new, |payer| payer.vendor.clone()),
        role: payer.map_or(Role::Vendor, |payer| payer.role),
        expected: paper.amount,
        is_announced: true,
        received: 0,
        kept_back: 0,
        state: if paper.bill.is_third_party_payer { State::ThirdParty } else { State::Unknown },
        due: paper.day,
        credits: Vec::new(),
    };
    let Some(want) = want else { return Some(share) };
    let (received, kept_back) = portion(findings, want, at);
    let credits = want.found.as_ref().map_or(&[][..], |found| &found.operations);
    Some(Share {
        received,
        kept_back,
        state: findings.state(want),
        due: findings.due(want),
        credits: findings.ids(credits),
        ..share
    })
}

/// Of what came for several bills, the part of one: each gets its own in turn, after the flat fees.
fn portion(findings: &Findings<'_>, want: &Want, at: usize) -> (Cents, Cents) {
    let amount = |at: &usize| findings.ledger.papers.get(*at).map_or(0, |paper| paper.amount);
    let sum: Cents = want.papers.iter().map(amount).sum();
    let found = want.found.as_ref();
    let came = found.map_or(0, |found| found.cents);
    let fee =
        found.filter(|found| found.rule == Rule::KeptBack).map_or(0, |_| want.window.cents - came);
    let (mut kept, mut left) = ((sum - want.window.cents).max(0) + fee, came);
    for paper in &want.papers {
        let own = amount(paper);
        let less = kept.min(own);
        let mine = left.min(own - less);
        (kept, left) = (kept - less, left - mine);
        if *paper == at {
            return (mine, less);
        }
    }
    (0, 0)
}
