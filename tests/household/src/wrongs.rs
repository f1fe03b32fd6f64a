//! Refunds that go wrong. In: a household where all went well. Out: what is taken away from it, and
//! the alert that this deserves. Never here: a wrong that a careful reader could explain by
//! anything else in the documents, or that may still be mended by waiting.

use crate::credits::is_lone;
use crate::day::Day;
use crate::truth::Kind;
use crate::world::{Act, Payer, Payment, World, Wrong, is_near};

/// A refund that its payer may still owe is younger than this.
const OLD_DAYS: i64 = 75;
/// Nothing of the same amount happens around a wrong, on either side.
const ALONE_DAYS: i64 = 30;
/// Two wrongs of one payer are this far apart: which of both a credit belongs to is no question.
const WRONGS_APART_DAYS: i64 = 45;
/// Missing cents, at least.
const LEAST_MISSING: i64 = 300;
/// Announced payments from which an insurer's habit is known.
const HABIT: usize = 4;
/// A payer takes that long at most: where statements end before, it may still be said or paid.
const TAKES_DAYS: i64 = 38;

/// As many as are wanted and find a place; the kinds take turns.
pub fn happen(world: &mut World) {
    let mut order: Vec<usize> = (0..world.acts.len()).collect();
    world.dice.shuffle(&mut order);
    let first = world.dice.index(Kind::ALL.len());
    for number in 0..world.shape.wrongs {
        let kinds = (0..Kind::ALL.len()).map(|step| (first + number + step) % Kind::ALL.len());
        let placed = kinds
            .map(|at| Kind::ALL[at])
            .find_map(|kind| order.iter().find_map(|act| place(world, kind, *act)));
        let Some(wrong) = placed else { return };
        guard(world, &wrong);
        world.wrongs.push(wrong);
    }
}

fn place(world: &mut World, kind: Kind, at: usize) -> Option<Wrong> {
    let act = world.acts[at].clone();
    let is_wrong = world.wrongs.iter().any(|wrong| wrong.act == at);
    let has_twin = act.twin.is_some() || world.acts.iter().any(|other| other.twin == Some(at));
    if act.is_old || is_wrong || has_twin || act.debits.len() != 1 {
        return None;
    }
    match kind {
        Kind::PublicUnpaid => unpaid(world, kind, at, act.public_payment?),
        Kind::TopUpUnpaid => unpaid(world, kind, at, act.top_up_payment?),
        Kind::PublicPartial => partial(world, kind, at, act.public_payment?),
        Kind::TopUpPartial => partial(world, kind, at, act.top_up_payment?),
        Kind::TopUpUnannounced => unannounced(world, at, &act),
        Kind::SheetLost => lost(world, at, &act),
    }
}

fn unpaid(world: &mut World, kind: Kind, act: usize, payment: usize) -> Option<Wrong> {
    let missing = world.payments[payment].amount;
    if !may_fail(world, payment) || missing < LEAST_MISSING {
        return None;
    }
    take_back(world, payment);
    Some(Wrong { kind, act, payment: Some(payment), missing, witnesses: Vec::new() })
}

fn partial(world: &mut World, kind: Kind, act: usize, payment: usize) -> Option<Wrong> {
    let amount = world.payments[payment].amount;
    let paid = amount * world.dice.between(30..=70) / 100;
    let missing = amount - paid;
    if !may_fail(world, payment) || missing < LEAST_MISSING || !is_lone(world, payment, paid) {
        return None;
    }
    let credit = *world.payments[payment].credits.first()?;
    world.operations[credit].amount = paid;
    world.payments[payment].is_rounded = false;
    Some(Wrong { kind, act, payment: Some(payment), missing, witnesses: Vec::new() })
}

/// The rest is known to the cent where the act cost its base: such acts are paid in full.
fn unannounced(world: &mut World, at: usize, act: &Act) -> Option<Wrong> {
    let payment = act.top_up_payment?;
    let payer = world.payments[payment].payer;
    let habit = world.payments.iter().filter(|other| is_habit(world, other, payer)).count();
    let is_plain = act.cost == act.base && act.public > 0 && act.top_up >= LEAST_MISSING;
    let public = &world.payments[act.public_payment?];
    let is_told = public.told.is_some_and(|day| day <= world.today);
    if !may_be_silent(world, payment)
        || !is_plain
        || !is_told
        || habit <= HABIT
        || !world.lists_acts(payer)
    {
        return None;
    }
    let witnesses = witnesses(world, payer, act.day, public.day, &[payment])?;
    take_back(world, payment);
    world.payments[payment].told = None;
    let (kind, missing) = (Kind::TopUpUnannounced, act.top_up);
    Some(Wrong { kind, act: at, payment: Some(payment), missing, witnesses })
}

fn is_habit(world: &World, payment: &Payment, payer: Payer) -> bool {
    payment.payer == payer && payment.told.is_some_and(|day| day <= world.today)
}

