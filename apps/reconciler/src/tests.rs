use domicile_sdk::Trigger;
use domicile_sdk::docs;
use domicile_sdk::serde_json::{Value, json};
use domicile_sdk::testing::Home;
use reconcile::record::{AlertRecord, ExpenseRecord, Kind, Raw};

use crate::run;

const BILLS: &str = "io.cozy.bills";
const OPERATIONS: &str = "io.cozy.bank.operations";
const DECISIONS: &str = "io.domicile.reconciliation.decisions";
const EXPENSES: &str = <ExpenseRecord as Kind>::DOCTYPE;
const ALERTS: &str = <AlertRecord as Kind>::DOCTYPE;

fn bill(vendor: &str, day: &str, spent: f64, refund: f64) -> Value {
    json!({"vendor": vendor, "date": day, "amount": refund, "currency": "EUR",
        "type": "health_costs", "subtype": "Consultation", "isRefund": true,
        "originalDate": day, "originalAmount": spent, "groupAmount": refund,
        "beneficiary": "Léa"})
}

fn operation(label: &str, day: &str, amount: f64) -> Value {
    json!({"label": label, "date": day, "amount": amount, "currency": "EUR", "account": "a"})
}

/// A bank that knows half a year, an act that Ameli paid for, and one that it only announced; the
/// ids of both bills.
fn household() -> (Home, String, String) {
    let home = Home::new();
    for month in 5..=11 {
        home.put(OPERATIONS, operation("VIR SALAIRE", &format!("2026-{month:02}-02"), 2000.0));
    }
    home.put(OPERATIONS, operation("CB SUPERMARCHE", "2026-11-22", -40.0));
    home.put(OPERATIONS, operation("CB DR MARTIN", "2026-07-01", -30.0));
    home.put(OPERATIONS, operation("VIR CPAM PARIS", "2026-07-04", 19.5));
    home.put(OPERATIONS, operation("CB DR MARTIN", "2026-08-03", -25.0));
    let paid = home.put(BILLS, bill("Ameli", "2026-07-01", 30.0, 19.5));
    let unpaid = home.put(BILLS, bill("Ameli", "2026-08-03", 25.0, 16.5));
    (home, paid, unpaid)
}

fn work() {
    run(Trigger::Schedule).expect("a run");
}

fn stored<T: Kind>() -> Vec<docs::Doc<Raw<T>>> {
    docs::find::<Raw<T>>().all(1_000).expect("documents")
}

fn bodies<T: Kind>() -> Vec<Value> {
    stored::<T>().into_iter().map(|doc| Value::Object(doc.value.body)).collect()
}

/// Ids and revisions of all that is kept.
fn kept() -> Vec<(String, String)> {
    let expenses = stored::<ExpenseRecord>().into_iter().map(|doc| (doc.id, doc.revision));
    let alerts = stored::<AlertRecord>().into_iter().map(|doc| (doc.id, doc.revision));
    expenses.chain(alerts).collect()
}

/// The alert that stands, with another word on what was told.
fn retold(home: &Home, told: Value) {
    let [alert] = &stored::<AlertRecord>()[..] else { panic!("one alert") };
    let mut body = Value::Object(alert.value.body.clone());
    body["told"] = told;
    home.remove(ALERTS, &alert.id);
    home.put(ALERTS, body);
}

#[test]
fn what_never_came_is_kept_and_told_once() {
    let (home, paid, unpaid) = household();
    work();
    let expenses = bodies::<ExpenseRecord>();
    assert_eq!(expenses.len(), 2);
    let of = |bill: &str| expenses.iter().find(|one| one["bills"] == json!([bill])).expect("it");
    assert_eq!(of(&paid)["state"], "received");
    assert_eq!(of(&paid)["matches"].as_array().map(Vec::len), Some(2), "debit and credit");
    assert_eq!(of(&unpaid)["state"], "missing");
    assert_eq!(of(&unpaid)["shares"][0]["expected"], 1650);
    let [alert] = &bodies::<AlertRecord>()[..] else { panic!("one alert") };
    assert_eq!((&alert["kind"], &alert["missing"]), (&json!("unpaid"), &json!(1650)));
    assert_eq!(alert["expense"], of(&unpaid)["key"]);
    assert_eq!(alert["told"], json!({"missing": 1650, "on": "2026-11-23", "sure": true}));
    let [(title, text, _)] = &home.notices()[..] else { panic!("one notice") };
    assert!(title.contains("Ameli") && title.contains("\u{20ac}16.50"), "{title}");
    assert!(text.contains("Consultation (Léa)") && text.contains("3 August 2026"), "{text}");

    let before = kept();
    for today in ["2026-11-23", "2026-11-24"] {
        home.viewer("en", today);
        work();
        assert_eq!(kept(), before, "nothing is new");
    }
    assert_eq!(home.notices().len(), 1);
}

#[test]
fn a_notice_speaks_its_owners_language() {
    let (home, ..) = household();
    home.viewer("fr", "2026-11-23");
    work();
    let (title, text, _) = home.notices().remove(0);
    assert_eq!(title, "Ameli\u{a0}: il manque 16,50\u{a0}\u{20ac}");
    assert!(text.contains("le 3 août 2026"), "{text}");
}

