//! Expenses and the debits that paid them. In: expenses in order, and today. Out: what was found
//! for each. Never here: a debit that was reversed.

use std::collections::BTreeMap;

use crate::books::Cents;
use crate::day::Day;
use crate::label::same_merchant;
use crate::ledger::{Entry, Paper};
use crate::outcome::{Evidence, Rule, Side};
use crate::score::{Fit, Judge};
use crate::settle::{PARTS_COST, Settler};
use crate::want::{Spending, Want};
use crate::window::ROUNDING_MAX;

/// Finds the debits of all expenses.
pub fn settle(settler: &mut Settler<'_, '_>, spendings: &[Spending], today: Day) {
    // An act and others on its day are nearer to one debit than the act alone to one weeks later.
    settler.one_for_one(is_near);
    for_several(settler);
    settler.one_for_one(|_, _| true);
    for at in settler.open() {
        in_instalments(settler, at, today);
    }
    for_several(settler);
    shared(settler, spendings);
}

/// May it be taken before sums are tried? Where a connector chose the days, they say nothing.
fn is_near(want: &Want, entry: &Entry<'_>) -> bool {
    let is_vague = want.is_health && !want.window.is_chosen;
    !is_vague || entry.day.since(want.window.day).abs() <= GROUP_DAYS
}

/// Parts of equal size, a month from each other; what is left over is in the last one.
const INSTALMENTS: [Cents; 11] = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
/// More parts than that have to be two at least, or it is chance.
const SINGLE_MAX: Cents = 4;
const INSTALMENT_MIN: Cents = 1_000;
const MONTH: i32 = 30;
const AROUND_MONTH: i32 = 7;
/// What a card with deferred debit paid is booked at the end of a month.
const DEFERRED: i32 = 31;
/// Operations of an amount that are looked at for one instalment.
const NEAREST_MAX: usize = 24;

fn in_instalments(settler: &mut Settler<'_, '_>, at: usize, today: Day) {
    let Some(want) = settler.wants.get(at) else { return };
    let parts = INSTALMENTS.iter().find_map(|count| series(settler, want, *count, today));
    let Some(parts) = parts else { return };
    let first = parts.first().and_then(|first| settler.ledger().entries.get(*first));
    let Some(first) = first else { return };
    let mut evidence = vec![
        Evidence::Parts(parts.len(), want.window.cents),
        Evidence::Days(first.day.since(want.window.day)),
    ];
    evidence.extend(settler.judge.subject(want, first).into_iter().flat_map(|said| said.1));
    let cost = if parts.len() > 1 { PARTS_COST } else { 2 * PARTS_COST };
    settler.settle(at, parts, Fit { cost, rule: Rule::Parts, evidence });
}

/// The debits of so many instalments, those that are due.
fn series(settler: &Settler<'_, '_>, want: &Want, count: Cents, today: Day) -> Option<Vec<usize>> {
    let part = want.window.cents / count;
    if part < INSTALMENT_MIN {
        return None;
    }
    let mut parts = Vec::new();
    let mut due = want.window.day;
    let mut merchant: Option<&Entry<'_>> = None;
    for number in 1..=count {
        let is_last = number == count;
        let cents = if is_last { want.window.cents - part * (count - 1) } else { part };
        let found = instalment(settler, want, cents, due, merchant);
        let Some((place, entry)) = found else {
            // One that may not be booked yet ends the series, one that did not come forbids it.
            let is_due = due.plus(AROUND_MONTH + DEFERRED) <= today;
            let is_enough = parts.len() > 1 || (parts.len() == 1 && count <= SINGLE_MAX);
            return (!is_due && is_enough).then_some(parts);
        };
        parts.push(place);
        due = entry.day.plus(MONTH);
        merchant = merchant.or(Some(entry));
    }
    Some(parts)
}

fn instalment<'a>(
    settler: &Settler<'a, '_>,
    want: &Want,
    cents: Cents,
    due: Day,
    merchant: Option<&Entry<'_>>,
) -> Option<(usize, &'a Entry<'a>)> {
    let ledger = settler.ledger();
    let (from, until) = (due.plus(-AROUND_MONTH), due.plus(AROUND_MONTH));
    let fits = |entry: &Entry<'_>| {
        let is_same = merchant.is_none_or(|first| same_merchant(first.label(), entry.label()));
        is_same
            && entry.currency == want.currency
            && (!want.is_health || entry.is_care())
            && settler.judge.subject(want, entry).is_some()
            && !settler.judge.is_undone(want, entry)
    };
    (-1..=1)
        .flat_map(|off| ledger.on_days(-(cents + off), from, until, due, NEAREST_MAX))
        .filter(|place| settler.is_free(*place))
        .filter_map(|place| Some((place, ledger.entries.get(place)?)))
        .filter(|(_, entry)| fits(entry))
        .min_by_key(|(place, entry)| (entry.day.since(due).abs(), *place))
}

/// Days around an act in which a debit for it and others is looked for.
const GROUP_DAYS: i32 = 5;
/// Acts on days that far apart are paid together.
const TOGETHER_DAYS: i32 = 1;

