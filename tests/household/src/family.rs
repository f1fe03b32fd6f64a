//! Who lives here, who insures them and where their money is. In: a shape. Out: people, insurers
//! and accounts. Never here: what happens to them.

use crate::dice::Dice;
use crate::shape::{Noise, Shape};

const SURNAMES: [&str; 8] =
    ["MARTIN", "BERNARD", "PETIT", "DURAND", "LEROY", "MOREAU", "SIMON", "LAURENT"];
const FIRST_NAMES: [&str; 12] = [
    "CAMILLE", "LOU", "ALEX", "MAXENCE", "SACHA", "NOA", "ELIE", "CHARLIE", "EDEN", "JULES",
    "LOUISE", "INES",
];

/// A member of the household.
#[derive(Clone, Debug)]
pub struct Person {
    pub name: &'static str,
    pub is_adult: bool,
    /// A long illness: the public insurance pays the whole base.
    pub is_fully_covered: bool,
    /// Place of their top-up insurer.
    pub insurer: Option<usize>,
}

/// A top-up insurer and the contract with it.
#[derive(Clone, Debug)]
pub struct Insurer {
    pub vendor: &'static str,
    /// As banks write it.
    pub payers: [&'static str; 2],
    /// Days after the public insurance, at least and at most.
    pub delay: (i64, i64),
    /// It pays up to this share of the base, with what the public insurance pays.
    pub percent: i64,
    pub lists_acts: bool,
}

const INSURERS: [(&str, [&str; 2], (i64, i64)); 5] = [
    ("Harmonie Mutuelle", ["HARMONIE MUTUELLE", "HARMONIE MUTUELLE IP01696"], (5, 12)),
    ("Malakoff Humanis", ["MALAKOFF HUMANIS PREV", "MALAKOFF HUMANIS"], (9, 16)),
    ("MGEN", ["MGEN PRESTATIONS", "MGEN"], (2, 7)),
    ("Alan", ["ALAN SA", "ALAN REMBOURSEMENT"], (2, 5)),
    ("AG2R La Mondiale", ["AG2R LA MONDIALE", "AG2R PREVOYANCE"], (12, 20)),
];
/// The one whose statements list no act, where that noise is wanted.
const ACTLESS: &str = "Malakoff Humanis";

/// As the public insurance stands in banks' labels.
pub const PUBLIC_PAYERS: [&str; 2] = ["CPAM DE PARIS", "C.P.A.M. 75"];

/// An account at a bank.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: String,
    pub label: String,
    pub bank: &'static str,
    pub kind: &'static str,
    pub currency: &'static str,
    pub number: String,
    /// In which way its bank writes labels.
    pub style: usize,
}

impl Account {
    /// Money comes in and goes out here.
    pub fn is_current(&self) -> bool {
        self.kind == "Checkings" && self.currency == "EUR"
    }

    /// Cards pay from here: it is debited at once or at the end of the month.
    pub fn has_card(&self) -> bool {
        self.is_current() || self.is_deferred()
    }

    pub fn is_deferred(&self) -> bool {
        self.kind == "CreditCard"
    }
}

const BANKS: [&str; 5] =
    ["Banque du Canal", "Caisse des Alpages", "Banque Ligne Claire", "Credit du Port", "Neuf"];

pub fn surname(dice: &mut Dice) -> &'static str {
    dice.pick(&SURNAMES)
}

pub fn insurers(dice: &mut Dice, shape: &Shape) -> Vec<Insurer> {
    let mut known = INSURERS;
    dice.shuffle(&mut known);
    let insurer = |(vendor, payers, delay): (&'static str, [&'static str; 2], (i64, i64))| {
        let lists_acts = vendor != ACTLESS || !shape.noise.contains(&Noise::Actless);
        let percent = dice.pick(&[100, 150, 200]);
        Insurer { vendor, payers, delay, percent, lists_acts }
    };
    known.into_iter().take(shape.insurers).map(insurer).collect()
}

/// Two adults at most, then children; everybody has a top-up insurer or nobody.
pub fn people(dice: &mut Dice, shape: &Shape) -> Vec<Person> {
    let mut names = FIRST_NAMES;
    dice.shuffle(&mut names);
    let person = |(at, name)| Person {
        name,
        is_adult: at < 2,
        is_fully_covered: at == 1 && dice.chance(30),
        insurer: (shape.insurers > 0).then_some(at % shape.insurers.max(1)),
    };
    names.into_iter().take(shape.people).enumerate().map(person).collect()
}

/// A current account at each bank; at the first also savings, a deferred card and dollars.
pub fn accounts(dice: &mut Dice, shape: &Shape) -> Vec<Account> {
    let mut accounts = Vec::new();
    let mut add = |bank: usize, label: &str, kind, currency| {
        accounts.push(Account {
            id: dice.id(),
            label: label.to_owned(),
            bank: BANKS[bank],
            kind,
            currency,
            number: format!("{:011}", dice.between(10_000_000_000..=99_999_999_999)),
            style: bank,
        });
    };
    for bank in 0..shape.banks {
        add(bank, "Compte courant", "Checkings", "EUR");
    }
    add(0, "Livret A", "Savings", "EUR");
    if shape.noise.contains(&Noise::Deferred) {
        add(0, "Carte a debit differe", "CreditCard", "EUR");
    }
    if shape.noise.contains(&Noise::Foreign) {
        add(shape.banks - 1, "Compte en dollars", "Checkings", "USD");
    }
    accounts
}
