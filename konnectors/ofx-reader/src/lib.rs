//! OFX and QFX, versions 1 (SGML) and 2 (XML), to statements.
//!
//! In: the bytes of a file, or of a bank's answer. Out: bank and card accounts with their
//! operations, the cash side of investment accounts, and in words what was left out; of an answer
//! also how it was signed on and which accounts there are. Never here: where the bytes come from,
//! an amount or a day that the bank did not write.

mod account;
mod investment;
mod listing;
mod read;
mod refusal;
mod row;
mod token;
mod tree;

pub use listing::{Listing, Place, listing};
pub use read::{read, recognise};
pub use refusal::Refusal;