/// One debit for several acts, such as those of two people at one doctor.
fn for_several(settler: &mut Settler<'_, '_>) {
    let ledger = settler.ledger();
    let open: Vec<usize> =
        settler.open().into_iter().filter(|at| is_of_care(settler.wants.get(*at))).collect();
    if open.len() < 2 {
        return;
    }
    widen(settler, &open);
    let end = ledger.entries.partition_point(|entry| entry.cents < 0);
    let mut debits: Vec<(Day, usize)> = ledger
        .entries
        .iter()
        .enumerate()
        .take(end)
        .filter(|(at, entry)| settler.is_free(*at) && entry.is_care())
        .map(|(at, entry)| (entry.day, at))
        .collect();
    debits.sort_unstable();
    debits.drain(..debits.len().saturating_sub(DEBITS_MAX));
    let mut by_day = BTreeMap::<Day, Vec<usize>>::new();
    for at in open {
        let day = settler.wants.get(at).map(|want| want.window.day);
        day.into_iter().for_each(|day| by_day.entry(day).or_default().push(at));
    }
    for (day, debit) in debits {
        let near = nearest(settler, &by_day, day, debit);
        let wants = near.iter().filter_map(|at| settler.wants.get(*at));
        let slack = wants.fold((0, 0), |slack: (Cents, Cents), want| {
            (slack.0.max(want.window.less), slack.1.max(want.window.more))
        });
        settler.in_one(debit, &near, slack);
    }
}

/// Bills of one day whose connector chose the days are looked for on all days that one of them
/// allows.
fn widen(settler: &mut Settler<'_, '_>, open: &[usize]) {
    let mut widest = BTreeMap::<(Option<usize>, Day), (Day, Day)>::new();
    for is_last in [false, true] {
        for at in open {
            let Some(want) = settler.wants.get_mut(*at) else { continue };
            let window = &mut want.window;
            if !window.is_chosen {
                continue;
            }
            let days =
                widest.entry((want.payer, window.day)).or_insert((window.from, window.until));
            *days = (days.0.min(window.from), days.1.max(window.until));
            if is_last {
                (window.from, window.until) = *days;
            }
        }
    }
}

fn is_of_care(want: Option<&Want>) -> bool {
    want.is_some_and(|want| want.is_health && want.side == Side::Debit)
}

/// Open acts of one day, or of two in a row, that a debit may be for: those of the nearest day.
fn nearest(
    settler: &Settler<'_, '_>,
    by_day: &BTreeMap<Day, Vec<usize>>,
    day: Day,
    debit: usize,
) -> Vec<usize> {
    const FAR: i32 = 400;
    let Some(entry) = settler.ledger().entries.get(debit) else { return Vec::new() };
    let mut near: Vec<(i32, Day, usize)> = by_day
        .range(day.plus(-FAR)..=day.plus(FAR))
        .flat_map(|(on, places)| places.iter().take(WANTS_MAX).map(move |place| (*on, *place)))
        .filter_map(|(on, place)| {
            let want = settler.wants.get(place).filter(|want| want.found.is_none())?;
            let apart = day.since(on).abs();
            let is_near = want.window.is_chosen || apart <= GROUP_DAYS;
            let admits = is_near && settler.judge.admits(want, entry).is_some();
            admits.then_some((apart, on, place))
        })
        .collect();
    near.sort_unstable();
    let first = near.first().map(|(_, on, _)| *on);
    let together = |on: &Day| first.is_some_and(|first| on.since(first).abs() <= TOGETHER_DAYS);
    near.iter().filter(|(_, on, _)| together(on)).map(|(_, _, place)| *place).collect()
}

/// Acts of one day that are looked at, and debits of care that no act explains, the latest ones.
const WANTS_MAX: usize = 16;
const DEBITS_MAX: usize = 2_000;

/// Two lines of one expense: the second one finds no debit, and both refunds fit into the first's.
fn shared(settler: &mut Settler<'_, '_>, spendings: &[Spending]) {
    for (at, spending) in spendings.iter().enumerate() {
        let wanted = spending.want.and_then(|open| Some((open, settler.wants.get(open)?)));
        let Some((open, wanted)) = wanted.filter(|(_, want)| want.found.is_none()) else {
            continue;
        };
        let is_undone = |place: &usize| {
            let entry = settler.ledger().entries.get(*place);
            entry.is_some_and(|entry| settler.judge.is_undone(wanted, entry))
        };
        let around = spendings.get(at.saturating_sub(LINES_MAX)..at + LINES_MAX);
        let others = around.or(spendings.get(at.saturating_sub(LINES_MAX)..)).unwrap_or_default();
        let found = others.iter().find_map(|other| {
            let want = settler.wants.get(other.want?)?;
            let found = want.found.as_ref().filter(|found| found.rule == Rule::Exact)?;
            let fits =
                is_line(settler.judge, spending, other) && !found.operations.iter().any(is_undone);
            fits.then(|| found.clone())
        });
        let Some(found) = found else { continue };
        let evidence = found.evidence;
        let fit = Fit { cost: found.cost + SHARED_COST, rule: Rule::Shared, evidence };
        settler.settle_part(open, found.operations, fit, 0);
    }
}

const SHARED_COST: i32 = 450;
/// Expenses before and after that are looked at.
const LINES_MAX: usize = 16;

fn is_line(judge: &Judge<'_>, one: &Spending, other: &Spending) -> bool {
    let papers = |spending: &Spending| -> Vec<_> {
        spending.papers.iter().filter_map(|at| judge.ledger.papers.get(*at)).collect()
    };
    let (mine, theirs) = (papers(one), papers(other));
    let refunds: Cents = mine.iter().chain(&theirs).map(|paper| paper.amount).sum();
    let same = |paper: &&Paper<'_>| {
        theirs.iter().any(|other| other.payer == paper.payer && other.is_same_person(paper))
    };
    one.is_health
        && one.spent == other.spent
        && one.day.since(other.day).abs() <= TOGETHER_DAYS
        && refunds <= one.spent + ROUNDING_MAX
        && mine.iter().all(same)
}
