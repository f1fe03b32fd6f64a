//! Deposit keys: what makes two rows the same thing. In: what the bank calls an account and a
//! movement. Out: texts that are the same for the same thing in every file that holds it, and
//! differ otherwise. Never longer than what a deposit accepts.
//!
//! A movement's key holds its day and amount even where the bank gives a reference: some banks
//! start numbering again with every export, and a key that two movements share would lose one.
//! Where it gives none, day and amount are all: no two exports of an account need agree in a label.

use crate::model::Entry;
use crate::text::clean;

/// Longest part of an account's key, in characters; an account's key has at most five.
const PART_CHARS_MAX: usize = 60;
/// Longest reference in an operation's key, in characters.
const REFERENCE_CHARS_MAX: usize = 120;

/// From the parts that together name one account, such as the bank, the number, the currency.
pub fn account(parts: [&str; 5]) -> String {
    parts.map(|part| escape(part, PART_CHARS_MAX)).join(":")
}

/// An operation's key without its ordinal: rows that agree in it are told apart by their order.
pub fn operation(account_key: &str, entry: &Entry) -> String {
    let identity = match &entry.reference {
        Some(reference) => format!("={}", escape(reference, REFERENCE_CHARS_MAX)),
        None => "~".to_owned(),
    };
    format!("{account_key}#{identity}#{}#{}", entry.date, entry.amount)
}

/// The separators never come from the file, so no choice of names makes two keys equal.
fn escape(part: &str, chars_max: usize) -> String {
    let escaped =
        clean(part, chars_max).replace('%', "%25").replace('#', "%23").replace(':', "%3A");
    escaped.chars().take(chars_max).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Amount, Currency, Date};

    fn entry(reference: Option<String>) -> Entry {
        Entry {
            reference,
            date: Date::new(2026, 1, 31).unwrap(),
            done: None,
            value_date: None,
            amount: Amount::parse_decimal("-999999999999.999").unwrap().amount,
            currency: Currency::parse("EUR").unwrap(),
            label: String::new(),
            bank_label: String::new(),
            kind: None,
            counterparty: None,
            counterparty_iban: None,
            check_number: None,
        }
    }

    #[test]
    fn separators_in_names_do_not_confuse() {
        assert_ne!(account(["a:b", "", "", "", ""]), account(["a", "b", "", "", ""]));
        assert_eq!(account(["a:b", "c", "", "", "EUR"]), "a%3Ab:c:::EUR");
        let named = operation("k", &entry(Some("x#y".into())));
        assert_eq!(named, "k#=x%23y#2026-01-31#-999999999999.999");
        assert_eq!(operation("k", &entry(None)), "k#~#2026-01-31#-999999999999.999");
    }

    #[test]
    fn the_longest_key_is_accepted_by_a_deposit() {
        let long = "#".repeat(1000);
        let account_key = account([&long, &long, &long, &long, &long]);
        let key = operation(&account_key, &entry(Some(long))) + "#49999";
        assert!(key.chars().count() <= 500, "{}", key.chars().count());
    }
}
