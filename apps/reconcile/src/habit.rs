//! What payers usually do. In: what was found. Out: who pays what for whom, and what is to be
//! expected where nothing was announced. Never here: an expectation without a precedent.

use std::collections::{BTreeMap, BTreeSet};

use crate::books::Cents;
use crate::day::Day;
use crate::ledger::Paper;
use crate::outcome::Role;
use crate::share::Findings;
use crate::want::Spending;

/// The rates at which the public insurance pays, in percent: where it paid one of them of all that
/// was spent, the rest is the part that a top-up insurance takes.
const RATES: [Cents; 6] = [70, 65, 60, 80, 30, 15];
/// What it may have kept back, which nobody pays.
const FEES: [Cents; 3] = [0, 200, 100];
/// Known cases from which a habit may be denied, and of a hundred, how many confirm it.
const CASES_MIN: usize = 3;
const CASES_PERCENT: usize = 50;
/// Days before the first act that a payer told of in which it insured already: that one may be the
/// second.
const BEFORE_FIRST: i32 = 90;
/// Cases of the same act and person that let one expect the same again.
const ALIKE_MIN: usize = 2;

/// When a payer first and last told of an act.
#[derive(Debug, Clone)]
pub struct Told {
    pub payer: usize,
    pub first: Day,
    /// The day of its newest bill.
    pub last: Day,
    count: usize,
}

/// What a payer is expected to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    pub payer: usize,
    pub cents: Cents,
    pub since: Day,
}

/// What is usual.
#[derive(Debug, Default)]
pub struct Habits {
    /// The public insurance that told most.
    pub public: Option<Told>,
    top_ups: BTreeMap<usize, Told>,
    /// Names of whom each of them told of.
    persons: BTreeMap<usize, BTreeSet<Vec<String>>>,
    /// There is a payer whose bills name no act: whose insurer it is nobody knows.
    has_actless: bool,
    /// Of acts that a top-up could have followed: by payer, whether it did.
    followed: BTreeMap<usize, Vec<bool>>,
    /// By person and act: what was paid of what was left, in thousandths.
    portions: BTreeMap<(usize, Vec<String>, String), Vec<Cents>>,
}

/// An act as its insurers tell of it.
struct Act<'a> {
    public: Option<&'a Paper<'a>>,
    top_up: Option<&'a Paper<'a>>,
    person: Vec<String>,
    left: Cents,
}

impl Habits {
    pub fn of(findings: &Findings<'_>) -> Habits {
        let mut habits = Habits::default();
        let mut publics = BTreeMap::new();
        for spending in findings.spendings.iter().filter(|spending| spending.is_health) {
            for paper in findings.papers(&spending.papers).filter(|paper| paper.bill.is_refund) {
                let role = findings.ledger.payers.get(paper.payer).map(|payer| payer.role);
                let Some((payer, role)) = paper.payer.zip(role) else { continue };
                let is_actless = paper.bill.original_date.is_none();
                match role {
                    _ if is_actless => habits.has_actless |= role == Role::TopUp,
                    Role::Public => tell(&mut publics, payer, spending.day, paper.day),
                    Role::TopUp => {
                        tell(&mut habits.top_ups, payer, spending.day, paper.day);
                        let persons = habits.persons.entry(payer).or_default();
                        persons.insert(paper.person.clone());
                    }
                    Role::Vendor => {}
                }
            }
        }
        habits.public = publics.into_values().max_by_key(|told| (told.count, told.last));
        for spending in findings.spendings.iter().filter(|spending| spending.is_health) {
            habits.learn(findings, spending);
        }
        habits
    }

    fn learn(&mut self, findings: &Findings<'_>, spending: &Spending) {
        let Some(act) = act(findings, spending).filter(|act| act.left > 0) else { return };
        let Some(public) = act.public else { return };
        let payer = act.top_up.and_then(|paper| paper.payer);
        let Some(payer) = payer.or_else(|| self.top_up_of(&act.person)) else { return };
        let statement = findings.delays(Some(payer)).map_or(0, |delays| delays.statement);
        let is_settled = findings.today.since(public.day) > statement;
        if let Some(paper) = act.top_up {
            let portion = paper.amount.saturating_mul(1_000) / act.left;
            let key = (payer, act.person, public.bill.subtype.clone());
            self.portions.entry(key).or_default().push(portion);
        }
        if act.top_up.is_some() || is_settled {
            self.followed.entry(payer).or_default().push(act.top_up.is_some());
        }
    }