#[test]
fn what_comes_ends_the_alert() {
    let (home, ..) = household();
    work();
    home.put(OPERATIONS, operation("VIR CPAM PARIS", "2026-08-06", 16.5));
    work();
    assert!(stored::<AlertRecord>().is_empty());
    assert!(bodies::<ExpenseRecord>().iter().all(|one| one["state"] == "received"));
    assert_eq!(home.notices().len(), 1);
}

#[test]
fn what_its_owner_decided_holds_from_the_next_run_on() {
    let (home, paid, _) = household();
    work();
    let [alert] = &bodies::<AlertRecord>()[..] else { panic!("one alert") };
    let decided = |body: Value| home.put(DECISIONS, body);
    decided(json!({"decision": "dismiss", "alert": alert["key"], "on": "2026-11-23", "about": ""}));
    decided(json!({"decision": "never heard of", "on": 5}));
    decided(json!("nothing"));
    work();
    assert!(stored::<AlertRecord>().is_empty(), "it is settled");

    let expense = bodies::<ExpenseRecord>().into_iter().find(|one| one["bills"] == json!([paid]));
    let credit = expense.expect("it")["shares"][0]["credits"][0].clone();
    let undo = json!({"decision": "undo", "bill": paid, "operation": credit, "on": "2026-11-23",
        "about": ""});
    let undo = decided(undo);
    work();
    let [alert] = &bodies::<AlertRecord>()[..] else { panic!("another alert") };
    assert_eq!(alert["bills"], json!([paid]));
    home.remove(DECISIONS, &undo);
    work();
    assert!(stored::<AlertRecord>().is_empty(), "it was taken back");
}

#[test]
fn what_two_runs_made_at_once_is_one_again() {
    let (home, ..) = household();
    work();
    let (before, notices) = (kept(), home.notices().len());
    for body in bodies::<ExpenseRecord>() {
        home.put(EXPENSES, body);
    }
    let mut twin = bodies::<AlertRecord>().remove(0);
    twin.as_object_mut().expect("a body").remove("told");
    home.put(ALERTS, twin);
    home.put(ALERTS, json!({"key": {"odd": 1}}));
    work();
    assert_eq!(kept(), before, "the first stay, and what the owner was told of");
    assert_eq!(home.notices().len(), notices);
}

#[test]
fn who_ended_before_telling_is_followed_on_another_day() {
    let (home, ..) = household();
    work();
    retold(&home, json!({"missing": 1650, "on": "2026-11-23", "sure": false}));
    work();
    assert_eq!(home.notices().len(), 1, "somebody may be at it");
    home.viewer("en", "2026-11-24");
    work();
    assert_eq!(home.notices().len(), 2);
    work();
    home.viewer("en", "2026-11-25");
    work();
    assert_eq!(home.notices().len(), 2);
    // Told of another amount, or of nothing that can be read: told anew.
    retold(&home, json!({"missing": 1000, "on": "2026-11-20", "sure": true}));
    work();
    retold(&home, json!("long ago"));
    work();
    assert_eq!(home.notices().len(), 4);
}

#[test]
fn of_many_the_greatest_are_told_and_the_rest_counted() {
    let (home, ..) = household();
    for n in 1..=30u32 {
        let (day, refund) = (format!("2026-08-{:02}", n % 28 + 1), 100.0 + f64::from(n * n));
        home.put(BILLS, bill("Mutuelle Bleue", &day, 2.0 * refund, refund));
    }
    work();
    let (alerts, notices) = (stored::<AlertRecord>().len(), home.notices());
    assert!(alerts > 30, "{alerts}");
    assert_eq!(notices.len(), 20);
    assert!(notices[0].0.contains("\u{20ac}1,000.00"), "{}", notices[0].0);
    assert!(notices[19].0.starts_with(&(alerts - 19).to_string()), "{}", notices[19].0);
    work();
    assert_eq!(home.notices().len(), 20);
}

#[test]
fn foreign_texts_stay_on_their_line_and_in_their_length() {
    let (home, ..) = household();
    let long = "Caisse ".repeat(40);
    let mut odd = bill(&long, "2026-08-04", 80.0, 33.0);
    odd["subtype"] = json!("\u{202e}<script>x</script>\n\u{0}=cmd\u{200b}");
    home.put(BILLS, odd);
    home.put(BILLS, json!({"vendor": [], "amount": "x", "date": null}));
    home.put(BILLS, json!({"date": "2026-08-05", "amount": -1e300, "isRefund": 7}));
    home.put(OPERATIONS, json!({"amount": {}, "date": "2026-99-99", "label": 5}));
    work();
    let notices = home.notices();
    let (title, text, path) =
        notices.iter().find(|one| one.0.contains("Caisse")).expect("a notice");
    assert!(title.contains("\u{20ac}33.00") && title.chars().count() <= 120, "{title}");
    assert!(text.chars().count() <= 1_000 && path == "/", "{text}");
    for body in bodies::<ExpenseRecord>().into_iter().chain(bodies::<AlertRecord>()) {
        for field in ["what", "payers", "payer", "beneficiary", "text"] {
            let told = body[field].as_str().unwrap_or_default();
            let is_odd = |c: char| c.is_control() || ('\u{2000}'..='\u{2069}').contains(&c);
            assert!(!told.contains(is_odd), "{told:?}");
        }
    }
    work();
    assert_eq!(home.notices().len(), notices.len());
}

#[test]
fn an_empty_home_is_no_failure() {
    let home = Home::new();
    work();
    assert!(kept().is_empty() && home.notices().is_empty());
}
