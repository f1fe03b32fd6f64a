//! Accounts and operations as Cozy's doctypes name them. Read leniently: a field that is missing or
//! odd never hides its document, and fields that are not named here are kept by the SDK.

use crate::amount::Amount;
use domicile_sdk::form::parse_number;
use domicile_sdk::prelude::*;
use serde::Deserializer;
use serde_json::Value;

/// An account at a bank.
#[derive(Serialize, Deserialize, Debug, Clone, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Account {
    #[serde(deserialize_with = "lenient")]
    pub label: String,
    #[serde(deserialize_with = "lenient")]
    pub short_label: String,
    #[serde(deserialize_with = "lenient")]
    pub institution_label: String,
    #[serde(deserialize_with = "number")]
    pub balance: Option<f64>,
    /// With what a card will debit later.
    #[serde(deserialize_with = "number")]
    pub coming_balance: Option<f64>,
    #[serde(deserialize_with = "lenient")]
    pub balance_date: String,
    #[serde(rename = "type", deserialize_with = "lenient")]
    pub kind: String,
    #[serde(deserialize_with = "lenient")]
    pub currency: String,
    #[serde(deserialize_with = "lenient")]
    pub number: String,
    #[serde(deserialize_with = "lenient")]
    pub iban: String,
}

impl Document for Account {
    const DOCTYPE: &'static str = "io.cozy.bank.accounts";
}

/// A movement on an account.
#[derive(Serialize, Deserialize, Debug, Clone, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Operation {
    #[serde(deserialize_with = "lenient")]
    pub label: String,
    #[serde(deserialize_with = "lenient")]
    pub original_bank_label: String,
    #[serde(rename = "type", deserialize_with = "lenient")]
    pub kind: String,
    /// When it was debited.
    #[serde(deserialize_with = "lenient")]
    pub date: String,
    /// When it was done.
    #[serde(deserialize_with = "lenient")]
    pub realisation_date: String,
    /// Where the owner moved it.
    #[serde(deserialize_with = "lenient")]
    pub application_date: String,
    #[serde(deserialize_with = "number")]
    pub amount: Option<f64>,
    #[serde(deserialize_with = "lenient")]
    pub currency: String,
    #[serde(deserialize_with = "lenient")]
    pub account: String,
    // Not printed when there is none: the schema knows texts only.
    #[serde(deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub manual_category_id: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub local_category_id: Option<String>,
    #[serde(deserialize_with = "number")]
    pub local_category_proba: Option<f64>,
    #[serde(deserialize_with = "lenient")]
    pub cozy_category_id: Option<String>,
    #[serde(deserialize_with = "number")]
    pub cozy_category_proba: Option<f64>,
    #[serde(deserialize_with = "lenient")]
    pub automatic_category_id: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub metadata: Metadata,
    /// The owner's own words.
    #[serde(deserialize_with = "lenient", skip_serializing_if = "String::is_empty")]
    pub note: String,
    #[serde(deserialize_with = "lenient", skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// What it was for, where that is several things.
    #[serde(deserialize_with = "lenient", skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// A part of an operation.
#[derive(Serialize, Deserialize, Debug, Clone, Default, PartialEq)]
#[serde(rename_all = "camelCase", default)]
pub struct Part {
    #[serde(deserialize_with = "number")]
    pub amount: Option<f64>,
    #[serde(deserialize_with = "lenient")]
    pub category_id: String,
}

impl Part {
    pub fn amount(&self) -> Amount {
        Amount::new(self.amount.unwrap_or_default())
    }
}

/// What importers add to an operation.
#[derive(Serialize, Deserialize, Debug, Clone, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Metadata {
    #[serde(deserialize_with = "lenient")]
    pub counterparty: String,
    #[serde(deserialize_with = "lenient")]
    pub counterparty_iban: String,
    #[serde(deserialize_with = "lenient")]
    pub reference: String,
}

impl Document for Operation {
    const DOCTYPE: &'static str = "io.cozy.bank.operations";
}

