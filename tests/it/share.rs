//! Links that the owner shares: sinks whose labels are the owner's to widen.

use axum::http::StatusCode;
use domicile::flow::Fault;
use domicile_policy::{Influence, Label};
use jiff::SignedDuration;

use crate::browser::{Browser, HOME, between};
use crate::exfil::component;
use crate::support::{STATEMENT, World};

const OWN: [(&str, &str); 2] = [("origin", HOME), ("sec-fetch-site", "same-origin")];
const PLAIN: &str = r#"create io.cozy.notes {"title":"plain"}"#;
const TELL: &str =
    "find io.cozy.bank.operations\ncreate io.cozy.notes {\"title\":\"told\",\"content\":\"SEEN\"}";

/// A home with a plain note, where the writer knows the bank.
async fn inhabited(fault: Fault) -> World {
    let world = component::colluders(fault).await.and_statement(STATEMENT).await;
    run(&world, "reader", PLAIN).await;
    world
}

async fn run(world: &World, app: &str, program: &str) {
    let nothing = (Label::nothing(), Influence::nobody());
    world.visit(app, &format!("/{program}"), Some(nothing)).await.unwrap();
}

/// What the owner is asked before sharing all notes.
async fn asked(owner: &mut Browser) -> String {
    let page = owner.follow(&format!("{HOME}/shares/new?doctype=io.cozy.notes")).await;
    between(&page.text, "name=\"shown\" value=\"", "\"").to_owned()
}

async fn yes(owner: &mut Browser, path: &str, shown: &str) -> (StatusCode, String) {
    let form = format!("doctype=io.cozy.notes&days=7&shown={shown}");
    let answer = owner.send(&format!("{HOME}{path}"), Some(&form), &OWN).await;
    (answer.status, answer.text)
}

/// Share all notes; the link.
async fn shared(owner: &mut Browser) -> String {
    let shown = asked(owner).await;
    let (status, page) = yes(owner, "/shares", &shown).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    let rest = between(&page, "/shared/", "<").to_owned();
    format!("{HOME}/shared/{rest}")
}

/// What somebody who is nobody here sees.
async fn seen(world: &World, link: &str) -> (StatusCode, String) {
    let answer = Browser::new(world).visit(link).await;
    (answer.status, answer.text)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_into_a_share_waits_for_the_owner() {
    let world = inhabited(Fault::Nothing).await;
    let mut owner = Browser::signed_in(&world).await;
    let link = shared(&mut owner).await;
    run(&world, "writer", TELL).await;
    run(&world, "reader", r#"create io.cozy.notes {"title":"later"}"#).await;
    for link in [&link, &format!("{link}/documents.json")] {
        let (status, page) = seen(&world, link).await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains("plain") && page.contains("later"), "{page}");
        assert!(!page.contains("MARKER"), "{page}");
    }
    let list = owner.visit(&format!("{HOME}/shares")).await.text;
    assert!(list.contains("Not shared yet: 1"), "{list}");
    let more = format!("/shares/{}", between(&list, "href=\"/shares/", "\""));
    let ask = owner.follow(&format!("{HOME}{more}")).await.text;
    assert!(ask.contains("bank"), "{ask}");
    let shown = between(&ask, "name=\"shown\" value=\"", "\"").to_owned();
    assert_eq!(yes(&mut owner, &more, &shown).await.0, StatusCode::SEE_OTHER);
    assert!(seen(&world, &link).await.1.contains("MARKER"), "what the owner agreed to is shown");
    let left = owner.visit(&format!("{HOME}/audit/left")).await.text;
    assert!(left.contains("You shared by a link") && left.contains("was opened"), "{left}");

    let world = inhabited(Fault::Taint).await;
    let mut owner = Browser::signed_in(&world).await;
    let link = shared(&mut owner).await;
    run(&world, "writer", TELL).await;
    let (_, page) = seen(&world, &link).await;
    assert!(page.contains("MARKER"), "it does not arrive either where looks teach nothing: {page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_counts_for_what_was_shown_alone() {
    let world = inhabited(Fault::Nothing).await;
    let mut owner = Browser::signed_in(&world).await;
    let shown = asked(&mut owner).await;
    run(&world, "writer", TELL).await;
    let (status, page) = yes(&mut owner, "/shares", &shown).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(page.contains("no longer what you saw"), "{page}");
    assert_eq!(yes(&mut owner, "/shares", "").await.0, StatusCode::CONFLICT);
    let list = owner.visit(&format!("{HOME}/shares")).await.text;
    assert!(list.contains("You share nothing"), "{list}");
    // The same yes counts once it was shown.
    let shown = asked(&mut owner).await;
    assert_eq!(yes(&mut owner, "/shares", &shown).await.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_ended_is_as_good_as_one_that_never_was() {
    let world = inhabited(Fault::Nothing).await;
    let mut owner = Browser::signed_in(&world).await;
    let never = seen(&world, &format!("{HOME}/shared/{}", "A".repeat(43))).await;
    assert_eq!(never.0, StatusCode::NOT_FOUND);
    let (ended, late) = (shared(&mut owner).await, shared(&mut owner).await);
    assert_eq!(seen(&world, &ended).await.0, StatusCode::OK);
    let list = owner.visit(&format!("{HOME}/shares")).await.text;
    for id in list.split("action=\"/shares/").skip(1).take(2) {
        // What names a link on the owner's page opens nothing.
        let id = id.split('/').next().unwrap();
        assert_eq!(seen(&world, &format!("{HOME}/shared/{id}")).await, never);
    }
    let id = between(&list, "action=\"/shares/", "\"").to_owned();
    let answer = owner.send(&format!("{HOME}/shares/{id}"), Some(""), &OWN).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let (one, other) = (seen(&world, &ended).await, seen(&world, &late).await);
    assert!(one == never || other == never, "one of them was ended");
    world.house.clock().advance(SignedDuration::from_hours(8 * 24));
    for link in [&ended, &late] {
        assert_eq!(seen(&world, link).await, never);
    }
    assert_eq!(seen(&world, &format!("{ended}?after=nonsense")).await, never);
}
