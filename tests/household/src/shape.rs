//! What a household is asked to be. In: numbers and kinds of noise. Out: the same within the
//! limits. Never here: chance, but for a shape that is drawn by number.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::dice::Dice;

pub const PEOPLE_MAX: usize = 6;
pub const MONTHS_MAX: i64 = 120;
pub const BANKS_MAX: usize = 5;
/// As many top-up insurers as are known.
pub const INSURERS_MAX: usize = 5;
pub const OPERATIONS_MAX: usize = 100_000;
pub const BILLS_MAX: usize = 5_000;
pub const WRONGS_MAX: usize = 50;

/// What makes matching hard without anything being wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Noise {
    /// One credit for several acts or people.
    Grouped,
    /// A credit that is one or two cents off.
    Rounding,
    /// What falls on a weekend is booked on Monday.
    Weekends,
    /// Two people at one doctor on one day, on one card, in one debit or two.
    OneCard,
    /// A refund that arrives on another account than the others.
    OtherAccount,
    /// One act, paid in several months.
    Instalments,
    /// A debit and its reversal.
    Cancellations,
    /// A statement that is imported twice, under other ids.
    Duplicates,
    /// The insurers pay the pharmacy or the laboratory.
    ThirdParty,
    /// Participation and franchises that nobody refunds.
    FlatFees,
    /// Those, kept back from a later payment for another act.
    KeptBack,
    /// The credit is there before the statement says so.
    EarlyRefund,
    /// One announced payment in two credits.
    Partial,
    /// From some day on the bank writes its labels in another way.
    Relabelled,
    /// A top-up insurer whose statements list no act.
    Actless,
    /// Others' credits and debits of the very amount of a refund or of an act.
    Chance,
    /// An account in dollars, with amounts that equal refunds.
    Foreign,
    /// A card that is settled at the end of the month.
    Deferred,
}

impl Noise {
    pub const ALL: [Noise; 18] = [
        Noise::Grouped,
        Noise::Rounding,
        Noise::Weekends,
        Noise::OneCard,
        Noise::OtherAccount,
        Noise::Instalments,
        Noise::Cancellations,
        Noise::Duplicates,
        Noise::ThirdParty,
        Noise::FlatFees,
        Noise::KeptBack,
        Noise::EarlyRefund,
        Noise::Partial,
        Noise::Relabelled,
        Noise::Actless,
        Noise::Chance,
        Noise::Foreign,
        Noise::Deferred,
    ];
}

/// The size of a household and what happens in it. Targets are aimed at; what finds no room where
/// it can't be taken for something else is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    pub people: usize,
    pub months: i64,
    pub banks: usize,
    /// Top-up insurers: with none, nobody has a top-up.
    pub insurers: usize,
    pub operations: usize,
    pub bills: usize,
    /// Refunds that go wrong, at most.
    pub wrongs: usize,
    pub noise: BTreeSet<Noise>,
}

impl Shape {
    /// A household as there are many: the sizes vary with the number, all noise is on.
    pub fn drawn(number: u64) -> Shape {
        let mut dice = Dice::new(number ^ 0x5a5a_5a5a);
        let months = dice.between(3..=24);
        let size = |number: i64| usize::try_from(number).unwrap_or(0);
        Shape {
            people: size(dice.between(1..=6)),
            months,
            banks: size(dice.between(1..=3)),
            insurers: if dice.chance(8) { 0 } else { size(dice.between(1..=3)) },
            operations: size(months * dice.between(40..=90)),
            bills: size(months * dice.between(4..=12)),
            wrongs: size(dice.between(0..=6)),
            noise: Noise::ALL.into(),
        }
    }

    /// A long history: 20,000 operations with 1,000 bills, and as many wrongs as are searched for.
    pub fn large() -> Shape {
        Shape { months: 72, ..Shape::sized(20_000, 1_000) }
    }

    /// So many operations and bills in three years, with all noise.
    pub fn sized(operations: usize, bills: usize) -> Shape {
        Shape {
            people: 4,
            months: 36,
            banks: 3,
            insurers: 2,
            operations,
            bills,
            wrongs: 10,
            noise: Noise::ALL.into(),
        }
    }

    /// The same within the limits.
    pub(crate) fn bounded(&self) -> Shape {
        Shape {
            people: self.people.clamp(1, PEOPLE_MAX),
            months: self.months.clamp(3, MONTHS_MAX),
            banks: self.banks.clamp(1, BANKS_MAX),
            insurers: self.insurers.min(INSURERS_MAX),
            operations: self.operations.min(OPERATIONS_MAX),
            bills: self.bills.min(BILLS_MAX),
            wrongs: self.wrongs.min(WRONGS_MAX),
            noise: self.noise.clone(),
        }
    }
}
