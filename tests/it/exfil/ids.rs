//! Reading by id: what is not the reader's is absent, in the same bytes as what never was.

use domicile::flow::Fault;
use domicile_policy::{Influence, Label};
use domicile_store::Document;

use super::attack::{Attack, Ids, Whose};
use super::component;
use crate::support::{OPERATIONS, STATEMENT, World, text};

const NOTES: &str = "io.cozy.notes";

/// Run it; its control is the reader's own note, read the same way.
pub async fn run(attack: &Attack, story: &Ids) {
    let world = inhabited(component::colluders(Fault::Nothing).await).await;
    let elsewhere = inhabited(component::strangers().await).await;
    let (doctype, id) = match story.of {
        Whose::Hidden => (NOTES, note(&world, true).id),
        Whose::Ungranted => (OPERATIONS, world.documents(OPERATIONS).remove(0).id),
        Whose::OtherHome => (NOTES, note(&elsewhere, false).id),
        Whose::Forged => (NOTES, forged(&note(&world, false).id)),
        Whose::Deleted => {
            let id = note(&world, false).id;
            get(&world, "delete io.cozy.notes").await;
            (NOTES, id)
        }
    };
    let absent = get(&world, "get io.cozy.notes nothing-has-this-id").await;
    let answer = get(&world, &format!("get {doctype} {id}")).await;
    if doctype == NOTES {
        assert_eq!(answer, absent, "{}: the id tells something", attack.id);
    }
    assert!(!answer.contains("plain") && !answer.contains("MARKER"), "{}: {answer}", attack.id);
    attack.is_in_the_trail(&world).await;

    let own = note(&elsewhere, false).id;
    let answer = get(&elsewhere, &format!("get io.cozy.notes {own}")).await;
    assert!(answer.contains("plain"), "{}: one's own is not read either: {answer}", attack.id);
}

/// A home with a plain note, and one that knows the bank.
async fn inhabited(world: World) -> World {
    let world = world.and_statement(STATEMENT).await;
    get(&world, r#"create io.cozy.notes {"title":"plain"}"#).await;
    let tell = "find io.cozy.bank.operations\ncreate io.cozy.notes {\"title\":\"told\"}";
    ask(&world, "writer", tell).await;
    world
}

async fn get(world: &World, program: &str) -> String {
    ask(world, "reader", program).await
}

/// From the owner's own bookmark.
async fn ask(world: &World, app: &str, program: &str) -> String {
    let nothing = (Label::nothing(), Influence::nobody());
    text(&world.visit(app, &format!("/{program}"), Some(nothing)).await.unwrap())
}

/// The note that the reader may see, or the one that it may not.
fn note(world: &World, hidden: bool) -> Document {
    let bank: Label = "bank@*".parse().unwrap();
    let notes = world.documents(NOTES).into_iter();
    let mut notes = notes.filter(|note| bank.flows_to(&note.label) == hidden);
    notes.next().expect("both notes are there")
}

/// The same length, one character changed.
fn forged(id: &str) -> String {
    let last = if id.ends_with('0') { '1' } else { '0' };
    let mut id = id.to_owned();
    id.pop();
    id.push(last);
    id
}
