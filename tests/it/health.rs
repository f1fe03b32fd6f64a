//! The konnector of health records against a hospital of our own, and the importer of the same.

use std::sync::Arc;

use domicile::flow::accounts::Connected;
use domicile_providers::{HOSPITAL_TOKEN, Hospital, Provider};

use crate::cassettes::{door, keep, nobody, recorded};
use crate::recipes::{beside, connect_with, run};
use crate::support::World;

const SERVER: &str = "https://fhir.hopital.example/r4/";

async fn connect(world: &World, patient: &str, token: &str) -> Connected {
    let bytes = domicile_guests::bytes(domicile_guests::KONNECTOR_FHIR).unwrap();
    connect_with(world, bytes, &[("server", SERVER), ("patient", patient), ("token", token)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patients_records_are_recorded() {
    let (whose, door) = (("fhir", "hopital"), door(Arc::new(Hospital::default())).await);
    let typed = [("server", SERVER), ("patient", "camille"), ("token", HOSPITAL_TOKEN)];
    let cassette = recorded(whose, &typed, &[], door, nobody).await;
    assert_eq!(cassette.expected.said, "3 health records");
    keep(whose, &cassette);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patients_records_come_page_by_page_and_then_what_changed() {
    let hospital = Arc::new(Hospital::default());
    let world = beside(&[Arc::clone(&hospital) as Arc<dyn Provider>]).await;
    let account = connect(&world, "camille", HOSPITAL_TOKEN).await;
    let ran = run(&world, &account).await;
    assert_eq!((ran.outcome.as_str(), ran.said.as_str()), ("done", "3 health records"), "{ran:?}");
    assert!(ran.warnings.join("\n").contains("Encounter (1), Patient (1)"), "{ran:?}");
    assert_eq!(hospital.seen().len(), 3, "{:?}", hospital.seen());
    let records = world.documents("io.domicile.health.records");
    assert_eq!(records.len(), 2);
    // Whatever the server tells may be about either.
    let label = "bills@fhir health@fhir";
    assert!(records.iter().all(|one| one.label.to_string() == label), "{}", records[0].label);
    assert!(records.iter().any(|one| one.body.contains("\"quantity\":72.5")));
    let bills = world.documents("io.cozy.bills");
    assert!(bills.len() == 1 && bills[0].body.contains("\"amount\":7.5"), "{}", bills[0].body);
    assert_eq!(bills[0].label.to_string(), label);

    let again = run(&world, &account).await;
    assert_eq!(again.said, "0 health records", "{again:?}");
    assert!(
        hospital.seen()[3].contains("_since=2026-11-23T12%3A00%3A00Z"),
        "{:?}",
        hospital.seen()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_token_or_no_patient_hears_so() {
    let world = beside(&[Arc::new(Hospital::default()) as Arc<dyn Provider>]).await;
    let wrong = connect(&world, "camille", "not it").await;
    assert_eq!(run(&world, &wrong).await.outcome, "login-failed");
    let nobody = connect(&world, "nobody", HOSPITAL_TOKEN).await;
    let ran = run(&world, &nobody).await;
    assert!(ran.outcome == "failed" && ran.said.contains("it answers 404"), "{ran:?}");
}
