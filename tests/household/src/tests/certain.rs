//! That the truth is the only reading of the documents.

use std::collections::BTreeSet;

use super::{all, cents, done, of, text};
use crate::day::{self, Day};
use crate::{ACCOUNTS, Alert, BILLS, Document, Household, Kind, Match, OPERATIONS, Reason, Role};

/// A wrong is older than this, and what only waits is not.
const OLD_DAYS: i64 = 75;
/// A payer takes this long at most.
const TAKES_DAYS: i64 = 38;

#[test]
fn every_truth_is_certain() {
    for household in all() {
        the_truth_names_what_there_is(&household);
        nothing_is_of_tomorrow_or_of_nowhere(&household);
        sums_add_up(&household);
        nothing_that_waits_is_as_old_as_a_wrong(&household);
        no_two_payments_are_alike_within_days(&household);
        no_credit_is_left_that_would_explain_a_wrong(&household);
        no_bill_tells_of_an_act_like_that_of_a_lost_sheet(&household);
        every_wrong_lies_within_statements(&household);
    }
}

fn the_truth_names_what_there_is(household: &Household) {
    let (bills, operations) = (of(household, BILLS), of(household, OPERATIONS));
    let are_bills = |ids: &[String]| ids.iter().all(|id| bills.contains_key(id.as_str()));
    let are_operations = |ids: &[String]| ids.iter().all(|id| operations.contains_key(id.as_str()));
    let truth = &household.truth;
    for one in &truth.matches {
        assert!(bills.contains_key(one.bill.as_str()), "{one:?}");
        assert!(!one.operations.is_empty() && are_operations(&one.operations), "{one:?}");
    }
    for one in &truth.alerts {
        assert!(are_bills(&one.bills) && are_operations(&one.operations), "{one:?}");
        assert_eq!(one.operations.len(), 1, "{one:?}");
        let spent = -cents(operations[one.operations[0].as_str()], "amount");
        assert!((300..=spent).contains(&one.missing), "{one:?}");
    }
    for one in &truth.quiet {
        assert!(are_bills(&one.bills) && are_operations(&one.operations), "{one:?}");
    }
}

fn nothing_is_of_tomorrow_or_of_nowhere(household: &Household) {
    let accounts = of(household, ACCOUNTS);
    for operation in of(household, OPERATIONS).values() {
        assert!(text(operation, "date") <= household.today.as_str(), "{operation:?}");
        assert!(accounts.contains_key(text(operation, "account")), "{operation:?}");
    }
    for bill in of(household, BILLS).values() {
        assert!(text(bill, "date") <= household.today.as_str(), "{bill:?}");
    }
    let ids: BTreeSet<&String> = household.documents.iter().map(|one| &one.id).collect();
    assert_eq!(ids.len(), household.documents.len(), "no id twice");
}

/// What came in is what the statement says, but for what is missing or still to come.
fn sums_add_up(household: &Household) {
    let (bills, operations) = (of(household, BILLS), of(household, OPERATIONS));
    let truth = &household.truth;
    let waiting = truth.quiet.iter().filter(|one| one.reason == Reason::TooYoung);
    let missing = truth.alerts.iter().flat_map(|one| &one.bills);
    let less: BTreeSet<&String> = waiting.flat_map(|one| &one.bills).chain(missing).collect();
    for one in truth.matches.iter().filter(|one| one.role == Role::Credit) {
        let bill = bills[one.bill.as_str()];
        if text(bill, "type") == "health_costs" && !less.contains(&one.bill) {
            let amounts = one.operations.iter().map(|id| operations[id.as_str()]);
            let moved: i64 = amounts.map(|operation| cents(operation, "amount")).sum();
            let announced = cents(bill, "groupAmount");
            assert!((moved - announced).abs() <= 2, "{one:?} {bill:?}");
        }
    }
}

fn nothing_that_waits_is_as_old_as_a_wrong(household: &Household) {
    let operations = of(household, OPERATIONS);
    let today = day::parse(&household.today).unwrap();
    let age = |id: &String| today - done(operations[id.as_str()]);
    for one in &household.truth.quiet {
        if matches!(one.reason, Reason::TooYoung | Reason::StatementLate) {
            assert!(one.operations.iter().all(|id| age(id) < OLD_DAYS), "{one:?}");
        }
    }
    for alert in &household.truth.alerts {
        assert!(alert.operations.iter().all(|id| age(id) >= OLD_DAYS), "{alert:?}");
    }
}

