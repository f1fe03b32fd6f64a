//! Whole runs over an aggregator in memory; over one that checks what it is asked, see `tests/it`.

use std::cell::RefCell;
use std::rc::Rc;

use domicile_sdk::testing::{Asked, Home};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn collect() -> Result<Report, Failure> {
    let mut out = Deposits::default();
    let report = Aggregator::collect(&mut out, &Progress::default());
    out.flush().unwrap();
    report
}

fn home() -> Home {
    let home = Home::new();
    home.viewer("en", "2026-11-23");
    home
}

fn connection(id: u64, name: &str, state: Value) -> Value {
    json!({ "id": id, "state": state, "last_update": "2026-11-22 06:00:00",
            "connector": { "name": name } })
}

fn connections(states: &[Value]) -> Value {
    let names = ["Lake", "Bridge"];
    let all = names.iter().zip(states).zip(1..);
    let all = all.map(|((name, state), id)| connection(id, name, state.clone()));
    json!({ "connections": all.collect::<Vec<_>>() })
}

fn accounts(ids: &[u64]) -> Value {
    let of = |id: &u64| {
        json!({ "id": id, "id_connection": 1, "number": "77", "original_name": "Mine",
                "iban": "FR7630004000031234567890143", "balance": 1742.36, "type": "checking",
                "last_update": "2026-11-22 06:00:00", "currency": { "id": "EUR" } })
    };
    json!({ "accounts": ids.iter().map(of).collect::<Vec<_>>() })
}

fn row(id: u64, more: Value) -> Value {
    let mut row = json!({ "id": id, "id_account": 7, "date": "2026-11-21", "value": -23.9 });
    row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    row
}

/// Answer by the route; what was asked for, in words.
fn provide(home: &Home, all: impl Fn(&Asked) -> Value + 'static) -> Rc<RefCell<Vec<String>>> {
    let asked: Rc<RefCell<Vec<String>>> = Rc::default();
    let told = Rc::clone(&asked);
    home.provider(move |request| {
        let query: Vec<String> =
            request.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        told.borrow_mut().push(format!("{} {}", request.route, query.join("&")));
        (200, Vec::new(), all(request).to_string())
    });
    asked
}

fn of<'a>(deposits: &'a [(String, String, Value)], key: &str) -> &'a Value {
    &deposits.iter().find(|(_, known, _)| known == key).expect(key).2
}

#[test]
fn what_is_booked_comes_under_the_ids_of_the_aggregator() {
    let home = home();
    let asked = provide(&home, |request| match request.route.as_str() {
        "connections" => connections(&[Value::Null]),
        "accounts" => {
            let mut all = accounts(&[7, 8, 9]);
            all["accounts"][1]["deleted"] = "2026-11-01 00:00:00".into();
            all["accounts"][2]["disabled"] = true.into();
            all
        }
        // A row came between the two pages.
        _ if request.query.contains(&("offset".to_owned(), "0".to_owned())) => json!({
            "transactions": [
                row(31, json!({ "type": "card", "original_wording": "CB LIBRAIRIE  20/11",
                    "simplified_wording": "Librairie", "wording": "Books", "rdate": "2026-11-20",
                    "counterparty": { "label": "Passage SARL", "account_scheme_name": "iban",
                        "account_identification": "FR1420041010050500013M02606" } })),
                row(30, json!({ "coming": true })),
            ],
            "_links": { "next": { "href": "https://elsewhere.example/steal?offset=1" } },
        }),
        _ => json!({
            "transactions": [
                row(31, json!({})),
                row(29, json!({ "deleted": "2026-11-22 00:00:00" })),
                row(28, json!({ "type": "order", "value": 1e3, "original_wording": "PRLV" })),
                row(27, json!({ "id_account": 9 })),
                row(26, json!({ "value": null })),
            ],
            "_links": { "next": null },
        }),
    });
    let report = collect().unwrap();
    assert_eq!(report.summary, "1 account, 2 operations");
    assert_eq!(report.warnings.len(), 2, "{report:?}");
    assert!(report.warnings[0].contains("no day or amount"), "{report:?}");
    assert_eq!(report.warnings[1], "still coming, left for a later run: 1 operation");
    let all = ["connections ", "accounts ", "transactions offset=0", "transactions offset=2"];
    assert_eq!(*asked.borrow(), all);
    let deposits = home.deposits();
    assert_eq!(deposits.len(), 3);
    let account = of(&deposits, "7");
    assert_eq!((&account["balance"], &account["type"]), (&1742.36.into(), &"Checkings".into()));
    assert_eq!(
        (&account["institutionLabel"], &account["currency"]),
        (&"Lake".into(), &"EUR".into())
    );
    assert_eq!(account["iban"], "FR7630004000031234567890143");
    let card = of(&deposits, "31");
    assert_eq!((&card["label"], &card["type"]), (&"Books".into(), &"credit card".into()));
    assert_eq!(card["originalBankLabel"], "CB LIBRAIRIE 20/11");
    assert_eq!(
        (&card["amount"], &card["realisationDate"]),
        (&(-23.9).into(), &"2026-11-20".into())
    );
    assert_eq!(card["metadata"]["counterparty"], "Passage SARL");
    assert_eq!(card["metadata"]["counterpartyIban"], "FR1420041010050500013M02606");
    let order = of(&deposits, "28");
    assert_eq!((&order["amount"], &order["type"]), (&1000.into(), &"direct debit".into()));
    assert_eq!(order["label"], "PRLV");
}

