//! What gets in, and what does not.

use domicile::flow::audit::Event;
use domicile::registry;
use domicile_guests as guests;

use crate::support::{OPERATIONS, World, text};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_component_is_refused() {
    let world = World::new().await;
    let bytes = guests::bytes(guests::BANKS).unwrap();
    for bad in [Vec::new(), b"hello".to_vec(), bytes[..bytes.len() / 2].to_vec()] {
        assert!(registry::propose(&world.house, bad).await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_speaks_the_owners_language() {
    let world = World::new().await;
    let bytes = guests::bytes(guests::programs::HOSTILE_SOCKETS).unwrap();
    let Err(refused) = registry::propose(&world.house, bytes).await else {
        panic!("a component with sockets was accepted");
    };
    let reasons = |locale| refused.reasons(locale).join("; ");
    assert!(reasons(domicile_policy::Locale::Fr).contains("n'ont pas de réseau"), "{refused}");
    assert!(reasons(domicile_policy::Locale::En).contains("have no network"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_mutated_components_never_panic() {
    let bytes = guests::bytes(guests::programs::PAGE_HELLO).unwrap();
    let mut seed = 7u64;
    let mut draw = |most: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize % most
    };
    let mut refused = 0;
    for _ in 0..1_000 {
        let mut mutant = bytes.clone();
        for _ in 0..=draw(4) {
            let at = draw(mutant.len());
            mutant[at] = draw(256) as u8;
        }
        refused += usize::from(domicile_proto::inspect::inspect(&mutant).is_err());
    }
    assert!(refused > 100, "only {refused} mutants were refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ungranted_doctype_is_absent_and_seen() {
    let world = World::with_bank().await;
    world.install(guests::programs::HOSTILE_UNGRANTED).await;
    let page = world.get("horoscope", "/").await.unwrap();
    assert!(text(&page).contains("took nothing"), "{}", text(&page));
    assert!(!text(&page).contains("MARKER"));
    let trail = world.audit().await;
    let refusal = trail.iter().find_map(|entry| match &entry.event {
        Event::Run { refusals, .. } => refusals.first(),
        _ => None,
    });
    let refusal = refusal.expect("the refusal is in the trail");
    let words = refusal.reason.words(domicile_policy::Locale::En);
    assert!(words.what.contains(OPERATIONS) && !words.remedy.is_empty(), "{words:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_grant_stays_revoked() {
    let world = World::with_bank().await;
    let (banks, doctype) = ("banks".parse().unwrap(), OPERATIONS.parse().unwrap());
    registry::revoke(&world.house, &world.home, &banks, &doctype).await.unwrap();
    let installed = registry::find(&world.home, &banks).unwrap();
    assert!(installed.grants().line(&doctype).is_none());
    let page = world.get("banks", "/operations").await.unwrap();
    assert!(!text(&page).contains("MARKER"), "{}", text(&page));
}

#[tokio::test(flavor = "multi_thread")]
async fn machine_code_with_a_broken_seal_is_compiled_anew() {
    let world = World::new().await;
    world.install(guests::programs::PAGE_HELLO).await;
    let folder = world.folder.path().join("machine-code");
    let file = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|ending| ending == "code"))
        .unwrap();
    let mut code = std::fs::read(&file).unwrap();
    let middle = code.len() / 2;
    code[middle] ^= 1;
    std::fs::write(&file, &code).unwrap();
    let World { house, home, folder } = world;
    drop((house, home));
    let house = domicile::house::House::open(domicile::house::HouseConfig {
        data: folder.path().to_owned(),
        worker: env!("CARGO_BIN_EXE_domicile").into(),
        domain: "localhost".to_owned(),
        clock: domicile::house::Clock::system(),
        release_quantum: std::time::Duration::ZERO,
        fault: domicile::flow::Fault::Nothing,
    })
    .unwrap();
    let home = house.home(&"home".parse().unwrap()).unwrap();
    let again = World { house, home, folder };
    let page = again.get("page-hello", "/").await.unwrap();
    assert!(text(&page).contains("Hello"));
    assert_ne!(std::fs::read(&file).unwrap(), code, "the damaged file was used");
}
