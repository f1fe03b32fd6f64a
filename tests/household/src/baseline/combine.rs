//! Bills of one day and vendor, tried together as one. In: what was not found. Out: what is found
//! for several bills at once. Never here: more than [`GROUP_MAX`] bills in a group: the subsets of
//! a group double with each.

use std::collections::BTreeMap;

use super::read::Bill;
use super::{Found, Matching, brand, window};
use crate::truth::Role;

/// Of a larger group, the first ones are tried.
pub const GROUP_MAX: usize = 10;

/// Vendors that pay for several things at once, whatever the type of their bills.
const GROUPING: [&str; 4] = ["Num\u{e9}ricable", "Ameli", "MGEN", "Humanis"];

pub fn rest(matching: &mut Matching) {
    let mut groups = BTreeMap::<(i64, String), Vec<usize>>::new();
    for (at, bill) in matching.bills.iter().enumerate() {
        let groups_at_all = bill.is_health || GROUPING.contains(&bill.vendor.as_str());
        if groups_at_all && !bill.is_third_party && is_open(bill, matching.found[at]) {
            let day = bill.spent_on().floor() as i64;
            groups.entry((day, bill.vendor.clone())).or_default().push(at);
        }
    }
    for group in groups.into_values() {
        let mut left: Vec<usize> = group.into_iter().take(GROUP_MAX).collect();
        while let Some(matched) = first_match(matching, &left) {
            left.retain(|at| !matched.contains(at));
        }
    }
}

/// Whether a side of it is not found.
fn is_open(bill: &Bill, found: Found) -> bool {
    found.debit.is_none() || (bill.is_refund && found.credit.is_none())
}

/// The first subset of two or more for which a side is found that none of it had.
fn first_match(matching: &mut Matching, group: &[usize]) -> Option<Vec<usize>> {
    for subset in 0_u32..1 << group.len() {
        if subset.count_ones() < 2 {
            continue;
        }
        let places = group.iter().enumerate();
        let chosen: Vec<usize> =
            places.filter(|(bit, _)| subset & (1 << bit) != 0).map(|(_, at)| *at).collect();
        if try_as_one(matching, &chosen) {
            return Some(chosen);
        }
    }
    None
}

fn try_as_one(matching: &mut Matching, chosen: &[usize]) -> bool {
    let before: Vec<Found> = chosen.iter().map(|at| matching.found[*at]).collect();
    let bills: Vec<&Bill> = chosen.iter().map(|at| &matching.bills[*at]).collect();
    let one = as_one(&bills);
    // What one of them has is not searched for again.
    let has_debit = before.iter().any(|found| found.debit.is_some());
    let has_credit = before.iter().any(|found| found.credit.is_some());
    let debit = if has_debit { None } else { matching.best(&one, Role::Debit) };
    let credit = if has_credit { None } else { matching.best(&one, Role::Credit) };
    if debit.is_none() && credit.is_none() {
        return false;
    }
    for (at, had) in chosen.iter().zip(before) {
        let found = Found { debit: had.debit.or(debit), credit: had.credit.or(credit) };
        matching.link(*at, found);
    }
    true
}

/// Sums, the widest windows, and any of their labels.
fn as_one(bills: &[&Bill]) -> Bill {
    let mut one = bills[0].clone();
    one.amount = bills.iter().map(|bill| bill.amount).sum();
    one.original_amount = Some(bills.iter().map(|bill| bill.spent()).sum());
    one.group_amount = None;
    let labels = bills
        .iter()
        .filter_map(|bill| bill.criteria.label.clone().or_else(|| brand::expression(&bill.vendor)));
    let label = labels.map(|label| format!("(?:{label})")).collect::<Vec<_>>().join("|");
    one.criteria = window::merged(bills);
    one.criteria.label = (!label.is_empty()).then_some(label);
    one
}
