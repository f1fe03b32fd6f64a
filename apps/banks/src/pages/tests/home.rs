//! `/`: accounts, alerts and what the month came to.

use super::*;

#[test]
fn an_empty_home_says_what_to_do() {
    let home = Home::new();
    assert!(text("/").contains("Drop an OFX or CAMT file"));
    home.viewer("fr", "2026-11-23");
    assert!(text("/").contains("Déposez sur cette page un fichier OFX ou CAMT"));
    assert!(text("/operations").contains("Rien ne correspond"));
    assert!(text("/months/2026-11").contains("Aucune opération en novembre 2026."));
}

#[test]
fn accounts_are_grouped_and_currencies_kept_apart() {
    let (_home, _) = household();
    let page = text("/");
    for wanted in [
        "Current accounts",
        "Savings",
        "Joint account",
        "\u{20ac}6,250.50",
        "USD\u{a0}10.00",
        "Ma Banque \u{b7} ending in 0123",
        "November 2026",
        "Expenses, November 2026",
        "CB CARREFOUR 20/11",
    ] {
        assert!(page.contains(wanted), "{wanted} in {page}");
    }
    assert!(!page.contains("6,260.50"), "dollars are no euros");
}

#[test]
fn all_speaks_french() {
    let (home, ids) = household();
    home.viewer("fr", "2026-11-23");
    assert!(text("/").contains("6\u{202f}250,50\u{a0}\u{20ac}"));
    assert!(text("/months/2026-10").contains("Dépenses, octobre 2026"));
    assert!(text(&format!("/operations/{}", ids[0])).contains("samedi 21 novembre 2026"));
}

#[test]
fn odd_documents_break_no_page() {
    let home = Home::new();
    home.put(ACCOUNTS, json!({}));
    home.put(ACCOUNTS, json!({"label": 7, "balance": "12,5", "type": [], "currency": {}}));
    let id = home.put(OPERATIONS, json!({"amount": "x", "date": "2026-11-31", "label": null}));
    home.put(OPERATIONS, json!({"date": "2026-11-05", "amount": -1e300, "currency": "EURO"}));
    assert!(text("/").contains("\u{20ac}12.50"));
    assert!(text(&format!("/operations/{id}")).contains("Unknown account"));
    assert!(text("/operations").contains("No date"));
    assert!(text("/months/2026-11").contains("November 2026"));
    assert!(text("/export.csv").contains(&id));
}

#[test]
fn a_card_that_is_debited_later_tells_what_comes() {
    let home = Home::new();
    home.put(ACCOUNTS, json!({"label": "A", "balance": 900, "comingBalance": 640.5}));
    home.put(ACCOUNTS, json!({"label": "B", "balance": 1, "comingBalance": 1}));
    assert_eq!(text("/").matches("once cards are debited").count(), 1);
    assert!(text("/").contains("\u{20ac}640.50 once cards are debited"));
}

#[test]
fn low_accounts_and_large_operations_are_told() {
    let (home, _) = household();
    let cozy = json!({"notifications": {"healthBillLinked": {"enabled": true}}, "mine": 5});
    let id = home.put("io.cozy.bank.settings", cozy);
    assert!(!text("/").contains("Alerts"));
    handle(Request::post("/alerts", &[("below", "1 300"), ("above", "1000")]));
    let page = text("/");
    assert!(page.contains("Joint account is low") && page.contains("Dollars is low"), "{page}");
    assert!(!page.contains("Livret is low"));
    assert!(page.contains("Large: VIR SALAIRE ACME") && !page.contains("Large: CB"), "{page}");
    assert!(html("/budgets").contains("value=\"1300\""));
    let stored = home.get("io.cozy.bank.settings", &id).expect("settings");
    assert_eq!(stored["notifications"]["healthBillLinked"]["enabled"], true);
    assert_eq!(stored["mine"], 5, "what is not ours stays");
    handle(Request::post("/alerts", &[("below", ""), ("above", "")]));
    assert!(!text("/").contains("Alerts"));
    let odd = handle(Request::post("/alerts", &[("below", "much")]));
    assert!(testing::text(&odd).contains("is not an amount"));
}
