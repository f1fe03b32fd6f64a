//! The documents that are compared. In: bills, operations and accounts as connectors, importers and
//! older homes wrote them. Out: the fields that count, with days and whole cents. Never here: a
//! document that hides another one because a field of it is odd; an amount beyond all money.

use domicile_sdk::docs::lenient;
use domicile_sdk::form::parse_number;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::day::Day;

/// Hundredths of a currency.
pub type Cents = i64;

/// The largest amount: sums of any number of documents stay exact.
const CENTS_MAX: f64 = 1e11;

/// What a home knows of bills and banks.
#[derive(Debug, Clone, Default)]
pub struct Books {
    pub bills: Vec<Bill>,
    pub operations: Vec<Operation>,
    pub accounts: Vec<Account>,
}

/// `io.cozy.bills`
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Bill {
    #[serde(rename = "_id", deserialize_with = "lenient")]
    pub id: String,
    #[serde(deserialize_with = "lenient")]
    pub vendor: String,
    #[serde(deserialize_with = "lenient")]
    pub vendor_ref: String,
    #[serde(deserialize_with = "lenient")]
    pub date: Option<Day>,
    #[serde(deserialize_with = "cents")]
    pub amount: Option<Cents>,
    #[serde(deserialize_with = "lenient")]
    pub currency: String,
    /// `health_costs`, `phone` ...
    #[serde(rename = "type", deserialize_with = "lenient")]
    pub kind: String,
    /// The act of care.
    #[serde(deserialize_with = "lenient")]
    pub subtype: String,
    #[serde(deserialize_with = "lenient")]
    pub is_refund: bool,
    /// Of what is paid back: when it was spent, and how much.
    #[serde(deserialize_with = "lenient")]
    pub original_date: Option<Day>,
    #[serde(deserialize_with = "cents")]
    pub original_amount: Option<Cents>,
    /// What was transferred at once, with other bills.
    #[serde(deserialize_with = "cents")]
    pub group_amount: Option<Cents>,
    #[serde(deserialize_with = "cents")]
    pub social_security_refund: Option<Cents>,
    /// The payer paid somebody else.
    #[serde(deserialize_with = "lenient")]
    pub is_third_party_payer: bool,
    #[serde(deserialize_with = "lenient")]
    pub beneficiary: String,
    /// Which statement it stands in.
    #[serde(deserialize_with = "lenient")]
    pub filename: String,
    #[serde(deserialize_with = "lenient")]
    pub invoice: String,
    #[serde(deserialize_with = "lenient")]
    pub matching_criterias: Criteria,
}

/// How a connector wants its bills to be looked for. Deltas are never negative.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Criteria {
    #[serde(deserialize_with = "lenient")]
    pub label_regex: String,
    #[serde(deserialize_with = "cents")]
    pub amount_lower_delta: Option<Cents>,
    #[serde(deserialize_with = "cents")]
    pub amount_upper_delta: Option<Cents>,
    #[serde(deserialize_with = "days")]
    pub date_lower_delta: Option<i32>,
    #[serde(deserialize_with = "days")]
    pub date_upper_delta: Option<i32>,
}

/// `io.cozy.bank.operations`
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Operation {
    #[serde(rename = "_id", deserialize_with = "lenient")]
    pub id: String,
    #[serde(deserialize_with = "lenient")]
    pub label: String,
    #[serde(deserialize_with = "lenient")]
    pub original_bank_label: String,
    /// `credit card`, `check`, `transfer` ...
    #[serde(rename = "type", deserialize_with = "lenient")]
    pub kind: String,
    /// When it was debited, and when it was done.
    #[serde(deserialize_with = "lenient")]
    pub date: Option<Day>,
    #[serde(deserialize_with = "lenient")]
    pub realisation_date: Option<Day>,
    /// Less than none leaves the account.
    #[serde(deserialize_with = "cents")]
    pub amount: Option<Cents>,
    #[serde(deserialize_with = "lenient")]
    pub currency: String,
    #[serde(deserialize_with = "lenient")]
    pub account: String,
    #[serde(deserialize_with = "lenient")]
    pub manual_category_id: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub local_category_id: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub local_category_proba: Option<f64>,
    #[serde(deserialize_with = "lenient")]
    pub cozy_category_id: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub cozy_category_proba: Option<f64>,
    #[serde(deserialize_with = "lenient")]
    pub automatic_category_id: Option<String>,
    /// What the owner says of it: but for `pending`, nothing is to come.
    #[serde(deserialize_with = "lenient")]
    pub reimbursement_status: String,
    #[serde(deserialize_with = "lenient")]
    pub reimbursements: Vec<Reimbursement>,
}

/// A refund that another program found.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Reimbursement {
    #[serde(deserialize_with = "lenient")]
    pub bill_id: String,
    #[serde(deserialize_with = "cents")]
    pub amount: Option<Cents>,
}

/// `io.cozy.bank.accounts`
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Account {
    #[serde(rename = "_id", deserialize_with = "lenient")]
    pub id: String,
    #[serde(deserialize_with = "lenient")]
    pub currency: String,
}

/// Read only: what is not named here would be lost by writing it.
macro_rules! document {
    ($type:ty, $doctype:literal) => {
        impl $type {
            pub const DOCTYPE: &'static str = $doctype;
        }
    };
}
document!(Bill, "io.cozy.bills");
document!(Operation, "io.cozy.bank.operations");
document!(Account, "io.cozy.bank.accounts");

impl Books {
    /// One more document, as it is stored; other doctypes are let be.
    pub fn add(&mut self, doctype: &str, id: &str, body: &Value) {
        let id = id.to_owned();
        match doctype {
            Bill::DOCTYPE => self.bills.push(Bill { id, ..read(body) }),
            Operation::DOCTYPE => self.operations.push(Operation { id, ..read(body) }),
            Account::DOCTYPE => self.accounts.push(Account { id, ..read(body) }),
            _ => {}
        }
    }
}

fn read<'a, T: Deserialize<'a> + Default>(body: &'a Value) -> T {
    T::deserialize(body).unwrap_or_default()
}

/// A number, or a text that is one, in whole cents.
fn cents<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Cents>, D::Error> {
    let hundredths = number(deserializer)?.map(|value| (value * 100.0).round());
    Ok(hundredths.filter(|cents| cents.abs() < CENTS_MAX).map(|cents| cents as Cents))
}

fn days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i32>, D::Error> {
    // What is out of range is the end of the range; the window has its own.
    Ok(number(deserializer)?.map(|days| days.round() as i32))
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let number = match Value::deserialize(deserializer)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => parse_number(&text),
        _ => None,
    };
    Ok(number.filter(|number| number.is_finite()))
}
