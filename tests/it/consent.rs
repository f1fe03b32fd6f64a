//! What an owner says yes to, and to nothing else: names that look like others', other hands under
//! a known name, versions that want more, bytes that are not those that were shown.

use domicile::registry::{self, InstallError};
use domicile_guests::{self as guests, programs};

use crate::browser::{Browser, HOME};
use crate::exfil::component::with_manifest;
use crate::support::{OPERATIONS, STATEMENT, World, text};

/// Notes, by anyone.
const READER: &str = include_str!("../exfil/manifests/reader.toml");
const BANK_TOO: &str = "[[grant]]\ndoctype = \"io.cozy.bank.operations\"\nactions = [\"query\"]\n\
                        why = { en = \"To know.\", fr = \"Pour savoir.\" }\n";

fn component(manifest: &str) -> Vec<u8> {
    with_manifest(guests::bytes(programs::FLOW_INTERPRETER).unwrap(), manifest)
}

/// What the owner is shown before a yes.
async fn consent_page(world: &World, manifest: &str) -> String {
    let proposal = registry::propose(&world.house, component(manifest)).await.unwrap();
    let id = registry::stash(&world.house, &world.home, proposal).unwrap();
    let mut owner = Browser::signed_in(world).await;
    owner.visit(&format!("{HOME}/apps/proposals/{id}")).await.text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_looks_like_another_stands_beside_its_id() {
    let world = World::with_bank().await;
    let named = |name: &str| {
        let names = format!("name = {{ en = \"{name}\", fr = \"{name}\" }}");
        let told = READER.replace("publisher = \"Anyone\"", "publisher = \"Domicile\"");
        told.replace("name = { en = \"Reader\", fr = \"Lecteur\" }", &names)
    };
    // What turns letters round or hides them does not get in.
    for hidden in ["\\u202Esknab", "Ban\\u200Bks", "Banks\\u0007", "\\uFEFFBanks"] {
        let refused = registry::propose(&world.house, component(&named(hidden))).await;
        assert!(matches!(refused, Err(InstallError::Refused(_))), "{hidden}");
    }
    // What only looks alike does, and its id tells: of letters that nobody can mistake.
    for alike in ["Banks", "B\u{430}nks"] {
        let page = consent_page(&world, &named(alike)).await;
        assert!(page.contains(alike) && page.contains("<code>reader</code>"), "{page}");
    }
    let cyrillic = named("Banks").replace("id = \"reader\"", "id = \"b\u{430}nks\"");
    assert!(registry::propose(&world.house, component(&cyrillic)).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn other_hands_under_a_known_name_are_told() {
    const DOUBT: &str = "Look twice";
    let world = World::new().await;
    let page = consent_page(&world, READER).await;
    assert!(!page.contains(DOUBT) && !page.contains("It replaces"), "{page}");
    world.install_bytes(component(READER)).await;
    let other = READER.replace("publisher = \"Anyone\"", "publisher = \"Somebody\"");
    let older = READER.replace("version = \"0.1.0\"", "version = \"0.0.9\"");
    let newer = READER.replace("version = \"0.1.0\"", "version = \"0.10.0\"");
    for (manifest, is_doubtful) in [(&other, true), (&older, true), (&newer, false)] {
        let page = consent_page(&world, manifest).await;
        assert!(page.contains("It replaces reader 0.1.0 (Anyone)"), "{page}");
        assert_eq!(page.contains(DOUBT), is_doubtful, "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_wants_more_gets_it_by_a_yes_alone() {
    let world = World::new().await;
    world.install(guests::KONNECTOR_OFX).await;
    let world = world.and_statement(STATEMENT).await;
    world.install_bytes(component(READER)).await;
    let more = format!("{READER}{BANK_TOO}").replace("0.1.0", "0.2.0");
    let look = async || {
        let page = world.get("reader", &format!("/find {OPERATIONS}")).await.unwrap();
        text(&page).contains("MARKER")
    };
    // It was uploaded and its flows were shown: that is no yes.
    let page = consent_page(&world, &more).await;
    assert!(page.contains("bank operations"), "{page}");
    assert!(!look().await, "before the yes");
    world.install_bytes(component(&more)).await;
    assert!(look().await, "after it");
    // Taken back, it stays so through the same version, an older and a newer one.
    let (reader, bank) = ("reader".parse().unwrap(), OPERATIONS.parse().unwrap());
    registry::revoke(&world.house, &world.home, &reader, &bank).await.unwrap();
    for version in ["0.2.0", "0.0.1", "0.3.0"] {
        world.install_bytes(component(&more.replace("0.2.0", version))).await;
        assert!(!look().await, "{version} brought it back");
    }
    registry::allow(&world.house, &world.home, &reader, &bank).await.unwrap();
    assert!(look().await, "the owner's own act does");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_not_those_that_were_shown_do_not_run() {
    let world = World::new().await;
    world.install_bytes(component(READER)).await;
    let installed = registry::installed(&world.home).remove(0);
    let World { house, home, folder } = world;
    drop((house, home));
    let file = folder.path().join("components").join(format!("{}.wasm", installed.digest));
    let shown = std::fs::read(&file).unwrap();
    // As sound as the first, and granted what that was: only not what the owner has seen.
    let other = READER.replace("To watch.", "To wait.");
    std::fs::write(&file, component(&other)).unwrap();
    std::fs::remove_dir_all(folder.path().join("machine-code")).unwrap();
    let world = World::at(folder, domicile::flow::Fault::Nothing).await;
    let error = world.get("reader", "/count io.cozy.notes").await.unwrap_err();
    assert_eq!(error.code(), "unavailable", "{error}");
    std::fs::write(&file, shown).unwrap();
    assert!(world.get("reader", "/count io.cozy.notes").await.is_ok());
}
