//! What Banks' service tells of: a bound that the owner set, once while it stands.

use domicile::flow::audit::Event;
use domicile::flow::messages;
use domicile_guests as guests;
use serde_json::{Value, json};

use crate::refunds::{ask, interpreter, later, settle};
use crate::support::{World, text};

const SETTINGS: &str = "io.cozy.bank.settings";

/// Have an app set the bound, and say that this was told.
async fn set(world: &World, told: &Value) {
    let grant = format!("doctype = \"{SETTINGS}\"\nactions = [\"read\", \"query\", \"write\"]\n");
    world.install_bytes(interpreter("clerk", &grant)).await;
    let lower = json!({ "enabled": true, "value": 2000 });
    let body = json!({ "notifications": { "balanceLower": lower }, "told": told });
    let made = ask(world, "clerk", &format!("create {SETTINGS} {body}")).await;
    assert!(made.contains("Ok(1)"), "{made}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_low_account_is_told_once_and_to_who_may_know_of_the_bank() {
    let world = World::with_bank().await;
    world.install(guests::BANK_ALERTS).await;
    settle(&world).await;
    let told = || messages::notices(&world.home, 10).unwrap().0;
    assert!(told().is_empty(), "nobody set a bound");

    set(&world, &json!({})).await;
    settle(&world).await;
    let notices = told();
    let [notice] = &notices[..] else { panic!("one: {notices:?}") };
    assert!(notice.title.contains("1,757.50") && notice.text.contains("2,000.00"), "{notice:?}");
    assert_eq!(notice.label.to_string(), "bank@*");

    later(&world, 24 * 60).await;
    assert_eq!(told().len(), 1, "it still stands");
}

/// Whoever may write the settings may say that the owner was told. Banks shows what stands all the
/// same, and the trail names who wrote.
#[tokio::test(flavor = "multi_thread")]
async fn a_forged_word_that_the_owner_was_told_silences_the_message_alone() {
    let world = World::with_bank().await;
    world.install(guests::BANK_ALERTS).await;
    let account = world.documents("io.cozy.bank.accounts").remove(0).id;
    let key = format!("low {account}");
    set(&world, &json!({ key: { "on": "2026-11-20", "sure": true } })).await;
    settle(&world).await;
    assert!(messages::notices(&world.home, 10).unwrap().0.is_empty());
    let page = text(&world.get("banks", "/").await.unwrap());
    assert!(page.contains("is low €1,757.50"), "{page}");
    let wrote = |event: &Event| match event {
        Event::Wrote { doctype, .. } => doctype.as_str() == SETTINGS,
        _ => false,
    };
    let trail = world.audit().await;
    assert!(trail.iter().any(|line| line.component == "clerk" && wrote(&line.event)));
}
