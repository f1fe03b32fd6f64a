//! The audit trail: sealed outside of the home's file, and asked by its owner.

use std::fs;
use std::path::Path;
use std::process::Command;

use axum::http::StatusCode;
use domicile::flow::Fault;
use domicile::flow::audit::Event;

use crate::browser::{Browser, HOME};
use crate::exfil::component;
use crate::support::World;

/// Runs a command on a folder.
pub fn domicile(data: &Path, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_domicile"));
    let output = command.args(arguments).arg("--data").arg(data).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

/// A home with some lines, all sealed, and a copy of its file from before the last of them.
fn put_back(data: &Path) {
    assert!(domicile(data, &["home", "add", "ann"]).0);
    let file = data.join("homes/ann/store.redb");
    assert!(
        domicile(data, &["app", "install", domicile_guests::BANKS, "--yes", "--home", "ann"]).0
    );
    let before = fs::read(&file).unwrap();
    assert!(domicile(data, &["app", "remove", "banks", "--home", "ann"]).0);
    let (sound, text) = domicile(data, &["doctor"]);
    assert!(sound, "{text}");
    fs::write(&file, before).unwrap();
}

#[test]
fn doctor_finds_a_file_that_was_put_back_until_the_owner_owns_up() {
    let folder = tempfile::tempdir().unwrap();
    put_back(folder.path());
    // Whatever is done meanwhile, the seal stays where it was.
    assert!(domicile(folder.path(), &["app", "list", "--home", "ann"]).0);
    let (sound, text) = domicile(folder.path(), &["doctor"]);
    assert!(!sound && text.contains("its file was put back"), "{text}");
    assert!(text.contains("domicile doctor --restored ann"), "{text}");

    let (sound, text) = domicile(folder.path(), &["doctor", "--restored", "ann"]);
    assert!(sound, "{text}");
    assert!(domicile(folder.path(), &["log", "--home", "ann"]).1.contains("a backup was put back"));
    assert!(domicile(folder.path(), &["doctor"]).0);
}

#[test]
fn doctor_finds_a_file_that_was_put_back_and_went_another_way() {
    let folder = tempfile::tempdir().unwrap();
    put_back(folder.path());
    for _ in 0..3 {
        for act in
            [&["app", "remove", "banks"][..], &["app", "install", domicile_guests::BANKS, "--yes"]]
        {
            assert!(domicile(folder.path(), &[act, &["--home", "ann"]].concat()).0);
        }
    }
    let (sound, text) = domicile(folder.path(), &["doctor"]);
    assert!(!sound && text.contains("not the one that was sealed"), "{text}");
}

#[test]
fn doctor_finds_seals_that_are_gone_or_were_changed() {
    let folder = tempfile::tempdir().unwrap();
    assert!(domicile(folder.path(), &["home", "add", "ann"]).0);
    assert!(
        domicile(
            folder.path(),
            &["app", "install", domicile_guests::BANKS, "--yes", "--home", "ann"]
        )
        .0
    );
    let path = folder.path().join("seals/ann");
    let seals = fs::read_to_string(&path).unwrap();
    let entries = seals.split(' ').nth(1).unwrap();
    for forged in [
        seals.replacen(&format!(" {entries} "), " 0 ", 1),
        seals.replacen("20", "19", 1),
        "nonsense\n".to_owned(),
    ] {
        assert_ne!(forged, seals);
        fs::write(&path, forged).unwrap();
        let (sound, text) = domicile(folder.path(), &["doctor"]);
        assert!(!sound && text.contains("is not what was written"), "{text}");
    }
    fs::remove_file(&path).unwrap();
    let (sound, text) = domicile(folder.path(), &["doctor"]);
    assert!(!sound && text.contains("are gone"), "{text}");
    // Nothing makes new ones in their place.
    assert!(!path.exists());
    fs::write(&path, seals).unwrap();
    assert!(domicile(folder.path(), &["doctor"]).0);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_day_has_its_seal() {
    let world = World::with_bank().await;
    world.house.seal().await;
    let path = world.folder.path().join("seals/home");
    let first = fs::read_to_string(&path).unwrap();
    world.house.seal().await;
    let lines = |text: &str| text.lines().count();
    assert_eq!(lines(&first), 1);
    world.house.clock().advance(jiff::SignedDuration::from_hours(24));
    world.get("banks", "/").await.unwrap();
    world.home.store().flush().await.unwrap();
    world.house.seal().await;
    let second = fs::read_to_string(&path).unwrap();
    assert!(second.starts_with(&first) && lines(&second) == 2, "{second}");
    world.house.seals(&world.home).check(&world.home).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_answers_who_saw_and_what_left() {
    let world = World::with_bank().await;
    world.get("banks", "/").await.unwrap();
    world.home.store().flush().await.unwrap();
    let mut browser = Browser::signed_in(&world).await;
    let audit = browser.visit(&format!("{HOME}/audit")).await.text;
    assert!(audit.contains("/audit/saw/bank") && audit.contains("Who saw bank data this month?"));
    let saw = browser.visit(&format!("{HOME}/audit/saw/bank")).await.text;
    let read: u64 = row(&saw, "Banks")[0].parse().unwrap();
    assert!(read > 0, "{saw}");
    assert!(saw.contains("<svg") && saw.contains("Runs that could know of it"), "{saw}");
    // Another month, and what nobody has.
    for path in ["/audit/saw/bank?month=2026-10", "/audit/saw/health"] {
        let nobody = browser.visit(&format!("{HOME}{path}")).await.text;
        assert!(nobody.contains("Nobody"), "{path}: {nobody}");
    }
    let left = browser.visit(&format!("{HOME}/audit/left")).await.text;
    assert!(left.contains("Nothing: no connector asked its provider"), "{left}");
    for (path, status) in [
        ("/audit/saw/gossip", StatusCode::NOT_FOUND),
        ("/audit/left?month=last", StatusCode::BAD_REQUEST),
        ("/audit/left?month=9999-12", StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(browser.visit(&format!("{HOME}{path}")).await.status, status, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_run_swells_its_line_away() {
    let world = component::colluders(Fault::Nothing).await;
    let words = |n: usize| format!("{}{n:02}.{}.c", "a".repeat(36), "b".repeat(36));
    let program: Vec<String> = (0..80).map(|n| format!("find {}", words(n))).collect();
    world.visit("reader", &format!("/{}", program.join("\n")), None).await.unwrap();
    let line = world.audit().await.remove(0);
    let Event::Run { refused, refusals, .. } = line.event else { panic!("{line:?}") };
    assert_eq!((refused, refusals.len()), (80, 20));
    // One that was too long would be lost.
    let before = world.audit().await.len();
    world.home.store().log_later(vec![b' '; 65 << 10]);
    assert_eq!(world.audit().await.len(), before);
}

/// The numbers after a name in a table.
fn row(page: &str, name: &str) -> Vec<String> {
    let table = page.split("class=\"trail\"").nth(1).unwrap();
    let row = table.split("<tr>").find(|row| row.contains(&format!(">{name}</td>"))).unwrap();
    let cells = row.split("</td>").skip(1).filter_map(|cell| cell.rsplit('>').next());
    cells.map(str::to_owned).collect()
}
