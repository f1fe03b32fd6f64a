//! What insurers decide to pay, when, and what their statements tell of it. In: acts. Out:
//! payments. Never here: a bank; two payments of one payer that could be taken for each other.

use crate::care::Way;
use crate::day::{self, Day};
use crate::shape::Noise;
use crate::world::{Payer, Payment, World, is_near};

/// The public insurance pays so many days after the act, at least and at most.
const PUBLIC_DELAY: (i64, i64) = (3, 8);
/// Acts of one payment, at most.
const GROUP_MAX: usize = 8;
/// Payments of the same amount are this far apart.
const APART_DAYS: i64 = 9;

pub fn decide(world: &mut World) {
    for at in 0..world.acts.len() {
        let act = &world.acts[at];
        if act.public > 0 && act.care.way != Way::ThirdParty {
            let payment = join_or_open(world, at, Payer::Public, act.day, PUBLIC_DELAY);
            world.acts[at].public_payment = Some(payment);
        }
    }
    add_up(world, 0);
    keep_back(world);
    let first_top_up = world.payments.len();
    for at in 0..world.acts.len() {
        let act = &world.acts[at];
        let Some(payer) = world.top_up_of(act) else { continue };
        let Some(insurer) = world.insurer(payer) else { continue };
        if act.top_up > 0 && act.care.way != Way::ThirdParty {
            let public = act.public_payment.map(|at| world.payments[at].day);
            let from = public.unwrap_or(act.day + PUBLIC_DELAY.1);
            let payment = join_or_open(world, at, payer, from, insurer.delay);
            world.acts[at].top_up_payment = Some(payment);
        }
    }
    add_up(world, first_top_up);
    tell(world);
}

/// The payment of an act: that of its twin, another one that suits, or a new one.
fn join_or_open(
    world: &mut World,
    act: usize,
    payer: Payer,
    from: Day,
    delay: (i64, i64),
) -> usize {
    let is_old = world.acts[act].is_old;
    let of_twin = world.acts[act].twin.and_then(|twin| {
        let payments = [world.acts[twin].public_payment, world.acts[twin].top_up_payment];
        payments.into_iter().flatten().find(|at| world.payments[*at].payer == payer)
    });
    let suits = |payment: &Payment| {
        payment.payer == payer
            && (from + delay.0..=from + delay.1).contains(&payment.day)
            && payment.acts.len() < GROUP_MAX
            && !payment.acts.iter().any(|act| world.acts[*act].is_old)
    };
    let open = world.payments.iter().rposition(suits);
    let joined = of_twin.or(open.filter(|_| !is_old && world.has(Noise::Grouped)));
    let joined = joined.filter(|_| of_twin.is_some() || world.dice.chance(35));
    if let Some(at) = joined {
        world.payments[at].acts.push(act);
        if of_twin.is_none() {
            world.note(Noise::Grouped);
        }
        return at;
    }
    let day = day::open(from + world.dice.between(delay.0..=delay.1));
    world.payments.push(Payment {
        payer,
        acts: vec![act],
        day,
        amount: 0,
        kept_for_others: 0,
        told: None,
        credits: Vec::new(),
        is_rounded: false,
    });
    world.payments.len() - 1
}

/// Amounts from acts. One that equals another of the same days goes some days later.
fn add_up(world: &mut World, first: usize) {
    const TRIES_MAX: usize = 8;
    for at in first..world.payments.len() {
        let payment = &world.payments[at];
        let payer = payment.payer;
        let part = |act: &usize| match payer {
            Payer::Public => world.acts[*act].public - world.acts[*act].flat_fee,
            Payer::TopUp(_) => world.acts[*act].top_up,
        };
        let amount = payment.acts.iter().map(part).sum();
        world.payments[at].amount = amount;
        for _ in 0..TRIES_MAX {
            let day = world.payments[at].day;
            let is_taken = world.payments[..at].iter().any(|other| {
                other.payer == payer
                    && (other.day - day).abs() < APART_DAYS
                    && is_near(other.amount, amount)
            });
            if !is_taken {
                break;
            }
            world.payments[at].day = day::open(day + 2);
        }
    }
}

/// Franchises of what the insurers paid to a pharmacy come off a later payment.
fn keep_back(world: &mut World) {
    const LEAST_LEFT: i64 = 500;
    const LATER_DAYS: i64 = 10;
    if !world.has(Noise::KeptBack) || !world.has(Noise::FlatFees) {
        return;
    }
    let mut owed: Vec<(Day, i64)> = world
        .acts
        .iter()
        .filter(|act| act.care.way == Way::ThirdParty)
        .map(|act| (act.day + LATER_DAYS, act.flat_fee))
        .collect();
    let mut order: Vec<usize> = (0..world.payments.len()).collect();
    order.sort_by_key(|at| world.payments[*at].day);
    for at in order {
        let day = world.payments[at].day;
        let due: i64 = owed.iter().filter(|(from, _)| *from <= day).map(|(_, fee)| fee).sum();
        let left = world.payments[at].amount - due;
        if due == 0 || left < LEAST_LEFT || is_taken(world, at, left) || !world.dice.chance(40) {
            continue;
        }
        owed.retain(|(from, _)| *from > day);
        world.payments[at].amount = left;
        world.payments[at].kept_for_others = due;
        world.note(Noise::KeptBack);
    }
}

/// Whether another payment of its payer has this amount on the days around it.
fn is_taken(world: &World, at: usize, amount: i64) -> bool {
    let payment = &world.payments[at];
    world.payments.iter().enumerate().any(|(place, other)| {
        place != at
            && other.payer == payment.payer
            && (other.day - payment.day).abs() < APART_DAYS
            && is_near(other.amount, amount)
    })
}

/// When statements get here: most within days, some long after the money.
fn tell(world: &mut World) {
    for at in 0..world.payments.len() {
        let wait = world.dice.between(1..=6);
        world.payments[at].told = Some(world.payments[at].day + wait);
    }
}
