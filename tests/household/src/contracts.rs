//! Bills that are about no care: phone, power, water and shops. In: how many there should be. Out:
//! invoices and the operations that pay them. Never here: an insurer.

use crate::day::{self, Day};
use crate::debits;
use crate::labels;
use crate::world::{Invoice, Operation, World};

/// A contract that sends a bill each month.
struct Contract {
    vendor: &'static str,
    creditor: &'static str,
    kind: &'static str,
    category: &'static str,
    /// Cents, and by how much they vary.
    amount: (i64, i64),
}

const CONTRACTS: [Contract; 3] = [
    Contract {
        vendor: "Orange",
        creditor: "ORANGE SA",
        kind: "phone",
        category: "400150",
        amount: (2_999, 0),
    },
    Contract {
        vendor: "EDF",
        creditor: "EDF CLIENTS PARTICULIERS",
        kind: "energy",
        category: "401080",
        amount: (6_200, 4_000),
    },
    Contract {
        vendor: "Veolia",
        creditor: "VEOLIA EAU",
        kind: "water",
        category: "401070",
        amount: (2_400, 900),
    },
];
const SHOP: (&str, &str) = ("Amazon", "AMAZON EU SARL");
const SHOPPING: &str = "400112";
const MONTH_DAYS: i64 = 30;

/// Contracts first, then shops until there are enough.
pub fn bill(world: &mut World, wanted: usize) {
    let account = current(world);
    let months = (world.today - world.start) / MONTH_DAYS;
    for month in 0..months {
        for contract in &CONTRACTS {
            if world.invoices.len() < wanted {
                let day = world.start + month * MONTH_DAYS + world.dice.between(3..=6);
                debit(world, account, contract, day);
            }
        }
    }
    while world.invoices.len() < wanted {
        buy(world);
    }
}

fn current(world: &World) -> usize {
    world.accounts.iter().position(|account| account.is_current()).unwrap_or(0)
}

fn debit(world: &mut World, account: usize, contract: &Contract, day: Day) {
    let amount = contract.amount.0 + world.dice.between(0..=contract.amount.1);
    let paid = day + world.dice.between(0..=5);
    let paid = world.booked(paid);
    let operation = Operation {
        id: world.dice.id(),
        account,
        day: paid,
        done: paid,
        amount: -amount,
        label: labels::direct_debit(world, account, contract.creditor, paid),
        kind: "direct debit",
        category: contract.category,
        is_gone: false,
    };
    let debit = world.book(operation);
    let (vendor, kind) = (contract.vendor, contract.kind);
    world.invoices.push(Invoice { vendor, kind, day, amount, debit, bought: None, credit: None });
}

/// Something from a shop; now and then it goes back.
fn buy(world: &mut World) {
    let account = debits::card_account(world);
    let day = world.dice.between(world.start..=world.today - 1);
    let amount = world.dice.between(800..=12_000);
    let (vendor, name) = SHOP;
    let debit = debits::by_card(world, account, name, day, -amount, SHOPPING);
    let bought = Invoice { vendor, kind: "", day, amount, debit, bought: None, credit: None };
    world.invoices.push(bought.clone());
    if !world.dice.chance(20) {
        return;
    }
    let back = day + world.dice.between(8..=20);
    let booked = world.booked(back);
    let operation = Operation {
        id: world.dice.id(),
        account,
        day: if world.accounts[account].is_deferred() { day::month_end(back) } else { booked },
        done: back,
        amount,
        label: labels::reversal(world, account, name, back),
        kind: debits::CARD,
        category: SHOPPING,
        is_gone: false,
    };
    if let Some(credit) = world.book(operation) {
        let refund = Invoice { day: back, bought: Some(day), credit: Some(credit), ..bought };
        world.invoices.push(refund);
    }
}
