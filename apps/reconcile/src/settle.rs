//! Finds what is wanted, in steps that both sides share. In: wants in order. Out: what was found
//! for them, and which operations are taken. Never here: a step that takes an operation twice; work
//! without a named bound.

use crate::assign::{Edge, UNMATCHED, assign};
use crate::books::Cents;
use crate::group::adding_up;
use crate::label::same_merchant;
use crate::ledger::{Entry, Ledger};
use crate::outcome::{Evidence, Rule, Side};
use crate::score::{Fit, Judge, days, reduced};
use crate::want::{Found, Want};
use crate::window::ROUNDING_MAX;

/// Operations that are looked at for one bill: of each amount the nearest ones on either side, and
/// then the best of all.
const NEAREST_MAX: usize = 48;
const CANDIDATES_MAX: usize = 24;
/// Amounts within what a connector allows.
const AMOUNTS_MAX: usize = 256;
/// What is tried to add up to one sum, the nearest first. Few, so that a sum is no chance.
const PIECES_MAX: usize = 12;
/// Questions of sums, on each side.
const TRIES_MAX: usize = 400;

/// Some steps of settling one side.
pub struct Settler<'a, 'b> {
    pub judge: &'b Judge<'a>,
    pub wants: &'b mut Vec<Want>,
    /// By place of the operation.
    pub taken: &'b mut Vec<bool>,
    tries: usize,
}

impl<'a, 'b> Settler<'a, 'b> {
    pub fn new(judge: &'b Judge<'a>, wants: &'b mut Vec<Want>, taken: &'b mut Vec<bool>) -> Self {
        Settler { judge, wants, taken, tries: TRIES_MAX }
    }

    pub fn ledger(&self) -> &'a Ledger<'a> {
        self.judge.ledger
    }

    pub fn is_free(&self, at: usize) -> bool {
        self.taken.get(at).is_some_and(|taken| !taken)
    }

    pub fn take(&mut self, at: usize) {
        self.taken.get_mut(at).into_iter().for_each(|taken| *taken = true);
    }

    /// Places of wants for which nothing was found.
    pub fn open(&self) -> Vec<usize> {
        let is_open = |(_, want): &(usize, &Want)| want.found.is_none() && !want.papers.is_empty();
        self.wants.iter().enumerate().filter(is_open).map(|(at, _)| at).collect()
    }

    /// Operations that may be what is looked for, the best first.
    fn candidates(&self, want: &Want) -> Vec<(usize, Fit)> {
        let window = want.window;
        let sign = if want.side == Side::Debit { -1 } else { 1 };
        let (less, more) = (window.less.max(ROUNDING_MAX), window.more.max(ROUNDING_MAX));
        let (one, other) = (sign * (window.cents - less).max(1), sign * (window.cents + more));
        let ledger = self.ledger();
        let mut amounts = ledger.amounts(one.min(other), one.max(other), AMOUNTS_MAX);
        amounts.extend(reduced(want));
        let mut found: Vec<(usize, Fit)> = amounts
            .into_iter()
            .flat_map(|cents| {
                ledger.on_days(cents, window.from, window.until, window.day, NEAREST_MAX)
            })
            .filter(|at| self.is_free(*at))
            .filter_map(|at| Some((at, self.judge.fit(want, ledger.entries.get(at)?)?)))
            .collect();
        found.sort_by_key(|(at, fit)| (fit.cost, *at));
        found.dedup_by_key(|(at, _)| *at);
        found.truncate(CANDIDATES_MAX);
        found
    }

