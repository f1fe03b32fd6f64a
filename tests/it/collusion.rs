//! Two apps that collude: one knows the bank and writes notes, the other reads notes. Whatever the
//! first does after it has looked, the second sees the very same bytes.
//!
//! The control is the plain note: a channel that is allowed does carry.

use domicile_guests::programs;

use crate::support::{World, text};

const NOTES: &str = "io.cozy.notes";

async fn colluders() -> World {
    let world = World::with_bank().await;
    world.install(programs::FLOW_WRITER).await;
    world.install(programs::FLOW_READER).await;
    world
}

/// What the reader's page says.
async fn seen(world: &World) -> String {
    text(&world.get("reader", "/").await.unwrap())
}

/// One move of the writer, which must succeed for the writer and change nothing for the reader.
async fn tells_nothing(path: &str) -> World {
    let world = colluders().await;
    world.get("reader", "/create").await.unwrap();
    let before = seen(&world).await;
    assert!(before.contains("plain"), "the control does not carry: {before}");
    let told = text(&world.get("writer", path).await.unwrap());
    assert!(told.contains("Ok"), "{told}");
    assert_eq!(seen(&world).await, before);
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a01_a_note_that_knows_the_bank_is_absent_below() {
    let world = tells_nothing("/create").await;
    let notes = world.documents(NOTES);
    let told = notes.iter().find(|note| note.body.contains("told")).expect("the owner has it");
    assert_eq!(told.label.to_string(), "bank@* notes@*");
}

#[tokio::test(flavor = "multi_thread")]
async fn a03_hidden_notes_do_not_count() {
    let world = tells_nothing("/create").await;
    let before = seen(&world).await;
    for _ in 0..5 {
        world.get("writer", "/create").await.unwrap();
    }
    assert_eq!(seen(&world).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a04_an_update_that_knows_the_bank_lies_over_the_note() {
    let world = tells_nothing("/update").await;
    assert!(world.documents(NOTES).iter().any(|note| note.body.contains("told")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a05_a_deletion_that_knows_the_bank_is_a_veil_for_those_who_know_it() {
    let world = tells_nothing("/delete").await;
    assert!(world.documents(NOTES).is_empty(), "the writer's own view still shows the note");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_has_looked_is_labelled_by_what_it_could_have_seen() {
    let world = colluders().await;
    let page = world.get("writer", "/").await.unwrap();
    assert_eq!(page.label.to_string(), "bank@*");
    let page = world.get("reader", "/").await.unwrap();
    assert_eq!(page.label.to_string(), "notes@*");
}