impl Account {
    /// What the owner calls it.
    pub fn name(&self) -> &str {
        first([&self.short_label, &self.label, &self.institution_label, &self.number])
    }

    pub fn balance(&self) -> Option<Amount> {
        self.balance.map(Amount::new)
    }

    /// Its currency, or the home's.
    pub fn currency<'a>(&'a self, home: &'a str) -> &'a str {
        first([&self.currency, home])
    }

    /// The last digits of its number, enough to tell it from another.
    pub fn tail(&self) -> Option<String> {
        const SHOWN: usize = 4;
        let number = first([&self.iban, &self.number]);
        let digits: Vec<char> = number.chars().filter(char::is_ascii_alphanumeric).collect();
        let tail = digits.len().checked_sub(SHOWN).filter(|hidden| *hidden > 0)?;
        Some(digits[tail..].iter().collect())
    }
}

impl Operation {
    /// What the owner reads; `unnamed` where the bank said nothing.
    pub fn name<'a>(&'a self, unnamed: &'a str) -> &'a str {
        let name = first([&self.label, &self.original_bank_label, &self.metadata.counterparty]);
        if name.is_empty() { unnamed } else { name }
    }

    pub fn amount(&self) -> Amount {
        Amount::new(self.amount.unwrap_or_default())
    }

    /// Its parts; none, if they are not (or no longer) the whole of it.
    pub fn parts(&self) -> &[Part] {
        let sum = self.parts.iter().fold(Amount::default(), |sum, part| sum + part.amount());
        if sum == self.amount() { &self.parts } else { &[] }
    }

    /// The day that it counts for: where the owner moved it, else when it was done, else when it
    /// was debited.
    pub fn day(&self) -> Option<Date> {
        let dates = [&self.application_date, &self.realisation_date, &self.date];
        dates.into_iter().find_map(|text| Date::parse(text))
    }

    /// Its currency, or the home's.
    pub fn currency<'a>(&'a self, home: &'a str) -> &'a str {
        first([&self.currency, home])
    }
}

/// The first text that holds something.
fn first<const N: usize>(texts: [&str; N]) -> &str {
    texts.into_iter().map(str::trim).find(|text| !text.is_empty()).unwrap_or_default()
}

/// A number, or a text that is one: `12.5`, `"12,5"`.
#[inline(never)]
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => parse_number(&text),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: Value) -> Operation {
        serde_json::from_value(body).expect("anything that is an object")
    }

    #[test]
    fn odd_documents_are_read() {
        let odd = json!({
            "label": 5, "amount": " -1 234,5 ", "date": ["x"], "manualCategoryId": 400610,
            "metadata": "none", "currency": null
        });
        let operation = read(odd);
        assert_eq!(operation.name("?"), "?");
        assert_eq!(operation.amount().as_f64(), -1234.5);
        assert_eq!(operation.day(), None);
        assert_eq!(operation.manual_category_id, None);
        assert_eq!(operation.currency("EUR"), "EUR");
        assert!(read(json!({})).amount().is_zero());
    }

    #[test]
    fn the_day_is_the_one_that_counts() {
        let day = |body| read(body).day().map(|d| d.to_string());
        let mut body = json!({"date": "2026-11-03T12:00:00.000Z"});
        assert_eq!(day(body.clone()).as_deref(), Some("2026-11-03"));
        body["realisationDate"] = json!("2026-10-30");
        assert_eq!(day(body.clone()).as_deref(), Some("2026-10-30"));
        body["applicationDate"] = json!("2026-12-01");
        assert_eq!(day(body.clone()).as_deref(), Some("2026-12-01"));
        body["applicationDate"] = json!("soon");
        assert_eq!(day(body).as_deref(), Some("2026-10-30"));
    }

    #[test]
    fn an_account_shows_the_end_of_its_number() {
        let account = |number: &str| Account { number: number.to_owned(), ..Account::default() };
        assert_eq!(account("FR76 1234 5678 90").tail().as_deref(), Some("7890"));
        assert_eq!(account("1234").tail(), None);
        assert_eq!(account("").tail(), None);
    }
}
