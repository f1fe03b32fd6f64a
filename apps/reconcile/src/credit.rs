//! Refunds and the credits that they came in. In: payments in order. Out: what was found for each;
//! what came in part only. Never here: a credit of one payer for the payment of another.

use std::collections::{BTreeMap, BTreeSet};

use crate::assign::{Edge, assign};
use crate::books::Cents;
use crate::outcome::{Evidence, Rule, Side};
use crate::score::{Fit, days};
use crate::settle::{GROUP_COST, Settler};
use crate::want::{Want, payment};
use crate::window::ROUNDING_MAX;

/// Days around an announcement in which its parts come.
const EARLY: i32 = 7;
const LATE: i32 = 25;
/// Credits of one payer that nothing explains, the latest ones.
const UNEXPLAINED_MAX: usize = 200;
/// Payers who owe something that are looked for in labels, the public insurance before others.
const PAYERS_MAX: usize = 100;
/// Credits that may be a part of one payment, the nearest ones.
const PARTS_MAX: usize = 24;
/// What it costs that only a part came: half of all.
const PARTIAL_COST: i32 = 500;

/// Finds the credits of all payments.
pub fn settle(settler: &mut Settler<'_, '_>) {
    settler.one_for_one(|_, _| true);
    for (payer, credits) in unexplained(settler) {
        in_parts(settler, payer, &credits);
        in_one(settler, payer, &credits);
        some_of_a_payment(settler, payer, &credits);
        partial(settler, payer, &credits);
    }
}

/// Free credits whose label names a payer who owes something, by payer and day.
pub fn unexplained(settler: &Settler<'_, '_>) -> BTreeMap<usize, Vec<usize>> {
    let ledger = settler.ledger();
    let open = settler.open().into_iter().filter_map(|at| settler.wants.get(at)?.payer);
    let payers: BTreeSet<usize> = open.collect();
    let mut payers: Vec<usize> = payers.into_iter().collect();
    payers.sort_by_key(|payer| ledger.payers.get(Some(*payer)).map(|payer| payer.role));
    let mut found: BTreeMap<usize, Vec<usize>> =
        payers.into_iter().take(PAYERS_MAX).map(|payer| (payer, Vec::new())).collect();
    let first = ledger.entries.partition_point(|entry| entry.cents < 0);
    for (at, entry) in ledger.entries.iter().enumerate().skip(first) {
        if !settler.is_free(at) {
            continue;
        }
        for (payer, credits) in &mut found {
            let payer = ledger.payers.get(Some(*payer));
            if payer.is_some_and(|payer| payer.named_in(entry.label()).is_some()) {
                credits.push(at);
            }
        }
    }
    for credits in found.values_mut() {
        credits.sort_by_key(|at| (ledger.entries.get(*at).map(|entry| entry.day), *at));
        let older = credits.len().saturating_sub(UNEXPLAINED_MAX);
        credits.drain(..older);
    }
    found
}

/// Open payments of a payer.
fn open_of(settler: &Settler<'_, '_>, payer: usize) -> Vec<usize> {
    let is_of = |at: &usize| settler.wants.get(*at).is_some_and(|w| w.payer == Some(payer));
    settler.open().into_iter().filter(is_of).collect()
}

/// Days from an announcement to an operation, if it may be a part of it.
fn apart(settler: &Settler<'_, '_>, want: &Want, operation: usize) -> Option<i32> {
    let entry = settler.ledger().entries.get(operation)?;
    settler.judge.admits(want, entry)?;
    let apart = entry.day.since(want.window.day);
    let is_near = want.window.is_chosen || (-EARLY..=LATE).contains(&apart);
    (is_near && settler.is_free(operation)).then_some(apart)
}

/// One payment in several credits.
fn in_parts(settler: &mut Settler<'_, '_>, payer: usize, credits: &[usize]) {
    for at in open_of(settler, payer) {
        let Some(want) = settler.wants.get(at) else { continue };
        let mut near: Vec<(i32, usize)> = credits
            .iter()
            .filter_map(|credit| Some((apart(settler, want, *credit)?.abs(), *credit)))
            .collect();
        near.sort_unstable();
        let parts: Vec<usize> = near.into_iter().map(|(_, credit)| credit).collect();
        let first = parts.first().and_then(|first| settler.ledger().entries.get(*first));
        let evidence = first.and_then(|entry| settler.judge.name(want, entry));
        settler.in_parts(at, &parts, evidence.map(|said| said.1).into_iter().collect());
    }
}

