//! A household while it is made. In: a seed and a shape. Out: people, accounts, acts, payments and
//! operations that know of each other. Never here: a document.

use std::collections::BTreeMap;

use crate::care::Care;
use crate::day::{self, Day};
use crate::dice::Dice;
use crate::family::{Account, Insurer, Person};
use crate::shape::{Noise, Shape};
use crate::truth::{Kind, Reason};

/// Amounts this close may be taken for each other.
pub const NEAR_CENTS: i64 = 5;

/// Who pays back: the public insurance, or a top-up insurer by its place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payer {
    Public,
    TopUp(usize),
}

/// One act of care. Amounts are cents.
#[derive(Clone, Debug)]
pub struct Act {
    pub person: usize,
    pub care: &'static Care,
    pub doctor: String,
    pub day: Day,
    pub cost: i64,
    /// What the insurers pay back of, at most the cost.
    pub base: i64,
    pub public: i64,
    pub top_up: i64,
    /// The participation that nobody pays back.
    pub flat_fee: i64,
    /// The act of another person that was paid along with this one, on the same card.
    pub twin: Option<usize>,
    pub debits: Vec<usize>,
    pub public_payment: Option<usize>,
    pub top_up_payment: Option<usize>,
    /// Before the banks' history begins.
    pub is_old: bool,
}

/// What an insurer transfers at once.
#[derive(Clone, Debug)]
pub struct Payment {
    pub payer: Payer,
    pub acts: Vec<usize>,
    /// As the statement says: when, and how much.
    pub day: Day,
    pub amount: i64,
    /// Of it, kept back for acts that it is not about.
    pub kept_for_others: i64,
    /// When the statement gets here; `None` where the payer never told of it.
    pub told: Option<Day>,
    pub credits: Vec<usize>,
    pub is_rounded: bool,
}

/// A movement on an account.
#[derive(Clone, Debug)]
pub struct Operation {
    pub id: String,
    pub account: usize,
    pub day: Day,
    pub done: Day,
    pub amount: i64,
    pub label: String,
    pub kind: &'static str,
    pub category: &'static str,
    /// Taken back by a wrong: it never happened.
    pub is_gone: bool,
}

/// A bill that is about no care.
#[derive(Clone, Debug)]
pub struct Invoice {
    pub vendor: &'static str,
    pub kind: &'static str,
    pub day: Day,
    pub amount: i64,
    pub debit: Option<usize>,
    /// Money back for what was bought on the day that `bought` says.
    pub bought: Option<Day>,
    pub credit: Option<usize>,
}

/// A refund that went wrong.
#[derive(Clone, Debug)]
pub struct Wrong {
    pub kind: Kind,
    pub act: usize,
    pub payment: Option<usize>,
    pub missing: i64,
    /// Payments whose statements make a payer's silence say something.
    pub witnesses: Vec<usize>,
}

pub struct World {
    pub dice: Dice,
    pub shape: Shape,
    /// First day of the banks' history.
    pub start: Day,
    pub today: Day,
    pub surname: &'static str,
    pub people: Vec<Person>,
    pub insurers: Vec<Insurer>,
    pub accounts: Vec<Account>,
    /// From then on the banks write labels in another way.
    pub relabelled: Option<Day>,
    pub acts: Vec<Act>,
    pub payments: Vec<Payment>,
    pub operations: Vec<Operation>,
    pub invoices: Vec<Invoice>,
    pub wrongs: Vec<Wrong>,
    /// Days and amounts that no accident may come near.
    pub guarded: Vec<(Day, i64)>,
    /// Operations that look like something, by why they are not.
    pub quiet: Vec<(Reason, Vec<usize>)>,
    /// How often each noise occurred.
    pub noise: BTreeMap<Noise, usize>,
}

impl World {
    /// Whether this noise is wanted at all.
    pub fn has(&self, noise: Noise) -> bool {
        self.shape.noise.contains(&noise)
    }

    /// Whether this noise is wanted and occurs now.
    pub fn occurs(&mut self, noise: Noise, percent: i64) -> bool {
        self.has(noise) && self.dice.chance(percent)
    }

    pub fn note(&mut self, noise: Noise) {
        *self.noise.entry(noise).or_default() += 1;
    }

    /// When a bank books what happens on a day.
    pub fn booked(&mut self, day: Day) -> Day {
        if !self.has(Noise::Weekends) || !day::is_weekend(day) {
            return day;
        }
        self.note(Noise::Weekends);
        day::open(day)
    }

    /// Its place in the list, unless it is still to come.
    pub fn book(&mut self, operation: Operation) -> Option<usize> {
        if operation.day > self.today {
            return None;
        }
        self.operations.push(operation);
        Some(self.operations.len() - 1)
    }

    /// Whether an accident of this amount could be taken for a refund that went wrong.
    pub fn is_guarded(&self, day: Day, amount: i64) -> bool {
        const GUARD_DAYS: i64 = 60;
        let near = |(other, guarded): &(Day, i64)| {
            (day - other).abs() <= GUARD_DAYS && is_near(amount.abs(), guarded.abs())
        };
        self.guarded.iter().any(near)
    }

    /// Whether an act of care costs this much around the day.
    pub fn has_act_of(&self, day: Day, cost: i64) -> bool {
        const APART_DAYS: i64 = 45;
        let near = |act: &Act| (act.day - day).abs() <= APART_DAYS && is_near(act.cost, cost);
        self.acts.iter().any(near)
    }

    pub fn insurer(&self, payer: Payer) -> Option<&Insurer> {
        match payer {
            Payer::Public => None,
            Payer::TopUp(at) => self.insurers.get(at),
        }
    }

    /// As bills name it.
    pub fn vendor(&self, payer: Payer) -> &'static str {
        self.insurer(payer).map_or("Ameli", |insurer| insurer.vendor)
    }

    /// Whether its statements say which acts they are about.
    pub fn lists_acts(&self, payer: Payer) -> bool {
        self.insurer(payer).is_none_or(|insurer| insurer.lists_acts)
    }

    /// The top-up insurer of who had this act.
    pub fn top_up_of(&self, act: &Act) -> Option<Payer> {
        self.people[act.person].insurer.map(Payer::TopUp)
    }
}

pub fn is_near(one: i64, other: i64) -> bool {
    (one - other).abs() <= NEAR_CENTS
}
