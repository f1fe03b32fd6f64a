//! What never came, and what only looks so.

use domicile_sdk::Locale;

use super::*;

const TODAY: &str = "2026-11-23";
const AMELI: &str = "Ameli";
const TOP_UP: &str = "Harmonie Mutuelle";

/// A household in which all was paid: each month an act of 40 euros, refunds of 28 and 12.
fn household() -> (Vec<Value>, Vec<Value>) {
    let (mut bills, mut operations) = (Vec::new(), Vec::new());
    for month in 1..=8 {
        let on = |day: u32| format!("2026-{month:02}-{day:02}");
        let act = (on(2), 40.0 + f64::from(month) * 10.0);
        let (public, left) = (act.1 * 0.7, act.1 * 0.3);
        let act = (act.0.as_str(), act.1);
        let top_up = refund(&format!("t{month}"), TOP_UP, &on(16), left, act);
        bills.push(refund(&format!("a{month}"), AMELI, &on(8), public, act));
        bills.push(with(top_up, json!({"socialSecurityRefund": public})));
        operations.push(care(&format!("d{month}"), "CB DR ROUX", act.0, -act.1));
        operations.push(operation(&format!("c{month}"), "VIR CPAM 75", &on(9), public));
        operations.push(operation(&format!("h{month}"), "VIR HARMONIE MUTUELLE", &on(17), left));
    }
    operations.push(operation("last", "CB BOULANGERIE", "2026-11-22", -1.2));
    (bills, operations)
}

fn without(documents: &mut Vec<Value>, id: &str) {
    documents.retain(|one| one["_id"] != id);
}

fn outcome((bills, operations): &(Vec<Value>, Vec<Value>)) -> Outcome {
    run(&books(bills, operations), TODAY)
}

#[test]
fn where_all_came_nothing_is_told() {
    let outcome = outcome(&household());
    assert_eq!(told(&outcome), []);
    let states = outcome.expenses.iter().flat_map(|one| &one.shares).map(|share| share.state);
    assert!(states.clone().count() == 16 && states.clone().all(|state| state == State::Received));
}

#[test]
fn an_announced_refund_that_never_came_is_told_though_the_other_payer_paid() {
    let mut home = household();
    without(&mut home.1, "h5");
    let outcome = outcome(&home);
    assert_eq!(told(&outcome), [(AlertKind::Unpaid, TOP_UP, 2_700, vec!["t5", "a5"])]);
    let alert = &outcome.alerts[0];
    assert_eq!(alert.operations, ["d5"]);
    assert_eq!(alert.since, day("2026-05-16"));
    // One day of habit, a margin, and never less than two weeks.
    assert_eq!(alert.due, day("2026-06-01"));
}

#[test]
fn less_than_announced_is_told_again_when_the_rest_changes() {
    let mut home = household();
    without(&mut home.1, "h5");
    let nothing = outcome(&home);
    home.1.push(operation("part", "VIR HARMONIE MUTUELLE", "2026-05-20", 15.0));
    let again = reconcile(&books(&home.0, &home.1), day(TODAY), &nothing.memory);
    assert_eq!(told(&again), [(AlertKind::Partial, TOP_UP, 1_200, vec!["t5", "a5"])]);
    assert!(again.alerts[0].fresh && again.alerts[0].key == nothing.alerts[0].key);
    let third = reconcile(&books(&home.0, &home.1), day("2026-11-24"), &again.memory);
    assert!(!third.alerts[0].fresh);
    assert_eq!(third.memory.notices, again.memory.notices);
    home.1.push(operation("rest", "VIR HARMONIE MUTUELLE", "2026-05-27", 12.0));
    let paid = reconcile(&books(&home.0, &home.1), day(TODAY), &again.memory);
    assert_eq!(told(&paid), []);
    assert_eq!(links(&paid, "t5"), "d5/part+rest");
}

