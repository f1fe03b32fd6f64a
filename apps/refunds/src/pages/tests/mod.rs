//! The pages, rendered natively over what the service keeps.

mod split;

use domicile_sdk::page::Content;
use domicile_sdk::prelude::*;
use domicile_sdk::serde_json::Value;
use domicile_sdk::testing::{self, Home};
use domicile_sdk::view::CLASSES;
use reconcile::record::{AlertRecord, DecisionRecord, ExpenseRecord, Kind, bodies};
use reconcile::{Books, Day, Memory, reconcile};

use crate::handle;

const BILLS: &str = "io.cozy.bills";
const OPERATIONS: &str = "io.cozy.bank.operations";
const EXPENSES: &str = <ExpenseRecord as Kind>::DOCTYPE;
const ALERTS: &str = <AlertRecord as Kind>::DOCTYPE;
const DECISIONS: &str = <DecisionRecord as Kind>::DOCTYPE;

fn text(address: &str) -> String {
    testing::text(&handle(Request::get(address)))
}

fn html(address: &str) -> String {
    match handle(Request::get(address)).content {
        Content::Page(view) => testing::html(&view),
        other => panic!("no page: {other:?}"),
    }
}

fn post(address: &str, fields: &[(&str, &str)]) -> Content {
    handle(Request::post(address, fields)).content
}

fn bill(vendor: &str, what: &str, day: &str, spent: f64, refund: f64) -> Value {
    json!({"vendor": vendor, "date": day, "amount": refund, "currency": "EUR",
        "type": "health_costs", "subtype": what, "isRefund": true, "originalDate": day,
        "originalAmount": spent, "groupAmount": refund, "beneficiary": "Léa"})
}

fn operation(label: &str, day: &str, amount: f64) -> Value {
    json!({"label": label, "date": day, "amount": amount, "currency": "EUR", "account": "a"})
}

/// A home with these bills and operations, and what the service keeps of them.
fn found(bills: &[Value], operations: &[Value]) -> Home {
    let home = Home::new();
    let mut books = Books::default();
    for (doctype, all) in [(BILLS, bills), (OPERATIONS, operations)] {
        for body in all {
            books.add(doctype, &home.put(doctype, body.clone()), body);
        }
    }
    let today = Day::parse("2026-11-23").expect("a day");
    let (expenses, alerts) = bodies(&reconcile(&books, today, &Memory::default()));
    for (doctype, all) in [(EXPENSES, expenses), (ALERTS, alerts)] {
        for body in all.into_values() {
            home.put(doctype, Value::Object(body));
        }
    }
    home
}

/// Half a year, an act that was paid for, and one that was only announced.
fn household() -> Home {
    let mut operations: Vec<Value> = (5..=11)
        .map(|month| operation("VIR SALAIRE", &format!("2026-{month:02}-02"), 2000.0))
        .collect();
    operations.extend([
        operation("CB SUPERMARCHE", "2026-11-22", -40.0),
        operation("CB DR MARTIN", "2026-07-01", -30.0),
        operation("VIR CPAM PARIS", "2026-07-04", 19.5),
        operation("CB DR MARTIN", "2026-08-03", -25.0),
    ]);
    let bills = [
        bill("Ameli", "Consultation", "2026-07-01", 30.0, 19.5),
        bill("Ameli", "Radiographie", "2026-08-03", 25.0, 16.5),
    ];
    found(&bills, &operations)
}

fn id<T: Document>(selector: Value) -> String {
    let found = docs::find::<T>().filter(selector).all(2).expect("documents");
    let [doc] = &found[..] else { panic!("one document: {}", found.len()) };
    doc.id.clone()
}

fn alert() -> String {
    format!("/alerts/{}", id::<AlertRecord>(json!({})))
}

fn expense(what: &str) -> String {
    format!("/expenses/{}", id::<ExpenseRecord>(json!({ "what": what })))
}

fn decisions() -> Vec<DecisionRecord> {
    let all = docs::find::<DecisionRecord>().all(100).expect("decisions");
    all.into_iter().map(|doc| doc.value).collect()
}

#[test]
fn an_empty_home_says_what_to_do() {
    let home = Home::new();
    assert!(text("/").contains("Bring in statements"));
    home.viewer("fr", "2026-11-23");
    assert!(text("/").contains("Ajoutez les décomptes"));
    assert!(text("/expenses").contains("Rien ne correspond"));
    assert!(text("/decisions").contains("rien décidé"));
}

