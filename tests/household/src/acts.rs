//! Which acts of care there are. In: a household. Out: its acts, with their fees. Never here: two
//! acts that a careful reader of the documents could take for each other, but for those of two
//! people on one card.

use crate::care::{CARES, Care, Way};
use crate::day::Day;
use crate::shape::Noise;
use crate::world::{Act, World, is_near};

const DOCTORS: [&str; 16] = [
    "LEFEVRE", "ROUX", "GIRARD", "BONNET", "LAMBERT", "FONTAINE", "ROUSSEAU", "VINCENT", "MULLER",
    "FAURE", "ANDRE", "MERCIER", "BLANC", "GUERIN", "BOYER", "GARNIER",
];
/// Acts, or payments for them, that are alike are this far apart.
const APART_DAYS: i64 = 24;
/// How often another act is thrown where one finds no room.
const TRIES_MAX: usize = 40;

/// Acts until so many bills are to be expected.
pub fn plan(world: &mut World, bills: usize) {
    if world.dice.chance(50) {
        plan_old(world);
    }
    let mut expected = 0;
    let mut refused = 0;
    while expected < bills && refused < TRIES_MAX {
        let Some(act) = place(world) else {
            refused += 1;
            continue;
        };
        expected += usize::from(act.public > 0) + usize::from(act.top_up > 0);
        if act.flat_fee > 0 {
            world.note(Noise::FlatFees);
        }
        world.acts.push(act);
        if let Some(twin) = twin(world) {
            expected += usize::from(twin.public > 0) + usize::from(twin.top_up > 0);
            world.acts.push(twin);
        }
    }
    in_order(world);
}

/// Two acts whose statements tell of them, and whose payments no bank has any more.
fn plan_old(world: &mut World) {
    for _ in 0..2 {
        let day = world.start - world.dice.between(60..=75);
        let care = &CARES[2];
        let act = throw(world, care, day);
        if is_free(world, &act) {
            world.acts.push(Act { is_old: true, ..act });
        }
    }
}

/// By day, with what refers to a place in the list.
fn in_order(world: &mut World) {
    let mut order: Vec<usize> = (0..world.acts.len()).collect();
    order.sort_by_key(|at| world.acts[*at].day);
    let place_of = |old: usize| order.iter().position(|at| *at == old);
    let acts = order.iter().map(|at| {
        let act = world.acts[*at].clone();
        Act { twin: act.twin.and_then(place_of), ..act }
    });
    world.acts = acts.collect();
}

fn place(world: &mut World) -> Option<Act> {
    for _ in 0..TRIES_MAX {
        let care = care(world);
        // Some lie far enough back for what goes wrong to be told from what is late.
        let last = if world.dice.chance(30) { world.today - 110 } else { world.today };
        let day = world.dice.between(world.start..=last.max(world.start + 10));
        let act = throw(world, care, day);
        if is_clear(world, &act) && is_free(world, &act) {
            return Some(act);
        }
    }
    None
}

/// Whether the documents leave no doubt of what is due: what only a top-up insurer pays has to be
/// told by it, and of what is left of an act it pays a part or has none to pay.
fn is_clear(world: &World, act: &Act) -> bool {
    let top_up = world.top_up_of(act);
    match act.care.way {
        Way::TopUpOnly => act.top_up > 0 && top_up.is_some_and(|payer| world.lists_acts(payer)),
        _ => act.top_up > 0 || top_up.is_none() || act.cost == act.public,
    }
}

fn care(world: &mut World) -> &'static Care {
    let mut side = world.dice.between(1..=CARES.iter().map(|care| care.share).sum());
    for care in &CARES {
        side -= care.share;
        let is_wanted = care.way != Way::ThirdParty || world.has(Noise::ThirdParty);
        if side <= 0 && is_wanted {
            return care;
        }
    }
    &CARES[0]
}

fn throw(world: &mut World, care: &'static Care, day: Day) -> Act {
    let person = world.dice.index(world.people.len());
    let who = world.people[person].clone();
    let price = care.price(&mut world.dice, who.is_fully_covered);
    let contract = who.insurer.map(|at| world.insurers[at].percent);
    let top_up =
        contract.map_or(0, |percent| care.top_up(price.cost, price.base, price.public, percent));
    let flat_fee = if world.has(Noise::FlatFees) { price.flat_fee } else { 0 };
    let place = world.dice.pick(&care.places);
    Act {
        person,
        care,
        doctor: format!("{place} {}", world.dice.pick(&DOCTORS)),
        day,
        cost: price.cost,
        base: price.base,
        public: price.public,
        top_up,
        flat_fee,
        twin: None,
        debits: Vec::new(),
        public_payment: None,
        top_up_payment: None,
        is_old: false,
    }
}

/// Another person at the same doctor, on the same day, for the same fee, with the last act.
fn twin(world: &mut World) -> Option<Act> {
    let at = world.acts.len() - 1;
    let first = world.acts[at].clone();
    let can = first.care.has_sheet() && !first.is_old && first.cost == first.base;
    if world.people.len() < 2 || !can || !world.occurs(Noise::OneCard, 20) {
        return None;
    }
    let person = (first.person + 1) % world.people.len();
    let who = &world.people[person];
    // Else the fee would be shared in another way than the first one's.
    if who.is_fully_covered != world.people[first.person].is_fully_covered {
        return None;
    }
    let percent = who.insurer.map_or(0, |at| world.insurers[at].percent);
    let top_up = first.care.top_up(first.cost, first.base, first.public, percent);
    world.note(Noise::OneCard);
    Some(Act { person, top_up, twin: Some(at), ..first })
}

fn is_free(world: &World, act: &Act) -> bool {
    act.care.way == Way::ThirdParty || !world.acts.iter().any(|other| is_alike(world, act, other))
}

fn is_alike(world: &World, act: &Act, other: &Act) -> bool {
    if other.care.way == Way::ThirdParty || (act.day - other.day).abs() >= APART_DAYS {
        return false;
    }
    let same_payer = world.people[act.person].insurer == world.people[other.person].insurer;
    // Both for one and for two people: a debit may be for both.
    [1, 2]
        .iter()
        .any(|times| is_near(act.cost, other.cost * times) || is_near(act.cost * times, other.cost))
        || (act.public > 0 && is_near(act.public - act.flat_fee, other.public - other.flat_fee))
        || (act.public > 0 && is_near(act.public, other.public))
        || (same_payer && act.top_up > 0 && is_near(act.top_up, other.top_up))
}
