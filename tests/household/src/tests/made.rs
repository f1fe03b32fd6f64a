//! What is made, over many seeds.

use std::collections::{BTreeMap, BTreeSet};

use domicile_policy::Doctype;
use domicile_proto::doctype::Doctypes;

use super::{all, cents, of, text};
use crate::{ACCOUNTS, BILLS, Document, Household, Kind, Noise, OPERATIONS, Reason, Shape};

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
fn the_newest_are_an_operation_and_a_bill() {
    let household = Household::new(7, &Shape::drawn(7));
    let (before, newest) = household.before_the_newest();
    let mut doctypes: Vec<&str> = newest.iter().map(|one| one.doctype).collect();
    doctypes.sort_unstable();
    assert_eq!(doctypes, [OPERATIONS, BILLS]);
    let mut all = before;
    all.extend(newest);
    for doctype in [OPERATIONS, BILLS] {
        let of = |one: &&&Document| one.doctype == doctype;
        let last = household.documents.iter().rfind(|one| one.doctype == doctype);
        assert_eq!(all.iter().rfind(of).copied(), last);
    }
    assert_eq!(all.len(), household.documents.len());
}

#[test]
fn every_noise_wrong_and_reason_occurs() {
    const OFTEN: usize = 20;
    let (mut noise, mut kinds) = (BTreeMap::<Noise, usize>::new(), BTreeMap::<Kind, usize>::new());
    let mut reasons = BTreeMap::<Reason, usize>::new();
    for household in all() {
        for (one, times) in household.noise {
            *noise.entry(one).or_default() += times;
        }
        household.truth.alerts.iter().for_each(|one| *kinds.entry(one.kind).or_default() += 1);
        household.truth.quiet.iter().for_each(|one| *reasons.entry(one.reason).or_default() += 1);
    }
    for one in Noise::ALL {
        assert!(noise.get(&one) >= Some(&OFTEN), "{one:?}: {noise:?}");
    }
    for one in Kind::ALL {
        assert!(kinds.get(&one) >= Some(&OFTEN), "{one:?}: {kinds:?}");
    }
    for one in Reason::ALL {
        assert!(reasons.get(&one) >= Some(&OFTEN), "{one:?}: {reasons:?}");
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

/// There was as much at the start as it took; a deferred card's is debited elsewhere.
#[test]
fn no_account_is_overdrawn() {
    for household in all().step_by(10) {
        let operations = of(&household, OPERATIONS);
        for (id, account) in of(&household, ACCOUNTS) {
            let balance = cents(account, "balance");
            if text(account, "type") == "CreditCard" {
                assert_eq!(balance, 0);
                continue;
            }
            let mut days: BTreeMap<&str, i64> = BTreeMap::new();
            for one in operations.values().filter(|one| text(one, "account") == id) {
                *days.entry(text(one, "date")).or_default() += cents(one, "amount");
            }
            let mut sum = balance - days.values().sum::<i64>();
            assert!(sum >= 0, "{id}: at the start");
            for (day, moved) in days {
                sum += moved;
                assert!(sum >= 0, "{id}: {day}");
            }
            assert_eq!(sum, balance);
        }
    }
}

#[test]
fn sizes_are_what_was_asked_for() {
    for (shape, operations, bills) in
        [(Shape::sized(3_000, 100), 3_000, 100), (Shape::large(), 20_000, 1_000)]
    {
        let household = Household::new(1, &shape);
        let near = |found: usize, wanted: usize| found.abs_diff(wanted) * 20 <= wanted;
        let found = (of(&household, OPERATIONS).len(), of(&household, BILLS).len());
        assert!(near(found.0, operations) && near(found.1, bills), "{found:?}");
        assert!(household.truth.alerts.len() >= 8, "{:?}", household.truth.alerts);
    }
}
