//! What has to be found among the operations. In: bills in order. Out: expenses, each with the debit
//! that it looks for, and payments, each with its credit. Never here: an operation.

use std::collections::BTreeMap;

use crate::books::Cents;
use crate::day::Day;
use crate::ledger::{Ledger, Paper};
use crate::outcome::{Evidence, Role, Rule, Side};
use crate::window::Window;

/// Something to find.
#[derive(Debug, Clone)]
pub struct Want {
    pub side: Side,
    pub window: Window,
    pub currency: String,
    pub is_health: bool,
    pub payer: Option<usize>,
    /// Bills that it is about.
    pub papers: Vec<usize>,
    /// Acts that a flat fee may be kept back for.
    pub fees: usize,
    pub found: Option<Found>,
}

/// What was found for it.
#[derive(Debug, Clone)]
pub struct Found {
    pub operations: Vec<usize>,
    pub rule: Rule,
    pub evidence: Vec<Evidence>,
    pub cost: i32,
    /// What of the operations is for this.
    pub cents: Cents,
}

/// Something spent.
#[derive(Debug, Clone)]
pub struct Spending {
    pub day: Day,
    /// 0: unknown.
    pub spent: Cents,
    pub currency: String,
    pub is_health: bool,
    pub papers: Vec<usize>,
    /// The want of its debit.
    pub want: Option<usize>,
}

/// How far apart two insurers may date one act.
const ACT_DAYS: i32 = 3;

/// Expenses by day, and the debits that they want.
pub fn spendings(ledger: &Ledger<'_>) -> (Vec<Spending>, Vec<Want>) {
    let mut spendings: Vec<Spending> = Vec::new();
    let mut near = BTreeMap::<(&str, Cents, bool), BTreeMap<Day, Vec<usize>>>::new();
    for at in by_clarity(ledger) {
        let Some(paper) = ledger.papers.get(at) else { continue };
        let (day, spent) = paper.spent().unwrap_or((paper.day, 0));
        let alike = near.entry((paper.currency, spent, paper.is_health)).or_default();
        let around = alike.range(day.plus(-ACT_DAYS)..=day.plus(ACT_DAYS));
        let best = around
            .flat_map(|(_, places)| places.iter().rev().take(ALIKE_MAX))
            .filter_map(|place| Some((same(ledger, spendings.get(*place)?, paper, day)?, *place)))
            .filter(|_| spent > 0)
            .min();
        match best.and_then(|(_, place)| spendings.get_mut(place)) {
            Some(spending) => spending.papers.push(at),
            None => {
                alike.entry(day).or_default().push(spendings.len());
                let currency = paper.currency.to_owned();
                let (is_health, papers) = (paper.is_health, vec![at]);
                spendings.push(Spending { day, spent, currency, is_health, papers, want: None });
            }
        }
    }
    spendings.sort_by_key(|spending| (spending.day, spending.papers.first().copied()));
    let mut wants = Vec::new();
    for spending in &mut spendings {
        if let Some(want) = debit(ledger, spending) {
            spending.want = Some(wants.len());
            wants.push(want);
        }
    }
    (spendings, wants)
}

/// Acts of one cost and day that are compared with a bill.
const ALIKE_MAX: usize = 64;

/// Bills by day of what was spent; those that say whom and all else before those that don't.
fn by_clarity(ledger: &Ledger<'_>) -> Vec<usize> {
    let mut order: Vec<usize> = (0..ledger.papers.len()).collect();
    order.sort_by_key(|at| {
        let paper = ledger.papers.get(*at);
        let day = paper.and_then(|paper| paper.spent()).map(|(day, _)| day);
        let role = paper.and_then(|paper| ledger.payers.get(paper.payer)).map(|payer| payer.role);
        let is_refund = paper.is_some_and(|paper| paper.bill.is_refund);
        (role, is_refund, day, paper.is_none_or(|paper| paper.person.is_empty()), *at)
    });
    order
}

