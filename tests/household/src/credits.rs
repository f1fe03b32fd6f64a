//! How the insurers' money gets to the bank. In: payments. Out: credits, with what makes them hard
//! to recognise. Never here: a payment that goes wrong.

use crate::day::Day;
use crate::debits::HEALTH;
use crate::family::PUBLIC_PAYERS;
use crate::labels;
use crate::shape::Noise;
use crate::world::{Operation, Payer, World, is_near};

pub const TRANSFER: &str = "transfer";
const TOP_UP: &str = "400620";

pub fn receive(world: &mut World) {
    let homes = home_accounts(world);
    for at in 0..world.payments.len() {
        let payment = world.payments[at].clone();
        if payment.acts.iter().any(|act| world.acts[*act].is_old) {
            continue;
        }
        let mut account = match payment.payer {
            Payer::Public => homes[0],
            Payer::TopUp(insurer) => homes[(insurer + 1) % homes.len()],
        };
        if homes.len() > 1 && world.occurs(Noise::OtherAccount, 15) {
            let place = homes.iter().position(|home| *home == account).unwrap_or(0);
            account = homes[(place + 1) % homes.len()];
            world.note(Noise::OtherAccount);
        }
        let early = world.occurs(Noise::EarlyRefund, 10);
        let day = if early {
            world.payments[at].told = Some(payment.day + world.dice.between(15..=30));
            payment.day - world.dice.between(1..=3)
        } else {
            payment.day + world.dice.between(0..=2)
        };
        let credits: Vec<usize> = parts(world, at)
            .into_iter()
            .filter_map(|(wait, amount)| credit(world, payment.payer, account, day + wait, amount))
            .collect();
        if early && !credits.is_empty() {
            world.note(Noise::EarlyRefund);
        }
        world.payments[at].credits = credits;
    }
}

fn home_accounts(world: &World) -> Vec<usize> {
    (0..world.accounts.len()).filter(|at| world.accounts[*at].is_current()).collect()
}

/// What is transferred, and how many days after the first: one part or two, or some cents off.
fn parts(world: &mut World, at: usize) -> Vec<(Day, i64)> {
    const LEAST_IN_PARTS: i64 = 1_000;
    let amount = world.payments[at].amount;
    if amount > LEAST_IN_PARTS && world.occurs(Noise::Partial, 6) {
        let first = amount * world.dice.between(40..=70) / 100;
        let wait = world.dice.between(3..=8);
        if is_lone(world, at, first) && is_lone(world, at, amount - first) {
            world.note(Noise::Partial);
            return vec![(0, first), (wait, amount - first)];
        }
    }
    if world.occurs(Noise::Rounding, 8) {
        let cents = world.dice.pick(&[-2, -1, 1, 2]);
        world.payments[at].is_rounded = true;
        world.note(Noise::Rounding);
        return vec![(0, amount + cents)];
    }
    vec![(0, amount)]
}

/// Whether no statement of this payer names such an amount on the days around.
pub fn is_lone(world: &World, at: usize, amount: i64) -> bool {
    const APART_DAYS: i64 = 45;
    let payment = &world.payments[at];
    let near = |other: &&crate::world::Payment| {
        other.payer == payment.payer && (other.day - payment.day).abs() <= APART_DAYS
    };
    !world.payments.iter().filter(near).any(|other| {
        let part = |act: &usize| match other.payer {
            Payer::Public => world.acts[*act].public,
            Payer::TopUp(_) => world.acts[*act].top_up,
        };
        let credited = |credit: &usize| is_near(world.operations[*credit].amount, amount);
        is_near(other.amount, amount)
            || other.acts.iter().any(|act| is_near(part(act), amount))
            || other.credits.iter().any(credited)
    })
}

fn credit(world: &mut World, payer: Payer, account: usize, day: Day, amount: i64) -> Option<usize> {
    let day = world.booked(day);
    let names: &[&str] = world.insurer(payer).map_or(&PUBLIC_PAYERS, |insurer| &insurer.payers);
    let is_new = world.relabelled.is_some_and(|from| day >= from);
    let at = if is_new { names.len() - 1 } else { 0 };
    let name = names[at].to_owned();
    let label = labels::transfer(world, account, &name, day);
    let category = if payer == Payer::Public { HEALTH } else { TOP_UP };
    let id = world.dice.id();
    let operation = Operation {
        id,
        account,
        day,
        done: day,
        amount,
        label,
        kind: TRANSFER,
        category,
        is_gone: false,
    };
    let at = world.book(operation)?;
    if is_new {
        world.note(Noise::Relabelled);
    }
    Some(at)
}
