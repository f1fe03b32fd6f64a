//! Care of which nothing came back. In: what was found, a day. Out: an alert for each such debit.
//! Never here: a payer: any refund, of whomever, makes a debit a refunded one.

use super::{Matching, read::Operation, window};
use crate::day;
use crate::truth::{Alert, Kind};

/// A debit is late after so many days.
const LIMIT_DAYS: f64 = 30.0;
/// What the owner calls a debit whose refund they wait for.
const PENDING: &str = "pending";

/// The rules know a debit that waits, and no kind of wrong: the nearest one stands for it.
pub fn alerts(matching: &Matching, today: &str) -> Vec<Alert> {
    let Some(today) = day::parse(today) else { return Vec::new() };
    let bills = matching.bills_by_debit();
    let operations = matching.operations.iter().enumerate();
    let late = operations.filter(|(_, operation)| {
        window::is_health_expense(operation)
            && is_pending(operation)
            && today as f64 - operation.date > LIMIT_DAYS
    });
    let alert = |(at, operation): (usize, &Operation)| Alert {
        kind: Kind::SheetLost,
        payer: String::new(),
        bills: bills.get(&at).cloned().unwrap_or_default(),
        operations: vec![operation.id.clone()],
        missing: (operation.amount.abs() * 100.0).round() as i64,
        beneficiary: String::new(),
    };
    late.map(alert).collect()
}

fn is_pending(operation: &Operation) -> bool {
    match &operation.status {
        Some(status) => status == PENDING,
        None => operation.reimbursements == 0,
    }
}
