//! `/months/{yyyy-mm}`.

use super::*;

#[test]
fn a_month_is_drawn_and_its_neighbours_named() {
    let (_home, _) = household();
    let page = html("/months/2026-10");
    assert!(page.contains("Expenses: Home 61"), "{page}");
    assert!(page.contains("go:/months/2026-09") && page.contains("go:/months/2026-11"));
    assert!(page.contains("go:/operations?month=2026-10&amp;category=401080"));
    assert!(!html("/months/2026-11").contains("go:/months/2026-12"), "no month ahead");
    assert_eq!(handle(Request::get("/months/soon")).content, Content::NotFound);
    let this_month = Content::See("/months/2026-11".to_owned());
    assert_eq!(handle(Request::get("/months")).content, this_month);
    let asked = Content::See("/months/2026-09".to_owned());
    assert_eq!(handle(Request::get("/months?month=2026-09")).content, asked);
}