#[test]
fn the_first_page_tells_what_is_missing_beside_what_came() {
    let home = household();
    let page = text("/");
    for wanted in [
        "Ameli",
        "Radiographie \u{b7} Léa",
        "\u{20ac}16.50",
        "since 3 Aug 2026",
        "Spent",
        "\u{20ac}55.00",
        "\u{20ac}19.50",
        "By payer, \u{20ac}",
    ] {
        assert!(page.contains(wanted), "{wanted} in {page}");
    }
    assert!(!page.contains("Consultation"), "it came");
    let drawn = "Received: Ameli 19.5; Awaited: Ameli 0; Missing: Ameli 16.5; ";
    assert!(html("/").contains(drawn), "{}", html("/"));
    home.viewer("fr", "2026-11-23");
    assert!(text("/").contains("depuis le 3 août 2026"));
}

#[test]
fn an_expense_shows_why() {
    let _home = household();
    let page = text(&expense("Consultation"));
    for wanted in [
        "Consultation \u{b7} Léa",
        "Wednesday 1 July 2026",
        "Public health insurance",
        "\u{20ac}19.50 of \u{20ac}19.50",
        "VIR CPAM PARIS",
        "CB DR MARTIN",
        "The amount is the same to the cent.",
        "% sure",
        "Not this one",
    ] {
        assert!(page.contains(wanted), "{wanted} in {page}");
    }
    let page = text(&expense("Radiographie"));
    assert!(page.contains("Missing\n: \nAmeli") && page.contains("\u{20ac}0.00 of \u{20ac}16.50"));
    assert!(!page.contains("VIR CPAM PARIS"), "{page}");
}

#[test]
fn a_pair_is_confirmed_or_not_and_the_last_word_holds() {
    let home = household();
    let address = expense("Consultation");
    let bill = id_of(BILLS, "Consultation");
    let credit = id_of(OPERATIONS, "VIR CPAM PARIS");
    let pair = [("bill", &*bill), ("operation", &*credit), ("side", "credit")];
    let saved = Content::See(format!("{address}?saved=1"));
    assert_eq!(post(&format!("{address}/confirm"), &pair), saved);
    assert!(text(&format!("{address}?saved=1")).contains("Your decision is kept."));
    assert!(text(&address).contains("You confirmed it."));
    assert_eq!(post(&format!("{address}/undo"), &pair), saved);
    assert_eq!(post(&format!("{address}/undo"), &pair), saved);
    let [decision] = &decisions()[..] else { panic!("one word on one pair") };
    let stored = json!({"decision": "undo", "bill": bill, "operation": credit,
        "on": "2026-11-23", "about": "Consultation \u{b7} Léa \u{b7} 1 Jul 2026"});
    assert_eq!(domicile_sdk::serde_json::to_value(decision).expect("JSON"), stored);
    let stored_id = id::<DecisionRecord>(json!({}));
    assert_eq!(home.get(DECISIONS, &stored_id), Some(stored), "nothing of the word before");
    assert!(text(&address).contains("You said that it is another one."));

    // No pair but those that the page shows.
    let other = id_of(OPERATIONS, "CB SUPERMARCHE");
    for wrong in [
        [("bill", &*bill), ("operation", &*other), ("side", "credit")],
        [("bill", &*bill), ("operation", &*credit), ("side", "debit")],
        [("bill", ""), ("operation", &*credit), ("side", "credit")],
    ] {
        assert_eq!(post(&format!("{address}/confirm"), &wrong), Content::NotFound);
    }
    post(&format!("{address}/confirm"), &[("bill", &*bill)]);
    assert_eq!(decisions().len(), 1);
}

fn id_of(doctype: &str, text: &str) -> String {
    #[derive(Serialize, Deserialize)]
    struct Any {
        #[serde(flatten)]
        body: domicile_sdk::serde_json::Map<String, Value>,
    }
    impl Document for Any {
        const DOCTYPE: &'static str = BILLS;
    }
    #[derive(Serialize, Deserialize)]
    struct Labelled {
        label: String,
    }
    impl Document for Labelled {
        const DOCTYPE: &'static str = OPERATIONS;
    }
    if doctype == BILLS {
        id::<Any>(json!({ "subtype": text }))
    } else {
        id::<Labelled>(json!({ "label": text }))
    }
}

#[test]
fn what_is_settled_is_gone_until_it_is_taken_back() {
    let _home = household();
    let address = alert();
    let page = text(&address);
    assert!(page.contains("It had to be there by") && page.contains("It is settled"), "{page}");
    let settle = || post(&format!("{address}/settle"), &[]);
    assert_eq!(settle(), Content::See("/?saved=1".to_owned()));
    settle();
    assert_eq!(decisions().len(), 1);
    assert!(text("/").contains("No refund is missing."));
    assert!(text("/").contains("By a decision, 1 missing refund counts as settled."));
    assert!(
        text("/decisions").contains("Ameli \u{b7} Radiographie \u{b7} Léa \u{b7} \u{20ac}16.50")
    );
    let forget = format!("/decisions/{}/forget", id::<DecisionRecord>(json!({})));
    assert_eq!(post(&forget, &[]), Content::See("/decisions?saved=1".to_owned()));
    assert!(decisions().is_empty());
    assert!(text("/").contains("Radiographie") && !text("/").contains("as settled"));
    assert_eq!(post(&forget, &[]), Content::NotFound);
    assert_eq!(post("/alerts/unknown/settle", &[]), Content::NotFound);
}

