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
    assert!(text("/trends").contains("No operation in these twelve months."));
}

#[test]
fn an_earlier_year_is_drawn_from_its_own_operations() {
    let (home, _) = household();
    home.put(OPERATIONS, operation("PRLV EDF", "2024-06-12", -59.0, "a"));
    home.put(OPERATIONS, operation("PRLV EDF", "2023-11-30", -58.0, "a"));
    assert!(
        html("/trends?category=401000").contains("go:/trends?category=401000&amp;until=2025-11")
    );
    assert!(!html("/trends").contains("The year after"));
    let before = home.documents_read();
    let page = html("/trends?until=2024-11&category=401000");
    // Three accounts, and what was booked in that year and some days around it.
    assert_eq!(home.documents_read() - before, 3 + 2);
    assert!(
        page.contains("Expenses: Jun 2024 59;") && page.contains("Home: Jun 2024 59;"),
        "{page}"
    );
    assert!(!page.contains(" 58;") && !page.contains("Balance:"), "{page}");
    assert!(page.contains("until=2023-11") && page.contains("until=2025-11"), "{page}");
    let ahead = html("/trends?until=2031-01");
    assert_eq!(ahead, html("/trends"));
    assert_eq!(html("/trends?until=soon"), ahead);
}
