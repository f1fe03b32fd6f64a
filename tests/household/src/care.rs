//! Acts of care and what they cost in France, roughly. In: chance. Out: fees in cents and the parts
//! of the insurers. Never here: a day, a person's name.

use crate::dice::Dice;

/// How an act is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By the owner, who is paid back by both insurers.
    Owner,
    /// By the owner, in parts if there is room for that.
    Parts,
    /// By the insurers, to whom it is owed.
    ThirdParty,
    /// By the owner, and the public insurance has no part in it.
    TopUpOnly,
}

/// What is asked for an act.
#[derive(Clone, Copy, Debug)]
enum Fee {
    Fixed(i64),
    /// Of the base alone, to the cent.
    Base(i64, i64),
    /// More than the base: whole euros in a range, over a base in another one.
    Excess {
        base: (i64, i64),
        euros: (i64, i64),
    },
}

/// A kind of act.
#[derive(Debug)]
pub struct Care {
    /// As statements name it.
    pub name: &'static str,
    /// Who is seen on the bank's label, before a name.
    pub places: [&'static str; 2],
    pub way: Way,
    fee: Fee,
    /// Percent of the base that the public insurance pays.
    rate: i64,
    /// What nobody pays back.
    flat_fee: i64,
    /// Of a hundred acts, so many are of this kind.
    pub share: i64,
}

impl Care {
    /// Whether a doctor writes a care sheet for it.
    pub fn has_sheet(&self) -> bool {
        self.way == Way::Owner && self.flat_fee > 0
    }
}

const fn owner(name: &'static str, places: [&'static str; 2], fee: Fee, share: i64) -> Care {
    Care { name, places, way: Way::Owner, fee, rate: 70, flat_fee: 200, share }
}

const DOCTOR: [&str; 2] = ["DR", "DOCTEUR"];
const EURO: i64 = 100;

pub static CARES: [Care; 10] = [
    owner("C GENERALISTE Sect1", DOCTOR, Fee::Fixed(30 * EURO), 16),
    owner("CONSULTATION SPECIALISTE", DOCTOR, Fee::Fixed(3_150), 7),
    owner("ACTE TECHNIQUE MEDICAL", ["CABINET DR", "CENTRE MEDICAL"], Fee::Base(2_801, 11_990), 20),
    owner(
        "CS HONORAIRES LIBRES",
        DOCTOR,
        Fee::Excess { base: (2_300, 5_700), euros: (60, 120) },
        9,
    ),
    Care {
        rate: 60,
        flat_fee: 0,
        ..owner("SOINS DENTAIRES", ["CABINET DENTAIRE", "DENTISTE"], Fee::Base(1_928, 9_990), 6)
    },
    Care {
        way: Way::Parts,
        rate: 60,
        flat_fee: 0,
        ..owner(
            "PROTHESE DENTAIRE",
            ["CABINET DENTAIRE", "DENTISTE"],
            Fee::Excess { base: (10_750, 16_000), euros: (400, 900) },
            4,
        )
    },
    Care {
        rate: 60,
        flat_fee: 0,
        ..owner(
            "OPTIQUE",
            ["OPTICIEN", "OPTIQUE"],
            Fee::Excess { base: (3_750, 9_700), euros: (180, 420) },
            3,
        )
    },
    Care {
        way: Way::ThirdParty,
        rate: 65,
        flat_fee: 100,
        ..owner("PHARMACIE", ["PHARMACIE", "PHARMACIE"], Fee::Base(500, 8_000), 25)
    },
    Care {
        way: Way::TopUpOnly,
        rate: 0,
        flat_fee: 0,
        ..owner("OSTEOPATHIE", ["OSTEOPATHE", "CABINET OSTEO"], Fee::Base(5_000, 7_500), 5)
    },
    Care {
        way: Way::TopUpOnly,
        rate: 0,
        flat_fee: 0,
        ..owner("CHAMBRE PARTICULIERE", ["CENTRE HOSPITALIER", "CHU"], Fee::Base(4_000, 16_000), 5)
    },
];

/// What one act costs, what it is paid back of, and the part of the public insurance.
pub struct Price {
    pub cost: i64,
    pub base: i64,
    pub public: i64,
    pub flat_fee: i64,
}

impl Care {
    pub fn price(&self, dice: &mut Dice, is_fully_covered: bool) -> Price {
        let (cost, base) = match self.fee {
            Fee::Fixed(fee) => (fee, fee),
            Fee::Base(least, most) => {
                let fee = dice.between(least..=most);
                (fee, fee)
            }
            Fee::Excess { base, euros } => {
                (dice.between(euros.0..=euros.1) * EURO, dice.between(base.0..=base.1))
            }
        };
        let rate = if is_fully_covered && self.rate > 0 { 100 } else { self.rate };
        Price { cost, base, public: percent(base, rate), flat_fee: self.flat_fee }
    }

    /// What a top-up insurer pays for it, whose contract goes up to so many percent of the base.
    pub fn top_up(&self, cost: i64, base: i64, public: i64, contract: i64) -> i64 {
        /// Less than this is not worth a transfer.
        const LEAST: i64 = 100;
        let part = match self.way {
            Way::TopUpOnly => percent(cost, contract / 2),
            _ => cost.min(percent(base, contract)) - public,
        };
        if part < LEAST { 0 } else { part }
    }
}

/// Rounded to the cent.
fn percent(cents: i64, rate: i64) -> i64 {
    (cents * rate + 50) / 100
}
