//! Limits: each is hit, the run ends with its name, and the house goes on.

use domicile::flow::audit::Event;
use domicile_guests as guests;

use crate::support::{World, text};

async fn ends_with(path: &str, code: &str) {
    let world = World::with_bank().await;
    world.install(guests::programs::LIMIT_BOMBS).await;
    let error = world.get("bombs", path).await.expect_err("the bomb was not stopped");
    assert_eq!(error.code(), code, "{error}");
    let page = world.get("bombs", "/").await.unwrap();
    assert!(text(&page).contains("survived"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_loop_is_stopped() {
    ends_with("/loop", "stopped-time").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_memory_bomb_is_stopped() {
    ends_with("/memory", "stopped-memory").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn endless_recursion_is_stopped() {
    ends_with("/stack", "stopped-stack").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_huge_string_is_stopped() {
    ends_with("/string", "crashed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_with_a_secret_reaches_the_owner_only() {
    let world = World::with_bank().await;
    world.install(guests::programs::LIMIT_BOMBS).await;
    let error = world.get("bombs", "/panic").await.expect_err("it did not panic");
    assert_eq!(error.code(), "crashed");
    assert!(!error.to_string().contains("MARKER"), "{error}");
    let logs = world.documents("app.domicile.logs");
    let log = logs.iter().find(|log| log.body.contains("MARKER")).expect("the owner has the text");
    assert_eq!(log.label.to_string(), "bank@*");
    let trail = serde_json::to_string(&world.audit().await).unwrap();
    assert!(!trail.contains("MARKER"), "the audit trail holds what a guest composed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_printed_is_cut() {
    let world = World::with_bank().await;
    world.install(guests::programs::LIMIT_BOMBS).await;
    // Reading 100,000 times may run out of time or calls; either way the console stays small.
    let _ = world.get("bombs", "/print").await;
    let logs = world.documents("app.domicile.logs");
    assert!(!logs.is_empty());
    assert!(logs.iter().all(|log| log.body.len() < 64 << 10));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_run_is_in_the_trail() {
    let world = World::with_bank().await;
    world.install(guests::programs::LIMIT_BOMBS).await;
    let _ = world.get("bombs", "/stack").await;
    let trail = world.audit().await;
    let stopped = trail.iter().any(
        |entry| matches!(&entry.event, Event::Run { outcome, .. } if outcome == "stopped-stack"),
    );
    assert!(stopped, "{trail:?}");
}
