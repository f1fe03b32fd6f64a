//! What Banks' service tells of: a bound that the owner set, once while it stands.

use domicile::flow::messages;
use domicile_guests as guests;

use crate::refunds::{ask, interpreter, later, settle};
use crate::support::World;

const SETTINGS: &str = "io.cozy.bank.settings";

#[tokio::test(flavor = "multi_thread")]
async fn a_low_account_is_told_once_and_to_who_may_know_of_the_bank() {
    let world = World::with_bank().await;
    world.install(guests::BANK_ALERTS).await;
    settle(&world).await;
    let told = || messages::notices(&world.home, 10).unwrap().0;
    assert!(told().is_empty(), "nobody set a bound");

    let grant = format!("doctype = \"{SETTINGS}\"\nactions = [\"read\", \"query\", \"write\"]\n");
    world.install_bytes(interpreter("clerk", &grant)).await;
    let bound = r#"{"notifications":{"balanceLower":{"enabled":true,"value":2000}}}"#;
    let made = ask(&world, "clerk", &format!("create {SETTINGS} {bound}")).await;
    assert!(made.contains("Ok(1)"), "{made}");
    settle(&world).await;
    let notices = told();
    let [notice] = &notices[..] else { panic!("one: {notices:?}") };
    assert!(notice.title.contains("1,757.50") && notice.text.contains("2,000.00"), "{notice:?}");
    assert_eq!(notice.label.to_string(), "bank@*");

    later(&world, 24 * 60).await;
    assert_eq!(told().len(), 1, "it still stands");
}
