//! What the importers of bank statements share.
//!
//! In: accounts and entries that a format's reader found in one file. Out: documents of
//! `io.cozy.bank.accounts` and `io.cozy.bank.operations`, each under a key that stays the same when
//! the file, or another one that overlaps it, is read again. Never here: the syntax of a format, a
//! panic on any input, an amount that went through floating point arithmetic.

pub mod amount;
pub mod body;
pub mod charset;
pub mod date;
pub mod day;
pub mod deposit;
#[cfg(feature = "golden")]
pub mod golden;
pub mod iban;
pub mod key;
pub mod ledger;
pub mod mark;
pub mod model;
pub mod name;
pub mod node;
pub mod refusal;
pub mod text;

pub use amount::Amount;
pub use date::Date;
pub use ledger::Ledger;
pub use model::{
    Account, AccountKind, Balance, Currency, Entry, Operation, OperationKind, Statement, operations,
};
pub use node::Node;
pub use refusal::Refusal;

pub use konnector_shared::{Said, Warnings, count, say};

/// The largest file that is read. A year of a busy account is under 2 MiB; above this size the
/// memory of a component would not suffice for every shape of file.
pub const FILE_BYTES_MAX: u64 = 24 * 1024 * 1024;
