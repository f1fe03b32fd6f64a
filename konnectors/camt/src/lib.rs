//! Importer of ISO 20022 bank statements: CAMT.053, every version.
//!
//! In: one dropped file. Out: its accounts with their booked operations, and in words what was left
//! out; or the reason why nothing was taken. Never here: a network, a panic on any bytes, entities
//! that a file declares.
//!
//! CAMT.052 (report during the day) and CAMT.054 (notification) are refused: what they announce
//! comes again in the statement, often under other references, and would be counted twice.

mod account;
mod details;
mod entry;
mod read;
mod refusal;
mod xml;

use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Report};
use konnector_statement::deposit;

pub use read::{read, recognise};
pub use refusal::Refusal;

domicile_sdk::importer! { manifest: "manifest.toml", importer: Camt }

struct Camt;

impl Importer for Camt {
    fn recognise(name: &str, head: &[u8]) -> u8 {
        recognise(name, head)
    }

    fn run(input: &Input, out: &mut Deposits, progress: &Progress) -> Result<Report, String> {
        deposit::run(input, out, progress, read)
    }
}

#[cfg(test)]
mod tests;
