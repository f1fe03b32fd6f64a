//! What is made, over many seeds.

use std::collections::{BTreeMap, BTreeSet};

use domicile_policy::Doctype;
use domicile_proto::doctype::Doctypes;
use serde_json::Value;

use crate::{ACCOUNTS, BILLS, Document, Household, Kind, Noise, OPERATIONS, Reason, Shape};

const HOUSEHOLDS: u64 = 200;

fn all() -> impl Iterator<Item = Household> {
    (0..HOUSEHOLDS).map(|seed| Household::new(seed, &Shape::drawn(seed)))
}

fn of<'a>(household: &'a Household, doctype: &str) -> BTreeMap<&'a str, &'a Document> {
    let documents = household.documents.iter().filter(|one| one.doctype == doctype);
    documents.map(|one| (one.id.as_str(), one)).collect()
}

fn cents(document: &Document, field: &str) -> i64 {
    (document.body.get(field).and_then(Value::as_f64).unwrap() * 100.0).round() as i64
}

fn text<'a>(document: &'a Document, field: &str) -> &'a str {
    document.body.get(field).and_then(Value::as_str).unwrap_or_default()
}

#[test]
fn the_same_seed_makes_the_same_bytes() {
    let bytes = |seed: u64| serde_json::to_vec(&Household::new(seed, &Shape::drawn(7))).unwrap();
    assert_eq!(bytes(7), bytes(7));
    assert_ne!(bytes(7), bytes(8));
    let household = Household::new(7, &Shape::drawn(7));
    let mut shuffled = household.shuffled(1);
    assert_eq!(shuffled, household.shuffled(1));
    assert_ne!(shuffled, household.documents);
    let mut documents = household.documents.clone();
    let key = |one: &Document| one.id.clone();
    shuffled.sort_by_key(key);
    documents.sort_by_key(key);
    assert_eq!(shuffled, documents);
}

#[test]
fn every_noise_wrong_and_reason_occurs() {
    let (mut noise, mut kinds) = (BTreeMap::<Noise, usize>::new(), BTreeMap::<Kind, usize>::new());
    let mut reasons = BTreeMap::<Reason, usize>::new();
    for household in all() {
        for (one, times) in household.noise {
            *noise.entry(one).or_default() += times;
        }
        household.truth.alerts.iter().for_each(|one| *kinds.entry(one.kind).or_default() += 1);
        household.truth.quiet.iter().for_each(|one| *reasons.entry(one.reason).or_default() += 1);
    }
    println!("{noise:?}\n{kinds:?}\n{reasons:?}");
    const OFTEN: usize = 20;
    for one in Noise::ALL {
        assert!(noise.get(&one) >= Some(&OFTEN), "{one:?}: {:?}", noise.get(&one));
    }
    for one in Kind::ALL {
        assert!(kinds.get(&one) >= Some(&OFTEN), "{one:?}: {:?}", kinds.get(&one));
    }
    for one in Reason::ALL {
        assert!(reasons.get(&one) >= Some(&OFTEN), "{one:?}: {:?}", reasons.get(&one));
    }
}

#[test]
fn noise_that_is_not_wanted_does_not_occur() {
    for off in Noise::ALL {
        let mut shape = Shape::sized(800, 120);
        shape.noise.remove(&off);
        let household = Household::new(3, &shape);
        assert_eq!(household.noise.get(&off), None, "{off:?}");
    }
    let quiet = Shape { noise: BTreeSet::new(), wrongs: 0, ..Shape::sized(800, 120) };
    let household = Household::new(3, &quiet);
    assert!(household.noise.is_empty() && household.truth.alerts.is_empty());
}

#[test]
fn documents_fit_their_doctypes() {
    let doctypes = Doctypes::builtin();
    for household in all().step_by(10) {
        for document in &household.documents {
            let name = document.doctype.parse::<Doctype>().unwrap();
            let spec = doctypes.get(&name).unwrap();
            spec.validate(&document.body).unwrap_or_else(|error| panic!("{error}: {document:?}"));
        }
    }
}

#[test]
fn the_truth_names_documents_that_exist_and_no_other_day() {
    for household in all() {
        let (bills, operations) = (of(&household, BILLS), of(&household, OPERATIONS));
        let truth = &household.truth;
        let ids = household.documents.iter().map(|one| &one.id).collect::<BTreeSet<_>>();
        assert_eq!(ids.len(), household.documents.len(), "no id twice");
        let named = |one: &[String], known: &BTreeMap<&str, &Document>| {
            one.iter().all(|id| known.contains_key(id.as_str()))
        };
        for one in &truth.matches {
            assert!(bills.contains_key(one.bill.as_str()) && named(&one.operations, &operations));
            assert!(!one.operations.is_empty());
        }
        for one in &truth.alerts {
            assert!(named(&one.bills, &bills) && named(&one.operations, &operations), "{one:?}");
            assert!(!one.operations.is_empty() && one.missing >= 300, "{one:?}");
        }
        for one in &truth.quiet {
            assert!(named(&one.bills, &bills) && named(&one.operations, &operations), "{one:?}");
        }
        for operation in operations.values() {
            assert!(text(operation, "date") <= household.today.as_str());
        }
        for bill in bills.values() {
            assert!(text(bill, "date") <= household.today.as_str());
        }
    }
}

