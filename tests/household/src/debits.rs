//! How acts are paid. In: acts. Out: debits on the household's cards, what was reversed and what a
//! pharmacy sold. Never here: a debit that could be taken for that of another act.

use crate::care::{CARES, Way};
use crate::day::{self, Day};
use crate::labels;
use crate::shape::Noise;
use crate::truth::Reason;
use crate::world::{Operation, World};

pub const HEALTH: &str = "400610";
pub const CARD: &str = "credit card";

pub fn pay(world: &mut World) {
    for at in 0..world.acts.len() {
        let act = world.acts[at].clone();
        if act.is_old || act.care.way == Way::ThirdParty {
            continue;
        }
        if let Some(first) = act.twin {
            pay_twin(world, first, at);
            continue;
        }
        let account = card_account(world);
        let is_long = act.care.way == Way::Parts && world.has(Noise::Instalments);
        let parts = if is_long { world.dice.between(2..=4) } else { 1 };
        world.acts[at].debits = instalments(world, account, &act.doctor, act.day, act.cost, parts);
        if world.acts[at].debits.len() > 1 {
            world.note(Noise::Instalments);
        }
    }
}

/// What looks like a debit for an act.
pub fn distract(world: &mut World) {
    cancel(world);
    buy_over_the_counter(world);
}

/// Two people's acts: one debit for both, or two that are alike.
fn pay_twin(world: &mut World, first: usize, second: usize) {
    let Some(debit) = world.acts[first].debits.first().copied() else { return };
    if world.dice.chance(50) {
        world.operations[debit].amount -= world.acts[second].cost;
        world.acts[second].debits = vec![debit];
    } else {
        let alike = Operation { id: world.dice.id(), ..world.operations[debit].clone() };
        world.acts[second].debits = world.book(alike).into_iter().collect();
    }
}

/// Equal parts, a month from each other; the last one has what is left.
fn instalments(
    world: &mut World,
    account: usize,
    merchant: &str,
    from: Day,
    cost: i64,
    parts: i64,
) -> Vec<usize> {
    const MONTH_DAYS: i64 = 30;
    let part = cost / parts.max(1);
    let mut debits = Vec::new();
    for number in 0..parts {
        let amount = if number + 1 == parts { cost - part * number } else { part };
        let done = from + number * MONTH_DAYS;
        debits.extend(by_card(world, account, merchant, done, -amount, HEALTH));
    }
    debits
}

/// An account that cards pay from.
pub fn card_account(world: &mut World) -> usize {
    let has_card = |at: &usize| world.accounts[*at].has_card();
    let cards: Vec<usize> = (0..world.accounts.len()).filter(has_card).collect();
    world.dice.pick(&cards)
}

pub fn by_card(
    world: &mut World,
    account: usize,
    merchant: &str,
    done: Day,
    amount: i64,
    category: &'static str,
) -> Option<usize> {
    let is_deferred = world.accounts[account].is_deferred();
    let day = if is_deferred {
        day::month_end(done)
    } else {
        let booked = done + world.dice.between(0..=2);
        world.booked(booked)
    };
    let label = labels::card(world, account, merchant, done);
    let id = world.dice.id();
    let operation =
        Operation { id, account, day, done, amount, label, kind: CARD, category, is_gone: false };
    let at = world.book(operation)?;
    if is_deferred {
        world.note(Noise::Deferred);
    }
    Some(at)
}

/// A fee that no act has around the day, and that no wrong could be explained by.
fn lone_fee(world: &mut World, on: Day, least: i64, most: i64) -> Option<i64> {
    const TRIES_MAX: usize = 20;
    (0..TRIES_MAX).find_map(|_| {
        let fee = world.dice.between(least..=most);
        (!world.has_act_of(on, fee) && !world.is_guarded(on, fee)).then_some(fee)
    })
}

/// Debits at a doctor that were reversed some days later.
fn cancel(world: &mut World) {
    if !world.has(Noise::Cancellations) {
        return;
    }
    let current = |at: &usize| world.accounts[*at].is_current();
    let accounts: Vec<usize> = (0..world.accounts.len()).filter(current).collect();
    for _ in 0..=world.shape.months / 12 {
        let account = world.dice.pick(&accounts);
        let day = world.dice.between(world.start..=world.today - 12);
        let Some(fee) = lone_fee(world, day, 2_500, 9_000) else { continue };
        let doctor = format!("{} CARPENTIER", CARES[0].places[0]);
        let Some(debit) = by_card(world, account, &doctor, day, -fee, HEALTH) else { continue };
        let back = world.operations[debit].day + world.dice.between(1..=6);
        let back = world.booked(back);
        let reversal = Operation {
            id: world.dice.id(),
            day: back,
            done: back,
            amount: fee,
            label: labels::reversal(world, account, &doctor, back),
            ..world.operations[debit].clone()
        };
        if let Some(credit) = world.book(reversal) {
            world.note(Noise::Cancellations);
            world.quiet.push((Reason::Reversed, vec![debit, credit]));
        }
    }
}

/// What no insurer knows of: a pharmacy sends the care sheets itself.
fn buy_over_the_counter(world: &mut World) {
    for _ in 0..=world.shape.months / 2 {
        let day = world.dice.between(world.start..=world.today);
        let account = card_account(world);
        let Some(price) = lone_fee(world, day, 350, 4_500) else { continue };
        let debit = by_card(world, account, "PHARMACIE DU MARCHE", day, -price, HEALTH);
        if let Some(debit) = debit {
            world.quiet.push((Reason::OverTheCounter, vec![debit]));
        }
    }
}
