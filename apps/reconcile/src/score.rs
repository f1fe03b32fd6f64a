//! How well an operation fits. In: something to find, and an operation. Out: what the match would
//! cost, and what speaks for it; or that it may not be. Never here: a choice between two.

use std::collections::{BTreeMap, BTreeSet};

use regex::{Regex, RegexBuilder};

use crate::assign::UNMATCHED;
use crate::books::Cents;
use crate::ledger::{About, Entry, Ledger};
use crate::outcome::{Evidence, Rule, Side};
use crate::payer::Naming;
use crate::want::Want;
use crate::window::ROUNDING_MAX;

/// Expressions of connectors, which are foreign: how many, and bytes of one when it is compiled.
const EXPRESSIONS_MAX: usize = 100;
const EXPRESSION_BYTES_MAX: usize = 1 << 17;
const EXPRESSION_CHARACTERS_MAX: usize = 500;

/// What a fault costs, of [`UNMATCHED`].
mod cost {
    pub const DAY: i32 = 10;
    pub const DAY_EARLY: i32 = 14;
    pub const DAYS_MAX: i32 = 400;
    pub const CENT: i32 = 20;
    pub const NOT_EXACT: i32 = 60;
    pub const ALLOWED: i32 = 100;
    pub const KEPT_BACK: i32 = 200;
    pub const PART_OF_NAME: i32 = 40;
    pub const NO_NAME: i32 = 400;
    pub const NO_CATEGORY: i32 = 250;
    pub const BY_WORD: i32 = 30;
    pub const OTHER_CATEGORY: i32 = 60;
}

/// A flat fee is some of these: one euro a box, two an act, and half of that before 2024.
const FEE: Cents = 50;
const FEE_MAX: Cents = 200;

/// A possible match.
#[derive(Debug, Clone)]
pub struct Fit {
    pub cost: i32,
    pub rule: Rule,
    pub evidence: Vec<Evidence>,
}

/// Judges pairs.
pub struct Judge<'a> {
    pub ledger: &'a Ledger<'a>,
    expressions: BTreeMap<&'a str, Regex>,
    /// Bills and operations that the owner took apart.
    pub undone: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Judge<'a> {
    pub fn new(ledger: &'a Ledger<'a>, undone: BTreeSet<(&'a str, &'a str)>) -> Judge<'a> {
        let texts =
            ledger.papers.iter().map(|one| one.bill.matching_criterias.label_regex.as_str());
        let texts: BTreeSet<&str> = texts
            .filter(|text| !text.is_empty() && text.len() <= EXPRESSION_CHARACTERS_MAX)
            .collect();
        let compiled = texts.into_iter().take(EXPRESSIONS_MAX).filter_map(|text| {
            let mut builder = RegexBuilder::new(text);
            builder.case_insensitive(true).size_limit(EXPRESSION_BYTES_MAX);
            Some((text, builder.dfa_size_limit(EXPRESSION_BYTES_MAX).build().ok()?))
        });
        Judge { ledger, expressions: compiled.collect(), undone }
    }

    /// May this operation be what is looked for, and at which cost?
    pub fn fit(&self, want: &Want, entry: &Entry<'_>) -> Option<Fit> {
        self.admits(want, entry)?;
        let cents = entry.cents.abs();
        let (rule, amount, mut evidence) = amount(want, cents)?;
        let (subject, said) = self.subject(want, entry)?;
        let apart = entry.day.since(want.window.day);
        let is_clear = apart.abs() <= NEAR_DAYS && entry.about != About::Unknown;
        let is_vague = want.is_health && want.side == Side::Debit && !is_clear;
        if rule == Rule::Near && is_vague && !want.window.has_cents(cents) {
            return None;
        }
        evidence.push(Evidence::Days(apart));
        evidence.extend(said);
        let cost = amount + subject + days(want.side, apart);
        (cost < UNMATCHED).then_some(Fit { cost, rule, evidence })
    }

    /// What holds whatever the amount: currency, days, room, and what the owner took apart.
    pub fn admits(&self, want: &Want, entry: &Entry<'_>) -> Option<()> {
        let is_side = (entry.cents < 0) == (want.side == Side::Debit);
        let is_fit = is_side
            && want.currency == entry.currency
            && want.window.has_day(entry.day)
            && !self.is_undone(want, entry)
            && (want.side == Side::Credit || self.has_room(want, entry));
        is_fit.then_some(())
    }

    /// Did the owner take one of its bills and this operation apart?
    pub fn is_undone(&self, want: &Want, entry: &Entry<'_>) -> bool {
        let id = entry.operation.id.as_str();
        let mut papers = want.papers.iter().filter_map(|at| self.ledger.papers.get(*at));
        !self.undone.is_empty()
            && papers.any(|paper| self.undone.contains(&(paper.bill.id.as_str(), id)))
    }

    /// What others found to be paid back already leaves room for these refunds.
    fn has_room(&self, want: &Want, entry: &Entry<'_>) -> bool {
        let before = &entry.operation.reimbursements;
        if before.is_empty() || !want.is_health {
            return true;
        }
        let papers = || want.papers.iter().filter_map(|at| self.ledger.papers.get(*at));
        let is_known = |id: &str| papers().any(|paper| paper.bill.id == id);
        let others =
            before.iter().filter(|one| !is_known(&one.bill_id)).filter_map(|one| one.amount);
        let refunds = papers().filter(|paper| paper.bill.is_refund).map(|paper| paper.amount);
        others.chain(refunds).fold(0, Cents::saturating_add) <= entry.cents.abs()
    }

    /// Is it about the same: who it names, and what it is for?
    pub fn subject(&self, want: &Want, entry: &Entry<'_>) -> Option<(i32, Vec<Evidence>)> {
        let is_of_health = matches!(entry.about, About::Care | About::Insurance);
        match (want.is_health, want.side) {
            (true, Side::Debit) => self.care(want, entry),
            (true, Side::Credit) => self
                .name(want, entry)
                .map(|(cost, evidence)| {
                    let other = if entry.about == About::Other { cost::OTHER_CATEGORY } else { 0 };
                    (cost + other, vec![evidence])
                })
                .or_else(|| self.nameless(want, entry)),
            (false, _) if is_of_health => None,
            (false, _) => self.name(want, entry).map(|(cost, evidence)| (cost, vec![evidence])),
        }
    }

    fn care(&self, want: &Want, entry: &Entry<'_>) -> Option<(i32, Vec<Evidence>)> {
        let (cost, mut evidence) = match entry.about {
            About::Care => (0, vec![Evidence::HealthCategory]),
            About::Insurance | About::Other => return None,
            About::Unknown => match entry.health_word() {
                Some(found) => (cost::BY_WORD, vec![Evidence::HealthWord(found.word.to_owned())]),
                None => (cost::NO_CATEGORY, Vec::new()),
            },
        };
        let papers = want.papers.iter().filter_map(|at| self.ledger.papers.get(*at));
        let names = papers.flat_map(|paper| &paper.person).filter(|name| name.len() > 2);
        let named = names.into_iter().find(|name| entry.label().contains(&format!(" {name} ")));
        evidence.extend(named.cloned().map(Evidence::Beneficiary));
        Some((cost, evidence))
    }

    /// The connector's own expression decides alone; else the vendor's name.
    pub fn name(&self, want: &Want, entry: &Entry<'_>) -> Option<(i32, Evidence)> {
        let papers = || want.papers.iter().filter_map(|at| self.ledger.papers.get(*at));
        let expression = |text: &str| self.expressions.get(text);
        let mut own = papers()
            .filter_map(|paper| expression(paper.bill.matching_criterias.label_regex.as_str()))
            .peekable();
        if own.peek().is_some() {
            let fits = own.any(|expression| expression.is_match(&entry.operation.label));
            return fits.then_some((0, Evidence::Expression));
        }
        let (naming, word) = self.ledger.payers.get(want.payer)?.named_in(entry.label())?;
        let cost = if naming == Naming::Whole { 0 } else { cost::PART_OF_NAME };
        Some((cost, Evidence::Word(word.to_owned())))
    }

    /// Some banks leave out who pays: then the category has to say health, and nobody else be named.
    fn nameless(&self, want: &Want, entry: &Entry<'_>) -> Option<(i32, Vec<Evidence>)> {
        want.payer?;
        let is_of_health = matches!(entry.about, About::Care | About::Insurance);
        let is_exact = entry.cents == want.window.cents;
        let is_near = entry.day.since(want.window.day).abs() <= NAMELESS_DAYS;
        let names_payer = || entry.names_payer(&self.ledger.payers);
        let alone = is_of_health && is_exact && is_near && !names_payer();
        alone.then(|| (cost::NO_NAME, vec![Evidence::HealthCategory]))
    }
}

