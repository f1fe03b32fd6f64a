//! Which operations a bill may be about. In: a bill, a side. Out: windows of days and amounts, the
//! categories, and a score. Never here: a label.

use super::read::{Bill, Operation};
use crate::truth::Role;

const DAYS_LOWER: f64 = 15.0;
const DAYS_UPPER: f64 = 29.0;
const AMOUNT_DELTA: f64 = 0.001;
/// Amounts are floating: what differs by less than this is equal.
const NOTHING: f64 = 0.000_001;

const HEALTH_EXPENSES: &str = "400610";
const HEALTH_INSURANCE: &str = "400620";

const DAYS_WEIGHT: f64 = 0.7;
const AMOUNT_WEIGHT: f64 = 0.3;

/// What is looked for.
pub struct Search {
    date: f64,
    days: (f64, f64),
    amount: f64,
    deltas: (f64, f64),
}

impl Search {
    pub fn new(bill: &Bill, role: Role) -> Search {
        let criteria = &bill.criteria;
        let (date, amount) = match role {
            Role::Debit => (bill.spent_on(), -bill.spent()),
            Role::Credit => (bill.date, bill.group_amount.unwrap_or(bill.amount)),
        };
        Search {
            date,
            days: (
                criteria.days_lower.unwrap_or(DAYS_LOWER),
                criteria.days_upper.unwrap_or(DAYS_UPPER),
            ),
            amount,
            deltas: (
                criteria.amount_lower.unwrap_or(AMOUNT_DELTA),
                criteria.amount_upper.unwrap_or(AMOUNT_DELTA),
            ),
        }
    }

    /// By the day of the booking first, then by that on which it was done.
    pub fn admits(&self, operation: &Operation) -> bool {
        let amount = operation.amount - self.amount;
        (-self.deltas.0 - NOTHING..=self.deltas.1 + NOTHING).contains(&amount)
            && self.is_near(operation.date)
            && operation.done.is_none_or(|done| self.is_near(done))
    }

    fn is_near(&self, date: f64) -> bool {
        (-self.days.0..=self.days.1).contains(&(date - self.date))
    }
}

/// Bills of care are about operations of care, and other bills about others.
pub fn is_category(bill: &Bill, operation: &Operation, role: Role) -> bool {
    let category = operation.category.as_str();
    match (bill.is_health, role) {
        (true, Role::Debit) => category == HEALTH_EXPENSES,
        (true, Role::Credit) => category == HEALTH_EXPENSES || category == HEALTH_INSURANCE,
        (false, _) => category != HEALTH_EXPENSES && category != HEALTH_INSURANCE,
    }
}

/// The lower, the better. By what was spent, also where a credit is searched for.
pub fn score(bill: &Bill, operation: &Operation) -> f64 {
    let days = (operation.date - bill.spent_on()).abs();
    let amount = (operation.amount + bill.spent()).abs();
    DAYS_WEIGHT * days + AMOUNT_WEIGHT * amount
}

/// Whether it was paid for care.
pub fn is_health_expense(operation: &Operation) -> bool {
    operation.category == HEALTH_EXPENSES && operation.amount < 0.0
}

/// Both windows, as wide as the wider one.
pub fn widest(bills: &[&Bill], delta: impl Fn(&Bill) -> Option<f64>, usual: f64) -> Option<f64> {
    bills.iter().map(|bill| delta(bill).unwrap_or(usual)).max_by(f64::total_cmp)
}

/// The windows of a bill that stands for several.
pub fn merged(bills: &[&Bill]) -> super::read::Criteria {
    super::read::Criteria {
        label: None,
        amount_lower: widest(bills, |bill| bill.criteria.amount_lower, AMOUNT_DELTA),
        amount_upper: widest(bills, |bill| bill.criteria.amount_upper, AMOUNT_DELTA),
        days_lower: widest(bills, |bill| bill.criteria.days_lower, DAYS_LOWER),
        days_upper: widest(bills, |bill| bill.criteria.days_upper, DAYS_UPPER),
    }
}
