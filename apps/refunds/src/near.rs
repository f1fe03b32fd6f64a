//! What an operation may be about, and which operations a bill may be paid by: what lies near in
//! time, or in the month that the owner names. In: an operation, a bill, a side. Out: bills and
//! operations to choose from, the nearest first. Never here: more of them than fit on a page; one
//! whose money goes the other way.

use std::collections::BTreeSet;

use domicile_sdk::prelude::*;
use domicile_sdk::serde_json::{Map, Value};
use reconcile::record::{ExpenseRecord, Kind, Raw};
use reconcile::{Bill, Books, Cents, Day, Operation, Side};

/// Bills and operations to choose from; with their fields a page stays within what one form holds.
const SHOWN_MAX: usize = 30;
/// Documents that are looked at for them; of operations, so many on either side of a day.
const EXPENSES_MAX: usize = 100;
const OPERATIONS_MAX: usize = 400;
/// Days from what was spent to its debit, and to its refund, either way.
const DEBIT_DAYS: (i32, i32) = (30, 120);
const REFUND_DAYS: (i32, i32) = (10, 200);

/// Ids of bills that the operation may be about: one of each expense on the side of debits, where
/// they all tell of the same payment.
pub fn bills(operation: &Operation, side: Side, month: Option<Month>) -> Result<Vec<String>> {
    let Some(day) = operation.realisation_date.or(operation.date) else { return Ok(Vec::new()) };
    let (after, before) = if side == Side::Debit { DEBIT_DAYS } else { REFUND_DAYS };
    let days = month.map_or_else(|| between(day.plus(-before), day.plus(after)), of_month);
    let found = docs::find::<ExpenseRecord>().filter(json!({ "day": days })).newest("day");
    let mut found = found.all(EXPENSES_MAX)?;
    found.sort_by_key(|doc| doc.value.expense.day.since(day).abs());
    let each = if side == Side::Debit { 1 } else { usize::MAX };
    let ids = found.iter().flat_map(|doc| doc.value.expense.bills.iter().take(each));
    Ok(ids.cloned().collect())
}

/// Those of the bills that somebody may pay on this side, in the currency of the operation, in the
/// order of their ids' list.
pub fn payable(books: Books, ids: &[String], operation: &Operation, side: Side) -> Vec<Bill> {
    let mut seen = BTreeSet::new();
    let wanted = ids.iter().filter(|id| seen.insert(id.as_str()));
    let found = wanted.filter_map(|id| books.bills.iter().find(|bill| bill.id == **id));
    let suits = |bill: &&Bill| {
        let is_refund = bill.is_refund && !bill.is_third_party_payer;
        (side == Side::Debit || is_refund) && is_same(&bill.currency, &operation.currency)
    };
    found.filter(suits).take(SHOWN_MAX).cloned().collect()
}

/// Operations that a bill may be paid by.
pub fn operations(bill: &Bill, side: Side, month: Option<Month>) -> Result<Vec<Operation>> {
    let spent = if side == Side::Debit { bill.original_date.or(bill.date) } else { bill.date };
    let Some(day) = spent.or(bill.original_date) else { return Ok(Vec::new()) };
    let (before, after) = if side == Side::Debit { DEBIT_DAYS } else { REFUND_DAYS };
    let mut found = match month {
        Some(month) => on(of_month(month), side, true)?,
        // Both ways from the day, so that what is near is not crowded out by what is far.
        None => on(between(day, day.plus(after)), side, false)?,
    };
    if month.is_none() {
        found.extend(on(between(day.plus(-before), day.plus(-1)), side, true)?);
    }
    found.retain(|one| goes(one, side) && is_same(&bill.currency, &one.currency));
    let cents = wants(bill, side);
    // What is no more than the bill comes first, since it may be a part of it; then the nearest.
    found.sort_by_key(|one| {
        let apart = one.date.map_or(i32::MAX, |date| date.since(day).abs());
        (cents > 0 && one.amount.is_some_and(|amount| amount.abs() > cents), apart)
    });
    found.truncate(SHOWN_MAX);
    Ok(found)
}

/// Operations of these days whose money goes this way, from the last or from the first day on.
fn on(days: Map<String, Value>, side: Side, newest: bool) -> Result<Vec<Operation>> {
    let sign = if side == Side::Debit { json!({ "$lt": 0 }) } else { json!({ "$gt": 0 }) };
    let wanted = json!({ "date": days, "amount": sign });
    let found = docs::find::<Raw<Operation>>().filter(wanted);
    let found = if newest { found.newest("date") } else { found.sort("date") };
    let mut books = Books::default();
    for doc in found.all(OPERATIONS_MAX)? {
        books.add(<Operation as Kind>::DOCTYPE, &doc.id, &Value::Object(doc.value.body));
    }
    Ok(books.operations)
}

/// Does its money go this way?
pub fn goes(operation: &Operation, side: Side) -> bool {
    operation.amount.is_some_and(|cents| cents != 0 && (cents < 0) == (side == Side::Debit))
}

/// What a bill wants of an operation; 0 where it does not say.
pub fn wants(bill: &Bill, side: Side) -> Cents {
    let spent = bill.original_amount.or(bill.amount.filter(|_| !bill.is_refund));
    let cents = if side == Side::Debit { spent } else { bill.amount };
    cents.unwrap_or_default().max(0)
}

/// Who is in no currency may be in any.
fn is_same(one: &str, other: &str) -> bool {
    one.is_empty() || other.is_empty() || one == other
}

/// Days for a selector, both ends included. A day may be written with a time, which sorts behind
/// it.
fn between(from: Day, until: Day) -> Map<String, Value> {
    bounds(from.to_string(), until.plus(1).to_string())
}

fn of_month(month: Month) -> Map<String, Value> {
    bounds(format!("{month}-01"), format!("{}-01", month.next()))
}

fn bounds(from: String, end: String) -> Map<String, Value> {
    Map::from_iter([("$gte".to_owned(), from.into()), ("$lt".to_owned(), end.into())])
}