/// Several payments in one credit.
fn in_one(settler: &mut Settler<'_, '_>, payer: usize, credits: &[usize]) {
    let open = open_of(settler, payer);
    for credit in credits {
        let still = open.iter().filter_map(|at| Some((*at, settler.wants.get(*at)?)));
        let mut near: Vec<(i32, usize)> = still
            .filter(|(_, want)| want.found.is_none())
            .filter_map(|(at, want)| Some((apart(settler, want, *credit)?.abs(), at)))
            .collect();
        near.sort_unstable();
        let wants: Vec<usize> = near.into_iter().map(|(_, want)| want).collect();
        settler.in_one(*credit, &wants, (0, 0));
    }
}

/// Some bills of a payment came by themselves; the others are still wanted.
fn some_of_a_payment(settler: &mut Settler<'_, '_>, payer: usize, credits: &[usize]) {
    for at in open_of(settler, payer) {
        let Some(want) = settler.wants.get(at).filter(|want| want.papers.len() > 1) else {
            continue;
        };
        let papers = want.papers.clone();
        let amount = |at: &usize| settler.ledger().papers.get(*at).map(|paper| paper.amount);
        let amounts: Vec<Cents> = papers.iter().filter_map(amount).collect();
        let fits =
            |credit: &usize| apart(settler, want, *credit).map(|apart| (apart.abs(), *credit));
        let mut near: Vec<(i32, usize)> = credits.iter().filter_map(fits).collect();
        near.sort_unstable();
        for (_, credit) in near {
            let cents = settler.ledger().entries.get(credit).map_or(0, |entry| entry.cents);
            let lone = amounts.iter().position(|amount| *amount == cents).map(|place| vec![place]);
            let Some(chosen) = lone.or_else(|| settler.add_up(&amounts, cents)) else { continue };
            if chosen.len() < papers.len() {
                divide(settler, at, &papers, &chosen, credit);
                break;
            }
        }
    }
}

/// A payment becomes what came and what did not.
fn divide(
    settler: &mut Settler<'_, '_>,
    at: usize,
    papers: &[usize],
    chosen: &[usize],
    credit: usize,
) {
    let ledger = settler.ledger();
    let Some(entry) = ledger.entries.get(credit) else { return };
    let here = |(place, _): &(usize, &usize)| chosen.contains(place);
    let (came, rest): (Vec<_>, Vec<_>) = papers.iter().enumerate().partition(here);
    let places = |all: Vec<(usize, &usize)>| all.into_iter().map(|(_, paper)| *paper).collect();
    let left = settler.wants.get(at).map_or(0, |want| want.window.cents - entry.cents);
    let apart = settler.wants.get(at).map_or(0, |want| entry.day.since(want.window.day));
    let evidence = vec![Evidence::Sum(chosen.len(), entry.cents), Evidence::Days(apart)];
    let Some(came) = payment(ledger, places(came), entry.cents) else { return };
    if let Some(want) = settler.wants.get_mut(at) {
        *want = came;
    }
    let cost = GROUP_COST + days(Side::Credit, apart);
    settler.settle(at, vec![credit], Fit { cost, rule: Rule::Group, evidence });
    // Flat fees may have eaten up what is left.
    settler.wants.extend(payment(ledger, places(rest), left).filter(|want| want.window.cents > 0));
}

/// Less than was announced: the credits that are nearest to the announcements, over all at once.
fn partial(settler: &mut Settler<'_, '_>, payer: usize, credits: &[usize]) {
    let mut edges = Vec::new();
    for left in open_of(settler, payer) {
        let Some(want) = settler.wants.get(left) else { continue };
        let mut near: Vec<Edge> = credits
            .iter()
            .filter_map(|right| {
                let cents = settler.ledger().entries.get(*right)?.cents;
                let is_less = cents + ROUNDING_MAX < want.window.cents;
                let apart = apart(settler, want, *right).filter(|_| is_less)?;
                Some(Edge { cost: PARTIAL_COST + days(want.side, apart), left, right: *right })
            })
            .collect();
        near.sort_unstable();
        edges.extend(near.into_iter().take(PARTS_MAX));
    }
    let costs: BTreeMap<(usize, usize), i32> =
        edges.iter().map(|edge| ((edge.left, edge.right), edge.cost)).collect();
    for (left, right) in assign(&edges) {
        let Some(want) = settler.wants.get(left) else { continue };
        let Some(entry) = settler.ledger().entries.get(right) else { continue };
        let missing = want.window.cents - entry.cents;
        let mut evidence =
            vec![Evidence::Off(-missing), Evidence::Days(entry.day.since(want.window.day))];
        evidence.extend(settler.judge.name(want, entry).map(|said| said.1));
        let cost = costs.get(&(left, right)).copied().unwrap_or(PARTIAL_COST);
        settler.settle(left, vec![right], Fit { cost, rule: Rule::Partial, evidence });
    }
}
