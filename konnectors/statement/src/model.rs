//! What a statement says, in no format's words.

use std::fmt;

use crate::{Amount, Date, Said, count, say};

/// Everything that one file held and that is sound, and what was left out and why.
#[derive(Debug, Default)]
pub struct Statement {
    pub accounts: Vec<Account>,
    pub operations: Vec<Operation>,
    pub warnings: Vec<Said>,
}

impl Statement {
    /// `2 accounts, 31 operations`.
    pub fn summary(&self) -> Said {
        let accounts = count(self.accounts.len(), ["account", "accounts"], ["compte", "comptes"]);
        let operations = operations(self.operations.len());
        say!(accounts, operations; "{accounts}, {operations}", "{accounts}, {operations}")
    }
}

/// `31 operations`.
pub fn operations(number: usize) -> Said {
    count(number, ["operation", "operations"], ["opération", "opérations"])
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The deposit key: see [`crate::key`].
    pub key: String,
    pub label: String,
    pub institution: Option<String>,
    /// As the bank prints it.
    pub number: String,
    pub iban: Option<String>,
    /// `None` where the file doesn't say.
    pub kind: Option<AccountKind>,
    pub currency: Currency,
    pub balance: Option<Balance>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    pub amount: Amount,
    pub date: Option<Date>,
}

/// The account types of Cozy's Banks that statements can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKind {
    Checkings,
    Savings,
    CreditCard,
    RevolvingCredit,
    Loan,
    Deposit,
    Market,
}

impl AccountKind {
    const ALL: [AccountKind; 7] = [
        AccountKind::Checkings,
        AccountKind::Savings,
        AccountKind::CreditCard,
        AccountKind::RevolvingCredit,
        AccountKind::Loan,
        AccountKind::Deposit,
        AccountKind::Market,
    ];

    /// As Cozy writes it.
    pub fn parse(text: &str) -> Option<AccountKind> {
        AccountKind::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(text))
    }

    pub fn as_str(self) -> &'static str {
        match self {
            AccountKind::Checkings => "Checkings",
            AccountKind::Savings => "Savings",
            AccountKind::CreditCard => "CreditCard",
            AccountKind::RevolvingCredit => "RevolvingCredit",
            AccountKind::Loan => "Loan",
            AccountKind::Deposit => "Deposit",
            AccountKind::Market => "Market",
        }
    }
}

/// Three letters of ISO 4217.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    pub fn parse(text: &str) -> Option<Currency> {
        let letters: [u8; 3] = text.trim().as_bytes().try_into().ok()?;
        letters
            .iter()
            .all(u8::is_ascii_alphabetic)
            .then(|| Currency(letters.map(|letter| letter.to_ascii_uppercase())))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| write!(out, "{}", char::from(*letter)))
    }
}

/// One movement as a reader found it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What the bank promises to be the movement's own, where it does.
    pub reference: Option<String>,
    /// When the account was debited or credited.
    pub date: Date,
    /// When it was done: the day of the purchase, say.
    pub done: Option<Date>,
    /// From when it counts for interest.
    pub value_date: Option<Date>,
    /// Negative leaves the account.
    pub amount: Amount,
    pub currency: Currency,
    pub label: String,
    /// Everything the bank wrote about it.
    pub bank_label: String,
    pub kind: Option<OperationKind>,
    pub counterparty: Option<String>,
    pub counterparty_iban: Option<String>,
    pub check_number: Option<String>,
}

/// One movement with its place: its account's index in [`Statement::accounts`] and its deposit key.
#[derive(Clone, Debug)]
pub struct Operation {
    pub key: String,
    pub account: usize,
    pub entry: Entry,
}

/// The operation types of Cozy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationKind {
    Cash,
    Check,
    CreditCard,
    Deposit,
    DirectDebit,
    FinancialFee,
    Transfer,
}

impl OperationKind {
    const ALL: [OperationKind; 7] = [
        OperationKind::Cash,
        OperationKind::Check,
        OperationKind::CreditCard,
        OperationKind::Deposit,
        OperationKind::DirectDebit,
        OperationKind::FinancialFee,
        OperationKind::Transfer,
    ];

    /// As Cozy writes it.
    pub fn parse(text: &str) -> Option<OperationKind> {
        OperationKind::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(text))
    }

    pub fn as_str(self) -> &'static str {
        match self {
            OperationKind::Cash => "cash",
            OperationKind::Check => "check",
            OperationKind::CreditCard => "credit card",
            OperationKind::Deposit => "deposit",
            OperationKind::DirectDebit => "direct debit",
            OperationKind::FinancialFee => "financial fee",
            OperationKind::Transfer => "transfer",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Currency;

    #[test]
    fn currencies_are_three_letters() {
        assert_eq!(Currency::parse(" eur ").map(|c| c.to_string()).as_deref(), Some("EUR"));
        for other in ["", "EU", "EURO", "E1R", "\u{20ac}"] {
            assert_eq!(Currency::parse(other), None, "{other}");
        }
    }
}
