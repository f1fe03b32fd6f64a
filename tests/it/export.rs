//! What the owner takes away: what was shown, all of it, nothing else, and the trail knows.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::Path;
use std::process::Command;

use axum::http::StatusCode;
use domicile::flow::Fault;
use domicile::flow::audit::Event;
use domicile_policy::{Category, Influence, Label, Tag};
use domicile_store::{Op, Provenance, WriteBatch};
use serde_json::Value;
use zip::ZipArchive;

use crate::browser::{Answer, Browser, HOME, between};
use crate::exfil::component;
use crate::support::{STATEMENT, World};

const NOTES: &str = "io.cozy.notes";
/// What would break a line, a table or a page that takes it for more than text.
const AWKWARD: &str = "a\nb\r\u{0}\u{1b}[31m\u{2028}\u{202e}</td>\"\u{e9}";

/// A home with a statement and with these notes.
async fn with_notes(bodies: &[Value]) -> World {
    let world = component::colluders(Fault::Nothing).await.and_statement(STATEMENT).await;
    let note = |body: &Value| Op::Create {
        doctype: NOTES.parse().unwrap(),
        label: Label::of([Tag::home(Category::Notes)]),
        influence: Influence::nobody(),
        provenance: Provenance {
            component: "reader".parse().unwrap(),
            version: "1".to_owned(),
            at: "2026-11-23T12:00:00Z".to_owned(),
        },
        body: body.to_string(),
    };
    let ops = bodies.iter().map(note).collect();
    world.home.store().write(WriteBatch { ops, ..WriteBatch::default() }).await.unwrap();
    world
}

fn notes() -> [Value; 2] {
    let long = "x".repeat(200 * 1024);
    [AWKWARD, &long].map(|content| serde_json::json!({ "title": "a note", "content": content }))
}

/// The page, and the yes that it waits for.
async fn asked(owner: &mut Browser) -> (String, String) {
    let page = owner.follow(&format!("{HOME}/export")).await.text;
    let shown = between(&page, "name=\"shown\" value=\"", "\"").to_owned();
    (page, shown)
}

async fn yes(owner: &mut Browser, shown: &str, doctypes: &[&str]) -> Answer {
    let chosen = doctypes.iter().map(|name| format!("&doctype={name}")).collect::<String>();
    owner.post(&format!("{HOME}/export"), &format!("shown={shown}{chosen}"), HOME).await
}

/// The files of an archive.
fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let read = |at: usize| {
        let mut file = archive.by_index(at).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        (file.name().unwrap().into_owned(), content)
    };
    (0..ZipArchive::new(Cursor::new(bytes)).unwrap().len()).map(read).collect()
}