/// Neither insurer ever hears of the act.
fn lost(world: &mut World, at: usize, act: &Act) -> Option<Wrong> {
    let public = act.public_payment?;
    let payments: Vec<usize> = [Some(public), act.top_up_payment].into_iter().flatten().collect();
    let alike =
        |other: &Act| (other.day - act.day).abs() <= ALONE_DAYS && is_near(other.cost, act.cost);
    let is_alone = world.acts.iter().filter(|other| alike(other)).count() == 1;
    let may_fail = payments.iter().all(|payment| may_be_silent(world, *payment));
    let is_old = world.operations[*act.debits.first()?].day + OLD_DAYS <= world.today;
    if !act.care.has_sheet() || !is_alone || !may_fail || !is_old {
        return None;
    }
    let witnesses = witnesses(world, Payer::Public, act.day, act.day, &payments)?;
    for payment in payments {
        take_back(world, payment);
        world.payments[payment].told = None;
    }
    world.acts[at].public_payment = None;
    world.acts[at].top_up_payment = None;
    Some(Wrong { kind: Kind::SheetLost, act: at, payment: None, missing: act.cost, witnesses })
}

/// Statements of a payer that make its silence about an act say something: one about an act before
/// that one, and one about what was paid when it had to be paid too. Who brought no older or no
/// newer statement may lack the one about this act.
fn witnesses(
    world: &World,
    payer: Payer,
    day: Day,
    from: Day,
    silent: &[usize],
) -> Option<Vec<usize>> {
    let is_told = |at: &usize| {
        let payment = &world.payments[*at];
        let is_here = payment.told.is_some_and(|day| day <= world.today);
        payment.payer == payer && is_here && !silent.contains(at)
    };
    let mut told = (0..world.payments.len()).filter(is_told);
    let is_before = |at: &usize| world.payments[*at].acts.iter().any(|a| world.acts[*a].day < day);
    let before = told.clone().find(is_before)?;
    let after = told.find(|at| world.payments[*at].day > from + TAKES_DAYS)?;
    Some(vec![before, after])
}

/// Whether it may fail, and no other wrong needs its statement to be told from one.
fn may_be_silent(world: &World, at: usize) -> bool {
    may_fail(world, at) && !world.wrongs.iter().any(|wrong| wrong.witnesses.contains(&at))
}

/// Whether the statements of the account that it came to begin before the act, and go on until
/// after the day on which it had to be there. Debits alone tell: no wrong takes one away.
fn is_in_statements(world: &World, payment: &Payment) -> bool {
    let Some(account) = payment.credits.first().map(|at| world.operations[*at].account) else {
        return false;
    };
    let days = || {
        let debits = world.operations.iter().filter(|one| one.account == account && one.amount < 0);
        debits.map(|one| one.day)
    };
    let spent = payment.acts.iter().map(|act| world.acts[*act].day).min();
    spent.is_some_and(|spent| days().any(|day| day < spent))
        && days().any(|day| day > payment.day + TAKES_DAYS)
}

/// Whether this payment is for one act, came in one credit, is old enough, and stands apart from
/// all that its payer does.
fn may_fail(world: &World, at: usize) -> bool {
    let payment = &world.payments[at];
    let is_whole = payment.acts.len() == 1 && payment.credits.len() == 1;
    let is_told = payment.told.is_some_and(|day| day <= world.today);
    let apart = |wrong: &Wrong| {
        let other = wrong.payment.map(|at| &world.payments[at]);
        other.is_none_or(|other| {
            other.payer != payment.payer || (other.day - payment.day).abs() >= WRONGS_APART_DAYS
        })
    };
    let alone = world.payments.iter().enumerate().all(|(place, other)| {
        place == at
            || other.payer != payment.payer
            || (other.day - payment.day).abs() > ALONE_DAYS
            || !is_near(other.amount, payment.amount)
    });
    is_whole
        && is_told
        && alone
        && payment.kept_for_others == 0
        && payment.day + OLD_DAYS <= world.today
        && is_in_statements(world, payment)
        && world.wrongs.iter().all(apart)
        && !world.is_guarded(payment.day, payment.amount)
}

fn take_back(world: &mut World, payment: usize) {
    for credit in std::mem::take(&mut world.payments[payment].credits) {
        world.operations[credit].is_gone = true;
    }
    world.payments[payment].is_rounded = false;
}

/// No later accident may be of an amount that would explain it.
fn guard(world: &mut World, wrong: &Wrong) {
    let act = &world.acts[wrong.act];
    let (day, cost): (Day, i64) = (act.day, act.cost);
    let announced = wrong.payment.map(|at| world.payments[at].amount);
    let amounts = [Some(cost), announced, Some(wrong.missing)];
    let paid = announced.map(|amount| amount - wrong.missing);
    world.guarded.extend(amounts.into_iter().chain([paid]).flatten().map(|amount| (day, amount)));
}
