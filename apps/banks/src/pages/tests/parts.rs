//! `/operations/{id}/parts`.

use super::*;

#[test]
fn an_operation_is_split_if_the_sum_holds() {
    let (home, ids) = household();
    let operation = format!("/operations/{}", ids[0]);
    let address = format!("{operation}/parts");
    let send = |rows: &[(&str, &str)]| {
        let fields = rows.iter().flat_map(|(a, c)| [("amount", *a), ("category", *c)]);
        testing::text(&handle(Request::post(&address, &fields.collect::<Vec<_>>())))
    };
    let saved = format!("see {operation}?saved=1");
    assert!(html(&address).contains("Part 1"));
    assert!(send(&[("50", "400110"), ("4", "400450")]).contains("make \u{2212}\u{20ac}54.00, not"));
    assert!(send(&[("54.30", "400110")]).contains("Two parts at least"));
    assert!(send(&[("x", "400110"), ("", "400450")]).contains("is not an amount"));
    assert!(send(&[("", "400110"), ("", "400450")]).contains("is not an amount"));
    assert!(send(&[("1", "nonsense"), ("", "400450")]).contains("each with a category"));
    assert_eq!(home.get(OPERATIONS, &ids[0]).expect("it").get("parts"), None);
    assert_eq!(send(&[("50", "400110"), ("", ""), ("", "400450")]), saved);
    let stored = home.get(OPERATIONS, &ids[0]).expect("it");
    assert_eq!(stored["parts"][1], json!({"amount": -4.3, "categoryId": "400450"}));
    assert!(html("/operations?category=400450").contains("CARREFOUR"));
    assert!(text("/operations").contains("2 parts"));
    assert!(html("/months/2026-11").contains("Expenses: Children 4.3;"));
    assert!(html(&address).contains("value=\"4.30\""));
    assert_eq!(send(&[("", ""), ("", "")]), saved);
    assert_eq!(home.get(OPERATIONS, &ids[0]).expect("it").get("parts"), None);
}
