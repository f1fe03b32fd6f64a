//! Whose statement is it? In: the field 25. Out: an account with a key that stays: its IBAN, or its
//! number at its bank, and its currency, as of the same account's CAMT statements.

use konnector_statement::text::clean;
use konnector_statement::{Account, Balance, Currency, iban, key};

/// Longest account number that is kept, in characters.
const NUMBER_CHARS_MAX: usize = 100;

pub fn account(written: &str, currency: Currency, balance: Option<Balance>) -> Account {
    let written = clean(written, NUMBER_CHARS_MAX);
    let (bank, number) = match iban_in(&written) {
        Some(iban) => (String::new(), iban),
        None => {
            let (bank, number) = written.split_once('/').unwrap_or(("", &written));
            (bank.trim().to_owned(), number.trim().to_owned())
        }
    };
    Account {
        key: key::account(["account", &bank, &number, "", &currency.to_string()]),
        label: written,
        institution: None,
        iban: iban::parse(&number),
        number,
        kind: None,
        currency,
        balance,
    }
}

/// Alone, behind the bank's BIC, or before a currency.
fn iban_in(written: &str) -> Option<String> {
    let last = written.rsplit('/').next().unwrap_or(written);
    let bare = last.get(..last.len().saturating_sub(3)).unwrap_or_default();
    [written, last, bare].into_iter().find_map(iban::parse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iban_names_the_account_wherever_it_stands() {
        let key = |text: &str| account(text, Currency::parse("EUR").unwrap(), None).key;
        let iban = "account::FR1420041010050500013M02606::EUR";
        for text in ["FR14 2004 1010 0505 0001 3M02 606", "PSSTFRPP/FR1420041010050500013M02606"] {
            assert_eq!(key(text), iban, "{text}");
        }
        assert_eq!(key("FR1420041010050500013M02606EUR"), iban);
        assert_eq!(key("50880050/0194774600"), "account:50880050:0194774600::EUR");
        assert_eq!(key("123456789"), "account::123456789::EUR");
    }
}
