//! What a run prints and how it dies: the owner reads it, nobody else does.

use domicile::flow::Fault;
use domicile_guests as guests;

use crate::support::{STATEMENT, World};

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
async fn what_a_run_knew_lies_on_what_it_printed() {
    for (fault, label) in [(Fault::Nothing, "bank@*"), (Fault::LogsLow, "nothing private")] {
        let world = World::at(tempfile::tempdir().unwrap(), fault).await;
        world.install(guests::KONNECTOR_OFX).await;
        world.install(guests::programs::LIMIT_BOMBS).await;
        let world = world.and_statement(STATEMENT).await;
        world.get("bombs", "/panic").await.expect_err("it did not panic");
        let logs = world.documents("app.domicile.logs");
        let log = logs.iter().find(|log| log.body.contains("MARKER")).unwrap();
        assert_eq!(log.label.to_string(), label, "{fault:?}");
    }
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
