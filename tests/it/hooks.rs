//! Webhooks: what a provider sends to an account's own address, who else may, and what that tells.

use std::sync::Arc;

use axum::http::StatusCode;
use domicile::egress::Door;
use domicile::flow::Fault;
use domicile::flow::accounts::Connected;
use domicile::flow::hooks::{MESSAGE_BYTES_MAX, WAITING_MAX, queue, waiting};
use domicile::jobs::{self, Overview};
use domicile::registry;
use domicile_guests as guests;
use domicile_policy::CauseKind;
use jiff::SignedDuration;

use crate::browser::{BANKS, Browser, HOME, between};
use crate::exfil::component::with_manifest;
use crate::provider::{MANIFEST, Stage};
use crate::support::{OPERATIONS, World};

/// What a run does with each message: an operation.
const KEEP: &str = r#"{"messages": "io.cozy.bank.operations"}"#;

/// The probe with a webhook.
async fn stage(fault: Fault) -> Stage {
    let world = World::at(tempfile::tempdir().unwrap(), fault).await;
    Stage::new(world, &format!("{MANIFEST}\n[trigger]\nwebhook = true\n"), None).await
}

/// The owner has an address made on the account's page.
async fn address(owner: &mut Browser, account: &Connected) -> String {
    let made = owner.post(&format!("{HOME}/accounts/{}/address", account.id), "", HOME).await;
    assert_eq!(made.status, StatusCode::OK);
    between(&made.text, "<pre class=\"console\">", "</pre>").to_owned()
}

/// Somebody sends something there: no cookie, no origin.
async fn send(world: &World, address: &str, body: &str) -> (StatusCode, String) {
    let kind = [("content-type", "text/plain")];
    let mut stranger = Browser::new(world);
    let answer = stranger.send(address, Some(body), &kind).await;
    (answer.status, answer.text)
}

async fn later(world: &World, seconds: i64) {
    world.house.clock().advance(SignedDuration::from_secs(seconds));
    jobs::settle(&world.house, &world.home).await.unwrap();
}