fn no_two_payments_are_alike_within_days(household: &Household) {
    const APART_DAYS: i64 = 9;
    const NEAR_CENTS: i64 = 5;
    let bills = of(household, BILLS);
    let mut payments = BTreeSet::new();
    for bill in bills.values().filter(|bill| bill.body.contains_key("groupAmount")) {
        let day = day::parse(text(bill, "date")).unwrap();
        payments.insert((text(bill, "vendor"), day, cents(bill, "groupAmount")));
    }
    for one in &payments {
        let alike = payments.iter().filter(|other| {
            let (days, amount) = ((one.1 - other.1).abs(), (one.2 - other.2).abs());
            one.0 == other.0 && days < APART_DAYS && amount <= NEAR_CENTS
        });
        assert_eq!(alike.count(), 1, "{one:?}");
    }
}

/// Credits of insurers that no bill is matched with.
fn loose_credits(household: &Household) -> Vec<&Document> {
    let matches = household.truth.matches.iter();
    let matched: BTreeSet<&String> = matches.flat_map(|one| &one.operations).collect();
    let operations = household.documents.iter().filter(|one| one.doctype == OPERATIONS);
    let is_loose = |one: &&Document| {
        let is_care = text(one, "automaticCategoryId").starts_with("4006");
        is_care && cents(one, "amount") > 0 && !matched.contains(&one.id)
    };
    operations.filter(is_loose).collect()
}

fn no_credit_is_left_that_would_explain_a_wrong(household: &Household) {
    let operations = of(household, OPERATIONS);
    let loose = loose_credits(household);
    for alert in &household.truth.alerts {
        let spent = done(operations[alert.operations[0].as_str()]);
        let explains = |one: &&&Document| {
            (done(one) - spent).abs() < 60 && (cents(one, "amount") - alert.missing).abs() <= 5
        };
        assert_eq!(loose.iter().find(explains), None, "{alert:?}");
    }
}

fn no_bill_tells_of_an_act_like_that_of_a_lost_sheet(household: &Household) {
    let (bills, operations) = (of(household, BILLS), of(household, OPERATIONS));
    for alert in household.truth.alerts.iter().filter(|one| one.kind == Kind::SheetLost) {
        let spent = done(operations[alert.operations[0].as_str()]);
        let tells = |bill: &&&Document| {
            let day = day::parse(text(bill, "originalDate"));
            day.is_some_and(|day| (day - spent).abs() < 20)
                && text(bill, "type") == "health_costs"
                && !bill.body.contains_key("isThirdPartyPayer")
                && (cents(bill, "originalAmount") - alert.missing).abs() <= 5
        };
        assert_eq!(bills.values().find(tells), None, "{alert:?}");
    }
}

/// Else nobody could know that what is missing did not come, or was not told of.
fn every_wrong_lies_within_statements(household: &Household) {
    let operations = of(household, OPERATIONS);
    for alert in &household.truth.alerts {
        let spent = done(operations[alert.operations[0].as_str()]);
        let is_around = |account: &str| {
            let own = operations.values().filter(|one| text(one, "account") == account);
            goes_around(own.map(|one| day::parse(text(one, "date")).unwrap()), spent)
        };
        match part_of(household, alert) {
            Some(credit) => assert!(is_around(text(credit, "account")), "{alert:?}"),
            None => assert!(of(household, ACCOUNTS).keys().any(|id| is_around(id)), "{alert:?}"),
        }
        if matches!(alert.kind, Kind::SheetLost | Kind::TopUpUnannounced) {
            let bills = of(household, BILLS);
            let told = bills.values().filter(|bill| text(bill, "vendor") == alert.payer);
            let days = told.flat_map(|bill| ["originalDate", "date"].map(|name| text(bill, name)));
            assert!(goes_around(days.filter_map(day::parse), spent), "{alert:?}");
        }
    }
}

/// Whether some are before a day, and some when what is due then had to be there.
fn goes_around(days: impl Iterator<Item = Day>, spent: Day) -> bool {
    let (before, after): (Vec<Day>, Vec<Day>) = days.partition(|day| *day < spent);
    !before.is_empty() && after.iter().any(|day| *day > spent + TAKES_DAYS)
}

/// What came of a refund that came in part.
fn part_of<'a>(household: &'a Household, alert: &Alert) -> Option<&'a Document> {
    let (bills, operations) = (of(household, BILLS), of(household, OPERATIONS));
    let is_own = |one: &&Match| {
        let is_of_payer = text(bills[one.bill.as_str()], "vendor") == alert.payer;
        one.role == Role::Credit && alert.bills.contains(&one.bill) && is_of_payer
    };
    let own = household.truth.matches.iter().find(is_own)?;
    operations.get(own.operations[0].as_str()).copied()
}
