//! Households whose truth is known. In: a seed and a shape. Out: documents as connectors and
//! importers deposit them, and what is true of them; a judge of what a system says; and published
//! matching rules as a baseline to compare with. Never here: a machine's clock or randomness, a
//! document that tells the truth, a truth that a careful reader of the documents could doubt.
//!
//! What makes the truth certain:
//!
//! - Acts of equal cost, or of equal refund by one payer, lie 24 days apart or more, as do an act
//!   and one of twice its cost. Only two people's acts on one card are alike; their debits are
//!   equal in all but the id, so that the judge takes one for the other.
//! - Payments of one payer and of equal amounts lie 9 days apart; credits are booked 3 days early
//!   at most, and 4 days late with a weekend.
//! - A refund goes wrong only where the payment is of one act, older than 75 days, and where no
//!   payment of this payer within 30 days, before or after, has its amount. Wrongs of one payer lie
//!   45 days apart. A payer takes 38 days at most, and a statement 30 days more: what is younger
//!   than that is never wrong.
//! - What came instead of the whole is no amount that the payer's statements name within 45 days.
//! - A wrong lies within statements: those of the account that the money should have come to begin
//!   before the act and go on for 38 days after the announcement; where a payer is silent, its own
//!   tell of an act before, and of a payment more than 38 days after.
//! - A top-up insurer's silence is wrong only where the act cost its base (such acts are refunded
//!   but for the participation), where this insurer lists acts and has told of others.
//! - A lost sheet is one of a doctor; what a pharmacy, an osteopath or a hospital was paid and no
//!   insurer tells of is none.
//! - No ordinary operation of the amount of a wrong happens within 60 days of it.
//! - "Announced less than due" is no wrong: neither contract nor base is in the documents.
//!
//! Health operations carry the right category, which flatters whoever trusts it.

mod acts;
pub mod baseline;
mod bills;
mod care;
mod contracts;
mod credits;
mod day;
mod debits;
mod dice;
mod documents;
mod family;
pub mod judge;
mod labels;
mod life;
mod payments;
mod shape;
#[cfg(test)]
mod tests;
mod truth;
mod verdict;
mod world;
mod wrongs;

use std::collections::BTreeMap;

use serde::Serialize;

use dice::Dice;
pub use documents::{ACCOUNTS, BILLS, Document, OPERATIONS};
pub use shape::{Noise, Shape};
pub use truth::{Alert, Findings, Kind, Match, Quiet, Reason, Role, Truth};
use world::World;

/// Today is a day of these, from the 1st of September 2026.
const TODAY: (day::Day, i64) = (20_697, 60);
const MONTH_DAYS: i64 = 30;
/// Of a hundred bills, so many are about care.
const HEALTH_SHARE: usize = 75;

/// A household: what is known of it, and what is true.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Household {
    /// `2026-10-05`
    pub today: String,
    /// In the order in which they got here.
    pub documents: Vec<Document>,
    pub truth: Truth,
    /// How often each noise occurred.
    pub noise: BTreeMap<Noise, usize>,
}

impl Household {
    /// The same for the same seed and shape, on every machine.
    pub fn new(seed: u64, shape: &Shape) -> Household {
        let mut dice = Dice::new(seed);
        let today = TODAY.0 + dice.between(0..=TODAY.1);
        live(found(dice, shape.bounded(), today))
    }

    /// One whose today is this day, `2026-11-27`.
    pub fn on(today: &str, seed: u64, shape: &Shape) -> Option<Household> {
        Some(live(found(Dice::new(seed), shape.bounded(), day::parse(today)?)))
    }

    /// What was there before the newest operation and the newest bill, and these two.
    pub fn before_the_newest(&self) -> (Vec<&Document>, Vec<&Document>) {
        let newest = [OPERATIONS, BILLS].map(|doctype| {
            let last = self.documents.iter().rfind(|one| one.doctype == doctype);
            last.map(|one| one.id.as_str())
        });
        self.documents.iter().partition(|one| !newest.contains(&Some(one.id.as_str())))
    }

    /// The same documents in another order.
    pub fn shuffled(&self, seed: u64) -> Vec<Document> {
        let mut documents = self.documents.clone();
        Dice::new(seed).shuffle(&mut documents);
        documents
    }
}

/// All that happens until today.
fn live(mut world: World) -> Household {
    let (wanted, operations) = (world.shape.bills, world.shape.operations);
    acts::plan(&mut world, wanted * HEALTH_SHARE / 100);
    debits::pay(&mut world);
    payments::decide(&mut world);
    credits::receive(&mut world);
    wrongs::happen(&mut world);
    debits::distract(&mut world);
    let mut bills = bills::of_care(&mut world);
    contracts::bill(&mut world, wanted.saturating_sub(bills.len()));
    bills.extend(bills::of_contracts(&mut world));
    life::fill(&mut world, operations);
    Household {
        today: day::written(world.today),
        documents: documents::write(&world, &bills),
        truth: verdict::reach(&world, &bills),
        noise: world.noise,
    }
}

/// Who lives there, before anything happens.
fn found(mut dice: Dice, shape: Shape, today: day::Day) -> World {
    let start = today - shape.months * MONTH_DAYS;
    let insurers = family::insurers(&mut dice, &shape);
    let is_new = shape.noise.contains(&Noise::Relabelled);
    World {
        start,
        today,
        surname: family::surname(&mut dice),
        people: family::people(&mut dice, &shape),
        accounts: family::accounts(&mut dice, &shape),
        relabelled: is_new.then(|| dice.between(start + MONTH_DAYS..=today - MONTH_DAYS)),
        insurers,
        acts: Vec::new(),
        payments: Vec::new(),
        operations: Vec::new(),
        invoices: Vec::new(),
        wrongs: Vec::new(),
        guarded: Vec::new(),
        quiet: Vec::new(),
        noise: BTreeMap::new(),
        dice,
        shape,
    }
}
