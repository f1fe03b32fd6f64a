//! Why a file is not imported at all, as far as all formats agree. The text is for the owner: it
//! names what is wrong and what to do about it.

use crate::FILE_BYTES_MAX;
use crate::ledger::ITEMS_MAX;
use crate::node::{DEPTH_MAX, ELEMENTS_MAX};

const MIB: u64 = 1024 * 1024;

/// Nothing of the file was taken.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refusal {
    #[error("the file is empty: download it again from your bank")]
    Empty,
    #[error(
        "the file has {bytes} bytes; the most that is read is {} MiB: export a shorter period",
        FILE_BYTES_MAX / MIB
    )]
    TooLarge { bytes: u64 },
    #[error(
        "line {0}: elements lie more than {DEPTH_MAX} deep, so this is no bank statement: export the \
         account again"
    )]
    TooDeep(u32),
    #[error("the file has more than {ELEMENTS_MAX} elements: export a shorter period")]
    TooManyElements,
    #[error("the file has more than {ITEMS_MAX} accounts and operations: export a shorter period")]
    TooManyItems,
    #[error(
        "line {0}: the file carries its own grammar (DOCTYPE), which no bank statement needs: it is \
         not read; export the account again"
    )]
    Doctype(u32),
    #[error(
        "every operation in the file is broken ({rows}; the first, {first}): export the account \
         again, or ask your bank for a correct file"
    )]
    NothingSound { rows: usize, first: String },
    #[error("the file has no account with a statement: {0}")]
    NoStatement(String),
}