/// How far apart an expense and a bill are, if they may be about the same.
fn same(ledger: &Ledger<'_>, spending: &Spending, paper: &Paper<'_>, day: Day) -> Option<i32> {
    let mut told = spending.papers.iter().filter_map(|at| ledger.papers.get(*at));
    let apart = day.since(spending.day).abs();
    if !paper.is_health {
        let is_bought = told.clone().count() == 1
            && told.all(|other| other.payer == paper.payer && !other.bill.is_refund);
        return (is_bought && paper.bill.is_refund && apart <= ACT_DAYS).then_some(apart);
    }
    let suits = told.clone().all(|other| other.payer != paper.payer && other.is_same_person(paper));
    // Another day is the same act only if one insurer knows what the other one paid.
    let confirmed = told.any(|other| paper.bill.social_security_refund == Some(other.amount));
    (suits && (apart == 0 || (confirmed && apart <= ACT_DAYS))).then_some(apart)
}

fn debit(ledger: &Ledger<'_>, spending: &Spending) -> Option<Want> {
    let papers = || spending.papers.iter().filter_map(|at| ledger.papers.get(*at));
    if spending.spent == 0 || papers().any(|paper| paper.bill.is_third_party_payer) {
        return None;
    }
    let criteria: Vec<_> = papers().map(|paper| &paper.bill.matching_criterias).collect();
    let window = Window::new(spending.day, spending.spent, &criteria);
    Some(Want {
        side: Side::Debit,
        // What is lower than a debit has more cents.
        window: Window { less: window.more, more: window.less, ..window },
        currency: spending.currency.clone(),
        is_health: spending.is_health,
        payer: papers().next().and_then(|paper| paper.payer),
        papers: spending.papers.clone(),
        fees: 0,
        found: None,
    })
}

/// What payers transfer at once, by day.
pub fn payments(ledger: &Ledger<'_>) -> Vec<Want> {
    let mut groups = BTreeMap::<(Option<usize>, &str, Cents), Vec<Vec<usize>>>::new();
    let mut wants = Vec::new();
    for (at, paper) in ledger.papers.iter().enumerate() {
        let is_due = paper.bill.is_refund && !paper.bill.is_third_party_payer && paper.amount > 0;
        if !is_due {
            continue;
        }
        let Some(group) = paper.bill.group_amount.filter(|group| *group > 0) else {
            wants.extend(payment(ledger, vec![at], paper.amount));
            continue;
        };
        let all = groups.entry((paper.payer, paper.currency, group)).or_default();
        match all.last_mut().filter(|last| joins(ledger, last, paper, group)) {
            Some(last) => last.push(at),
            None => all.push(vec![at]),
        }
    }
    for ((_, _, group), all) in groups {
        wants.extend(all.into_iter().filter_map(|papers| payment(ledger, papers, group)));
    }
    wants.sort_by_key(|want| (want.window.day, want.papers.first().copied()));
    wants
}

/// Is a bill of the same transfer as those before it? On one day, or where it is what they lack.
fn joins(ledger: &Ledger<'_>, before: &[usize], paper: &Paper<'_>, group: Cents) -> bool {
    let papers = || before.iter().filter_map(|at| ledger.papers.get(*at));
    let sum: Cents = papers().map(|paper| paper.amount).sum();
    let apart = papers().next().map_or(0, |first| paper.day.since(first.day));
    let is_another = sum == group && paper.amount == group;
    (apart == 0 && !is_another) || (apart <= ACT_DAYS && sum < group && sum + paper.amount <= group)
}

/// A payment of these bills.
pub fn payment(ledger: &Ledger<'_>, papers: Vec<usize>, cents: Cents) -> Option<Want> {
    let all: Vec<&Paper<'_>> = papers.iter().filter_map(|at| ledger.papers.get(*at)).collect();
    let first = all.first()?;
    let criteria: Vec<_> = all.iter().map(|paper| &paper.bill.matching_criterias).collect();
    let is_public = ledger.payers.get(first.payer).is_some_and(|payer| payer.role == Role::Public);
    Some(Want {
        side: Side::Credit,
        window: Window::new(first.day, cents, &criteria),
        currency: first.currency.to_owned(),
        is_health: first.is_health,
        payer: first.payer,
        fees: if is_public { all.len() } else { 0 },
        papers,
        found: None,
    })
}
