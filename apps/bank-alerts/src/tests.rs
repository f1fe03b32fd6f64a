use domicile_sdk::Trigger;
use domicile_sdk::docs;
use domicile_sdk::serde_json::{Value, json};
use domicile_sdk::testing::Home;

use crate::kept::stored;
use crate::run;

const ACCOUNTS: &str = "io.cozy.bank.accounts";
const OPERATIONS: &str = "io.cozy.bank.operations";
const SETTINGS: &str = "io.cozy.bank.settings";

fn work() {
    run(Trigger::Schedule).expect("a run");
}

fn account(name: &str, balance: f64) -> Value {
    json!({"label": name, "balance": balance, "currency": "EUR", "type": "Checkings"})
}

fn operation(label: &str, day: &str, amount: f64) -> Value {
    json!({"label": label, "date": day, "amount": amount, "currency": "EUR", "account": "a"})
}

/// As Banks stores them; what is not set is off.
fn settings(below: Option<f64>, above: Option<f64>, groceries: Option<f64>) -> Value {
    let bound = |value: Option<f64>| json!({"enabled": value.is_some(), "value": value});
    let budget = |limit: f64| {
        json!({"categoryId": "400100", "categoryIsParent": true, "maxThreshold": limit,
            "currency": "EUR"})
    };
    let budgets: Vec<Value> = groceries.map(budget).into_iter().collect();
    json!({"notifications": {"balanceLower": bound(below), "transactionGreater": bound(above)},
        "categoryBudgetAlerts": budgets})
}

/// Another program's document in the place of one.
fn replaced(home: &Home, doctype: &str, id: &str, body: Value) -> String {
    home.remove(doctype, id);
    home.put(doctype, body)
}

fn titles(home: &Home) -> Vec<String> {
    home.notices().into_iter().map(|(title, ..)| title).collect()
}

#[test]
fn without_a_bound_nothing_is_told_or_written() {
    let home = Home::new();
    home.put(ACCOUNTS, account("Joint", -500.0));
    home.put(OPERATIONS, operation("CB VOITURE", "2026-11-20", -9000.0));
    work();
    assert!(stored().expect("settings").is_none());
    let id = home.put(SETTINGS, settings(None, None, None));
    work();
    assert_eq!(titles(&home), [""; 0]);
    assert_eq!(home.get(SETTINGS, &id), Some(settings(None, None, None)));
}

#[test]
fn a_low_account_is_told_once_until_it_recovers() {
    let home = Home::new();
    let joint = home.put(ACCOUNTS, account("Joint", 90.5));
    home.put(ACCOUNTS, account("Livret", 5000.0));
    home.put(SETTINGS, settings(Some(100.0), None, None));
    work();
    let said = home.notices();
    let [(title, text, _)] = &said[..] else { panic!("one notice: {said:?}") };
    assert_eq!(title, "Joint is low: \u{20ac}90.50");
    assert_eq!(text, "\u{20ac}90.50 is below the \u{20ac}100.00 that you set in Banks.");
    let revision = || stored().expect("settings").expect("some").revision;
    let before = revision();
    for today in ["2026-11-24", "2027-01-05"] {
        home.viewer("en", today);
        work();
    }
    assert_eq!((home.notices().len(), revision()), (1, before), "nothing is new");

    // Another document has another id: the same account comes back under its own.
    let doc = docs::find::<ledger::model::Account>().all(9).expect("accounts");
    let mut doc = doc.into_iter().find(|doc| doc.id == joint).expect("the account");
    for (balance, notices) in [(120.0, 1), (80.0, 2), (70.0, 2)] {
        doc.value.balance = Some(balance);
        docs::update(&mut doc).expect("kept");
        work();
        assert_eq!(home.notices().len(), notices, "{balance}");
    }
}

#[test]
fn a_large_operation_is_told_once_and_an_old_one_never() {
    let home = Home::new();
    home.put(OPERATIONS, operation("CB VOITURE", "2026-11-20T12:00:00Z", -900.0));
    home.put(OPERATIONS, operation("VIR SALAIRE", "2026-11-02", 2100.0));
    home.put(OPERATIONS, operation("CB VELO", "2026-09-20", -900.0));
    home.put(OPERATIONS, operation("CB LIDL", "2026-11-21", -30.0));
    home.put(SETTINGS, settings(None, Some(900.0), None));
    home.viewer("fr", "2026-11-23");
    work();
    let title = "Opération importante\u{a0}: \u{2212}900,00\u{a0}€";
    let salary = "Opération importante\u{a0}: 2\u{202f}100,00\u{a0}€";
    assert_eq!(titles(&home), [title, salary]);
    let (_, text, _) = home.notices().remove(0);
    assert!(text.starts_with("CB VOITURE, ") && text.contains("20 novembre 2026"), "{text}");
    home.put(OPERATIONS, operation("CB CANAPE", "2026-11-22", -1000.0));
    work();
    work();
    assert_eq!(home.notices().len(), 3);
}