fn lines(content: &[u8]) -> Vec<Value> {
    let text = str::from_utf8(content).unwrap();
    text.split_terminator('\n').map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn exported(world: &World) -> Vec<Event> {
    let events = world.audit().await.into_iter().map(|entry| entry.event);
    events.filter(|event| matches!(event, Event::Exported { .. })).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_takes_away_what_was_shown() {
    let world = with_notes(&notes()).await;
    let mut owner = Browser::signed_in(&world).await;
    let (page, shown) = asked(&mut owner).await;
    assert!(page.contains("bank (from ofx-file)") && page.contains("can&#39;t be called back"));
    let answer = yes(&mut owner, &shown, &[NOTES, "io.cozy.bank.operations"]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.headers["content-type"], "application/zip");
    let disposition = answer.headers["content-disposition"].to_str().unwrap();
    assert!(disposition.contains("filename=\"home-2026-11-23.zip\""), "{disposition}");

    let files = unpacked(&answer.bytes);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let operations = "io.cozy.bank.operations.ndjson";
    assert_eq!(names, ["README.txt", operations, "io.cozy.notes.ndjson", "manifest.json"]);
    let taken = lines(&files["io.cozy.notes.ndjson"]);
    for note in notes() {
        assert!(taken.iter().any(|line| line["body"] == note), "a note is not as it was");
    }
    assert_eq!(taken.len(), 2);
    let operation = &lines(&files[operations])[0];
    for field in ["id", "revision", "label", "influence", "provenance", "body"] {
        assert!(!operation[field].is_null(), "{field}: {operation}");
    }
    assert_eq!(operation["provenance"]["component"], "ofx");
    let manifest: Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    assert_eq!((&manifest["format"], &manifest["home"]), (&1.into(), &"home".into()));
    for part in manifest["parts"].as_array().unwrap() {
        let content = &files[part["file"].as_str().unwrap()];
        assert_eq!(part["blake3"], blake3::hash(content).to_hex().as_str());
        assert_eq!(part["bytes"], content.len());
        assert_eq!(part["documents"], lines(content).len());
    }

    let [Event::Exported { documents, bytes, label }] = &exported(&world).await[..] else {
        panic!("the trail knows of one archive");
    };
    assert_eq!(documents[&NOTES.parse().unwrap()], 2);
    assert_eq!(*bytes, answer.bytes.len() as u64);
    assert_eq!(label.canonical(), "bank@ofx-file notes@self");
    let left = owner.visit(&format!("{HOME}/audit/left")).await.text;
    assert!(left.contains("You took away an archive") && left.contains(NOTES), "{left}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_holds_nothing_that_came_after_the_page() {
    let world = with_notes(&[]).await;
    let tell = "find io.cozy.bank.operations\ncreate io.cozy.notes \
                {\"title\":\"told\",\"content\":\"SEEN\"}";
    let nothing = (Label::nothing(), Influence::nobody());
    let plain = "/create io.cozy.notes {\"title\":\"plain\"}";
    world.visit("reader", plain, Some(nothing.clone())).await.unwrap();
    let mut owner = Browser::signed_in(&world).await;
    let (_, shown) = asked(&mut owner).await;
    world.visit("writer", &format!("/{tell}"), Some(nothing)).await.unwrap();
    let late = yes(&mut owner, &shown, &[NOTES]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("no longer what you saw"), "{}", late.text);
    assert_eq!(exported(&world).await, []);
    // The same, once it was shown.
    let (page, shown) = asked(&mut owner).await;
    assert!(page.contains("bank, notes (from you)"), "{page}");
    let taken = yes(&mut owner, &shown, &[NOTES]).await;
    let notes = unpacked(&taken.bytes).remove("io.cozy.notes.ndjson").unwrap();
    assert!(str::from_utf8(&notes).unwrap().contains("MARKER"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_taken_from_an_empty_home_or_without_a_choice() {
    let empty = World::new().await;
    let mut owner = Browser::signed_in(&empty).await;
    let page = owner.follow(&format!("{HOME}/export")).await.text;
    assert!(page.contains("no documents to take away") && !page.contains("name=\"shown\""));
    let guessed = yes(&mut owner, &"A".repeat(43), &[NOTES]).await;
    assert_eq!(guessed.status, StatusCode::CONFLICT);

    let world = with_notes(&notes()).await;
    let mut owner = Browser::signed_in(&world).await;
    for chosen in [&[][..], &["app.domicile.logs"], &["io.cozy.contacts"], &["*"]] {
        let (_, shown) = asked(&mut owner).await;
        let answer = yes(&mut owner, &shown, chosen).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{chosen:?}");
    }
    assert_eq!(exported(&world).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_breaks_off_leaves_nothing_behind() {
    let world = with_notes(&notes()).await;
    let mut owner = Browser::signed_in(&world).await;
    let before = files(world.folder.path());
    let (_, shown) = asked(&mut owner).await;
    let form = format!("shown={shown}&doctype={NOTES}");
    let own = [("origin", HOME), ("sec-fetch-site", "same-origin")];
    let answer = owner.answer(&format!("{HOME}/export"), Some(&form), &own).await;
    assert_eq!(answer.status(), StatusCode::OK);
    // It is on its way, and noted.
    assert_eq!(files(world.folder.path()), before);
    drop(answer);
    assert_eq!(files(world.folder.path()), before);
    assert_eq!(exported(&world).await.len(), 1);
}

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_writes_the_same_archive_and_over_nothing() {
    let World { house, home, folder } = with_notes(&notes()).await;
    drop((house, home));
    let output = folder.path().join("away.zip");
    let export = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_domicile"));
        command.args(["home", "export", "home", "--data"]).arg(folder.path());
        command.arg("--output").arg(&output).output().unwrap()
    };
    let first = export();
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    let archive = std::fs::read(&output).unwrap();
    assert_eq!(lines(&unpacked(&archive)["io.cozy.notes.ndjson"]).len(), 2);
    assert!(!export().status.success(), "a file that is there is not written over");
    assert_eq!(std::fs::read(&output).unwrap(), archive);
    let world = World::at(folder, Fault::Nothing).await;
    assert_eq!(exported(&world).await.len(), 1);
}
