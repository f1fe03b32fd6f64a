//! Importer of the account statements of French banks: CFONB, 120 characters a line.
//!
//! In: one dropped file. Out: its accounts with their operations, and in words what was left out or
//! does not add up; or the line and the reason why nothing was taken. Never here: a network, a
//! panic on any bytes, a sign or a number of decimals that the bank did not write.

mod read;
mod record;

use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Report};
use konnector_statement::deposit;

pub use read::{read, recognise};

domicile_sdk::importer! { manifest: "manifest.toml", importer: Cfonb }

struct Cfonb;

impl Importer for Cfonb {
    fn recognise(name: &str, head: &[u8]) -> u8 {
        recognise(name, head)
    }

    fn run(input: &Input, out: &mut Deposits, progress: &Progress) -> Result<Report, String> {
        deposit::run(input, out, progress, read)
    }
}

#[cfg(test)]
mod tests;
