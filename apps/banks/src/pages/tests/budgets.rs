//! `/budgets`.

use super::*;

#[test]
fn budgets_are_set_followed_and_taken_back() {
    let (home, _) = household();
    for (day, month) in [("25", "08"), ("25", "09"), ("25", "10")] {
        let date = format!("2026-{month}-{day}");
        home.put(OPERATIONS, operation("CB LIDL", &date, -30.0, "a"));
    }
    let set = |limit: &str| {
        let form = [("category", "400100"), ("limit", limit), ("currency", "eur")];
        handle(Request::post("/budgets", &form)).content
    };
    assert!(text("/budgets").contains("No budget yet."));
    assert_eq!(set("200"), Content::See("/budgets".to_owned()));
    let page = text("/budgets");
    assert!(page.contains("Within") && page.contains("\u{20ac}54.30 of \u{20ac}200.00"), "{page}");
    assert!(page.contains("\u{20ac}84.30 expected by the end of the month"), "{page}");
    for (limit, state) in [("80", "Will be over"), ("54,30", "Will be over"), ("54.2", "Over")] {
        set(limit);
        assert!(text("/budgets").contains(state), "{state} of {limit}");
    }
    let id = docs::find::<ledger::plan::Settings>().all(9).expect("settings").remove(0).id;
    let stored = home.get("io.cozy.bank.settings", &id).expect("settings");
    assert_eq!(stored["categoryBudgetAlerts"].as_array().map(Vec::len), Some(1));
    assert_eq!(stored["categoryBudgetAlerts"][0]["maxThreshold"], 54.2);
    set("");
    assert!(text("/budgets").contains("No budget yet."));
    for (category, currency) in [("0x", "EUR"), ("600110", "EUR"), ("400100", "E")] {
        let form = [("category", category), ("limit", "5"), ("currency", currency)];
        handle(Request::post("/budgets", &form));
        assert!(text("/budgets").contains("No budget yet."), "{category} {currency}");
    }
}