#[test]
fn a_top_up_that_says_nothing_is_told() {
    let mut home = household();
    without(&mut home.0, "t5");
    without(&mut home.1, "h5");
    let outcome = outcome(&home);
    assert_eq!(told(&outcome), [(AlertKind::Unannounced, TOP_UP, 2_700, vec!["a5"])]);
}

#[test]
fn money_that_no_statement_explains_is_not_missing() {
    let mut home = household();
    without(&mut home.0, "t5");
    assert_eq!(told(&outcome(&home)), []);
}

#[test]
fn money_that_came_when_it_was_late_explains_nothing_old() {
    let mut home = household();
    without(&mut home.0, "t5");
    without(&mut home.1, "h5");
    home.1.push(operation("newer", "VIR HARMONIE MUTUELLE", "2026-11-19", 27.0));
    let outcome = outcome(&home);
    assert_eq!(told(&outcome), [(AlertKind::Unannounced, TOP_UP, 2_700, vec!["a5"])]);
}

#[test]
fn a_home_without_a_top_up_misses_none() {
    let mut home = household();
    home.0.retain(|bill| bill["vendor"] == AMELI);
    assert_eq!(told(&outcome(&home)), []);
}

#[test]
fn a_lost_care_sheet_is_told_and_a_pharmacy_or_a_reversal_is_not() {
    let mut home = household();
    home.1.extend([
        care("lost", "CB DR BLANC", "2026-05-21", -61.0),
        care("bought", "PHARMACIE DU MARCHE", "2026-05-22", -13.5),
        care("wrong", "CB DR FAURE", "2026-05-23", -55.0),
        care("back", "ANNUL CB DR FAURE", "2026-05-26", 55.0),
        with(
            care("known", "DR MULLER", "2026-05-24", -33.0),
            json!({"reimbursementStatus": "reimbursed"}),
        ),
        care("young", "CB DR ANDRE", "2026-11-10", -47.0),
    ]);
    let outcome = outcome(&home);
    assert_eq!(told(&outcome), [(AlertKind::NoStatement, AMELI, 6_100, vec![])]);
    assert_eq!(outcome.alerts[0].operations, ["lost"]);
}

#[test]
fn a_shop_that_promised_money_back_is_told() {
    let mut home = household();
    let promise = json!({"isRefund": true, "originalDate": "2026-05-03", "originalAmount": 80.0});
    home.0.push(invoice("bought", "Amazon", "2026-05-03", 80.0));
    home.0.push(with(invoice("back", "Amazon", "2026-05-20", 80.0), promise));
    home.1.push(operation("shop", "CB AMAZON EU", "2026-05-04", -80.0));
    let outcome = outcome(&home);
    assert_eq!(told(&outcome), [(AlertKind::Unpaid, "Amazon", 8_000, vec!["back", "bought"])]);
    assert_eq!(links(&outcome, "back"), "shop/-");
}

#[test]
fn before_the_banks_and_after_them_nothing_is_known() {
    let mut home = household();
    home.0.push(refund("old", AMELI, "2025-11-08", 21.0, ("2025-11-02", 30.0)));
    assert_eq!(told(&outcome(&home)), []);
    let mut home = household();
    without(&mut home.1, "h8");
    without(&mut home.1, "last");
    assert_eq!(told(&outcome(&home)), [], "the bank's last word is older");
}

#[test]
fn the_same_statement_twice_is_one() {
    let mut home = household();
    let copies: Vec<Value> = home
        .0
        .iter()
        .map(|bill| {
            let id = format!("copy-{}", bill["_id"].as_str().expect("an id"));
            with(bill.clone(), json!({"_id": id, "filename": "again.pdf"}))
        })
        .collect();
    home.0.extend(copies);
    let outcome = outcome(&home);
    assert_eq!((told(&outcome), outcome.copies.len(), outcome.expenses.len()), (vec![], 16, 8));
}

