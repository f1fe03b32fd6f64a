//! Banks by an aggregator, by its konnector as it ships, against the sandbox of Powens: the
//! webview, pages of transactions, a bank that wants its customer, a token that is taken back.

use std::sync::Arc;

use domicile::flow::accounts;
use domicile::jobs;
use domicile_providers::aggregator::{Aggregator, CLIENT, SECRET};
use serde_json::Value;

use crate::accounts::shows;
use crate::cassettes::{door, keep, nobody, recorded};
use crate::oauth::Shore;
use crate::support::World;

const COMING: &str = "still coming, left for a later run: 1 operation";

fn bodies(world: &World, doctype: &str) -> Vec<Value> {
    let documents = world.documents(doctype);
    documents.iter().map(|one| serde_json::from_str(&one.body).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn banks_come_home_by_an_aggregator() {
    let powens = Arc::new(Aggregator::default());
    let mut shore = Shore::beside(&[Arc::clone(&powens) as _]).await;
    shore.world.install(domicile_guests::KONNECTOR_AGGREGATOR).await;
    let typed = [("client", CLIENT), ("client-secret", SECRET)];
    let account = shore.connect_with("aggregator", &typed).await;
    let way = shore.way(&account).await;
    assert!(way.starts_with("https://demo.biapi.pro/2.0/auth/webview/connect?"), "{way}");
    assert!(way.contains("client_id=") && !way.contains(SECRET), "{way}");
    assert!(powens.desk.tokens().is_empty(), "nothing is fetched before its owner's yes");
    shore.agreed("aggregator", &*powens, &way).await;
    let done = shows(&mut shore.browser, &account, "2 accounts, 8 operations").await;
    assert!(done.contains(COMING) && !done.contains(SECRET), "{done}");
    let current = shore.world.documents("io.cozy.bank.accounts");
    let current = current.iter().find(|one| one.body.contains("Compte courant")).unwrap();
    let body: Value = serde_json::from_str(&current.body).unwrap();
    assert_eq!((&body["balance"], &body["type"]), (&1742.36.into(), &"Checkings".into()));
    assert_eq!(body["institutionLabel"], "Banque du Lac");
    let operations = bodies(&shore.world, "io.cozy.bank.operations");
    assert_eq!(operations.len(), 8);
    let pay = operations.iter().find(|one| one["amount"] == 2184.12).unwrap();
    assert_eq!((&pay["date"], &pay["vendorId"]), (&"2026-11-02".into(), &"9101".into()));
    assert_eq!(pay["account"], current.id.as_str());
    // Recorded with the token that the provider gave.
    let token = powens.desk.tokens().remove(0);
    let recording = [typed.as_slice(), &[("access", token.as_str())]].concat();
    let (whose, door) = (("aggregator", "powens"), door(powens.clone()).await);
    let cassette = recorded(whose, &recording, &[], door, nobody).await;
    assert_eq!(cassette.expected.said, "2 accounts, 8 operations");
    keep(whose, &cassette);
    // A second time adds nothing, and needs nobody.
    let connected = accounts::all(&shore.world.home).unwrap().remove(0);
    let again = shore.run(&connected).await;
    assert_eq!((again.outcome.as_str(), again.warnings.len()), ("done", 1), "{again:?}");
    assert_eq!(again.warnings, [COMING]);
    assert_eq!(bodies(&shore.world, "io.cozy.bank.operations").len(), 8);
    // One bank wants its customer: the other one's come all the same.
    powens.set_states([None, Some("SCARequired")]);
    let one = shore.run(&connected).await;
    assert_eq!(one.outcome, "done", "{one:?}");
    let told = "Caisse du Pont gives nothing new: it asks for another proof that it is you";
    assert!(one.warnings.iter().any(|line| line == told), "{one:?}");
    // Both do: the account waits, and its token stays.
    for (state, outcome) in [
        ("webauthRequired", "sign-in"),
        ("wrongpass", "sign-in"),
        ("SCARequired", "strong-authentication"),
        ("bug", "vendor-down"),
    ] {
        powens.set_states([Some(state), Some(state)]);
        assert_eq!(shore.run(&connected).await.outcome, outcome);
        assert_eq!(powens.desk.tokens(), [token.as_str()]);
    }
    powens.set_states([None, None]);
    assert_eq!(shore.run(&connected).await.outcome, "done");
    // The aggregator takes the token back: its owner agrees once more.
    powens.desk.end(true);
    assert_eq!(shore.run(&connected).await.outcome, "authorize");
    shore.free(&connected).await;
    let World { house, home, .. } = &shore.world;
    let running = jobs::run_account(house, home, &connected).expect("nothing runs");
    let way = shore.way(&account).await;
    shore.agreed("aggregator", &*powens, &way).await;
    running.await.unwrap();
    assert_eq!(shore.last(&connected).outcome, "done");
    assert_eq!(bodies(&shore.world, "io.cozy.bank.operations").len(), 8);
}
