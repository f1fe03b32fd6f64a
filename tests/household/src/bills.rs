//! The bills that importers and connectors deposit. In: acts, payments and invoices. Out: bills
//! that know what they are about. Never here: a statement that isn't here yet; what an importer
//! leaves out (rows that take money back).

use crate::care::Way;
use crate::day::Day;
use crate::shape::Noise;
use crate::world::{Payer, World};

/// What a bill is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// An act, in a payment.
    Act {
        act: usize,
        payment: usize,
    },
    /// An act that the payer paid to somebody else.
    ThirdParty {
        act: usize,
        payer: Payer,
    },
    /// A payment whose acts are not listed.
    Payment(usize),
    Invoice(usize),
}

/// A bill before it is a document.
#[derive(Clone, Debug)]
pub struct Bill {
    pub id: String,
    pub about: About,
    /// When it gets here.
    pub told: Day,
    /// Place of the bill that it copies.
    pub copy_of: Option<usize>,
}

/// Statements of insurers.
pub fn of_care(world: &mut World) -> Vec<Bill> {
    let mut bills = Vec::new();
    for at in 0..world.payments.len() {
        let payment = world.payments[at].clone();
        let Some(told) = payment.told.filter(|day| *day <= world.today) else { continue };
        let abouts: Vec<About> = if world.lists_acts(payment.payer) {
            payment.acts.iter().map(|act| About::Act { act: *act, payment: at }).collect()
        } else {
            world.note(Noise::Actless);
            vec![About::Payment(at)]
        };
        let first = bills.len();
        bills.extend(abouts.iter().map(|about| bill(world, *about, told)));
        if world.occurs(Noise::Duplicates, 4) {
            world.note(Noise::Duplicates);
            for (original, about) in (first..).zip(&abouts) {
                let again = (told + world.dice.between(0..=20)).min(world.today);
                let copy = Bill { copy_of: Some(original), ..bill(world, *about, again) };
                bills.push(copy);
            }
        }
    }
    for at in 0..world.acts.len() {
        third_party(world, at, &mut bills);
    }
    bills
}

pub fn of_contracts(world: &mut World) -> Vec<Bill> {
    let invoices = 0..world.invoices.len();
    invoices.map(|at| bill(world, About::Invoice(at), world.invoices[at].day)).collect()
}

fn bill(world: &mut World, about: About, told: Day) -> Bill {
    Bill { id: world.dice.id(), about, told, copy_of: None }
}

fn third_party(world: &mut World, at: usize, bills: &mut Vec<Bill>) {
    const WAIT_DAYS: Day = 10;
    let act = world.acts[at].clone();
    let told = act.day + WAIT_DAYS;
    if act.care.way != Way::ThirdParty || told > world.today {
        return;
    }
    world.note(Noise::ThirdParty);
    let top_up = world.top_up_of(&act).filter(|payer| act.top_up > 0 && world.lists_acts(*payer));
    for payer in [Some(Payer::Public), top_up].into_iter().flatten() {
        bills.push(bill(world, About::ThirdParty { act: at, payer }, told));
    }
}
