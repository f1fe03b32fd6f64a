//! How banks word what happened. In: who, when, a style. Out: a label. Never here: a word that
//! tells what the truth is.

use crate::day::{self, Day};
use crate::dice::Dice;
use crate::world::World;

const STYLES: usize = 4;
const TOWNS: [&str; 5] = ["PARIS", "LYON 03", "NANTES", "LILLE", "MONTREUIL"];

/// The style of an account's bank on a day.
fn style(world: &World, account: usize, on: Day) -> usize {
    let is_new = world.relabelled.is_some_and(|from| on >= from);
    (world.accounts[account].style + usize::from(is_new)) % STYLES
}

/// Paid by card.
pub fn card(world: &mut World, account: usize, merchant: &str, done: Day) -> String {
    let (town, date) = (world.dice.pick(&TOWNS), day::date(done));
    match style(world, account, done) {
        0 => format!("CB {merchant} {town} {:02}/{:02}", date.day(), date.month()),
        1 => format!("PAIEMENT CB {:02}{:02} {town} {merchant}", date.day(), date.month()),
        2 => {
            let year = date.year() % 100;
            format!("CARTE {:02}/{:02}/{year:02} {merchant} CB*4432", date.day(), date.month())
        }
        _ => merchant.to_owned(),
    }
}

/// A transfer that came in.
pub fn transfer(world: &mut World, account: usize, from: &str, on: Day) -> String {
    let reference = digits(&mut world.dice);
    match style(world, account, on) {
        0 => format!("VIR {from} {reference}"),
        1 => format!("VIREMENT EN VOTRE FAVEUR {from}"),
        2 => format!("VIR SEPA RECU /DE {from} /REF {reference}"),
        _ => from.to_owned(),
    }
}

/// A transfer that went out.
pub fn outgoing(world: &mut World, account: usize, to: &str, on: Day) -> String {
    match style(world, account, on) {
        0 => format!("VIR EMIS {to}"),
        1 => format!("VIREMENT A {to}"),
        2 => format!("VIR SEPA EMIS /POUR {to} /REF {}", digits(&mut world.dice)),
        _ => to.to_owned(),
    }
}

/// A direct debit.
pub fn direct_debit(world: &mut World, account: usize, creditor: &str, on: Day) -> String {
    let reference = digits(&mut world.dice);
    match style(world, account, on) {
        0 => format!("PRLV {creditor} {reference}"),
        1 => format!("PRELEVEMENT {creditor}"),
        2 => format!("PRLV SEPA {creditor} /MANDAT {reference}"),
        _ => creditor.to_owned(),
    }
}

/// A card payment that was taken back.
pub fn reversal(world: &World, account: usize, merchant: &str, on: Day) -> String {
    match style(world, account, on) {
        0 => format!("ANNUL CB {merchant}"),
        1 => format!("CREDIT CARTE ANNULATION {merchant}"),
        2 => format!("CREDIT CB {merchant}"),
        _ => format!("ANNULATION {merchant}"),
    }
}

fn digits(dice: &mut Dice) -> String {
    dice.between(1_000_000..=9_999_999).to_string()
}
