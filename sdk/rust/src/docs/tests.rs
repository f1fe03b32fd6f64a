use super::*;
use crate::testing::Home;
use serde_json::json;

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
struct Note {
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pinned: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    size: Option<f64>,
}

impl Document for Note {
    const DOCTYPE: &'static str = "app.domicile.notes";
}

fn note(title: &str) -> Note {
    Note { title: title.to_owned(), pinned: None, size: None }
}

#[test]
fn an_update_keeps_the_fields_that_the_type_does_not_name() {
    let home = Home::new();
    let id = home.put(
        Note::DOCTYPE,
        json!({"title": "a", "pinned": true, "size": "odd", "other": {"deep": [1, 2]}}),
    );
    let mut doc: Doc<Note> = get_one(&id).expect("the note");
    doc.value.title = "b".to_owned();
    doc.value.pinned = None;
    update(&mut doc).expect("an update");
    let stored = home.get(Note::DOCTYPE, &id).expect("the note");
    assert_eq!(stored, json!({"title": "b", "size": "odd", "other": {"deep": [1, 2]}}));
    doc.value.title = "c".to_owned();
    update(&mut doc).expect("a second update goes on from the first");
}

#[test]
fn a_change_of_somebody_else_is_a_conflict() {
    let home = Home::new();
    let id = create(&note("a")).expect("a note");
    let mut mine: Doc<Note> = get_one(&id).expect("the note");
    let mut theirs = mine.clone();
    theirs.value.title = "theirs".to_owned();
    update(&mut theirs).expect("an update");
    assert_eq!(update(&mut mine), Err(DocsError::Conflict));
    assert_eq!(delete(&mine), Err(DocsError::Conflict));
    delete(&theirs).expect("a deletion");
    assert_eq!(get_one::<Note>(&id).map(|d| d.value), Err(DocsError::Absent));
    assert_eq!(home.get(Note::DOCTYPE, &id), None);
}

#[test]
fn pages_follow_each_other() {
    let home = Home::new();
    let notes: Vec<Note> = (0..250).map(|n| note(&format!("{n:03}"))).collect();
    create_many(&notes).expect("notes");
    home.put(Note::DOCTYPE, json!({"title": 5}));
    let found = find::<Note>().newest("title").all(1000).expect("notes");
    assert_eq!(found.len(), 250, "the odd one is left out");
    assert_eq!(found[0].value.title, "249");
    assert_eq!(find::<Note>().sort("title").all(7).expect("notes").len(), 7);
    assert_eq!(find::<Note>().count(), Ok(251));
    let page = find::<Note>().filter(json!({"title": {"$lt": "002"}})).page().expect("a page");
    assert_eq!((page.documents.len(), page.next), (2, None));
}

#[test]
fn the_odd_document_is_counted_on_its_page() {
    let home = Home::new();
    home.put(Note::DOCTYPE, json!({"title": []}));
    let page = find::<Note>().page().expect("a page");
    assert_eq!((page.documents.len(), page.unreadable), (0, 1));
}

#[test]
fn changes_are_followed_with_a_cursor() {
    let home = Home::new();
    let id = create(&note("a")).expect("a note");
    let first = changes::<Note>(None, 10).expect("changes");
    assert_eq!((first.changes.len(), first.more), (1, false));
    home.remove(Note::DOCTYPE, &id);
    let second = changes::<Note>(Some(&first.next), 10).expect("changes");
    assert!(matches!(&second.changes[..], [Change { id: gone, document: None }] if *gone == id));
}

#[test]
fn a_body_must_be_an_object() {
    #[derive(Serialize, Deserialize)]
    struct Bare(u8);
    impl Document for Bare {
        const DOCTYPE: &'static str = "app.domicile.bare";
    }
    let _home = Home::new();
    assert_eq!(
        create(&Bare(1)),
        Err(DocsError::Invalid("`app.domicile.bare` is not an object".to_owned()))
    );
}
