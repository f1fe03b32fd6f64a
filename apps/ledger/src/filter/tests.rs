use super::*;
use crate::model::Operation;
use domicile_sdk::Request;
use domicile_sdk::testing::Home;

fn filter(query: &str) -> Filter {
    Request::get(&format!("/operations?{query}")).query().expect("a filter")
}

fn stored(home: &Home, label: &str, amount: f64, date: &str) -> Doc<Operation> {
    let body = json!({"label": label, "amount": amount, "date": date});
    docs::get_one(&home.put(Operation::DOCTYPE, body)).expect("it")
}

#[test]
fn the_address_keeps_the_question() {
    let link = |query: &str| filter(query).link("/x").to_string();
    assert_eq!(link(""), "/x");
    assert_eq!(link("q=&account=&sign=&month=&category=&min=&from="), "/x");
    let all = "q=caf%C3%A9%20%26&account=a1&category=400110&tag=trip&month=2026-11\
        &from=2026-11-02&to=2026-11-20&min=10&max=20%2C5&sign=out";
    assert_eq!(link(&format!("{all}&after=cursor")), format!("/x?{all}"));
    assert_eq!(link("month=soon&category=x&from=yesterday&min=much"), "/x");
    assert!(filter("month=soon&q=%20&max=x").is_all());
    assert!(!filter("max=3").is_all());
}

#[test]
fn a_group_takes_its_categories() {
    let home = Home::new();
    let lidl = stored(&home, "LIDL", -1.0, "2026-11-30");
    let edf = stored(&home, "EDF", -1.0, "2026-11-30");
    let fits = |query: &str, doc| filter(query).fits(doc, &Chooser::default());
    assert!(fits("category=400110", &lidl));
    assert!(fits("category=400100", &lidl));
    assert!(!fits("category=400130", &lidl));
    assert!(!fits("category=400100", &edf));
    assert!(fits("month=2026-11", &edf));
    assert!(!fits("month=2026-12", &edf));
    assert!(fits("from=2026-11-30&to=2026-11-30", &edf));
    assert!(!fits("from=2026-12-01", &edf));
    assert!(!fits("to=2026-11-29", &edf));
}

#[test]
fn the_home_answers_amounts_and_days() {
    let home = Home::new();
    for (amount, date) in [(-5.0, "2026-11-01"), (-15.5, "2026-11-02"), (15.5, "2026-11-03")] {
        stored(&home, "x", amount, date);
    }
    let found = |query: &str| {
        let find = docs::find::<Operation>().filter(filter(query).selector()).sort("date");
        let found = find.all(10).expect("an answer");
        found.iter().map(|doc| doc.value.amount().as_f64()).collect::<Vec<_>>()
    };
    assert_eq!(found("min=15"), [-15.5, 15.5]);
    assert_eq!(found("max=-15.4"), [-5.0]);
    assert_eq!(found("min=15,5&max=15.5&sign=in"), [15.5]);
    assert_eq!(found("from=2026-11-02&to=2026-11-02"), [-15.5]);
    assert_eq!(found("month=2026-11"), [-5.0, -15.5, 15.5]);
}
