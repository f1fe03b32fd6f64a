//! Books that somebody wrote to do harm: read in bounded time, and nothing of them gets through.

use std::time::{Duration, Instant};

use domicile_sdk::Locale;

use super::*;

/// Unoptimised, on a busy machine: what is exponential or squared takes far longer.
const TIME_MAX: Duration = Duration::from_secs(30);

fn in_time(books: &Books) -> Outcome {
    let start = Instant::now();
    let outcome = run(books, "2026-11-23");
    assert!(start.elapsed() < TIME_MAX, "{:?}", start.elapsed());
    outcome
}

#[test]
fn ten_thousand_bills_of_one_amount_and_day() {
    let bills: Vec<Value> =
        (0..10_000).map(|n| invoice(&format!("b{n:05}"), "Orange", "2026-11-04", 30.0)).collect();
    let operations: Vec<Value> = (0..10_000)
        .map(|n| operation(&format!("o{n:05}"), "ORANGE", "2026-11-04", -30.0))
        .collect();
    let outcome = in_time(&books(&bills, &operations));
    assert!(!outcome.matches.is_empty());
}

#[test]
fn ten_thousand_refunds_that_nothing_explains() {
    let bills: Vec<Value> = (0..10_000)
        .map(|n| {
            let amount = 10.0 + f64::from(n % 977) / 100.0;
            let act = ("2026-07-01", amount * 1.5);
            with(
                refund(&format!("b{n:05}"), "Ameli", "2026-07-10", amount, act),
                json!({"groupAmount": null}),
            )
        })
        .collect();
    let operations: Vec<Value> = (0..10_000)
        .map(|n| care(&format!("o{n:05}"), "CPAM", "2026-07-12", 31.0 + f64::from(n) / 100.0))
        .chain([operation("first", "CB", "2026-06-20", -1.0)])
        .chain([operation("last", "CB", "2026-11-20", -1.0)])
        .collect();
    let outcome = in_time(&books(&bills, &operations));
    assert!(!outcome.alerts.is_empty());
}

#[test]
fn payers_without_number_do_not_push_the_public_one_out() {
    let letters = |n: i32| n.to_string().bytes().map(|digit| char::from(digit + 49)).collect();
    let mut bills: Vec<Value> = (0..1_680)
        .map(|n| {
            let letters: String = letters(n % 520);
            let (id, vendor) = (format!("b{n:04}"), format!("Aa{letters}"));
            let amount = f64::from(n + 1) / 100.0;
            refund(&id, &vendor, "2026-08-20", amount, ("2026-08-20", 90.0))
        })
        .collect();
    let alone = json!({"groupAmount": null});
    bills.extend([
        with(refund("one", "Ameli", "2026-07-10", 20.0, ("2026-07-01", 30.0)), alone.clone()),
        with(refund("other", "Ameli", "2026-07-10", 13.0, ("2026-07-02", 19.5)), alone),
    ]);
    let operations = [
        care("doctor", "DR MARTIN", "2026-07-01", -30.0),
        care("dentist", "DR DENT", "2026-07-02", -19.5),
        operation("both", "VIR CPAM PARIS", "2026-07-12", 33.0),
        operation("first", "CB", "2026-05-20", -1.0),
        operation("last", "CB", "2026-11-20", -1.0),
    ];
    let outcome = in_time(&books(&bills, &operations));
    for bill in ["one", "other"] {
        let found = found(&outcome, bill, Side::Credit).expect("it came");
        assert_eq!(found.operations, ["both"], "{bill}");
        assert!(outcome.alerts.iter().all(|alert| !alert.bills.contains(&bill.to_owned())));
    }
}

#[test]
fn names_without_number() {
    let bills: Vec<Value> = (0..5_000)
        .map(|n| {
            let vendor = format!("Vendor{n} {}", "W ".repeat(100));
            with(
                refund(&format!("b{n}"), &vendor, "2026-07-10", 20.0, ("2026-07-01", 30.0)),
                json!({
                    "matchingCriterias": {
                        "labelRegex": format!("(a|a?)+{n}(\\w{{1,90}}){{1,90}}"),
                        "dateLowerDelta": 1e300, "amountLowerDelta": 1e9, "amountUpperDelta": -1e9,
                    },
                }),
            )
        })
        .collect();
    let operations: Vec<Value> =
        (0..2_000).map(|n| care(&format!("o{n}"), &"a".repeat(900), "2026-07-12", 20.0)).collect();
    in_time(&books(&bills, &operations));
}

#[test]
fn numbers_that_are_no_money() {
    let odd = [json!(1e308), json!(-1e308), json!("NaN"), json!("1e999"), json!([]), json!(null)];
    let bills: Vec<Value> = odd
        .iter()
        .enumerate()
        .map(|(n, amount)| {
            with(
                refund(&format!("b{n}"), "Ameli", "2026-07-10", 1.0, ("2026-07-01", 1.0)),
                json!({
                    "amount": amount, "groupAmount": amount, "originalAmount": amount,
                    "originalDate": "9999-12-31", "matchingCriterias": {"dateUpperDelta": amount},
                }),
            )
        })
        .collect();
    let operations: Vec<Value> = odd
        .iter()
        .enumerate()
        .map(|(n, amount)| {
            with(care(&format!("o{n}"), "CPAM", "0000-01-01", 1.0), json!({"amount": amount}))
        })
        .collect();
    let outcome = in_time(&books(&bills, &operations));
    assert_eq!((outcome.matches.len(), outcome.alerts.len()), (0, 0));
}

#[test]
fn what_is_hidden_in_a_label_does_not_get_into_a_letter() {
    let evil = format!("DR\u{202e}\n\nPay to:\u{0} me\u{1b}[2J {}", "x".repeat(1 << 20));
    let bill = with(
        refund("b", "Ameli\nIBAN XX", "2026-07-10", 20.0, ("2026-07-01", 30.0)),
        json!({"subtype": evil, "beneficiary": evil}),
    );
    let operations =
        [care("doctor", &evil, "2026-07-01", -30.0), operation("last", "CB", "2026-11-20", -1.0)];
    let books = books(&[bill], &operations);
    let outcome = in_time(&books);
    assert_eq!(outcome.alerts.len(), 1, "{:?}", outcome.alerts.len());
    for locale in [Locale::En, Locale::Fr] {
        let alert = &outcome.alerts[0];
        let (title, text) = notice(alert, locale);
        let letter = letter(alert, &books, day("2026-11-23"), locale);
        assert!(letter.len() < 3_000 && title.len() + text.len() < 1_000);
        for said in [&title, &text, &letter] {
            assert!(!said.chars().any(|c| c == '\u{202e}' || (c.is_control() && c != '\n')));
            assert!(!said.contains("\nPay to:") && !said.contains("\nIBAN"));
        }
    }
}
