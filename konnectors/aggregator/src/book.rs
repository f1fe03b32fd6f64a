//! From the aggregator's words to a statement, under the aggregator's own ids. In: accounts and
//! transactions. Out: entries with the digits that came, and how many wait. Never here: a
//! transaction that is still coming, or one of an account that is not listed.

use std::collections::BTreeMap;

use konnector_statement::text::{BANK_LABEL_CHARS_MAX, LABEL_CHARS_MAX, clean};
use konnector_statement::{
    Account, AccountKind, Amount, Balance, Currency, Date, Entry, Ledger, OperationKind, Refusal,
    Statement, iban, say,
};
use serde_json::{Number, Value};

use crate::api;

/// Longest number of an account, and longest name of whom it was with.
const NUMBER_CHARS_MAX: usize = 100;

/// A statement, and how many transactions are still coming.
#[derive(Default)]
pub struct Booked {
    pub statement: Statement,
    pub coming: usize,
}

/// Takes all of it. `banks` names connections.
pub fn take(
    accounts: &[api::Account],
    banks: &BTreeMap<u64, String>,
    transactions: Vec<api::Transaction>,
) -> Result<Booked, Refusal> {
    if accounts.is_empty() {
        return Ok(Booked::default());
    }
    let (mut ledger, mut indices, mut coming) = (Ledger::default(), BTreeMap::new(), 0);
    for from in accounts {
        let Some(currency) = from.currency.as_ref().and_then(|one| Currency::parse(&one.id)) else {
            ledger.warn(&say!("an account without a currency", "un compte sans devise"));
            continue;
        };
        let bank = from.id_connection.and_then(|id| banks.get(&id));
        indices.insert(from.id, (ledger.account(account(from, currency, bank))?, currency));
    }
    for (row, from) in (1u32..).zip(&transactions) {
        let Some((index, currency)) = indices.get(&from.id_account) else { continue };
        if from.coming {
            coming += 1;
            continue;
        }
        match entry(from, *currency) {
            Some(entry) => ledger.add(*index, entry)?,
            None => ledger.reject(row, &say!("no day or amount", "pas de date ou de montant")),
        }
    }
    let mut statement = ledger.finish()?;
    for operation in &mut statement.operations {
        // The id lasts, while the bank may still mend day and amount.
        operation.key = operation.entry.reference.clone().unwrap_or_default();
    }
    Ok(Booked { statement, coming })
}

fn account(from: &api::Account, currency: Currency, bank: Option<&String>) -> Account {
    let iban = from.iban.as_deref().and_then(iban::parse);
    let number = iban.clone().or_else(|| from.number.clone().filter(|text| !text.is_empty()));
    let number = clean(&number.unwrap_or_else(|| from.id.to_string()), NUMBER_CHARS_MAX);
    let label = first([&from.name, &from.original_name]).unwrap_or(&number);
    let date = from.last_update.as_deref().and_then(Date::parse_iso);
    Account {
        key: from.id.to_string(),
        label: clean(label, LABEL_CHARS_MAX),
        institution: bank.cloned(),
        iban,
        kind: from.kind.as_deref().and_then(account_kind),
        currency,
        balance: amount(&from.balance).map(|amount| Balance { amount, date }),
        number,
    }
}

fn account_kind(word: &str) -> Option<AccountKind> {
    Some(match word {
        "checking" | "joint" => AccountKind::Checkings,
        "savings" | "livret_a" | "livret_b" | "ldds" => AccountKind::Savings,
        "card" => AccountKind::CreditCard,
        "loan" => AccountKind::Loan,
        "deposit" => AccountKind::Deposit,
        "market" | "pea" => AccountKind::Market,
        _ => return None,
    })
}

fn operation_kind(word: &str) -> Option<OperationKind> {
    Some(match word {
        "transfer" => OperationKind::Transfer,
        "order" => OperationKind::DirectDebit,
        "check" => OperationKind::Check,
        "deposit" => OperationKind::Deposit,
        "withdrawal" => OperationKind::Cash,
        "bank" | "market_fee" => OperationKind::FinancialFee,
        "card" | "deferred_card" | "summary_card" | "card_summary" => OperationKind::CreditCard,
        _ => return None,
    })
}

/// The first of these texts that says something.
fn first<const N: usize>(texts: [&Option<String>; N]) -> Option<&str> {
    texts.into_iter().flatten().map(|text| text.trim()).find(|text| !text.is_empty())
}

fn amount(from: &Option<Number>) -> Option<Amount> {
    Amount::parse_decimal(&from.as_ref()?.to_string()).ok().map(|parsed| parsed.amount)
}

fn entry(from: &api::Transaction, currency: Currency) -> Option<Entry> {
    let day = |text: &Option<String>| text.as_deref().and_then(Date::parse_iso);
    let done = day(&from.rdate);
    let wording = first([&from.wording, &from.simplified_wording, &from.original_wording]);
    let bank_label = first([&from.original_wording, &from.simplified_wording]).unwrap_or_default();
    let of = |name: &str| from.counterparty.get(name).and_then(Value::as_str);
    let name = from.counterparty.as_str().or_else(|| of("label"));
    let name = name.map(|name| clean(name, NUMBER_CHARS_MAX)).filter(|name| !name.is_empty());
    Some(Entry {
        reference: Some(from.id.to_string()),
        date: day(&from.date).or(done)?,
        done,
        value_date: day(&from.vdate),
        amount: amount(&from.value)?,
        currency,
        label: clean(wording.unwrap_or_default(), LABEL_CHARS_MAX),
        bank_label: clean(bank_label, BANK_LABEL_CHARS_MAX),
        kind: from.kind.as_deref().and_then(operation_kind),
        counterparty: name,
        counterparty_iban: of("account_identification").and_then(iban::parse),
        check_number: None,
    })
}
