//! `/groups`.

use super::*;

#[test]
fn accounts_are_shown_in_the_owners_groups() {
    let (home, _) = household();
    let id_of = |name: &str| {
        let page = html("/groups");
        let (before, _) = page.split_once(&format!("<span>{name}</span>")).expect("the account");
        let from = before.rfind("value=\"").expect("its box") + 7;
        before[from..].split('"').next().expect("its id").to_owned()
    };
    let (joint, livret) = (id_of("Joint account"), id_of("Livret"));
    let form = [("label", " House "), ("account", &joint), ("account", &livret), ("account", "x")];
    assert_eq!(handle(Request::post("/groups", &form)).content, Content::See("/groups".to_owned()));
    assert!(text("/groups").contains("House") && text("/groups").contains("2 accounts"));
    let page = text("/?by=group");
    assert!(page.contains("House") && page.contains("In no group"), "{page}");
    assert!(!page.contains("Current accounts"));
    assert!(text("/").contains("Current accounts"));
    let group = html("/groups").split("go:/groups/").nth(1).expect("a link")[..43].to_owned();
    let address = format!("/groups/{group}");
    handle(Request::post(&address, &[("label", "Home"), ("account", &livret)]));
    let stored = home.get("io.cozy.bank.groups", &group).expect("the group");
    assert_eq!(stored, json!({"label": "Home", "accounts": [livret]}));
    let refused = handle(Request::post(&address, &[("label", " ")]));
    assert!(testing::text(&refused).contains("A group needs a name."));
    handle(Request::post(&format!("{address}/delete"), &[]));
    assert_eq!(handle(Request::get(&address)).content, Content::NotFound);
    assert!(!text("/groups").contains("2 accounts"));
}
