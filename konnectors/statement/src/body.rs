//! Statement to documents: attributes as Cozy publishes them, so that the data is portable. In:
//! an account or an operation. Out: a JSON object of its doctype.

use serde::Serialize;

use crate::model::{Account, Operation};
use crate::{Amount, Date};

pub const ACCOUNTS: &str = "io.cozy.bank.accounts";
pub const OPERATIONS: &str = "io.cozy.bank.operations";

/// A document of [`ACCOUNTS`].
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountBody<'a> {
    label: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    institution_label: Option<&'a str>,
    number: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    iban: Option<&'a str>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    balance: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    balance_date: Option<String>,
    currency: String,
    vendor_id: &'a str,
}

/// A document of [`OPERATIONS`].
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationBody<'a> {
    label: &'a str,
    original_bank_label: &'a str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    date: String,
    realisation_date: String,
    amount: Amount,
    currency: String,
    account: &'a str,
    vendor_id: &'a str,
    vendor_account_id: &'a str,
    #[serde(skip_serializing_if = "Metadata::is_empty")]
    metadata: Metadata<'a>,
}

/// What Cozy has no attribute for.
#[derive(Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata<'a> {
    /// The bank's own reference of the movement.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counterparty: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counterparty_iban: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    check_number: Option<&'a str>,
}

impl Metadata<'_> {
    fn is_empty(&self) -> bool {
        *self == Metadata::default()
    }
}

pub fn account(account: &Account) -> AccountBody<'_> {
    AccountBody {
        label: &account.label,
        institution_label: account.institution.as_deref(),
        number: &account.number,
        iban: account.iban.as_deref(),
        kind: account.kind.map(|kind| kind.as_str()),
        balance: account.balance.map(|balance| balance.amount),
        balance_date: account.balance.and_then(|balance| balance.date).map(printed),
        currency: account.currency.to_string(),
        vendor_id: &account.key,
    }
}

/// `account_id`: the document id of the operation's account, `account_key` its deposit key.
pub fn operation<'a>(
    operation: &'a Operation,
    account_id: &'a str,
    account_key: &'a str,
) -> OperationBody<'a> {
    let entry = &operation.entry;
    OperationBody {
        label: &entry.label,
        original_bank_label: &entry.bank_label,
        kind: entry.kind.map(|kind| kind.as_str()),
        date: printed(entry.date),
        realisation_date: printed(entry.done.unwrap_or(entry.date)),
        amount: entry.amount,
        currency: entry.currency.to_string(),
        account: account_id,
        vendor_id: &operation.key,
        vendor_account_id: account_key,
        metadata: Metadata {
            reference: entry.reference.as_deref(),
            value_date: entry.value_date.map(printed),
            counterparty: entry.counterparty.as_deref(),
            counterparty_iban: entry.counterparty_iban.as_deref(),
            check_number: entry.check_number.as_deref(),
        },
    }
}

fn printed(date: Date) -> String {
    date.to_string()
}
