//! `/operations`: filters and pages.

use super::*;

#[test]
fn operations_are_filtered() {
    let (home, _) = household();
    let names = |query: &str| {
        let page = text(&format!("/operations?{query}"));
        ["CARREFOUR", "SALAIRE", "EDF", "HYPERLINK"].map(|name| u8::from(page.contains(name)))
    };
    assert_eq!(names(""), [1, 1, 1, 1]);
    assert_eq!(names("q=carrefour"), [1, 0, 0, 0]);
    assert_eq!(names("sign=in"), [0, 1, 0, 0]);
    assert_eq!(names("sign=out&month=2026-10"), [0, 0, 1, 1]);
    assert_eq!(names("category=401000"), [0, 0, 1, 0]);
    assert_eq!(names("category=0"), [0, 0, 0, 1]);
    assert_eq!(names("account=gone"), [0, 0, 0, 1]);
    home.put(
        OPERATIONS,
        json!({"label": "SALAIRE moved", "date": "2026-10-30", "amount": 1,
            "applicationDate": "2026-11-01"}),
    );
    assert_eq!(names("q=moved&month=2026-11"), [0, 1, 0, 0]);
    assert_eq!(names("q=moved&month=2026-10"), [0, 0, 0, 0]);
}

#[test]
fn pages_go_on_where_the_last_ended() {
    let home = Home::new();
    for n in 0..130 {
        let day = format!("2026-{:02}-{:02}", n % 12 + 1, n % 28 + 1);
        home.put(OPERATIONS, operation(&format!("LIDL #{n}#"), &day, -1.0, "a"));
        home.put(OPERATIONS, operation("EDF", &day, -1.0, "a"));
    }
    let (mut address, mut seen, mut pages) = ("/operations?category=400110".to_owned(), 0, 0);
    loop {
        let page = html(&address);
        seen += page.matches("LIDL #").count();
        pages += 1;
        let Some(at) = page.find("go:/operations?category=400110&amp;after=") else { break };
        let link = &page[at + 3..];
        address = link[..link.find('"').expect("its end")].replace("&amp;", "&");
    }
    assert_eq!(seen, 130);
    assert!((2..5).contains(&pages), "{pages} pages");
}
