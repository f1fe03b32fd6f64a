//! Documents as the rules see them. In: bodies. Out: bills and operations. Never here: a document
//! without a day or an amount.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::day;
use crate::documents::Document;

const SECONDS_A_DAY: f64 = 86_400.0;

/// How far an operation may be from its bill. What a bill doesn't say is as for every bill.
#[derive(Clone, Debug, Default)]
pub struct Criteria {
    pub label: Option<String>,
    pub amount_lower: Option<f64>,
    pub amount_upper: Option<f64>,
    pub days_lower: Option<f64>,
    pub days_upper: Option<f64>,
}

#[derive(Clone, Debug)]
pub struct Bill {
    pub id: String,
    pub vendor: String,
    pub is_health: bool,
    pub is_refund: bool,
    pub is_third_party: bool,
    pub amount: f64,
    pub original_amount: Option<f64>,
    pub group_amount: Option<f64>,
    /// Days since 1970.
    pub date: f64,
    pub original_date: Option<f64>,
    pub criteria: Criteria,
}

impl Bill {
    /// When the debit is expected, and of how much.
    pub fn spent_on(&self) -> f64 {
        self.original_date.unwrap_or(self.date)
    }

    pub fn spent(&self) -> f64 {
        self.original_amount.unwrap_or(self.amount)
    }
}

#[derive(Clone, Debug)]
pub struct Operation {
    pub id: String,
    pub label: String,
    pub amount: f64,
    pub date: f64,
    pub done: Option<f64>,
    pub category: String,
    /// Set by the owner.
    pub status: Option<String>,
    pub reimbursed: f64,
    pub reimbursements: usize,
}

impl Operation {
    /// Whether so much more may be refunded of it.
    pub fn has_room(&self, amount: f64) -> bool {
        const CENT: f64 = 0.01;
        self.reimbursed + amount < self.amount.abs() + CENT / 2.0
    }
}

pub fn bill(document: &Document) -> Option<Bill> {
    let body = &document.body;
    let criteria = body.get("matchingCriterias").and_then(Value::as_object);
    Some(Bill {
        id: document.id.clone(),
        vendor: text(body, "vendor").unwrap_or_default(),
        is_health: text(body, "type").as_deref() == Some("health_costs"),
        is_refund: truth(body, "isRefund"),
        is_third_party: truth(body, "isThirdPartyPayer"),
        amount: number(body, "amount")?,
        original_amount: number(body, "originalAmount"),
        group_amount: number(body, "groupAmount"),
        date: days(body, "date")?,
        original_date: days(body, "originalDate"),
        criteria: criteria.map(self::criteria).unwrap_or_default(),
    })
}

fn criteria(body: &Map<String, Value>) -> Criteria {
    Criteria {
        label: text(body, "labelRegex"),
        amount_lower: number(body, "amountLowerDelta"),
        amount_upper: number(body, "amountUpperDelta"),
        days_lower: number(body, "dateLowerDelta"),
        days_upper: number(body, "dateUpperDelta"),
    }
}

pub fn operation(document: &Document) -> Option<Operation> {
    let body = &document.body;
    let category = text(body, "manualCategoryId").or_else(|| text(body, "automaticCategoryId"));
    let before = body.get("reimbursements").and_then(Value::as_array);
    let before = before.map(Vec::as_slice).unwrap_or_default();
    Some(Operation {
        id: document.id.clone(),
        label: text(body, "label").unwrap_or_default(),
        amount: number(body, "amount")?,
        date: days(body, "date")?,
        done: days(body, "realisationDate"),
        category: category.unwrap_or_default(),
        status: text(body, "reimbursementStatus"),
        reimbursed: before.iter().filter_map(|one| one.get("amount")?.as_f64()).sum(),
        reimbursements: before.len(),
    })
}

fn text(body: &Map<String, Value>, field: &str) -> Option<String> {
    body.get(field)?.as_str().map(str::to_owned)
}

fn number(body: &Map<String, Value>, field: &str) -> Option<f64> {
    body.get(field)?.as_f64()
}

fn truth(body: &Map<String, Value>, field: &str) -> bool {
    body.get(field).and_then(Value::as_bool).unwrap_or(false)
}

/// A moment, or the midnight that a day begins with.
pub fn days(body: &Map<String, Value>, field: &str) -> Option<f64> {
    let text = body.get(field)?.as_str()?;
    let moment = text.parse::<Timestamp>().ok();
    let seconds = moment.map(|moment| moment.as_second() as f64);
    seconds.map(|seconds| seconds / SECONDS_A_DAY).or(day::parse(text).map(|day| day as f64))
}
