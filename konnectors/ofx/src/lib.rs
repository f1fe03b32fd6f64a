//! Importer of OFX and QFX statements, versions 1 (SGML) and 2 (XML).
//!
//! In: one dropped file. Out: its bank and card accounts with their operations, the cash side of
//! investment accounts, and in words what was left out; or the reason why nothing was taken. Never
//! here: a network, a panic on any bytes, an amount or a day that the bank did not write.

use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Report};
use konnector_ofx_reader::{read, recognise};
use konnector_statement::deposit;

domicile_sdk::importer! { manifest: "manifest.toml", importer: Ofx }

struct Ofx;

impl Importer for Ofx {
    fn recognise(name: &str, head: &[u8]) -> u8 {
        recognise(name, head)
    }

    fn run(input: &Input, out: &mut Deposits, progress: &Progress) -> Result<Report, String> {
        deposit::run(input, out, progress, read)
    }
}

#[cfg(test)]
mod tests;
