//! Electricity from Enedis, by its konnector as it ships, against the sandbox of Data Connect: the
//! owner's consent, days and load curve, what is missing, and a consent that ends.

use std::sync::Arc;

use domicile::flow::accounts;
use domicile::jobs;
use domicile_providers::energy::{CLIENT, Energy, METER, SECRET};
use jiff::SignedDuration;
use serde_json::Value;

use crate::accounts::shows;
use crate::cassettes::{door, keep, nobody, recorded};
use crate::oauth::Shore;
use crate::support::World;

const DAYS: &str = "com.grandlyon.enedis.day";
const CURVE: &str = "com.grandlyon.enedis.minute";

fn bodies(world: &World, doctype: &str) -> Vec<Value> {
    let documents = world.documents(doctype);
    assert!(documents.iter().all(|one| one.label.to_string() == "energy@enedis"));
    documents.iter().map(|one| serde_json::from_str(&one.body).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn electricity_comes_home_by_days_and_half_hours() {
    let energy = Arc::new(Energy::default());
    let mut shore = Shore::beside(&[Arc::clone(&energy) as _]).await;
    shore.world.install(domicile_guests::KONNECTOR_ENEDIS).await;
    let typed = [("prm", METER), ("client", CLIENT), ("client-secret", SECRET)];
    let account = shore.connect_with("enedis", &typed).await;
    let way = shore.way(&account).await;
    assert!(way.starts_with("https://mon-compte-particulier.enedis.fr/dataconnect/"), "{way}");
    assert!(way.contains("duration=P1Y&") && !way.contains(SECRET), "{way}");
    assert!(energy.desk.tokens().is_empty(), "nothing is fetched before its owner's yes");
    shore.agreed("enedis", &*energy, &way).await;
    let done = shows(&mut shore.browser, &account, "<q class=\"said\">").await;
    // 20 of 22 days; six days of half hours, an evening short, and six of hours.
    assert!(done.contains("488 readings"), "{done}");
    let days = "whole days are missing: 2025-11-24 to 2026-10-31, 2026-11-03 to 2026-11-04";
    assert!(done.contains(days), "{done}");
    assert!(
        done.contains("half hours are missing: 2026-08-24 to 2026-11-09, 2026-11-15"),
        "{done}"
    );
    assert!(!done.contains(SECRET), "{done}");
    let days = bodies(&shore.world, DAYS);
    assert_eq!(days.len(), 20);
    let second = days.iter().find(|one| one["day"] == 2).unwrap();
    assert_eq!((&second["load"], &second["month"]), (&10.2.into(), &11.into()));
    let curve = bodies(&shore.world, CURVE);
    assert_eq!(curve.len(), 6 * 48 + 36 + 6 * 24);
    let at = |day: u32, hour: u32| {
        let is = |one: &&Value| one["day"] == day && one["hour"] == hour && one["minute"] == 0;
        curve.iter().find(is).unwrap()["load"].clone()
    };
    // Watts on average over half an hour, and over an hour.
    assert_eq!((at(10, 0), at(20, 23)), (0.15.into(), 0.4.into()));
    // Recorded with the token that the provider gave.
    let token = energy.desk.tokens().remove(0);
    let typed = [typed.as_slice(), &[("access", token.as_str())]].concat();
    let (whose, door) = (("enedis", "data-connect"), door(energy.clone()).await);
    let cassette = recorded(whose, &typed, &["prm"], door, nobody).await;
    assert_eq!(cassette.expected.said, "488 readings");
    keep(whose, &cassette);
    // The next day has nothing new yet, and asks for no consent, though the token has ended.
    let connected = accounts::all(&shore.world.home).unwrap().remove(0);
    shore.world.house.clock().advance(SignedDuration::from_hours(24));
    energy.desk.end(false);
    let again = shore.run(&connected).await;
    assert_eq!((again.outcome.as_str(), again.said.as_str()), ("done", "0 readings"));
    assert!(again.warnings.is_empty() && energy.desk.tokens().len() == 1, "{again:?}");
    // The customer takes the consent back: the account waits, and its owner agrees once more.
    energy.desk.end(true);
    assert_eq!(shore.run(&connected).await.outcome, "authorize");
    shore.free(&connected).await;
    let World { house, home, .. } = &shore.world;
    let running = jobs::run_account(house, home, &connected).expect("nothing runs");
    let way = shore.way(&account).await;
    shore.agreed("enedis", &*energy, &way).await;
    running.await.unwrap();
    assert_eq!(shore.last(&connected).outcome, "done");
}
