//! How many documents pages read.

use super::*;
use ledger::category::CATEGORIES;

/// Operations of so many months before December 2026, fifteen a month on each of three accounts.
fn busy(months: usize) -> (Home, String) {
    let home = Home::new();
    let names = ["A", "B", "C"];
    let accounts = names.map(|name| home.put(ACCOUNTS, json!({"label": name, "balance": 1})));
    let mut month = Month { year: 2026, month: 11 };
    let mut first = None;
    for n in 0..months {
        for (at, account) in accounts.iter().enumerate() {
            for day in (1..30u8).step_by(2) {
                let date = Date { month, day: day.min(month.days()) }.to_string();
                let mut body = operation("VIR GRIMALDI", &date, -1.0 - at as f64, account);
                if n < 12 && day == 1 {
                    body["manualCategoryId"] = json!("400710");
                }
                let id = home.put(OPERATIONS, body);
                first.get_or_insert(id);
            }
        }
        month = month.previous();
    }
    (home, first.expect("an operation"))
}

#[test]
fn no_page_reads_more_for_a_longer_past() {
    let read = |months: usize, page: &str| {
        let (home, first) = busy(months);
        let answer = handle(Request::get(&page.replace("{id}", &first)));
        assert!(matches!(answer.content, Content::Page(_)), "{page}");
        home.documents_read()
    };
    // What was learnt, with its sample, is some 240 of each but the last.
    for (page, most) in [
        ("/", 350),
        ("/operations", 350),
        ("/operations?account=x&min=5", 250),
        ("/months/2026-11", 350),
        ("/trends", 900),
        ("/plan", 650),
        ("/budgets", 650),
        ("/operations/{id}", 250),
        ("/groups", 10),
    ] {
        let (short, long) = (read(14, page), read(17, page));
        assert!(short == long && long <= most, "{page}: {short} of 14 months, {long} of 17");
    }
}

#[test]
fn an_owner_who_uses_every_category_waits_no_longer() {
    let home = Home::new();
    let mut chosen = 0;
    for category in CATEGORIES.iter().filter(|category| category.id != "0") {
        for day in 1..=16 {
            let label = format!("CB SHOP {}", category.id);
            let mut body = operation(&label, &format!("2026-10-{day:02}"), -1.0, "a");
            body["manualCategoryId"] = json!(category.id);
            home.put(OPERATIONS, body);
            chosen += 1;
        }
    }
    let before = home.documents_read();
    assert!(html("/operations?account=x").contains("Nothing fits"));
    let read = home.documents_read() - before;
    // The examples of all categories are as many as those of twelve, or eight of each.
    assert!(read <= 900 && read < chosen, "{read} of {chosen}");
}