/// What was announced and came in is what the statement says, but for what is said to be missing.
#[test]
fn sums_add_up() {
    for household in all() {
        let (bills, operations) = (of(&household, BILLS), of(&household, OPERATIONS));
        let partial: BTreeSet<&String> =
            household.truth.alerts.iter().flat_map(|one| &one.bills).collect();
        let waiting = household.truth.quiet.iter().filter(|one| one.reason == Reason::TooYoung);
        let waiting: BTreeSet<&String> = waiting.flat_map(|one| &one.bills).collect();
        for one in &household.truth.matches {
            let bill = bills[one.bill.as_str()];
            let moved: i64 =
                one.operations.iter().map(|id| cents(operations[id.as_str()], "amount")).sum();
            if one.role == crate::Role::Debit || text(bill, "type") != "health_costs" {
                continue;
            }
            let announced = cents(bill, "groupAmount");
            let is_missing = partial.contains(&one.bill) || waiting.contains(&one.bill);
            assert!(is_missing || (moved - announced).abs() <= 2, "{one:?} {bill:?}");
        }
        for alert in &household.truth.alerts {
            let spent: i64 =
                alert.operations.iter().map(|id| -cents(operations[id.as_str()], "amount")).sum();
            assert!(alert.missing <= spent, "{alert:?}");
        }
        let accounts = of(&household, ACCOUNTS);
        let known = |one: &&&Document| accounts.contains_key(text(one, "account"));
        assert_eq!(operations.values().filter(known).count(), operations.len());
    }
}

/// By what a reader sees: the credits that no bill explains, and how old what is waiting is.
#[test]
fn nothing_that_waits_is_as_old_as_a_wrong() {
    for household in all() {
        let operations = of(&household, OPERATIONS);
        let today = crate::day::parse(&household.today).unwrap();
        let age = |id: &String| {
            let operation = operations[id.as_str()];
            let done = match text(operation, "realisationDate") {
                "" => text(operation, "date"),
                done => done,
            };
            today - crate::day::parse(done).unwrap()
        };
        for one in &household.truth.quiet {
            if matches!(one.reason, Reason::TooYoung | Reason::StatementLate) {
                assert!(one.operations.iter().all(|id| age(id) < 75), "{one:?}");
            }
        }
        for alert in &household.truth.alerts {
            assert!(alert.operations.iter().all(|id| age(id) >= 75), "{alert:?}");
        }
    }
}

#[test]
fn sizes_are_what_was_asked_for() {
    for (shape, operations, bills) in
        [(Shape::sized(3_000, 100), 3_000, 100), (Shape::large(), 20_000, 1_000)]
    {
        let household = Household::new(1, &shape);
        let near = |found: usize, wanted: usize| found.abs_diff(wanted) * 100 <= wanted * 10;
        let found = (of(&household, OPERATIONS).len(), of(&household, BILLS).len());
        assert!(near(found.0, operations) && near(found.1, bills), "{found:?}");
        assert!(!household.truth.alerts.is_empty());
    }
}

/// All that two readers could disagree about: what is alike, and near in time.
#[test]
fn no_two_payments_or_debits_are_alike_within_days() {
    for household in all() {
        let bills = of(&household, BILLS);
        let copies: BTreeSet<&str> =
            household.truth.copies.iter().map(|(copy, _)| copy.as_str()).collect();
        let mut payments = BTreeSet::new();
        for (id, bill) in &bills {
            if text(bill, "type") == "health_costs"
                && bill.body.contains_key("groupAmount")
                && !copies.contains(id)
            {
                let day = crate::day::parse(text(bill, "date")).unwrap();
                payments.insert((text(bill, "vendor"), day, cents(bill, "groupAmount")));
            }
        }
        let alike: Vec<_> = payments
            .iter()
            .flat_map(|one| payments.iter().map(move |other| (one, other)))
            .filter(|(one, other)| {
                let (days, amount) = ((one.1 - other.1).abs(), (one.2 - other.2).abs());
                one < other && one.0 == other.0 && days < 9 && amount <= 5
            })
            .collect();
        assert!(alike.is_empty(), "{alike:?}");
    }
}

#[test]
fn no_credit_or_bill_is_left_that_would_explain_a_wrong() {
    for household in all() {
        let (bills, operations) = (of(&household, BILLS), of(&household, OPERATIONS));
        let explained: BTreeSet<&str> = household
            .truth
            .matches
            .iter()
            .flat_map(|one| one.operations.iter().map(String::as_str))
            .collect();
        let loose = |id: &&&str| {
            let operation = operations[**id];
            let category = text(operation, "automaticCategoryId");
            category.starts_with("4006")
                && !explained.contains(*id)
                && cents(operation, "amount") > 0
        };
        let loose: Vec<&str> = operations.keys().filter(loose).copied().collect();
        for alert in &household.truth.alerts {
            let near = |id: &&&str| {
                let (one, other) = (operations[**id], operations[alert.operations[0].as_str()]);
                let days = crate::day::parse(text(one, "date")).unwrap()
                    - crate::day::parse(text(other, "date")).unwrap();
                days.abs() < 60 && (cents(one, "amount") - alert.missing).abs() <= 5
            };
            assert!(!loose.iter().any(|id| near(&id)), "{alert:?}");
            if alert.kind == Kind::SheetLost {
                let spent = alert.missing;
                let told = |bill: &&&Document| {
                    bill.body.contains_key("originalAmount")
                        && (cents(bill, "originalAmount") - spent).abs() <= 5
                        && (crate::day::parse(text(bill, "originalDate")).unwrap()
                            - crate::day::parse(text(
                                operations[alert.operations[0].as_str()],
                                "date",
                            ))
                            .unwrap())
                        .abs()
                            < 20
                };
                assert_eq!(bills.values().filter(told).count(), 0, "{alert:?}");
            }
        }
    }
}
