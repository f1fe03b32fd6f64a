//! How right a system is. In: a household and what a system says of it. Out: precision and recall
//! of its matches and alerts. Never here: which system it is.
//!
//! A match counts by pairs of a bill and an operation. A copy of a bill is the bill, and operations
//! that are alike in all but their id are one. An alert is right if it names the payer, a bill or
//! an operation of the act, and the missing amount of one of the truth's that no other alert was
//! right about. One that names no payer is right by its bill or operation alone; a lost sheet has
//! no amount that a document would tell.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;

use serde::Serialize;

use crate::documents::Document;
use crate::truth::{Alert, Findings, Kind, Match, Role, Truth};
use crate::{Household, OPERATIONS};

/// Missing amounts this close are the same.
const MISSING_CENTS: i64 = 5;

/// What was said and is so, what was said and isn't, and what wasn't said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Score {
    pub right: usize,
    pub wrong: usize,
    pub missed: usize,
}

impl Score {
    /// Of what was said, the share that is so. Who says nothing says nothing wrong.
    pub fn precision(self) -> f64 {
        share(self.right, self.wrong)
    }

    /// Of what is so, the share that was said.
    pub fn recall(self) -> f64 {
        share(self.right, self.missed)
    }
}

fn share(right: usize, rest: usize) -> f64 {
    if right + rest == 0 { 1.0 } else { right as f64 / (right + rest) as f64 }
}

impl AddAssign for Score {
    fn add_assign(&mut self, other: Score) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.missed += other.missed;
    }
}

/// Of one household, or of many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Scores {
    pub matches: Score,
    pub alerts: Score,
}

impl AddAssign for Scores {
    fn add_assign(&mut self, other: Scores) {
        self.matches += other.matches;
        self.alerts += other.alerts;
    }
}

pub fn judge(household: &Household, findings: &Findings) -> Scores {
    let names = Names::of(household);
    let truth = &household.truth;
    Scores {
        matches: matches(&names, &truth.matches, &findings.matches),
        alerts: alerts(&names, &truth.alerts, &findings.alerts),
    }
}

fn matches(names: &Names, truth: &[Match], said: &[Match]) -> Score {
    let (truth, said) = (names.pairs(truth), names.pairs(said));
    let right = truth.intersection(&said).count();
    Score { right, wrong: said.len() - right, missed: truth.len() - right }
}

fn alerts(names: &Names, truth: &[Alert], said: &[Alert]) -> Score {
    let mut open: Vec<&Alert> = truth.iter().collect();
    let mut score = Score::default();
    for alert in said {
        match open.iter().position(|wrong| names.is_right(alert, wrong)) {
            Some(at) => {
                open.remove(at);
                score.right += 1;
            }
            None => score.wrong += 1,
        }
    }
    score.missed = open.len();
    score
}

/// One name for bills that are one, and for operations that no reader can tell apart.
struct Names<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Names<'a> {
    fn of(household: &'a Household) -> Names<'a> {
        let Truth { copies, .. } = &household.truth;
        let mut names: BTreeMap<&str, &str> =
            copies.iter().map(|(copy, bill)| (copy.as_str(), bill.as_str())).collect();
        let mut first = BTreeMap::new();
        for document in household.documents.iter().filter(|one| one.doctype == OPERATIONS) {
            let id = document.id.as_str();
            names.insert(id, first.entry(looks(document)).or_insert(id));
        }
        Names(names)
    }

    fn name<'b>(&'b self, id: &'b str) -> &'b str {
        self.0.get(id).copied().unwrap_or(id)
    }

    fn pairs<'b>(&'b self, matches: &'b [Match]) -> BTreeSet<(&'b str, Role, &'b str)> {
        let pairs = matches.iter().flat_map(|one| {
            let operations = one.operations.iter();
            operations.map(|operation| (self.name(&one.bill), one.role, self.name(operation)))
        });
        pairs.collect()
    }

    fn is_right(&self, said: &Alert, wrong: &Alert) -> bool {
        let shares = |said: &[String], wrong: &[String]| {
            said.iter().any(|one| wrong.iter().any(|other| self.name(one) == self.name(other)))
        };
        let is_about =
            shares(&said.bills, &wrong.bills) || shares(&said.operations, &wrong.operations);
        let is_amount =
            wrong.kind == Kind::SheetLost || (said.missing - wrong.missing).abs() <= MISSING_CENTS;
        is_about && (said.payer.is_empty() || (said.payer == wrong.payer && is_amount))
    }
}

/// All that a reader sees of an operation.
fn looks(document: &Document) -> String {
    let fields = ["account", "date", "realisationDate", "amount", "label"];
    fields
        .map(|field| document.body.get(field).map(ToString::to_string).unwrap_or_default())
        .join("\n")
}
