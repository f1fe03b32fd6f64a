//! `/expenses/{id}/split` and `/expenses/{id}/operations`.

use super::*;

/// The answer to a form, and its page as HTML where it is one.
fn sent(address: &str, fields: &[(&str, &str)]) -> String {
    match post(address, fields) {
        Content::Page(view) => testing::html(&view),
        Content::See(to) => format!("see {to}"),
        other => format!("{other:?}"),
    }
}

#[test]
fn an_operation_is_shared_among_bills_if_the_parts_are_the_whole() {
    let home = household();
    let expense = expense("Consultation");
    let address = format!("{expense}/split");
    let (near, far) = (id_of(BILLS, "Consultation"), id_of(BILLS, "Radiographie"));
    let credit = id_of(OPERATIONS, "VIR CPAM PARIS");
    let asked = format!("{address}?operation={credit}&side=credit");
    let page = html(&asked);
    assert!(page.contains("Consultation \u{b7} Léa \u{b7} 1 Jul 2026"), "{page}");
    assert!(page.contains("value=\"19.50\""), "what is taken for it now: {page}");
    assert!(!page.contains("Radiographie"), "a month later");
    assert!(html(&format!("{asked}&month=2026-08")).contains("Radiographie"));

    let send = |one: &str, two: &str, other: &str| {
        let fields = [
            ("operation", &*credit),
            ("side", "credit"),
            ("month", "2026-08"),
            ("bill", &*near),
            ("amount", one),
            ("bill", &*far),
            ("amount", two),
            ("other", other),
        ];
        sent(&address, &fields)
    };
    for (one, two, other, said) in [
        ("10", "9", "", "make €19.00, and the operation is €19.50: €0.50 is given to nothing"),
        ("10", "9.5", "1", "make €20.50, and the operation is €19.50: €1.00 too much"),
        ("2.5", "17", "", "€17.00 is more than the bill of Ameli is about: €16.50"),
        ("ten", "9.5", "", "«ten» is not an amount"),
        ("19", "-0.5", "", "«-0.5» is not an amount"),
        ("10.001", "9.499", "", "«10.001» is not an amount"),
        ("0", "0", "19.5", "at least one bill"),
    ] {
        let page = sent_text(&send(one, two, other));
        assert!(page.contains(said), "{said} in {page}");
        assert!(page.contains("role=\"alert\""), "{page}");
        assert!(page.contains(&format!("value=\"{two}\"")), "what was typed stays: {page}");
    }
    assert!(decisions().is_empty(), "nothing was changed");

    // An earlier word on one of the pairs gives way.
    let pair = [("bill", &*near), ("operation", &*credit), ("side", "credit")];
    post(&format!("{expense}/confirm"), &pair);
    let saved = format!("see {expense}?saved=1");
    assert_eq!(send("10", "9,5", ""), saved);
    assert_eq!(send("10", "8,5", "1"), saved);
    let [decision] = &decisions()[..] else { panic!("one word") };
    let stored = json!({"decision": "split", "operation": credit, "side": "credit",
        "bills": [near, far], "parts": [1000, 850], "on": "2026-11-23",
        "about": "VIR CPAM PARIS \u{b7} \u{20ac}19.50"});
    assert_eq!(domicile_sdk::serde_json::to_value(decision).expect("JSON"), stored);
    assert!(text(&expense).contains("\u{20ac}10.00 of it, as you said."));
    let page = html(&asked);
    assert!(page.contains("value=\"8.50\"") && page.contains("value=\"1.00\""), "{page}");
    assert!(text("/decisions").contains("This operation is about these bills alone"));

    home.viewer("fr", "2026-11-23");
    let page = sent_text(&send("10", "9", ""));
    assert!(page.contains("Les parts font 19,00\u{a0}€ et l'opération 19,50\u{a0}€"), "{page}");
    assert!(html(&asked).contains("value=\"8,50\""));
}

/// As a reader sees its quotation marks.
fn sent_text(html: &str) -> String {
    html.replace("&#39;", "'").replace("&quot;", "\"")
}

#[test]
fn only_what_the_page_shows_is_shared() {
    let _home = household();
    let address = format!("{}/split", expense("Consultation"));
    let credit = id_of(OPERATIONS, "VIR CPAM PARIS");
    let far = id_of(BILLS, "Radiographie");
    for query in
        [format!("operation={credit}&side=debit"), "operation=unknown&side=credit".to_owned()]
    {
        let answer = handle(Request::get(&format!("{address}?{query}"))).content;
        assert_eq!(answer, Content::NotFound, "{query}");
    }
    let fields = [
        ("operation", &*credit),
        ("side", "credit"),
        ("bill", &*far),
        ("amount", "16.50"),
        ("other", "3"),
    ];
    assert!(sent(&address, &fields).contains("at least one bill of this page"));
    assert!(decisions().is_empty());
}

#[test]
fn a_second_operation_is_chosen_for_a_bill() {
    let home = household();
    let expense = expense("Radiographie");
    let address = format!("{expense}/operations");
    let (bill, other) = (id_of(BILLS, "Radiographie"), id_of(BILLS, "Consultation"));
    assert!(html(&expense).contains(&format!("go:{address}?bill={bill}&amp;side=credit")));
    let asked = format!("{address}?bill={bill}&side=credit");
    let page = text(&asked);
    assert!(page.contains("VIR SALAIRE") && !page.contains("CB "), "{page}");
    assert!(!page.contains("VIR CPAM PARIS"), "before the act");
    assert!(text(&format!("{asked}&month=2026-07")).contains("VIR CPAM PARIS"));

    let credit = id_of(OPERATIONS, "VIR CPAM PARIS");
    let debit = id_of(OPERATIONS, "CB SUPERMARCHE");
    let send = |bill: &str, operation: &str| {
        post(&address, &[("bill", bill), ("side", "credit"), ("operation", operation)])
    };
    assert_eq!(send(&other, &credit), Content::NotFound, "of another expense");
    assert_eq!(send(&bill, &debit), Content::NotFound, "it goes the other way");
    assert_eq!(send(&bill, &credit), Content::See(format!("{expense}?saved=1")));
    let [decision] = &decisions()[..] else { panic!("one word") };
    let stored = domicile_sdk::serde_json::to_value(decision).expect("JSON");
    assert_eq!((&stored["decision"], &stored["bill"]), (&json!("confirm"), &json!(bill)));
    home.viewer("fr", "2026-11-23");
    assert!(text(&asked).contains("Choisir une autre opération"));
}

#[test]
fn what_is_near_is_not_crowded_out_by_what_is_far() {
    let home = household();
    for n in 0..450 {
        let day = format!("2026-{:02}-{:02}", n % 3 + 8, n % 28 + 1);
        home.put(OPERATIONS, operation("CB BOULANGERIE", &day, -1.0));
    }
    home.put(OPERATIONS, operation("CB DR DUPONT", "2026-07-02T12:00:00Z", -10.0));
    home.put(OPERATIONS, operation("CB DR DURAND", "2026-06-30", -10.0));
    let (expense, bill) = (expense("Consultation"), id_of(BILLS, "Consultation"));
    let before = home.documents_read();
    let page = text(&format!("{expense}/operations?bill={bill}&side=debit"));
    assert!(page.contains("CB DR DUPONT") && page.contains("CB DR DURAND"), "{page}");
    let read = home.documents_read() - before;
    assert!(read < 450, "{read} documents");
}