#[test]
fn an_act_paid_in_instalments_is_found() {
    let mut home = household();
    home.0.push(refund("crown", AMELI, "2026-06-20", 75.25, ("2026-06-11", 700.0)));
    home.1.push(operation("crown-credit", "CPAM", "2026-06-22", 75.25));
    for (id, on, amount) in
        [("p1", "06-11", 233.33), ("p2", "07-11", 233.33), ("p3", "08-10", 233.34)]
    {
        home.1.push(care(id, "DENTISTE BLANC", &format!("2026-{on}"), -amount));
    }
    let outcome = outcome(&home);
    assert_eq!(links(&outcome, "crown"), "p1+p2+p3/crown-credit");
    assert_eq!(rule(&outcome, "crown", Side::Debit), Some(Rule::Parts));
}

#[test]
fn other_currencies_never_match() {
    let mut home = household();
    without(&mut home.1, "h5");
    home.1.push(with(
        operation("dollars", "HARMONIE MUTUELLE", "2026-05-17", 27.0),
        json!({"currency": "USD"}),
    ));
    assert_eq!(told(&outcome(&home)).len(), 1);
}

#[test]
fn a_dismissed_alert_is_never_told_again() {
    let mut home = household();
    without(&mut home.1, "h5");
    let first = outcome(&home);
    let dismiss = Decision::Dismiss { alert: first.alerts[0].key.clone() };
    let memory = Memory { decisions: vec![dismiss], ..first.memory };
    assert_eq!(told(&reconcile(&books(&home.0, &home.1), day(TODAY), &memory)), []);
}

#[test]
fn an_operation_is_split_as_the_owner_says() {
    let mut home = household();
    without(&mut home.1, "h5");
    without(&mut home.1, "h6");
    home.1.push(operation("odd", "VIR M MARTIN", "2026-06-20", 57.0));
    let split = Decision::Split {
        operation: "odd".into(),
        side: Side::Credit,
        bills: vec!["t5".into(), "t6".into()],
        parts: Vec::new(),
    };
    let memory = Memory { decisions: vec![split], ..Memory::default() };
    let outcome = reconcile(&books(&home.0, &home.1), day(TODAY), &memory);
    assert_eq!((links(&outcome, "t5"), links(&outcome, "t6")), ("d5/odd".into(), "d6/odd".into()));
    assert_eq!(told(&outcome), []);
}

/// What is found once the owner said this.
fn decided(home: &(Vec<Value>, Vec<Value>), decisions: Vec<Decision>) -> Outcome {
    let memory = Memory { decisions, ..Memory::default() };
    reconcile(&books(&home.0, &home.1), day(TODAY), &memory)
}

fn parts(operation: &str, all: &[(&str, Cents)]) -> Decision {
    Decision::Split {
        operation: operation.to_owned(),
        side: Side::Credit,
        bills: all.iter().map(|(bill, _)| (*bill).to_owned()).collect(),
        parts: all.iter().map(|(_, cents)| *cents).collect(),
    }
}

#[test]
fn a_part_of_an_operation_is_as_much_as_the_owner_says() {
    let mut home = household();
    without(&mut home.1, "h5");
    without(&mut home.1, "h6");
    home.1.push(operation("odd", "VIR M MARTIN", "2026-06-20", 50.0));
    let split = || parts("odd", &[("t5", 2_700), ("t6", 2_300)]);
    let outcome = decided(&home, vec![split()]);
    assert_eq!((links(&outcome, "t5"), links(&outcome, "t6")), ("d5/odd".into(), "d6/odd".into()));
    assert_eq!(told(&outcome), [(AlertKind::Partial, TOP_UP, 700, vec!["t6", "a6"])]);

    // Of two words the later one holds, and the part of an undone pair is gone.
    let other = parts("odd", &[("t5", 2_000), ("t6", 3_000)]);
    let outcome = decided(&home, vec![split(), other]);
    assert_eq!(told(&outcome), [(AlertKind::Partial, TOP_UP, 700, vec!["t5", "a5"])]);
    let undo = Decision::Undo { bill: "t6".to_owned(), operation: "odd".to_owned() };
    let outcome = decided(&home, vec![split(), undo]);
    assert_eq!(told(&outcome), [(AlertKind::Unpaid, TOP_UP, 3_000, vec!["t6", "a6"])]);

    // One that is more than there is, is all of it.
    let outcome = decided(&home, vec![parts("odd", &[("t5", Cents::MAX)])]);
    assert_eq!(told(&outcome), [(AlertKind::Unpaid, TOP_UP, 3_000, vec!["t6", "a6"])]);
}