    /// One operation for each, the best for all at once; of those that `is_clear` only.
    pub fn one_for_one(&mut self, is_clear: impl Fn(&Want, &Entry<'_>) -> bool) {
        let open = self.open();
        let mut edges = Vec::new();
        let mut fits = std::collections::BTreeMap::new();
        for left in open {
            let Some(want) = self.wants.get(left) else { continue };
            let found = self.candidates(want);
            let is_only = found.len() == 1;
            for (right, mut fit) in found {
                let entry = self.ledger().entries.get(right);
                if !entry.is_some_and(|entry| is_clear(want, entry)) {
                    continue;
                }
                edges.push(Edge { cost: fit.cost, left, right });
                fit.evidence.extend(is_only.then_some(Evidence::Alone));
                fits.insert((left, right), fit);
            }
        }
        for (left, right) in assign(&edges) {
            let Some(fit) = fits.remove(&(left, right)) else { continue };
            self.settle(left, vec![right], fit);
        }
    }

    /// These operations are what was looked for.
    pub fn settle(&mut self, want: usize, operations: Vec<usize>, fit: Fit) {
        let of = |at: &usize| self.ledger().entries.get(*at).map(|entry| entry.cents.abs());
        let cents = operations.iter().filter_map(of).sum();
        self.settle_part(want, operations, fit, cents);
    }

    /// A part of what these operations are is what was looked for.
    pub fn settle_part(&mut self, want: usize, operations: Vec<usize>, fit: Fit, cents: Cents) {
        operations.iter().for_each(|at| self.take(*at));
        let Fit { cost, rule, evidence } = fit;
        if let Some(want) = self.wants.get_mut(want) {
            want.found = Some(Found { operations, rule, evidence, cost, cents });
        }
    }

    /// Several of the operations for one want; of each, whether it may be used.
    pub fn in_parts(&mut self, want: usize, operations: &[usize], evidence: Vec<Evidence>) {
        let Some(target) = self.wants.get(want).map(|want| want.window.cents) else { return };
        let cents = |at: &usize| self.ledger().entries.get(*at).map(|entry| entry.cents.abs());
        let nearest = operations.get(..PIECES_MAX).unwrap_or(operations);
        let amounts: Vec<Cents> = nearest.iter().filter_map(cents).collect();
        let Some(chosen) = self.add_up(&amounts, target) else { return };
        let parts: Vec<usize> = chosen.iter().filter_map(|at| nearest.get(*at).copied()).collect();
        let mut evidence = evidence;
        evidence.insert(0, Evidence::Parts(parts.len(), target));
        self.settle(want, parts, Fit { cost: PARTS_COST, rule: Rule::Parts, evidence });
    }

    /// Which of the amounts are the sum, within what may still be asked.
    pub fn add_up(&mut self, amounts: &[Cents], target: Cents) -> Option<Vec<usize>> {
        if amounts.len() < 2 {
            return None;
        }
        self.tries = self.tries.checked_sub(1)?;
        adding_up(amounts, target)
    }

    /// One operation for several wants.
    pub fn in_one(&mut self, operation: usize, wants: &[usize], slack: (Cents, Cents)) {
        let Some(entry) = self.ledger().entries.get(operation) else { return };
        let nearest = wants.get(..PIECES_MAX).unwrap_or(wants);
        let cents = |at: &usize| self.wants.get(*at).map(|want| want.window.cents);
        let amounts: Vec<Cents> = nearest.iter().filter_map(cents).collect();
        let total = entry.cents.abs();
        // The sum itself first; then what the bills allow to be off, cent by cent.
        let (least, most) = (total - slack.1.min(SLACK_MAX), total + slack.0.min(SLACK_MAX));
        let sums = std::iter::once(total).chain((least..=most).filter(|sum| *sum != total));
        let mut chosen = None;
        for sum in sums {
            chosen = self.add_up(&amounts, sum);
            if chosen.is_some() {
                break;
            }
        }
        let places: Vec<usize> =
            chosen.into_iter().flatten().filter_map(|at| nearest.get(at).copied()).collect();
        for want in &places {
            let Some(found) = self.wants.get(*want) else { continue };
            let said = self.judge.subject(found, entry).map_or_else(Vec::new, |said| said.1);
            let apart = entry.day.since(found.window.day);
            let mut evidence = vec![Evidence::Sum(places.len(), total), Evidence::Days(apart)];
            evidence.extend(said);
            let cost = GROUP_COST + days(found.side, apart);
            let fit = Fit { cost, rule: Rule::Group, evidence };
            let cents = found.window.cents;
            self.settle_part(*want, vec![operation], fit, cents);
        }
    }
}

pub const PARTS_COST: i32 = 200;
pub const GROUP_COST: i32 = 150;
/// Cents that a sum may be off where bills allow it.
const SLACK_MAX: Cents = 20;

/// Takes out debits that were reversed, with what reversed them.
pub fn cancel(ledger: &Ledger<'_>, taken: &mut [bool]) -> Vec<(usize, usize)> {
    const DAYS: i32 = 30;
    let mut pairs = Vec::new();
    let first = ledger.entries.partition_point(|entry| entry.cents < 0);
    for (at, credit) in ledger.entries.iter().enumerate().skip(first) {
        if taken.get(at).is_none_or(|taken| *taken) {
            continue;
        }
        let from = credit.day.plus(-DAYS);
        let debits = ledger.on_days(-credit.cents, from, credit.day, credit.day, NEAREST_MAX);
        let fits = |place: &usize| {
            let is_free = taken.get(*place).is_some_and(|taken| !taken);
            is_free && ledger.entries.get(*place).is_some_and(|debit| reverses(credit, debit))
        };
        let nearest = debits
            .filter(fits)
            .max_by_key(|place| ledger.entries.get(*place).map(|debit| debit.day));
        if let Some(debit) = nearest {
            pairs.push((debit, at));
            for place in [debit, at] {
                taken.get_mut(place).into_iter().for_each(|taken| *taken = true);
            }
        }
    }
    pairs
}

fn reverses(credit: &Entry<'_>, debit: &Entry<'_>) -> bool {
    credit.operation.account == debit.operation.account
        && credit.currency == debit.currency
        && same_merchant(credit.label(), debit.label())
}

/// How sure a match of such a cost is.
pub fn surety(cost: i32) -> f64 {
    f64::from((UNMATCHED - cost).clamp(10, 990)) / f64::from(UNMATCHED)
}
