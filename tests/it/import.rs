//! A dropped statement: all of it or none of it, once.

use domicile::flow::audit::Event;
use domicile::house::{Locale, Settings};
use domicile_guests::programs;

use crate::support::{OPERATIONS, STATEMENT, World, text};

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_becomes_documents_and_a_page() {
    let world = World::with_bank().await;
    let operations = world.documents(OPERATIONS);
    assert_eq!(operations.len(), 2);
    assert_eq!(operations[0].label.to_string(), "bank@ofx-file");
    let page = world.get("banks", "/operations").await.unwrap();
    assert!(text(&page).contains("MARKER-GROCER"), "{}", text(&page));
    assert_eq!(page.label.to_string(), "bank@*");
    let trail = world.audit().await;
    let import = trail.iter().find_map(|entry| match &entry.event {
        Event::Run { entrance, written, .. } if entrance == "import" => Some(written),
        _ => None,
    });
    assert_eq!(import.unwrap().get(&OPERATIONS.parse().unwrap()), Some(&2));
}

#[tokio::test(flavor = "multi_thread")]
async fn importing_twice_adds_nothing() {
    let world = World::with_bank().await;
    let again = world.import("statement.ofx", STATEMENT).await.unwrap();
    assert_eq!(again.changed, 0);
    assert_eq!(world.documents(OPERATIONS).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_statement_leaves_the_balance_as_it_is() {
    let world = World::with_bank().await;
    let older = STATEMENT
        .replace("<BALAMT>1757.50<DTASOF>20261120", "<BALAMT>99.00<DTASOF>20261030")
        .replace("<FITID>A1", "<FITID>Z1")
        .replace("20261103", "20261003");
    let imported = world.import("october.ofx", &older).await.unwrap();
    assert_eq!(imported.changed, 1, "its operation, and nothing else");
    let page = text(&world.get("banks", "/").await.unwrap());
    assert!(page.contains("1,757.50") && !page.contains("99.00"), "{page}");
    let newer =
        STATEMENT.replace("<BALAMT>1757.50<DTASOF>20261120", "<BALAMT>42.00<DTASOF>20261122");
    world.import("newer.ofx", &newer).await.unwrap();
    assert!(text(&world.get("banks", "/").await.unwrap()).contains("42.00"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_file_names_the_remedy_and_stores_nothing() {
    let world = World::with_bank().await;
    let error = world.import("picture.bin", "not a statement").await.unwrap_err();
    assert!(error.to_string().contains("no installed importer"), "{error}");
    assert_eq!(world.documents(OPERATIONS).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_statement_is_refused_with_a_reason() {
    let world = World::with_bank().await;
    let (broken, _) = STATEMENT.split_once("<BANKMSGSRSV1>").unwrap();
    let error = world.import("broken.ofx", broken).await.unwrap_err();
    assert!(error.to_string().contains("broken.ofx"), "{error}");
    assert_eq!(world.documents(OPERATIONS).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_importer_reports_in_the_owners_language() {
    let world = World::with_bank().await;
    let settings = Settings { locale: Locale::Fr, ..world.home.settings() };
    world.home.save_settings(settings).await.unwrap();
    let broken_row = STATEMENT.replace("<DTPOSTED>20261105", "<DTPOSTED>20261399");
    let imported = world.import("statement.ofx", &broken_row).await.unwrap();
    assert_eq!(imported.summary, "1 compte, 1 opération");
    let warning = &imported.warnings[0];
    assert!(warning.contains("opération \"SALARY\" : ce jour n'existe pas"), "{warning}");
    let (broken, _) = STATEMENT.split_once("<BANKMSGSRSV1>").unwrap();
    let error = world.import("broken.ofx", broken).await.unwrap_err();
    assert!(error.words(Locale::Fr).contains("téléchargez-le à nouveau"), "{error}");
}

/// A home with a statement and an importer that says of every file that it knows it.
async fn with_claims() -> World {
    let world = World::with_bank().await;
    world.install(programs::HOSTILE_IMPORTER).await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn an_importer_is_shown_files_of_its_endings_alone() {
    let world = with_claims().await;
    // It is as sure as can be, and of an id that comes before the other's.
    let imported = world.import("statement.ofx", STATEMENT).await.unwrap();
    assert_eq!(imported.importer.as_str(), "ofx");
    let error = world.import("passwords.csv", "note MARKER").await.unwrap_err();
    assert!(error.to_string().contains("no installed importer"), "{error}");
    let runs = world.audit().await.into_iter().filter(|entry| entry.component == "claims");
    assert!(!runs.into_iter().any(|entry| matches!(entry.event, Event::Run { .. })));
    let imported = world.import("MINE.ANY", "note MARKER").await.unwrap();
    assert_eq!(imported.importer.as_str(), "claims");
    assert_eq!(imported.summary, "[2Jdone", "its words are plain where the owner reads them");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_importer_leaves_what_it_was_granted_or_nothing() {
    const NOTES: &str = "io.cozy.notes";
    let world = with_claims().await;
    let before = world.documents(OPERATIONS).len();
    for text in ["operation", "note operation"] {
        let error = world.import("file.any", text).await.unwrap_err();
        assert!(error.to_string().contains("was not granted"), "{error}");
        assert_eq!(world.documents(OPERATIONS).len(), before);
        assert!(world.documents(NOTES).is_empty(), "half of it is stored");
    }
    let refused = world.audit().await.into_iter().find_map(|entry| match entry.event {
        Event::Run { refusals, .. } => refusals.into_iter().next(),
        _ => None,
    });
    assert_eq!(refused.unwrap().rule.to_string(), "R7");
    assert_eq!(world.import("file.any", "note").await.unwrap().changed, 1);
    // Where it comes from is the manifest's to say, and nothing of the file's.
    assert_eq!(world.documents(NOTES)[0].label.to_string(), "notes@any-file");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_importer_reads_its_file_and_no_further() {
    let world = with_claims().await;
    let error = world.import("file.any", "beyond").await.unwrap_err();
    assert!(error.to_string().contains("0 bytes beyond 6"), "{error}");
}
