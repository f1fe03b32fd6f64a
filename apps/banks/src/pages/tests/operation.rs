//! `/operations/{id}`: categories, notes, tags and transfers.

use super::*;

#[test]
fn a_category_is_chosen_and_taken_back() {
    let (home, ids) = household();
    let address = format!("/operations/{}", ids[3]);
    assert!(text(&address).contains("Nothing in the label tells"));
    let saved = handle(Request::post(&address, &[("category", "400750")]));
    assert_eq!(saved.content, Content::See(format!("{address}?saved=1")));
    let stored = home.get(OPERATIONS, &ids[3]).expect("the operation");
    assert_eq!(stored["manualCategoryId"], "400750");
    assert_eq!(stored["amount"], -7.0);
    let page = text(&format!("{address}?saved=1"));
    assert!(page.contains("You chose it.") && page.contains("Saved."));
    handle(Request::post(&address, &[("category", "")]));
    let stored = home.get(OPERATIONS, &ids[3]).expect("the operation");
    assert_eq!(stored.get("manualCategoryId"), None);
}

#[test]
fn alike_operations_are_set_together() {
    let (home, ids) = household();
    let twin = home.put(OPERATIONS, operation("PRLV EDF", "2026-09-12", -60.0, "a"));
    let address = format!("/operations/{}", ids[2]);
    let form = [("category", "401030"), ("alike", "on")];
    let saved = handle(Request::post(&address, &form));
    assert_eq!(saved.content, Content::See(format!("{address}?saved=2")));
    assert_eq!(home.get(OPERATIONS, &twin).expect("the twin")["manualCategoryId"], "401030");
    let other = home.get(OPERATIONS, &ids[0]).expect("another");
    assert_eq!(other.get("manualCategoryId"), None);
}

#[test]
fn a_category_that_is_none_changes_nothing() {
    let (home, ids) = household();
    for wrong in ["0", "nonsense", "400720"] {
        let form = [("category", wrong)];
        let page = handle(Request::post(&format!("/operations/{}", ids[0]), &form));
        assert!(testing::text(&page).contains("There is no such category"), "{wrong}");
    }
    assert_eq!(home.get(OPERATIONS, &ids[0]).expect("it").get("manualCategoryId"), None);
    let gone = handle(Request::post("/operations/unknown", &[("category", "400110")]));
    assert_eq!(gone.content, Content::NotFound);
}

#[test]
fn a_transfer_between_own_accounts_is_no_spending() {
    let home = Home::new();
    let [a, b] = ["Joint", "Livret bleu"].map(|label| home.put(ACCOUNTS, json!({"label": label})));
    let out = home.put(OPERATIONS, operation("VIR MARTIN", "2026-10-31", -300.0, &a));
    let into = home.put(OPERATIONS, operation("VIREMENT RECU", "2026-11-02", 300.0, &b));
    home.put(OPERATIONS, operation("VIR LOUIS", "2026-11-05", -40.0, &a));
    assert!(text("/months/2026-11").contains("1 transfer between own accounts is not counted"));
    assert!(html("/months/2026-11").contains("Expenses: To sort 40;"));
    for (id, other) in [(&out, &into), (&into, &out)] {
        let page = html(&format!("/operations/{id}"));
        assert!(page.contains("The same amount went the other way"), "{page}");
        assert!(page.contains(&format!("go:/operations/{other}")));
    }
    let found = html("/operations?category=600110&q=RECU");
    assert!(found.contains("VIREMENT RECU"), "though its other half does not fit: {found}");
    handle(Request::post(&format!("/operations/{out}"), &[("category", "400180")]));
    let page = html(&format!("/operations/{into}"));
    assert!(!page.contains("The same amount"), "the owner said that it is none: {page}");
}

#[test]
fn what_the_owner_chose_teaches_and_says_why() {
    let home = Home::new();
    for day in 1..4 {
        let body = operation("CB GRIMALDI LYON", &format!("2026-09-0{day}"), -14.0, "a");
        let id = home.put(OPERATIONS, body);
        handle(Request::post(&format!("/operations/{id}"), &[("category", "400710")]));
    }
    let next = home.put(OPERATIONS, operation("CB GRIMALDI PARIS", "2026-11-03", -14.0, "a"));
    let other = home.put(OPERATIONS, operation("CB ZUCCA", "2026-11-04", -14.0, "a"));
    let page = text(&format!("/operations/{next}"));
    assert!(page.contains("Sport and clubs"), "{page}");
    assert!(page.contains("Because of GRIMALDI in 3 operations that you put there."), "{page}");
    assert!(text(&format!("/operations/{other}")).contains("Nothing in the label tells"));
    assert!(html("/operations?category=400710").contains("GRIMALDI PARIS"));
    home.viewer("fr", "2026-11-23");
    let page = text(&format!("/operations/{next}"));
    assert!(page.contains("GRIMALDI dans 3 opérations que vous y avez mises"), "{page}");
}

#[test]
fn a_note_and_tags_are_kept_and_found() {
    let (home, ids) = household();
    let address = format!("/operations/{}", ids[0]);
    let form = [("category", ""), ("note", " For Louis "), ("tags", "trip, lyon,,trip")];
    handle(Request::post(&address, &form));
    let stored = home.get(OPERATIONS, &ids[0]).expect("it");
    assert_eq!(stored["note"], "For Louis");
    assert_eq!(stored["tags"], json!(["trip", "lyon"]));
    assert!(html(&address).contains("value=\"trip, lyon\""));
    assert!(html("/operations?tag=lyon").contains("CARREFOUR"));
    assert!(html("/operations?q=louis").contains("CARREFOUR"));
    assert!(!html("/operations?tag=ly").contains("CARREFOUR"));
    handle(Request::post(&address, &[("category", "")]));
    let stored = home.get(OPERATIONS, &ids[0]).expect("it");
    assert_eq!((stored.get("note"), stored.get("tags")), (None, None));
    let many: String = (0..30).map(|n| format!("t{n},")).collect();
    let refused = handle(Request::post(&address, &[("tags", &many)]));
    assert!(testing::text(&refused).contains("At most 20 tags"));
}