fn overview(world: &World, account: &Connected) -> Overview {
    let installed = registry::find(&world.home, &account.component).unwrap();
    jobs::overview_of_account(&world.house, &world.home, &installed, account).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_provider_sends_starts_its_account_and_nothing_else() {
    let stage = stage(Fault::Nothing).await;
    let world = &stage.world;
    let (account, other) = (stage.account(KEEP).await, stage.account(KEEP).await);
    let mut owner = Browser::signed_in(world).await;
    let page = format!("{HOME}/accounts/{}", account.id);
    assert!(owner.visit(&page).await.text.contains("Make an address"));
    let by_an_app = owner.post(&format!("{page}/address"), "", BANKS).await;
    assert!(
        by_an_app.status.is_client_error() && queue(&world.home, &account.id).unwrap().is_none()
    );
    let first = address(&mut owner, &account).await;
    assert!(!owner.visit(&page).await.text.contains("/hooks/"), "it is shown once");
    for _ in 0..2 {
        assert_eq!(send(world, &first, "COFFEE").await, (StatusCode::ACCEPTED, String::new()));
    }
    later(world, 0).await;
    let ran = overview(world, &account).runs;
    assert_eq!((ran.len(), ran[0].cause, ran[0].outcome.as_str()), (1, CauseKind::Message, "done"));
    assert_eq!(ran[0].warnings, ["text/plain COFFEE|text/plain COFFEE"]);
    assert!(overview(world, &other).runs.is_empty());
    let kept = world.documents(OPERATIONS);
    assert_eq!((kept.len(), kept[0].label.to_string()), (1, "bank@acme".to_owned()), "replayed");
    assert!(kept[0].influence.to_string().contains("acme"), "{}", kept[0].influence);
    assert!(waiting(&world.home, &account.id).unwrap().is_empty());
    // What comes just after waits a moment, and survives a crash.
    send(world, &first, "TEA").await;
    later(world, 5).await;
    assert_eq!(overview(world, &account).runs.len(), 1);
    let Stage { world: World { house, home, folder }, rehearsal, .. } = stage;
    drop((home, house, owner));
    let world = &World::at(folder, Fault::Nothing).await;
    world.house.set_door(Door::rehearsed(Arc::clone(&rehearsal)).unwrap());
    later(world, 10).await;
    assert_eq!(world.documents(OPERATIONS).len(), 2);
    // Another address ends the first; without the account there is none.
    let mut owner = Browser::signed_in(world).await;
    let second = address(&mut owner, &account).await;
    assert_eq!(send(world, &first, "x").await.0, StatusCode::NOT_FOUND);
    assert_eq!(send(world, &second, "x").await.0, StatusCode::ACCEPTED);
    jobs::disconnect(&world.house, &world.home, &account, false).await.unwrap();
    assert_eq!(send(world, &second, "x").await.0, StatusCode::NOT_FOUND);
    later(world, 60).await;
    assert_eq!(world.documents(OPERATIONS).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_makes_runs_fail_is_given_three_times() {
    let stage = stage(Fault::Nothing).await;
    let world = &stage.world;
    let account = stage.account("{\"messages\": \"\"}\n{\"fail\": \"vendor\"}").await;
    let address = address(&mut Browser::signed_in(world).await, &account).await;
    jobs::pause_account(&world.house, &world.home, &account, true).await.unwrap();
    send(world, &address, "x").await;
    later(world, 60).await;
    assert!(overview(world, &account).runs.is_empty(), "it waits for its owner's word");
    jobs::pause_account(&world.house, &world.home, &account, false).await.unwrap();
    for (seconds, left) in [(0, 1), (16 * 60, 1), (61 * 60, 0), (24 * 3600, 0)] {
        later(world, seconds).await;
        assert_eq!(waiting(&world.home, &account.id).unwrap().len(), left, "{seconds}");
    }
    assert_eq!(overview(world, &account).runs.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_no_message_is_started_once() {
    let stage = stage(Fault::Nothing).await;
    let world = &stage.world;
    let account = stage.account(r#"{"recall": "x"}"#).await;
    let address = address(&mut Browser::signed_in(world).await, &account).await;
    send(world, &address, "x").await;
    for _ in 0..3 {
        later(world, 60).await;
        assert_eq!(overview(world, &account).runs.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_address_is_guessed_and_none_says_more_than_that_it_is_one() {
    let stage = stage(Fault::Nothing).await;
    let world = &stage.world;
    let account = stage.account(KEEP).await;
    let good = address(&mut Browser::signed_in(world).await, &account).await;
    let secret = good.rsplit('/').next().unwrap();
    assert_eq!(secret.len(), 43, "256 bits");
    let nothing = send(world, &format!("{HOME}/hooks/x"), "x").await;
    assert_eq!(nothing.0, StatusCode::NOT_FOUND);
    let long = "A".repeat(5_000);
    let near = format!("{}_", &secret[..42]);
    let lower = secret.to_ascii_lowercase();
    for guess in ["", "%00", "..", &account.id, &near, &lower, &secret[1..], &long] {
        assert_eq!(send(world, &format!("{HOME}/hooks/{guess}"), "x").await, nothing, "{guess}");
    }
    let elsewhere = good.replace("home.localhost", "banks.home.localhost");
    assert_ne!(send(world, &elsewhere, "x").await.0, StatusCode::ACCEPTED);
    // What is too long is so wherever it is sent; and so many wait, no more.
    let large = "x".repeat(10 << 20);
    let too_large = send(world, &good, &large).await;
    assert_eq!(too_large.0, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(send(world, &format!("{HOME}/hooks/x"), &large).await, too_large);
    let most = "x".repeat(MESSAGE_BYTES_MAX);
    assert_eq!(send(world, &good, &most).await.0, StatusCode::ACCEPTED);
    for number in 0..2_000 {
        let answer = send(world, &good, &format!("message {number}")).await;
        assert_eq!(answer, (StatusCode::ACCEPTED, String::new()));
    }
    let now = queue(&world.home, &account.id).unwrap().unwrap();
    assert_eq!((now.waiting(), now.left_out), (WAITING_MAX, 10), "sixty in a minute");
    assert_eq!(overview(world, &account).runs.len(), 0);
    later(world, 60).await;
    let ran = overview(world, &account).runs;
    assert_eq!((ran.len(), ran[0].brought), (1, WAITING_MAX));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_signed_is_nobodys_message() {
    const RECIPE: &str = include_str!("../../konnectors/recipe/recipes/caisse-du-coin.toml");
    let tag = |key: &str, text: &str| {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key.as_bytes());
        data_encoding::HEXLOWER.encode(ring::hmac::sign(&key, text.as_bytes()).as_ref())
    };
    let world = &World::new().await;
    let stage = Stage::new(World::new().await, MANIFEST, None).await;
    world.house.set_door(Door::rehearsed(Arc::clone(&stage.rehearsal)).unwrap());
    let bytes = guests::bytes(guests::KONNECTOR_RECIPE).unwrap();
    let installed = world.install_bytes(with_manifest(bytes, RECIPE)).await;
    let typed = [("card", "12"), ("key", "whsec-0123456789")];
    let typed = typed.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let now = world.house.clock().now();
    let account = domicile::flow::accounts::connect(&world.home, now, &installed.manifest, &typed);
    let account = account.await.unwrap();
    let address = address(&mut Browser::signed_in(world).await, &account).await;
    let body = r#"{"tickets": [{"no": "T-1", "day": "2026-11-23", "total": 12.5}]}"#;
    let at = now.as_second();
    let good = format!("t={at},v1={}", tag("whsec-0123456789", &format!("{at}.{body}")));
    let old = at - 301;
    let stale = format!("t={old},v1={}", tag("whsec-0123456789", &format!("{old}.{body}")));
    let forged = format!("t={at},v1={}", tag("guess", &format!("{at}.{body}")));
    let post = async |signature: Option<&str>, body: &str| {
        let mut extra = vec![("content-type", "application/json")];
        extra.extend(signature.map(|signature| ("x-caisse-signature", signature)));
        let answer = Browser::new(world).send(&address, Some(body), &extra).await;
        (answer.status, answer.text)
    };
    let taken = (StatusCode::ACCEPTED, String::new());
    for (signature, body) in
        [(None, body), (Some(&forged[..]), body), (Some(&stale[..]), body), (Some(&good[..]), "{}")]
    {
        assert_eq!(post(signature, body).await, taken, "nobody is told");
    }
    later(world, 0).await;
    assert!(overview(world, &account).runs.is_empty());
    assert_eq!(queue(&world.home, &account.id).unwrap().unwrap().left_out, 4);
    assert_eq!(post(Some(&good), body).await, taken);
    later(world, 0).await;
    let ran = overview(world, &account).runs;
    assert_eq!((ran[0].outcome.as_str(), ran[0].said.as_str()), ("done", "1 tickets"));
    let bills = world.documents("io.cozy.bills");
    assert_eq!((bills.len(), bills[0].label.to_string()), (1, "bills@caisse-du-coin".to_owned()));
    assert!(bills[0].body.contains("12.5"), "{}", bills[0].body);
}