/// Days within which cents may be off on a debit of care, or a name be missing.
const NEAR_DAYS: i32 = 3;
const NAMELESS_DAYS: i32 = 10;

fn amount(want: &Want, cents: Cents) -> Option<(Rule, i32, Vec<Evidence>)> {
    let window = want.window;
    let off = cents - window.cents;
    let distance = off.abs();
    let fees = Cents::try_from(want.fees).unwrap_or(0).saturating_mul(FEE_MAX);
    if off == 0 {
        return Some((Rule::Exact, 0, vec![Evidence::Amount(cents)]));
    }
    if window.has_cents(cents) {
        return Some((Rule::Near, cost::ALLOWED, vec![Evidence::Off(off)]));
    }
    if distance <= ROUNDING_MAX {
        let cost = cost::NOT_EXACT + cost::CENT * i32::try_from(distance).unwrap_or(0);
        return Some((Rule::Near, cost, vec![Evidence::Off(off)]));
    }
    let is_fee = off < 0 && off % FEE == 0 && -off <= fees;
    is_fee.then(|| (Rule::KeptBack, cost::KEPT_BACK, vec![Evidence::KeptBack(-off)]))
}

/// Amounts that a want may have, beside those around its own.
pub fn reduced(want: &Want) -> impl Iterator<Item = Cents> {
    const ACTS_MAX: usize = 10;
    let steps = want.fees.min(ACTS_MAX) * usize::try_from(FEE_MAX / FEE).unwrap_or(0);
    let cents = want.window.cents;
    (1..).take(steps).map(move |step| cents - FEE * step).filter(|cents| *cents > 0)
}

pub fn days(side: Side, apart: i32) -> i32 {
    let each = if side == Side::Credit && apart < 0 { cost::DAY_EARLY } else { cost::DAY };
    apart.abs().saturating_mul(each).min(cost::DAYS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_early_costs_more_than_a_day_late_and_days_alone_never_forbid() {
        assert!(days(Side::Credit, -2) > days(Side::Credit, 2));
        assert_eq!(days(Side::Debit, -2), days(Side::Debit, 2));
        assert!(days(Side::Credit, i32::MIN + 1) < UNMATCHED);
    }
}