#[test]
fn the_letter_is_read_and_taken_along() {
    let home = household();
    let address = format!("{}/letter", alert());
    let page = text(&address);
    for wanted in ["Dear Sir or Madam,", "Radiographie", "\u{20ac}16.50", "Yours faithfully,"] {
        assert!(page.contains(wanted), "{wanted} in {page}");
    }
    home.viewer("fr", "2026-11-23");
    let Content::Download(file) = handle(Request::get(&format!("{address}.txt"))).content else {
        panic!("a download")
    };
    let letter = String::from_utf8(file.content).expect("text");
    assert!(letter.contains("Madame, Monsieur,") && letter.contains("16,50\u{a0}\u{20ac}"));
    assert_eq!(file.filename, "reclamation");
}

#[test]
fn expenses_are_filtered_and_paged() {
    let bills: Vec<Value> = (0..95)
        .map(|n| {
            let payer = if n % 2 == 0 { "Ameli" } else { "Mutuelle Bleue" };
            let (month, day) = (n % 10 + 1, n % 28 + 1);
            let day = format!("2026-{month:02}-{day:02}");
            bill(payer, &format!("Acte #{n}#"), &day, 100.0 + f64::from(n), 10.0 + f64::from(n))
        })
        .collect();
    let home = found(&bills, &[]);
    let count = |query: &str| {
        let (mut address, mut seen, mut pages) = (format!("/expenses?{query}"), 0, 0);
        loop {
            let page = html(&address);
            (seen, pages) = (seen + page.matches("Acte #").count(), pages + 1);
            let Some(at) = page.find("after=") else { break (seen, pages) };
            let from = page[..at].rfind("go:").expect("a link") + 3;
            let link = &page[from..];
            address = link[..link.find('"').expect("its end")].replace("&amp;", "&");
        }
    };
    assert_eq!(count(""), (95, 3));
    assert_eq!(count("payer=bleue"), (47, 2));
    assert_eq!(count("who=l%C3%A9a&q=%2394%23"), (1, 1));
    assert_eq!(count("month=2026-10").0, 9);
    assert_eq!(count("state=received").0, 0);
    assert_eq!(count("who=nobody").0, 0);
    home.viewer("fr", "2026-11-23");
    assert!(text("/expenses").contains("40 dépenses sur cette page"));
}

#[test]
fn foreign_texts_are_texts() {
    let evil = "<a act=\"link:x\">\u{202e}\n../../x?y#z";
    let mut odd = bill(evil, evil, "2026-08-03", 25.0, 16.5);
    odd["beneficiary"] = json!(evil);
    odd["currency"] = json!("<b>");
    let mut operations: Vec<Value> = (5..=11)
        .map(|month| operation("SALAIRE", &format!("2026-{month:02}-20"), 2000.0))
        .collect();
    operations.push(operation(evil, "2026-08-03", -25.0));
    let home = found(&[odd, bill("Ameli", evil, "2026-08-04", 25.0, 11.0)], &operations);
    home.put(EXPENSES, json!({"key": "x", "day": "2026-11-01"}));
    home.put(ALERTS, json!("x"));
    for doc in docs::find::<AlertRecord>().all(10).expect("alerts") {
        post(&format!("/alerts/{}/settle", doc.id), &[]);
    }
    let mut pages = vec!["/".to_owned(), "/expenses".to_owned(), "/decisions".to_owned()];
    for doc in docs::find::<ExpenseRecord>().all(10).expect("expenses") {
        pages.push(format!("/expenses/{}", doc.id));
    }
    let alerts = docs::find::<AlertRecord>().all(10).expect("alerts");
    assert!(!alerts.is_empty() && pages.len() > 4);
    for doc in alerts {
        pages.extend([format!("/alerts/{}", doc.id), format!("/alerts/{}/letter", doc.id)]);
    }
    for page in pages {
        let html = html(&page);
        assert!(!html.contains("<a act=\"link:"), "{page}: {html}");
        assert!(!html.contains("<b>"), "{page}: {html}");
        for act in html.split(" act=\"").skip(1) {
            let act = act.split('"').next().expect("its end");
            let (_, path) = act.split_once(':').expect("go or post");
            let path = path.split('?').next().unwrap_or_default();
            let known = |c: char| c.is_ascii_alphanumeric() || c == '/';
            assert!(
                path.starts_with('/') && path.trim_end_matches(".txt").chars().all(known),
                "{act}"
            );
        }
        let parts = html.split(" class=\"").skip(1).map(|part| part.split('"').next().unwrap());
        for class in parts.flat_map(str::split_whitespace) {
            assert!(CLASSES.contains(&class), "{page}: {class}");
        }
    }
}
