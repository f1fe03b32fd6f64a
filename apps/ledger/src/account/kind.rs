//! What accounts are for, from the names that banks and Cozy use.

use crate::model::Account;

/// What an account is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Current,
    Savings,
    Card,
    Cash,
    Investment,
    Loan,
    Other,
}

impl Kind {
    pub const ALL: [Kind; 7] = [
        Kind::Current,
        Kind::Savings,
        Kind::Card,
        Kind::Cash,
        Kind::Investment,
        Kind::Loan,
        Kind::Other,
    ];

    /// From the names that banks and Cozy use, of which there are some thirty.
    pub fn of(account: &Account) -> Self {
        let name = account.kind.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        if has(&["loan", "mortgage", "revolving", "debt", "liability"]) {
            Kind::Loan
        } else if has(&["card"]) {
            Kind::Card
        } else if has(&["checking", "current", "joint", "bank"]) {
            Kind::Current
        } else if has(&[
            "insurance",
            "market",
            "pea",
            "pee",
            "perp",
            "perco",
            "madelin",
            "article",
            "asset",
        ]) {
            Kind::Investment
        } else if has(&["saving", "livret", "deposit", "capital"]) {
            Kind::Savings
        } else if has(&["cash"]) {
            Kind::Cash
        } else {
            Kind::Other
        }
    }
}
