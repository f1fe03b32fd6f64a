//! Importer of OFX and QFX statements, versions 1 (SGML) and 2 (XML).
//!
//! In: one dropped file. Out: its bank and card accounts with their operations, the cash side of
//! investment accounts, and in words what was left out; or the reason why nothing was taken. Never
//! here: a network, a panic on any bytes, an amount or a day that the bank did not write.

mod account;
mod charset;
mod investment;
mod read;
mod refusal;
mod row;
mod token;
mod tree;

pub use read::{read, recognise};
pub use refusal::Refusal;

#[cfg(test)]
mod tests;
