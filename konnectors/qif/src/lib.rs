//! Importer of QIF files: accounts of banks, cards and cash.
//!
//! In: one dropped file and its name. Out: its accounts with their operations, and in words what
//! was left out or assumed; or the reason why nothing was taken. Never here: a network, a panic on
//! any bytes, securities, an order of day and month that one date of the file contradicts.

mod parse;
mod read;

use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Report};
use konnector_statement::deposit;

pub use read::{read, recognise};

domicile_sdk::importer! { manifest: "manifest.toml", importer: Qif }

struct Qif;

impl Importer for Qif {
    fn recognise(name: &str, head: &[u8]) -> u8 {
        recognise(name, head)
    }

    fn run(input: &Input, out: &mut Deposits, progress: &Progress) -> Result<Report, String> {
        deposit::run(input, out, progress, |bytes| read(input.name(), bytes))
    }
}

#[cfg(test)]
mod tests;
