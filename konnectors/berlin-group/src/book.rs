//! From the bank's words to a ledger. In: an account, its balances, its booked transactions. Out:
//! entries with amounts that went through no floating point. Never here: a transaction that is not
//! booked, or whose day or amount is none.

use konnector_statement::text::{LABEL_CHARS_MAX, clean, join_distinct};
use konnector_statement::{
    Account, AccountKind, Amount, Balance, Currency, Date, Entry, Ledger, Refusal, iban, key, say,
};

use crate::bank;

/// Balances from the best to the poorest.
const BALANCES: [&str; 4] = ["closingBooked", "interimBooked", "openingBooked", "expected"];
/// Longest number of an account that is kept.
const NUMBER_CHARS_MAX: usize = 100;

/// Takes one account and what is booked on it.
pub fn take(
    ledger: &mut Ledger,
    from: &bank::Account,
    balances: &[bank::Balance],
    booked: &[bank::Transaction],
) -> Result<(), Refusal> {
    let Some(currency) = Currency::parse(&from.currency) else {
        ledger.warn(&say!("an account without a currency", "un compte sans devise"));
        return Ok(());
    };
    let iban = from.iban.as_deref().and_then(iban::parse);
    let number = iban.clone().or_else(|| from.bban.clone());
    let number = number.unwrap_or_else(|| from.resource_id.clone());
    let number: String = number.chars().take(NUMBER_CHARS_MAX).collect();
    let account = Account {
        key: key::account(["", &number, "", "", &currency.to_string()]),
        label: from.name.clone().or_else(|| from.product.clone()).unwrap_or_else(|| number.clone()),
        institution: None,
        number,
        iban,
        kind: from.cash_account_type.as_deref().and_then(kind),
        currency,
        balance: balance(balances, currency),
    };
    let index = ledger.account(account)?;
    ledger.open_block();
    for (row, transaction) in (1u32..).zip(booked) {
        match entry(transaction) {
            Some(entry) => ledger.add(index, entry)?,
            None => ledger.reject(row, &say!("no day or amount", "pas de date ou de montant")),
        }
    }
    Ok(())
}

/// By the codes of ISO 20022.
fn kind(code: &str) -> Option<AccountKind> {
    Some(match code {
        "CACC" | "TRAN" => AccountKind::Checkings,
        "SVGS" => AccountKind::Savings,
        "CARD" => AccountKind::CreditCard,
        "LOAN" => AccountKind::Loan,
        _ => return None,
    })
}

fn balance(all: &[bank::Balance], currency: Currency) -> Option<Balance> {
    let of = |kind: &&str| {
        all.iter().find(|one| {
            one.balance_type == **kind
                && Currency::parse(&one.balance_amount.currency) == Some(currency)
        })
    };
    let found = BALANCES.iter().find_map(of)?;
    let amount = amount(&found.balance_amount.amount)?;
    Some(Balance { amount, date: found.reference_date.as_deref().and_then(Date::parse_iso) })
}

fn amount(text: &str) -> Option<Amount> {
    Amount::parse_decimal(text).ok().map(|parsed| parsed.amount)
}

fn entry(from: &bank::Transaction) -> Option<Entry> {
    let value_date = from.value_date.as_deref().and_then(Date::parse_iso);
    let amount = amount(&from.transaction_amount.amount)?;
    let (other, account) = match amount.is_negative() {
        true => (&from.creditor_name, &from.creditor_account),
        false => (&from.debtor_name, &from.debtor_account),
    };
    let text = from.remittance_information_unstructured.clone().unwrap_or_default();
    let parts = [other.as_deref().unwrap_or_default(), &text];
    let label = if text.trim().is_empty() { parts[0] } else { &text };
    let (label, bank_label) = (clean(label, LABEL_CHARS_MAX), join_distinct(parts));
    Some(Entry {
        reference: from.entry_reference.clone().or_else(|| from.transaction_id.clone()),
        date: from.booking_date.as_deref().and_then(Date::parse_iso).or(value_date)?,
        done: None,
        value_date,
        amount,
        currency: Currency::parse(&from.transaction_amount.currency)?,
        label,
        bank_label,
        kind: None,
        counterparty: other.clone(),
        counterparty_iban: account
            .as_ref()
            .and_then(|account| account.iban.as_deref())
            .and_then(iban::parse),
        check_number: None,
    })
}