#[test]
fn an_exceeded_budget_is_told_once_a_month() {
    let home = Home::new();
    home.put(OPERATIONS, operation("CB CARREFOUR", "2026-11-03", -60.0));
    home.put(OPERATIONS, operation("CB CARREFOUR", "2026-10-03", -600.0));
    let id = home.put(SETTINGS, settings(None, None, Some(100.0)));
    work();
    assert_eq!(titles(&home), [""; 0], "60 of 100");
    home.put(OPERATIONS, operation("CB LIDL", "2026-11-20", -40.0));
    work();
    assert_eq!(titles(&home), [""; 0], "all of it is not too much");
    home.put(OPERATIONS, operation("CB LIDL", "2026-11-21", -0.5));
    work();
    home.put(OPERATIONS, operation("CB LIDL", "2026-11-22", -10.0));
    work();
    let [(title, text, _)] = &home.notices()[..] else { panic!("one notice") };
    assert_eq!(title, "Budget exceeded: Daily life");
    assert_eq!(text, "\u{20ac}100.50 of \u{20ac}100.00 in November 2026.");
    home.viewer("en", "2026-12-01");
    work();
    assert_eq!(home.notices().len(), 1, "a new month");
    home.put(OPERATIONS, operation("CB LIDL", "2026-12-02", -101.0));
    work();
    assert_eq!(home.notices().len(), 2);
    assert_eq!(
        home.get(SETTINGS, &id).expect("settings")["told"].as_object().map(|m| m.len()),
        Some(1)
    );
}

#[test]
fn what_the_owner_set_stays_as_it_is() {
    let home = Home::new();
    home.put(ACCOUNTS, account("Joint", 1.0));
    let mut body = settings(Some(5.0), Some(1.0), Some(10.0));
    body["mine"] = json!(5);
    body["notifications"]["healthBillLinked"] = json!({"enabled": true});
    body["categoryBudgetAlerts"][0]["accountOrGroup"] = json!("x");
    body["categoryBudgetAlerts"]
        .as_array_mut()
        .expect("budgets")
        .push(json!({"maxThreshold": "odd"}));
    let id = home.put(SETTINGS, body.clone());
    work();
    let mut after = home.get(SETTINGS, &id).expect("settings");
    let told = after.as_object_mut().expect("an object").remove("told").expect("what was told");
    assert_eq!(told.as_object().map(|told| told.len()), Some(1));
    assert_eq!(after, body);
}

#[test]
fn who_began_to_tell_and_never_came_back_is_told_again_on_another_day() {
    let home = Home::new();
    let joint = home.put(ACCOUNTS, account("Joint", 1.0));
    let mut body = settings(Some(5.0), None, None);
    body["told"] = json!({format!("low {joint}"): {"on": "2026-11-23", "sure": false}});
    let id = home.put(SETTINGS, body.clone());
    work();
    assert_eq!(titles(&home), [""; 0], "another run tells, today");
    home.viewer("en", "2026-11-24");
    work();
    assert_eq!(home.notices().len(), 1);
    assert_eq!(
        home.get(SETTINGS, &id).expect("settings")["told"],
        json!({format!("low {joint}"): {"on": "2026-11-24", "sure": true}})
    );
    body["told"] = json!("odd");
    replaced(&home, SETTINGS, &id, body);
    work();
    assert_eq!(home.notices().len(), 2, "what is odd was never told");
}

#[test]
fn many_alerts_are_told_in_one_sentence_at_the_end() {
    let home = Home::new();
    for n in 0..30 {
        home.put(ACCOUNTS, account(&"x".repeat(500 + n), 1.0));
    }
    home.put(SETTINGS, settings(Some(5.0), None, None));
    work();
    let said = home.notices();
    assert_eq!(said.len(), 20);
    assert_eq!(said[19].0, "11 more bank alerts");
    assert!(said.iter().all(|(title, ..)| title.chars().count() <= 120));
    work();
    assert_eq!(home.notices().len(), 20);
}
