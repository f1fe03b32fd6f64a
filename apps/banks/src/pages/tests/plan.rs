//! `/plan`.

use super::*;

#[test]
fn what_comes_again_is_expected_and_forecast() {
    let (home, _) = household();
    let current = docs::find::<ledger::model::Account>().all(9).expect("accounts");
    let current = &current.iter().find(|doc| doc.value.label == "Joint account").expect("it").id;
    for (day, month) in [(28, 8), (28, 9), (28, 10)] {
        let date = format!("2026-{month:02}-{day}");
        home.put(OPERATIONS, operation("PRLV LOYER", &date, -800.0, current));
        let date = format!("2026-{month:02}-15");
        home.put(OPERATIONS, operation("VIR MUTUELLE SANTE", &date, 20.0, current));
    }
    let page = text("/plan");
    for wanted in [
        "By the end of November 2026 (EUR)",
        "\u{2212}\u{20ac}800.00",
        "\u{20ac}470.50",
        "expected on 28 Nov 2026",
        "expected since 15 Nov 2026",
        "every 31 days",
    ] {
        assert!(page.contains(wanted), "{wanted} in {page}");
    }
    home.viewer("fr", "2026-11-23");
    assert!(text("/plan").contains("attendu le 28 nov. 2026"));
    let _empty = Home::new();
    assert!(text("/plan").contains("Nothing that comes again"));
}
