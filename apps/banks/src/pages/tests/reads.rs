//! How many documents pages read.

use super::*;

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
