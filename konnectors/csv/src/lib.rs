//! Importer of the tables that banks, Cozy Banks and our own Banks export (CSV).
//!
//! In: one dropped file and its name. Out: its accounts with their operations, and in words what
//! was left out or assumed; or the reason why nothing was taken. Never here: a network, a panic on
//! any bytes, a column that is taken for the amount, or a sign, that neither something else in the
//! file nor its owner confirms.

mod account;
mod ask;
mod columns;
mod guess;
mod money;
mod plan;
mod read;
mod settle;
mod table;

use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Report};
use konnector_statement::deposit;

pub use read::{read, recognise};

domicile_sdk::importer! { manifest: "manifest.toml", importer: Csv }

struct Csv;

impl Importer for Csv {
    fn recognise(name: &str, head: &[u8]) -> u8 {
        recognise(name, head)
    }

    fn run(input: &Input, out: &mut Deposits, progress: &Progress) -> Result<Report, String> {
        deposit::run(input, out, progress, |bytes| read(input.name(), bytes, input))
    }
}

#[cfg(test)]
mod tests;