    /// The top-up insurer of a person: who told of them, or the only one that there is.
    fn top_up_of(&self, person: &[String]) -> Option<usize> {
        let knows = |names: &Vec<String>| person.iter().all(|name| names.contains(name));
        let told = self.top_ups.values().filter(|told| {
            let persons = self.persons.get(&told.payer);
            !person.is_empty() && persons.is_some_and(|persons| persons.iter().any(knows))
        });
        let known = told.max_by_key(|told| (told.count, told.payer)).map(|told| told.payer);
        let only = self.top_ups.keys().next().filter(|_| self.top_ups.len() == 1);
        known.or(only.copied().filter(|_| !self.has_actless))
    }

    /// What a payer who said nothing is expected to pay of an expense.
    pub fn expected(&self, findings: &Findings<'_>, spending: &Spending) -> Option<Expected> {
        let act = act(findings, spending)?;
        match (act.public, act.top_up) {
            (Some(public), None) => self.of_top_up(&act, public, spending),
            (None, Some(top_up)) => self.of_public(findings, spending, top_up),
            _ => None,
        }
    }

    fn of_top_up(
        &self,
        act: &Act<'_>,
        public: &Paper<'_>,
        spending: &Spending,
    ) -> Option<Expected> {
        let payer = self.top_up_of(&act.person)?;
        let told = self
            .top_ups
            .get(&payer)
            .filter(|told| spending.day.plus(BEFORE_FIRST) >= told.first)?;
        let followed = self.followed.get(&payer)?;
        let times = followed.iter().filter(|followed| **followed).count();
        let is_usual = followed.len() < CASES_MIN || times * 100 >= followed.len() * CASES_PERCENT;
        if act.left <= 0 || times == 0 || !is_usual {
            return None;
        }
        let is_at_a_rate = |fee: &Cents| {
            let at = |rate: &Cents| (spending.spent * rate + 50) / 100;
            RATES.iter().any(|rate| at(rate) == public.amount + fee)
        };
        let cents = if let Some(fee) = FEES.into_iter().find(is_at_a_rate) {
            Some(act.left - fee)
        } else {
            let key = (payer, act.person.clone(), public.bill.subtype.clone());
            let portions = self.portions.get(&key).filter(|all| all.len() >= ALIKE_MIN)?;
            Some(act.left.saturating_mul(median(portions)?) / 1_000)
        };
        let cents = cents.filter(|cents| *cents > 0)?;
        Some(Expected { payer: told.payer, cents, since: public.day })
    }

    /// What a top-up insurer says that the public insurance paid, which says nothing of it.
    fn of_public(
        &self,
        findings: &Findings<'_>,
        spending: &Spending,
        top_up: &Paper<'_>,
    ) -> Option<Expected> {
        let told = self.public.as_ref().filter(|told| told.count >= CASES_MIN)?;
        let cents = top_up.bill.social_security_refund.filter(|cents| *cents > 0)?;
        let days = findings.delays(Some(told.payer))?.statement;
        let is_covered = spending.day >= told.first && told.last >= spending.day.plus(days);
        is_covered.then_some(Expected { payer: told.payer, cents, since: spending.day })
    }
}

fn tell(all: &mut BTreeMap<usize, Told>, payer: usize, act: Day, bill: Day) {
    let told = all.entry(payer).or_insert(Told { payer, first: act, last: bill, count: 0 });
    (told.first, told.last, told.count) =
        (told.first.min(act), told.last.max(bill), told.count + 1);
}

/// The act of an expense, unless an insurer paid somebody else or nobody knows its cost.
fn act<'a>(findings: &Findings<'a>, spending: &'a Spending) -> Option<Act<'a>> {
    let refunds = || {
        findings.papers(&spending.papers).filter(|paper| paper.is_health && paper.bill.is_refund)
    };
    let of = |role: Role| {
        refunds().find(|paper| {
            findings.ledger.payers.get(paper.payer).is_some_and(|payer| payer.role == role)
        })
    };
    let (public, top_up) = (of(Role::Public), of(Role::TopUp));
    let is_paid_out = refunds().any(|paper| paper.bill.is_third_party_payer);
    let is_known = spending.is_health && spending.spent > 0 && !is_paid_out;
    let person = refunds().map(|paper| &paper.person).max_by_key(|names| names.len())?;
    is_known.then(|| Act {
        public,
        top_up,
        person: person.clone(),
        left: spending.spent - public.map_or(0, |paper| paper.amount),
    })
}

fn median(values: &[Cents]) -> Option<Cents> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied()
}