#[test]
fn a_mark_is_kept_once_all_banks_gave_what_they_have() {
    let home = home();
    let quiet = json!({ "transactions": [], "_links": {} });
    let last = |states: Vec<Value>, ids: Vec<u64>| {
        let quiet = quiet.clone();
        let asked = provide(&home, move |request| match request.route.as_str() {
            "connections" => connections(&states),
            "accounts" => accounts(&ids),
            _ => quiet.clone(),
        });
        let report = collect();
        let last = asked.borrow().last().unwrap().clone();
        (report, last)
    };
    let (whole, marked) = ("transactions offset=0", "transactions offset=0&min_date=2026-10-24");
    let (fine, wrong) = (Value::Null, Value::from("wrongpass"));
    let (report, asked) = last(vec![fine.clone(), wrong], vec![7]);
    let said = "Bridge gives nothing new: it did not take the password";
    assert_eq!((report.unwrap().warnings, asked.as_str()), (vec![said.to_owned()], whole));
    assert_eq!(
        last(vec![fine.clone(), fine.clone()], vec![7]).1,
        whole,
        "Bridge was not read then"
    );
    assert_eq!(last(vec![fine.clone()], vec![7]).1, marked);
    assert_eq!(last(vec![fine.clone()], vec![7, 8]).1, whole, "8 has a past");
    assert_eq!(last(vec![fine], vec![8]).1, marked);
}

#[test]
fn a_state_is_what_it_means_to_the_home() {
    for (state, expected) in [
        ("SCARequired", "StrongAuthentication"),
        ("additionalInformationNeeded", "StrongAuthentication"),
        ("decoupled", "StrongAuthentication"),
        ("webauthRequired", "SignIn"),
        ("actionNeeded", "SignIn"),
        ("wrongpass", "SignIn"),
        ("passwordExpired", "ChangePassword"),
        ("rateLimiting", "TooManyAttempts"),
        ("websiteUnavailable", "VendorDown"),
        ("bug", "VendorDown"),
        ("x\u{1b}[1m", "the aggregator says of the bank"),
    ] {
        let home = home();
        provide(&home, move |request| match request.route.as_str() {
            // The owner's comes first.
            "connections" if expected == "SignIn" => connections(&["bug".into(), state.into()]),
            "connections" => connections(&[state.into()]),
            "accounts" => accounts(&[7]),
            _ => json!({ "transactions": [row(1, json!({}))] }),
        });
        let why = format!("{:?}", collect().unwrap_err());
        assert!(why.contains(expected) && !why.contains('\u{1b}'), "{state}: {why}");
        assert_eq!(home.deposits().len(), 2, "what was there came all the same");
    }
}

#[test]
fn what_is_not_there_yet_is_told() {
    let home = home();
    provide(&home, |request| match request.route.as_str() {
        "connections" => {
            let mut all = connections(&["validating".into()]);
            all["connections"][0]["last_update"] = Value::Null;
            all
        }
        "accounts" => accounts(&[]),
        _ => json!({ "transactions": [] }),
    });
    let report = collect().unwrap();
    assert_eq!(report.summary, "0 accounts, 0 operations");
    assert_eq!(report.warnings, ["not read by the aggregator yet: 1 bank"]);
    provide(&home, |_| connections(&[]));
    assert!(matches!(collect(), Err(Failure::UserActionNeeded(Action::RenewConsent))));
    home.provider(|_| (403, Vec::new(), String::new()));
    assert!(matches!(collect(), Err(Failure::UserActionNeeded(Action::RenewConsent))));
    home.provider(|_| (502, Vec::new(), String::new()));
    assert!(matches!(collect(), Err(Failure::VendorDown)));
}

#[test]
fn an_aggregator_that_never_ends_is_left() {
    let home = home();
    let asked = provide(&home, |request| match request.route.as_str() {
        "connections" => connections(&[Value::Null]),
        "accounts" => accounts(&[7]),
        _ => json!({ "transactions": [row(1, json!({}))], "_links": { "next": { "href": "" } } }),
    });
    let report = collect().unwrap();
    assert!(report.warnings[0].contains("more operations than a run takes"), "{report:?}");
    assert_eq!(asked.borrow().len(), 2 + 49);
}

proptest! {
    #[test]
    fn any_row_is_read_or_refused(
        text in ".{0,40}",
        value in prop_oneof![any::<f64>().prop_map(Value::from), Just(Value::Null)],
    ) {
        let home = home();
        provide(&home, move |request| match request.route.as_str() {
            "connections" => connections(&[Value::Null]),
            "accounts" => accounts(&[7]),
            _ => {
                let told = json!({ "date": text, "value": value, "type": text, "wording": text,
                    "original_wording": text, "counterparty": text });
                json!({ "transactions": [row(1, told), row(2, json!({ "wording": text }))] })
            }
        });
        prop_assert!(collect().is_ok());
        for (_, _, body) in home.deposits() {
            let label = body["label"].as_str().unwrap_or_default();
            prop_assert!(!label.chars().any(char::is_control), "{body}");
        }
    }
}
