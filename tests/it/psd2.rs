//! A bank by NextGenPSD2, by its konnector as it ships, against the sandbox: the consent on the
//! bank's page, pages of operations, a consent that ends, a bank that was asked too often.

use std::sync::Arc;

use domicile::flow::accounts::{self, Connected};
use domicile::flow::owner::Question;
use domicile::jobs;
use domicile_providers::Psd2;
use serde_json::Value;

use crate::accounts::shows;
use crate::browser::{HOME, between};
use crate::cassettes::{door, keep, recorded};
use crate::oauth::{Shore, agree, link};

const TYPED: [(&str, &str); 2] =
    [("server", "https://api.banquedulac.example"), ("site", "https://www.banquedulac.example")];

/// Confirm on the bank's page, come back, and say so.
async fn confirmed(shore: &mut Shore, bank: &Psd2, account: &str) {
    let page = shows(&mut shore.browser, account, "I have done it").await;
    let way = link(&page);
    assert!(way.starts_with("https://www.banquedulac.example/confirmer?consent="), "{way}");
    let back = agree(bank, &way);
    assert_eq!(back, format!("{HOME}/accounts/back/berlin-group"));
    let here = shore.browser.visit(&back).await;
    assert_eq!(format!("{HOME}{}", here.headers["location"].to_str().unwrap()), account);
    let visit = between(&page, "name=\"visit\" value=\"", "\"");
    shore.browser.post(&format!("{account}/visited"), &format!("visit={visit}"), HOME).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_comes_home_once_its_customer_has_confirmed() {
    let bank = Arc::new(Psd2::default());
    let mut shore = Shore::beside(&[Arc::clone(&bank) as _]).await;
    shore.world.install(domicile_guests::KONNECTOR_BERLIN_GROUP).await;
    let account = shore.connect_with("berlin-group", &TYPED).await;
    confirmed(&mut shore, &bank, &account).await;
    let done = shows(&mut shore.browser, &account, "2 accounts, 7 operations").await;
    assert!(done.contains("not booked yet, left for a later run: 1 operation"), "{done}");
    let accounts = shore.world.documents("io.cozy.bank.accounts");
    let current = accounts.iter().find(|one| one.body.contains("Compte courant")).unwrap();
    let body: Value = serde_json::from_str(&current.body).unwrap();
    assert_eq!((&body["balance"], &body["type"]), (&1742.36.into(), &"Checkings".into()));
    let operations = shore.world.documents("io.cozy.bank.operations");
    let bodies = operations.iter().map(|one| serde_json::from_str(&one.body).unwrap());
    let bodies: Vec<Value> = bodies.collect();
    assert!(bodies.iter().all(|body| body["account"] == current.id.as_str()), "{bodies:#?}");
    let pay = bodies.iter().find(|body| body["amount"] == 2184.12).unwrap();
    assert_eq!(pay["date"], "2026-11-02");
    // A second time adds nothing, and needs nobody.
    let connected: Connected = accounts::all(&shore.world.home).unwrap().remove(0);
    let again = shore.run(&connected).await;
    assert_eq!(again.outcome, "done", "{again:?}");
    assert_eq!(shore.world.documents("io.cozy.bank.operations").len(), 7);
    // Four times a day without its customer, and not a fifth time.
    for outcome in ["done", "done", "too-many-attempts"] {
        assert_eq!(shore.run(&connected).await.outcome, outcome);
    }
    bank.next_day();
    assert_eq!(shore.run(&connected).await.outcome, "done");
    // Half a year later the consent ends: the owner is asked again.
    bank.expire();
    bank.next_day();
    shore.free(&connected).await;
    jobs::run_account(&shore.world.house, &shore.world.home, &connected).expect("nothing runs");
    confirmed(&mut shore, &bank, &account).await;
    shore.free(&connected).await;
    assert_eq!(shore.last(&connected).outcome, "done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_is_recorded_with_its_customer_at_its_page() {
    let bank = Arc::new(Psd2::default());
    let (whose, door) = (("berlin-group", "banque-du-lac"), door(bank.clone()).await);
    let confirms = move |question: &Question| {
        agree(&*bank, &question.visit.as_ref().unwrap().address);
        String::new()
    };
    let cassette = recorded(whose, &TYPED, &["site"], door, confirms).await;
    assert_eq!(cassette.expected.said, "2 accounts, 7 operations");
    keep(whose, &cassette);
}
