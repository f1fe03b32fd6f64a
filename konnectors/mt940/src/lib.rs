//! Importer of SWIFT bank statements: MT940, and MT942 of the day.
//!
//! In: one dropped file. Out: its accounts with their booked operations, and in words what was left
//! out or does not add up; or the line and the reason why nothing was taken. Never here: a network,
//! a panic on any bytes, an amount or a day that the bank did not write.

mod account;
mod field;
mod info;
mod read;
mod row;

use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Report};
use konnector_statement::deposit;

pub use read::{read, recognise};

domicile_sdk::importer! { manifest: "manifest.toml", importer: Mt940 }

struct Mt940;

impl Importer for Mt940 {
    fn recognise(name: &str, head: &[u8]) -> u8 {
        recognise(name, head)
    }

    fn run(input: &Input, out: &mut Deposits, progress: &Progress) -> Result<Report, String> {
        deposit::run(input, out, progress, read)
    }
}

#[cfg(test)]
mod tests;
