//! The named traps of bills and operations, with data of our own.

use super::*;

const AMELI: &str = "Ameli";
const TODAY: &str = "2026-11-23";

/// What an act of 40 euros of the 2nd of November was paid back of.
fn act(id: &str) -> Value {
    refund(id, AMELI, "2026-11-09", 28.0, ("2026-11-02", 40.0))
}

fn doctor() -> Value {
    care("doctor", "DR ROUX", "2026-11-02", -40.0)
}

fn check(bills: &[Value], operations: &[Value], expected: &[(&str, &str)]) -> Outcome {
    let outcome = run(&books(bills, operations), TODAY);
    for (bill, both) in expected {
        assert_eq!(links(&outcome, bill), *both, "{bill}: {:#?}", outcome.matches);
    }
    outcome
}

#[test]
fn health_bills_with_both_credit_and_debit() {
    let cpam = care("cpam", "VIR CPAM 75", "2026-11-10", 28.0);
    let outcome = check(&[act("b")], &[doctor(), cpam], &[("b", "doctor/cpam")]);
    assert_eq!(rule(&outcome, "b", Side::Credit), Some(Rule::Exact));
    assert_eq!(outcome.expenses[0].shares[0].state, State::Received);
}

#[test]
fn health_bills_with_debit_operation_but_without_credit() {
    let other = care("cpam", "VIR CPAM 75", "2026-11-10", 31.0);
    check(&[act("b")], &[doctor(), other], &[("b", "doctor/-")]);
}

/// Two lines that were paid back in one transfer.
fn grouped() -> [Value; 2] {
    let group = json!({"groupAmount": 46.0});
    let other = refund("c", AMELI, "2026-11-09", 18.0, ("2026-11-03", 26.0));
    [with(act("b"), group.clone()), with(other, group)]
}

#[test]
fn health_bills_with_group_amount_with_credit_and_debit() {
    let second = care("second", "CABINET DR FAURE", "2026-11-03", -26.0);
    let cpam = care("cpam", "VIR CPAM 75", "2026-11-10", 46.0);
    let expected = [("b", "doctor/cpam"), ("c", "second/cpam")];
    check(&grouped(), &[doctor(), second, cpam], &expected);
}

#[test]
fn health_bills_with_group_amount_with_credit_but_without_debit() {
    let cpam = care("cpam", "VIR CPAM 75", "2026-11-10", 46.0);
    let dear = care("doctor", "DR ROUX", "2026-11-02", -55.0);
    check(&grouped(), &[dear, cpam], &[("b", "-/cpam"), ("c", "-/cpam")]);
}

#[test]
fn not_health_bills() {
    let phone = operation("orange", "PRLV ORANGE SA", "2026-11-06", -29.99);
    check(&[invoice("b", "Orange", "2026-11-04", 29.99)], &[phone], &[("b", "orange/-")]);
}

#[test]
fn malakoff_real_case() {
    let top_up = refund("t", "Malakoff Humanis", "2026-11-16", 12.0, ("2026-11-02", 40.0));
    let cpam = care("cpam", "Cpam de Lyon", "2026-11-11", 28.0);
    let other = care("other", "Malakoff Humanis Pre", "2026-11-16", 12.0);
    let expected = [("b", "doctor/cpam"), ("t", "doctor/other")];
    let outcome = check(&[act("b"), top_up], &[doctor(), cpam, other], &expected);
    assert_eq!(outcome.expenses.len(), 1, "one act, two payers");
}

#[test]
fn harmonie_real_case() {
    // Announced before the act by a mistake of its date, paid by a reference-laden transfer.
    let bill = refund("b", "Harmonie", "2026-11-02", 6.9, ("2026-11-09", 80.0));
    let eyes = care("eyes", "CENTRE OPHTALMO", "2026-11-08", -80.0);
    let credit = care("credit", "HARMONIE MUTUELLE IP016 MUTUELLE -4152-20", "2026-11-10", 6.9);
    check(&[bill], &[eyes, credit], &[("b", "eyes/credit")]);
}

#[test]
fn trainline_real_case() {
    let bill = with(invoice("b", "Trainline", "2026-11-04", 297.0), json!({"type": "transport"}));
    let train = with(
        operation("train", "TRAINLINE PARIS", "2026-11-05", -297.0),
        json!({"manualCategoryId": "400840"}),
    );
    check(&[bill], &[train], &[("b", "train/-")]);
}

