//! Why a CAMT file is not imported at all, in words for the owner.

use crate::read::PARTS_MAX;

/// Nothing of the file was taken.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refusal {
    #[error(transparent)]
    Common(#[from] konnector_statement::Refusal),
    #[error(
        "this XML file holds no bank statement (CAMT.053): export the account as CAMT.053 or OFX"
    )]
    NotCamt,
    #[error(
        "the file is a report during the day (CAMT.052): its operations come again, finally \
         booked, in the statement; export the account as CAMT.053"
    )]
    Report,
    #[error(
        "the file is a notification of single bookings (CAMT.054), not a statement: export the \
         account as CAMT.053"
    )]
    Notification,
    #[error("line {line}: the file is not well-formed XML ({why}): download it again")]
    Malformed { line: u32, why: String },
    #[error(
        "line {0}: a statement with more than {PARTS_MAX} balances is not one of a bank: export \
         the account again"
    )]
    TooManyBalances(u32),
    #[error("the file stops before its end: download it again")]
    Truncated,
}
