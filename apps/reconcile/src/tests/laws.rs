//! What holds for all books.

use proptest::prelude::*;

use super::*;

const VENDORS: [(&str, &str); 4] = [
    ("Ameli", "CPAM 75"),
    ("Harmonie Mutuelle", "HARMONIE"),
    ("Alan", "ALAN SA"),
    ("Orange", "ORANGE"),
];

fn on(number: i32) -> String {
    day("2026-03-01").plus(number).to_string()
}

prop_compose! {
    /// Few amounts and days, so that everything is easily taken for something else.
    fn any_bill()(
        id in 0u32..400, vendor in 0usize..4, at in 0i32..120, cents in 1i64..12, group in 0i64..20,
        person in 0usize..3, third in 0u8..12, dup in 0u8..8,
    ) -> Value {
        let (amount, health) = (cents as f64 * 2.5, vendor < 3);
        let mut bill = json!({
            "_id": format!("b{id:03}"), "vendor": VENDORS[vendor].0, "date": on(at + 6),
            "amount": amount, "isRefund": health, "isThirdPartyPayer": third == 0,
            "beneficiary": (["LOU", "NOA", ""][person]), "filename": format!("f{dup}"),
        });
        if health {
            bill["type"] = json!("health_costs");
            bill["originalDate"] = json!(on(at));
            bill["originalAmount"] = json!(amount + 7.5);
        }
        if group > 12 {
            bill["groupAmount"] = json!(group as f64 * 2.5);
        }
        bill
    }
}

prop_compose! {
    fn any_operation()(
        id in 0u32..900, vendor in 0usize..4, at in 0i32..160, cents in 1i64..20,
        out in any::<bool>(),
    ) -> Value {
        let amount = cents as f64 * 2.5;
        if out {
            let label = ["CB DR ROUX", "DENTISTE BLANC", "PRLV ORANGE", "PHARMACIE"][vendor];
            let category = if vendor == 2 { "400150" } else { "400610" };
            with(
                operation(&format!("o{id:03}"), label, &on(at), -amount),
                json!({"automaticCategoryId": category}),
            )
        } else {
            operation(&format!("o{id:03}"), VENDORS[vendor].1, &on(at), amount)
        }
    }
}

prop_compose! {
    fn any_books()(
        bills in prop::collection::vec(any_bill(), 0..60),
        operations in prop::collection::vec(any_operation(), 0..120),
    ) -> (Vec<Value>, Vec<Value>) {
        // An id that comes twice with two contents is another matter: the first in order counts.
        (once(bills), once(operations))
    }
}

fn once(mut documents: Vec<Value>) -> Vec<Value> {
    let mut ids = std::collections::BTreeSet::new();
    documents.retain(|one| ids.insert(one["_id"].to_string()));
    documents
}

const TODAY: &str = "2026-09-15";

/// In an order that `seed` says.
fn shuffled<T>(mut all: Vec<T>, seed: u64) -> Vec<T> {
    let mut state = seed | 1;
    for at in (1..all.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        all.swap(at, (state >> 33) as usize % (at + 1));
    }
    all
}

/// Without what the owner was told on the way.
fn result(mut outcome: Outcome) -> Outcome {
    outcome.alerts.iter_mut().for_each(|alert| alert.fresh = true);
    Outcome { memory: Memory::default(), ..outcome }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn the_order_of_arrival_does_not_matter(
        (bills, operations) in any_books(), seed in any::<u64>(),
    ) {
        let first = run(&books(&bills, &operations), TODAY);
        let second = run(&books(&shuffled(bills, seed), &shuffled(operations, seed)), TODAY);
        prop_assert_eq!(first, second);
    }

    #[test]
    fn step_by_step_finds_what_all_at_once_does(
        (bills, operations) in any_books(), seed in any::<u64>(),
        steps in prop::collection::vec(1usize..60, 0..6),
    ) {
        let one = |doctype: &'static str| move |document: &Value| (doctype, document.clone());
        let all = bills.iter().map(one(Bill::DOCTYPE));
        let all = all.chain(operations.iter().map(one(Operation::DOCTYPE)));
        let mut still = shuffled(all.collect(), seed);
        let (mut arrived, mut memory) = (Books::default(), Memory::default());
        for step in steps.into_iter().chain([usize::MAX]) {
            for (doctype, document) in still.drain(..step.min(still.len())) {
                arrived.add(doctype, document["_id"].as_str().expect("an id"), &document);
            }
            memory = reconcile(&arrived, day(TODAY), &memory).memory;
        }
        let then = reconcile(&arrived, day(TODAY), &memory);
        prop_assert!(then.alerts.iter().all(|alert| !alert.fresh), "told already");
        prop_assert_eq!(result(then), result(run(&books(&bills, &operations), TODAY)));
    }

    #[test]
    fn no_cent_is_used_twice((bills, operations) in any_books()) {
        let outcome = run(&books(&bills, &operations), TODAY);
        let cents = |id: &str| {
            let operation = operations.iter().find(|one| one["_id"] == id).expect("known");
            (operation["amount"].as_f64().expect("a number") * 100.0).round() as i64
        };
        let mut sums = std::collections::BTreeMap::<&str, i64>::new();
        for expense in &outcome.expenses {
            for share in &expense.shares {
                if let [only] = &share.credits[..] {
                    *sums.entry(only).or_default() += share.received;
                }
            }
        }
        for (id, sum) in sums {
            prop_assert!(sum <= cents(id), "{id}: {sum} of {}", cents(id));
        }
        for one in &outcome.matches {
            prop_assert!((0.0..=1.0).contains(&one.surety) && !one.evidence.is_empty());
            for id in &one.operations {
                prop_assert_eq!(cents(id) < 0, one.side == Side::Debit);
            }
        }
        for alert in &outcome.alerts {
            prop_assert!(alert.missing > 0 && alert.due < day(TODAY));
        }
    }

    #[test]
    fn what_the_owner_decides_stays(
        (bills, operations) in any_books(),
        pick in any::<prop::sample::Index>(),
    ) {
        let whole = books(&bills, &operations);
        let first = run(&whole, TODAY);
        prop_assume!(!first.matches.is_empty());
        let one = &first.matches[pick.index(first.matches.len())];
        let (bill, operation) = (one.bill.clone(), one.operations[0].clone());
        let undo = Decision::Undo { bill: bill.clone(), operation: operation.clone() };
        let memory = Memory { decisions: vec![undo.clone()], ..Memory::default() };
        let undone = reconcile(&whole, day(TODAY), &memory);
        let holds = |outcome: &Outcome| {
            let found = found(outcome, &bill, one.side);
            found.is_some_and(|found| found.operations.contains(&operation))
        };
        prop_assert!(!holds(&undone));
        let (side, operation) = (one.side, operation.clone());
        let confirm = Decision::Confirm { bill: bill.clone(), side, operation };
        let memory = Memory { decisions: vec![undo, confirm], ..undone.memory };
        let confirmed = reconcile(&whole, day(TODAY), &memory);
        prop_assert!(holds(&confirmed));
        prop_assert_eq!(rule(&confirmed, &bill, one.side), Some(Rule::Owner));
    }
}
