//! Ordinary life in between. In: how many operations there should be. Out: salaries, rent, shops,
//! transfers, and what equals a refund by chance. Never here: an insurer's payment; an amount that
//! would explain a refund that went wrong.

use crate::credits::TRANSFER;
use crate::day::Day;
use crate::debits::{self, CARD};
use crate::labels;
use crate::shape::Noise;
use crate::world::{Operation, World};

const MONTH_DAYS: i64 = 30;
const DIRECT_DEBIT: &str = "direct debit";
const OWN: &str = "600110";
const SETTLEMENT: &str = "600120";
const FRIENDS: [&str; 4] = ["M HUGO RENARD", "MME NADIA BRUN", "LYDIA", "MLLE ROSE COLIN"];

/// Merchants, their category, and cents at least and at most.
const SHOPS: [(&str, &str, i64, i64); 10] = [
    ("CARREFOUR CITY", "400110", 600, 14_000),
    ("MONOPRIX", "400110", 500, 9_000),
    ("BOULANGERIE MARTIN", "400110", 120, 1_500),
    ("LE PETIT BISTROT", "400810", 1_200, 8_000),
    ("SNCF CONNECT", "400280", 1_500, 15_000),
    ("TOTAL ACCESS", "400250", 3_000, 9_500),
    ("UGC CINE CITE", "400820", 900, 4_000),
    ("DECATHLON", "400710", 1_000, 12_000),
    ("FNAC", "400750", 800, 9_000),
    ("SEPHORA", "400190", 1_000, 7_000),
];

pub fn fill(world: &mut World, wanted: usize) {
    coincide(world);
    let months = (world.today - world.start) / MONTH_DAYS + 1;
    for month in 0..months {
        let from = world.start + month * MONTH_DAYS;
        if world.operations.len() < wanted {
            recur(world, from);
        }
    }
    while world.operations.len() < wanted {
        shop(world);
    }
    settle_cards(world);
}

fn transfer(
    world: &mut World,
    account: usize,
    other: &str,
    day: Day,
    amount: i64,
    category: &'static str,
) -> Option<usize> {
    let day = world.booked(day);
    let label = if amount > 0 {
        labels::transfer(world, account, other, day)
    } else {
        labels::outgoing(world, account, other, day)
    };
    let id = world.dice.id();
    let kind = TRANSFER;
    world.book(Operation {
        id,
        account,
        day,
        done: day,
        amount,
        label,
        kind,
        category,
        is_gone: false,
    })
}

/// What comes back each month.
fn recur(world: &mut World, from: Day) {
    let current: Vec<usize> =
        (0..world.accounts.len()).filter(|at| world.accounts[*at].is_current()).collect();
    let adults = world.people.iter().filter(|person| person.is_adult).count();
    for adult in 0..adults {
        let account = current[adult % current.len()];
        let salary = 180_000 + world.dice.between(0..=40_000);
        transfer(world, account, "SALAIRE ATELIERS DU LAC", from + 27, salary, "200110");
    }
    transfer(world, current[0], "AGENCE DES LILAS LOYER", from + 4, -92_000, "401020");
    for at in 0..world.insurers.len() {
        let name = format!("{} COTISATION", world.insurers[at].payers[0]);
        premium(world, current[0], &name, from + 5, -8_530 - 700 * i64::try_from(at).unwrap_or(0));
    }
    let savings = world.accounts.iter().position(|account| account.kind == "Savings");
    if let Some(savings) = savings {
        let amount = world.dice.between(5..=30) * 1_000;
        transfer(world, current[0], "LIVRET A", from + 6, -amount, OWN);
        transfer(world, savings, "COMPTE COURANT", from + 6, amount, OWN);
    }
}

fn premium(world: &mut World, account: usize, name: &str, day: Day, amount: i64) {
    let day = world.booked(day);
    let label = labels::direct_debit(world, account, name, day);
    let (id, kind) = (world.dice.id(), DIRECT_DEBIT);
    let category = "400620";
    world.book(Operation {
        id,
        account,
        day,
        done: day,
        amount,
        label,
        kind,
        category,
        is_gone: false,
    });
}

fn shop(world: &mut World) {
    let (merchant, category, least, most) = world.dice.pick(&SHOPS);
    let account = debits::card_account(world);
    let day = world.dice.between(world.start..=world.today - 2);
    let amount = -world.dice.between(least..=most);
    debits::by_card(world, account, merchant, day, amount, category);
}

/// Others' money, of the very amount of a refund or of an act.
fn coincide(world: &mut World) {
    for at in 0..world.payments.len() {
        let (day, amount) = (world.payments[at].day, world.payments[at].amount);
        let on = day + world.dice.between(-4..=4);
        let is_fit = !world.payments[at].credits.is_empty() && on >= world.start;
        if !is_fit || world.is_guarded(on, amount) {
            continue;
        }
        if world.occurs(Noise::Chance, 6) {
            let (account, friend) =
                (world.dice.index(world.accounts.len()), world.dice.pick(&FRIENDS));
            if world.accounts[account].is_current()
                && transfer(world, account, friend, on, amount, "200180").is_some()
            {
                world.note(Noise::Chance);
            }
        }
        let dollars = world.accounts.iter().position(|account| account.currency == "USD");
        if let Some(account) = dollars.filter(|_| world.dice.chance(8))
            && transfer(world, account, "ACME INC", on, amount, "200180").is_some()
        {
            world.note(Noise::Foreign);
        }
    }
    for at in 0..world.acts.len() {
        let (day, cost) = (world.acts[at].day, world.acts[at].cost);
        let on = day + world.dice.between(-3..=3);
        if on < world.start || world.is_guarded(on, cost) || !world.occurs(Noise::Chance, 6) {
            continue;
        }
        let account = debits::card_account(world);
        if debits::by_card(world, account, "LE PETIT BISTROT", on, -cost, "400810").is_some() {
            world.note(Noise::Chance);
        }
    }
}

/// What a deferred card gathered is debited at the end of its month.
fn settle_cards(world: &mut World) {
    let Some(card) = world.accounts.iter().position(|account| account.is_deferred()) else {
        return;
    };
    let mut months = std::collections::BTreeMap::<Day, i64>::new();
    let live = world.operations.iter().filter(|one| one.account == card && !one.is_gone);
    for operation in live {
        *months.entry(operation.day).or_default() += operation.amount;
    }
    let account = world.accounts.iter().position(|account| account.is_current()).unwrap_or(0);
    for (day, amount) in months {
        let (id, label) = (world.dice.id(), "DEBIT DIFFERE CARTE".to_owned());
        let (kind, category) = (CARD, SETTLEMENT);
        world.book(Operation {
            id,
            account,
            day,
            done: day,
            amount,
            label,
            kind,
            category,
            is_gone: false,
        });
    }
}
