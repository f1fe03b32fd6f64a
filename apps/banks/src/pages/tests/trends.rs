//! `/trends`.

use super::*;

#[test]
fn a_year_is_drawn_each_currency_for_itself() {
    let (home, _) = household();
    let page = html("/trends");
    assert!(page.contains("at the end of each month (EUR)"), "{page}");
    // 6,250.50 now, of which 2,045.70 came in November and -61 went in October.
    for sum in
        ["Balance: Sep 2026 4265.8;", "Balance: Oct 2026 4204.8;", "Balance: Nov 2026 6250.5;"]
    {
        assert!(page.contains(sum), "{sum} in {page}");
    }
    assert!(page.contains("Balance: Nov 2026 10;"), "dollars are drawn apart");
    assert!(page.contains("Income: Nov 2026 2100;") && page.contains("Expenses: Oct 2026 68;"));
    let page = html("/trends?category=401000");
    assert!(page.contains("Home: Oct 2026 61;") && page.contains("Home: Nov 2026 0;"), "{page}");
    home.viewer("fr", "2026-11-23");
    assert!(html("/trends").contains("Sur tous les comptes, à la fin de chaque mois (EUR)"));
    let _empty = Home::new();
    assert!(text("/trends").contains("No operation in the last twelve months."));
}