#[test]
fn should_not_link_bills_with_operations_that_have_not_the_right_original_amount() {
    // A flat fee was kept back: the transfer is smaller than the refund.
    let bill = with(act("b"), json!({"groupAmount": 26.0}));
    let dear = care("doctor", "SELARL DR ROUX", "2026-11-03", -60.0);
    let cpam = care("cpam", "CPAM DES HAUTS DE SEINE", "2026-11-11", 26.0);
    let outcome = check(&[bill], &[dear, cpam], &[("b", "-/cpam")]);
    let share = &outcome.expenses[0].shares[0];
    assert_eq!((share.received, share.kept_back, share.state), (2_600, 200, State::Received));
}

#[test]
fn matching_should_favor_group_amount_instead_of_amount() {
    let bill = with(act("b"), json!({"groupAmount": 46.0}));
    let single = care("single", "CPAM", "2026-11-10", 28.0);
    let group = care("group", "CPAM", "2026-11-12", 46.0);
    check(&[bill], &[doctor(), single, group], &[("b", "doctor/group")]);
}

/// A doctor's debit of which another program found so much to be paid back.
fn refunded(amount: f64) -> Value {
    with(doctor(), json!({"reimbursements": [{"amount": amount}]}))
}

#[test]
fn a_reimbursement_should_be_able_to_be_added_when_operation_is_not_full() {
    check(&[act("b")], &[refunded(12.0)], &[("b", "doctor/-")]);
}

#[test]
fn a_reimbursement_should_not_be_able_to_be_added_when_operation_is_full() {
    let cpam = care("cpam", "CPAM", "2026-11-10", 28.0);
    check(&[act("b")], &[refunded(40.0), cpam], &[("b", "-/cpam")]);
}

#[test]
fn third_party_payments_should_not_be_considered() {
    let bill = with(act("b"), json!({"isThirdPartyPayer": true}));
    let cpam = care("cpam", "CPAM", "2026-11-10", 28.0);
    let outcome = check(&[bill], &[doctor(), cpam], &[("b", "-/-")]);
    assert_eq!(outcome.expenses[0].shares[0].state, State::ThirdParty);
}

#[test]
fn avoid_false_positives_on_label() {
    let phone = operation("phone", "PRLV ORANGE SA", "2026-11-06", -29.99);
    check(&[invoice("b", "Bouygues Telecom", "2026-11-04", 29.99)], &[phone], &[("b", "-/-")]);
    // Nor is the credit of one insurer the refund of another.
    let other = care("other", "MGEN", "2026-11-10", 28.0);
    let top_up = refund("t", "MGEN", "2026-11-01", 9.0, ("2026-10-20", 30.0));
    check(&[act("b"), top_up], &[doctor(), other], &[("b", "doctor/-")]);
}

#[test]
fn avoid_false_positives_on_date() {
    let phone = operation("phone", "PRLV ORANGE SA", "2026-10-05", -29.99);
    check(&[invoice("b", "Orange", "2026-11-04", 29.99)], &[phone], &[("b", "-/-")]);
}

#[test]
fn avoid_false_positives_on_amount() {
    let phone = operation("phone", "PRLV ORANGE SA", "2026-11-06", -39.99);
    check(&[invoice("b", "Orange", "2026-11-04", 29.99)], &[phone], &[("b", "-/-")]);
}

#[test]
fn operation_from_a_credit_card_account() {
    // Settled on the last of the month, done on the second.
    let card = with(
        care("card", "DOCTEUR BLANC", "2026-11-30", -40.0),
        json!({"realisationDate": "2026-11-02"}),
    );
    let later = refund("l", AMELI, "2026-12-10", 28.0, ("2026-12-07", 40.0));
    check(&[act("b"), later], &[card], &[("b", "card/-"), ("l", "-/-")]);
}

#[test]
fn bill_with_own_label_regex() {
    let criteria =
        json!({"isRefund": true, "matchingCriterias": {"labelRegex": r"\bDOMAINE BLEU\b"}});
    let bill = with(invoice("b", "Payslip", "2026-11-04", 2_000.0), criteria);
    let salary = operation("salary", "302s DE: Domaine Bleu MOTIF: 10/2026", "2026-11-03", 2_000.0);
    let other = operation("other", "VIR PAYSLIP", "2026-11-04", 2_000.0);
    let outcome = check(&[bill], &[salary, other], &[("b", "-/salary")]);
    let evidence = &found(&outcome, "b", Side::Credit).expect("found").evidence;
    assert!(evidence.contains(&Evidence::Expression));
}