#[test]
fn of_bills_that_are_paid_together_each_has_its_own_part() {
    let mut home = household();
    for (n, day, spent) in [(9, "2026-09-02", 90.0), (10, "2026-09-03", 100.0)] {
        let (public, left, act) = (spent * 0.7, spent * 0.3, (day, spent));
        let top_up = refund(&format!("t{n}"), TOP_UP, "2026-09-16", left, act);
        let together = json!({"socialSecurityRefund": public, "groupAmount": 57.0});
        home.0.push(refund(&format!("a{n}"), AMELI, "2026-09-08", public, act));
        home.0.push(with(top_up, together));
        home.1.push(care(&format!("d{n}"), "CB DR ROUX", day, -spent));
        home.1.push(operation(&format!("c{n}"), "VIR CPAM 75", "2026-09-09", public));
    }
    home.1.push(operation("odd", "VIR M MARTIN", "2026-09-20", 50.0));
    let said = decided(&home, vec![parts("odd", &[("t9", 2_000), ("t10", 3_000)])]);
    assert_eq!(told(&said), [(AlertKind::Partial, TOP_UP, 700, vec!["t9", "a9"])]);
    assert_eq!((links(&said, "t9"), links(&said, "t10")), ("d9/odd".into(), "d10/odd".into()));
    let one = decided(&home, vec![parts("odd", &[("t9", 2_700)])]);
    assert_eq!(told(&one), [(AlertKind::Unpaid, TOP_UP, 3_000, vec!["t10", "a10"])]);
}

#[test]
fn the_letter_names_the_evidence_in_both_languages() {
    let mut home = household();
    without(&mut home.1, "h5");
    let books = books(&home.0, &home.1);
    let outcome = run(&books, TODAY);
    let alert = &outcome.alerts[0];
    let french = letter(alert, &books, day(TODAY), Locale::Fr);
    for said in [
        "Harmonie Mutuelle\n\n23 novembre 2026",
        "le 16 mai 2026 un remboursement de 27,00\u{a0}€",
        "Bénéficiaire\u{a0}: CAMILLE",
        "Dépensé\u{a0}: 90,00\u{a0}€ le 2 mai 2026",
        "Décompte de Ameli\u{a0}: 63,00\u{a0}€, daté du 8 mai 2026",
        "Banque\u{a0}: \u{2212}90,00\u{a0}€ le 2 mai 2026, CB DR ROUX",
    ] {
        assert!(french.contains(said), "{said:?} in\n{french}");
    }
    let english = letter(alert, &books, day(TODAY), Locale::En);
    assert!(english.contains("You announced a refund of €27.00 on 16 May 2026."), "{english}");
    let (title, text) = notice(alert, Locale::Fr);
    assert_eq!(title, "Harmonie Mutuelle\u{a0}: il manque 27,00\u{a0}€");
    assert!(text.ends_with("avant le 1er juin 2026, et rien n'est venu."), "{text}");
}

#[test]
fn a_match_says_why() {
    let outcome = outcome(&household());
    let one = found(&outcome, "t5", Side::Credit).expect("found");
    let (rule, said) = why(one, "EUR", Locale::En);
    assert_eq!(rule, "The amount is the same to the cent.");
    assert_eq!(
        said,
        [
            "same amount: €27.00",
            "1 day later",
            "the label names HARMONIE MUTUELLE",
            "nothing else fits"
        ]
    );
    assert!(one.surety > 0.9);
}