#[test]
fn bill_with_own_date_deltas() {
    let wide = json!({"matchingCriterias": {"dateLowerDelta": 30, "dateUpperDelta": 40}});
    let bill = |id, amount| with(invoice(id, "Orange", "2026-09-04", amount), wide.clone());
    let early = operation("early", "ORANGE", "2026-08-05", -30.0);
    let late = operation("late", "ORANGE", "2026-10-13", -50.0);
    check(
        &[bill("b", 30.0), bill("c", 50.0)],
        &[early, late],
        &[("b", "early/-"), ("c", "late/-")],
    );
}

#[test]
fn bill_with_own_amount_deltas() {
    let lower = json!({"matchingCriterias": {"amountLowerDelta": 2}});
    let bill = with(invoice("b", "Orange", "2026-11-04", 30.0), lower);
    let more = operation("more", "ORANGE", "2026-11-04", -32.0);
    let less = operation("less", "ORANGE", "2026-11-04", -28.0);
    check(&[bill], &[more, less], &[("b", "more/-")]);
}

#[test]
fn bill_without_vendor() {
    let bill = json!({"_id": "b", "date": "2026-11-04", "amount": 30});
    check(&[bill], &[operation("any", "Anything", "2026-11-04", -30.0)], &[("b", "-/-")]);
}

#[test]
fn combined_health_bills() {
    // Two people at one doctor, on one card.
    let child = with(act("c"), json!({"beneficiary": "LOU"}));
    let both = care("both", "DR ROUX", "2026-11-02", -80.0);
    let cpam = care("cpam", "CPAM", "2026-11-10", 56.0);
    let outcome =
        check(&[act("b"), child], &[both, cpam], &[("b", "both/cpam"), ("c", "both/cpam")]);
    assert_eq!(rule(&outcome, "b", Side::Debit), Some(Rule::Group));
}

#[test]
fn combined_health_bills_with_criterias() {
    let own = |cents: f64, days: i32| {
        json!({"groupAmount": 20.0, "originalAmount": null, "amount": 10.0, "matchingCriterias": {
            "amountLowerDelta": cents, "amountUpperDelta": cents,
            "dateLowerDelta": days, "dateUpperDelta": days,
        }})
    };
    let bills = [with(act("b"), own(0.1, 20)), with(act("c"), own(0.2, 40))];
    let early = care("early", "OPTICIEN", "2026-10-03", -20.2);
    let cpam = care("cpam", "CPAM", "2026-11-06", 20.0);
    check(&bills, &[early, cpam], &[("b", "early/cpam"), ("c", "early/cpam")]);
}

#[test]
fn a_second_line_that_the_owner_took_apart_stays_apart() {
    const TODAY: &str = "2026-06-01";
    let act = ("2026-03-25", 10.0);
    let lines = [
        refund("b1", "Ameli", "2026-03-30", 2.5, act),
        refund("b2", "Ameli", "2026-03-30", 3.0, act),
    ];
    let books = books(&lines, &[care("o1", "CB DR ROUX", "2026-03-25", -10.0)]);
    for bill in ["b1", "b2"] {
        assert_eq!(links(&run(&books, TODAY), bill), "o1/-");
        let undo = Decision::Undo { bill: bill.to_owned(), operation: "o1".to_owned() };
        let memory = Memory { decisions: vec![undo], ..Memory::default() };
        assert_eq!(links(&reconcile(&books, day(TODAY), &memory), bill), "-/-");
    }
}

#[test]
fn one_debit_for_two_people_is_before_one_for_one_of_them_weeks_later() {
    let act = ("2026-03-06", 30.0);
    let lou = json!({"beneficiary": "LOU"});
    let bills = [
        refund("b1", "Ameli", "2026-03-10", 21.0, act),
        with(refund("b2", "Ameli", "2026-03-10", 21.0, act), lou),
    ];
    let debits = [
        care("both", "CB DR FAURE", "2026-03-06", -60.0),
        care("other", "CB DR ROUX", "2026-04-03", -30.0),
    ];
    check(&bills, &debits, &[("b1", "both/-"), ("b2", "both/-")]);
    check(&bills[..1], &debits, &[("b1", "other/-")]);
}
