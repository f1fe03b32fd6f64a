//! Files in a whole house: brought and taken by their owner, written by apps, saved by importers.

use std::time::Duration;

use axum::http::StatusCode;
use domicile::flow::audit::Event;
use domicile_guests::programs;
use domicile_policy::{Category, Label, ReadScope, Tag};
use domicile_store::files::{Entry, FILES, ROOT};
use domicile_store::{Op, WriteBatch};

use crate::browser::{Answer, Browser, HOME, between};
use crate::exfil::attack;
use crate::exfil::component::with_manifest;
use crate::support::{World, text};
use crate::trail::domicile;

pub fn everything() -> ReadScope {
    let (doctype, admitted) = (FILES.parse().unwrap(), Label::everything());
    ReadScope { doctype, admitted, fields: None, rows: None }
}

pub fn inside(world: &World, folder: &str) -> Vec<Entry> {
    let (mut all, mut from) = (Vec::new(), None);
    loop {
        let page = world.home.store().entries(&everything(), folder, from, 100).unwrap();
        all.extend(page.entries);
        from = page.next;
        if from.is_none() {
            return all;
        }
    }
}

/// The paths and contents of all files below a folder, in order.
pub fn tree(world: &World, id: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for entry in inside(world, id) {
        if entry.folder {
            let below = tree(world, &entry.id).into_iter();
            all.extend(below.map(|(path, text)| (format!("{}/{path}", entry.name), text)));
            continue;
        }
        let (_, mut reader) =
            world.home.store().content(&everything(), &entry.id).unwrap().unwrap();
        let text = String::from_utf8(reader.read(0, 1 << 20).unwrap()).unwrap();
        all.push((entry.name, text));
    }
    all.sort();
    all
}

/// How many chunks lie in the home's folder.
pub fn chunks(world: &World) -> usize {
    let blobs = world.folder.path().join("homes/home/blobs");
    let Ok(fans) = std::fs::read_dir(blobs) else { return 0 };
    let fans = fans.map(|fan| std::fs::read_dir(fan.unwrap().path()).unwrap().count());
    fans.sum()
}

/// A deletion begins a sweep, and the answer does not wait for it.
async fn swept(world: &World) {
    for _ in 0..1_000 {
        if chunks(world) == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{} chunks stay", chunks(world));
}

/// A home with one app that keeps files.
async fn with_app() -> World {
    let world = World::new().await;
    let manifest = attack::folder().join("manifests/file-reader.toml");
    let manifest = std::fs::read_to_string(manifest).unwrap();
    let program = domicile_guests::bytes(programs::FLOW_FILES).unwrap();
    world.install_bytes(with_manifest(program, &manifest)).await;
    world
}

async fn ask(world: &World, program: &str) -> String {
    text(&world.get("file-reader", &format!("/{program}")).await.unwrap())
}

async fn bring(browser: &mut Browser, folder: &str, name: &str, bytes: &str) -> Answer {
    browser.upload(&format!("{HOME}/files/{folder}/upload"), name, bytes).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owners_file_comes_in_is_kept_and_given_back() {
    let world = World::new().await;
    let mut browser = Browser::signed_in(&world).await;
    let root = format!("{HOME}/files/{ROOT}");
    let made = browser.post(&format!("{root}/folder"), "name=Bills+%26+more", HOME).await;
    assert_eq!(made.headers["location"], "/files");
    let folder = inside(&world, ROOT).remove(0);
    let text = "line\n".repeat(100_000);
    let brought = bring(&mut browser, &folder.id, "../../May <b>.txt", &text).await;
    assert_eq!(brought.headers["location"], "/files?in=Bills+%26+more", "{}", brought.text);
    let page = browser.visit(&format!("{HOME}/files?in=Bills+%26+more")).await;
    assert!(page.text.contains("May &#60;b&#62;.txt") && page.text.contains("500 kB"));
    assert!(page.text.contains("files (from you)") && !page.text.contains("<b>"), "{}", page.text);
    let file = inside(&world, &folder.id).remove(0);
    assert_eq!((file.name.as_str(), file.size), ("May <b>.txt", 500_000));
    let there = format!("{HOME}/files/{}", file.id);
    let given = browser.follow(&format!("{there}/download")).await;
    assert_eq!((given.status, given.text), (StatusCode::OK, text));
    assert_eq!(given.headers["content-length"], "500000");
    assert_eq!(given.headers["content-type"], "text/plain; charset=utf-8");
    let saved = given.headers["content-disposition"].to_str().unwrap();
    assert!(saved.starts_with("attachment; filename=\"May -b.txt\""), "{saved}");

    browser.post(&format!("{there}/rename"), "name=June.txt", HOME).await;
    assert!(browser.visit(&there).await.text.contains("<h1><bdi>June.txt</bdi></h1>"));
    let bad = browser.post(&format!("{there}/rename"), "name=a%2Fb", HOME).await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    let early = browser.post(&format!("{there}/delete"), "", HOME).await;
    assert_eq!(early.status, StatusCode::NOT_FOUND, "what is not in the trash stays");
    browser.post(&format!("{there}/trash"), "", HOME).await;
    assert!(inside(&world, &folder.id).is_empty());
    assert!(browser.visit(&format!("{HOME}/files/trash")).await.text.contains("June.txt"));
    browser.post(&format!("{there}/restore"), "", HOME).await;
    assert_eq!(inside(&world, &folder.id).len(), 1);
    // The folder goes with what is in it, and so do the bytes.
    let there = format!("{HOME}/files/{}", folder.id);
    browser.post(&format!("{there}/trash"), "", HOME).await;
    browser.post(&format!("{there}/delete"), "", HOME).await;
    assert!(browser.visit(&there).await.status == StatusCode::NOT_FOUND);
    swept(&world).await;
    assert!(world.documents(FILES).is_empty());
    let acts = world.audit().await;
    let acts = acts.iter().filter(|entry| format!("{:?}", entry.event).contains(FILES));
    assert_eq!(acts.count(), 8, "every act is in the trail");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_an_app_is_given_to_nobody_as_something_that_runs() {
    let world = with_app().await;
    let active =
        ["page.html", "PAGE.HTM", "image.svg", "feed.xml", "run.js", "x.xhtml", "m.docm", "x.new"];
    for name in active {
        ask(&world, &format!("file . {name} <img src=//evil.test/>")).await;
    }
    ask(&world, "file . plain.pdf <img src=//evil.test/>").await;
    ask(&world, "file . tricky.pdf.\u{ff48}tml <img src=//evil.test/>").await;
    let mut browser = Browser::signed_in(&world).await;
    assert!(!browser.visit(&format!("{HOME}/files")).await.text.contains("evil.test"));
    for entry in inside(&world, ROOT) {
        let there = format!("{HOME}/files/{}", entry.id);
        let page = browser.visit(&there).await;
        let runs = active.contains(&entry.name.as_str());
        assert_eq!(page.text.contains("class=\"warn\""), runs, "{}", entry.name);
        let given = browser.follow(&format!("{there}/download")).await;
        let kind =
            if entry.name == "plain.pdf" { "application/pdf" } else { "application/octet-stream" };
        assert_eq!(given.headers["content-type"], kind, "{}", entry.name);
        assert_eq!(given.headers["x-content-type-options"], "nosniff");
        let policy = given.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("sandbox"), "{policy}");
        let saved = given.headers["content-disposition"].to_str().unwrap();
        assert!(saved.starts_with("attachment; "), "{saved}");
        let name = between(saved, "filename=\"", "\"");
        assert_eq!(name.ends_with(".txt"), runs, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tricks_with_names_are_refused_and_twins_are_two() {
    let world = with_app().await;
    let long = "x".repeat(300);
    for name in ["..", "a/b", "a\0b", "a\u{1}b", "photo\u{202e}gpj.exe", &long] {
        let said = ask(&world, &format!("file . {name} text")).await;
        assert!(said.starts_with("Invalid"), "{name:?}: {said}");
        assert!(ask(&world, &format!("folder {name}")).await.starts_with("Invalid"));
    }
    ask(&world, "file . plain text").await;
    assert!(ask(&world, "rename plain a/b").await.starts_with("Invalid"));
    assert_eq!(ask(&world, "open nowhere").await, "Absent");
    for name in ["caf\u{e9}", "cafe\u{301}", "caf\u{e9}"] {
        assert_eq!(ask(&world, &format!("file . {name} text")).await, "written");
    }
    assert_eq!(inside(&world, ROOT).len(), 4, "nothing was overwritten");
    assert_eq!(ask(&world, "folder in").await, "made");
    assert!(ask(&world, "move in in").await.starts_with("Invalid"), "not below itself");
    assert_eq!(ask(&world, "move plain in\nlist in").await, "moved\nplain 4 text/plain");
    assert_eq!(ask(&world, "file in\u{2003} x text").await, "Absent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_to_the_device_when_a_page_of_the_home_leads_there() {
    let world = World::new().await;
    let mut browser = Browser::signed_in(&world).await;
    bring(&mut browser, ROOT, "page.html", "<p>mine</p>").await;
    let there = format!("{HOME}/files/{}", inside(&world, ROOT)[0].id);
    let taken = async || {
        let events = world.audit().await.into_iter().map(|entry| entry.event);
        events.filter(|event| matches!(event, Event::Exported { .. })).count()
    };
    let address = browser.visit(&format!("{there}/download")).await;
    assert_eq!((address.status, taken().await), (StatusCode::SEE_OTHER, 0));
    assert_eq!(address.headers["location"], there[HOME.len()..]);
    let page = browser.follow(&there).await;
    assert!(!page.text.contains("class=\"warn\""), "the owner's own file is as it was");
    let given = browser.follow(&format!("{there}/download")).await;
    assert_eq!((given.text.as_str(), taken().await), ("<p>mine</p>", 1));
    let saved = given.headers["content-disposition"].to_str().unwrap();
    assert!(saved.starts_with("attachment; filename=\"page.html\""), "{saved}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_moves_files_and_those_who_know_less_see_them_where_they_were() {
    let world = World::with_bank().await;
    let mut browser = Browser::signed_in(&world).await;
    for name in ["Bills", "Old"] {
        browser.post(&format!("{HOME}/files/{ROOT}/folder"), &format!("name={name}"), HOME).await;
    }
    bring(&mut browser, ROOT, "may.txt", "may").await;
    let [bills, old, may] = inside(&world, ROOT).try_into().unwrap();
    let page = browser.follow(&format!("{HOME}/files?move={}", may.id)).await.text;
    assert!(page.contains("Where to put &#34;may.txt&#34;?"), "{page}");
    assert!(page.contains(&format!("/files?in=Bills&#38;move={}", may.id)), "{page}");
    let put = async |browser: &mut Browser, folder: &Entry, entry: &Entry| {
        let to = format!("{HOME}/files/{}/move", folder.id);
        browser.post(&to, &format!("id={}", entry.id), HOME).await
    };
    let moved = put(&mut browser, &bills, &may).await;
    assert_eq!(moved.headers["location"], "/files?in=Bills", "{}", moved.text);
    put(&mut browser, &old, &bills).await;
    assert_eq!(inside(&world, ROOT).len(), 1);
    assert_eq!(inside(&world, &bills.id)[0].id, may.id);
    for (folder, entry) in [(&bills, &old), (&old, &old), (&may, &old)] {
        assert_eq!(put(&mut browser, folder, entry).await.status, StatusCode::CONFLICT);
    }
    // Into a folder that tells of the bank: who may not know of the bank sees no move.
    let bank = world.home.store();
    let label = Label::of([Tag::home(Category::Files), Tag::home(Category::Bank)]);
    let secret = domicile_store::files::folder("Secret", ROOT, "2026-11-23T12:00:00Z");
    let op = Op::Create {
        doctype: FILES.parse().unwrap(),
        label,
        influence: may.influence.clone(),
        provenance: may.provenance.clone(),
        body: secret,
    };
    bank.write(WriteBatch { ops: vec![op], ..WriteBatch::default() }).await.unwrap();
    let secret = inside(&world, ROOT).into_iter().find(|one| one.name == "Secret").unwrap();
    put(&mut browser, &secret, &may).await;
    assert_eq!(inside(&world, &secret.id)[0].id, may.id);
    let below = ReadScope { admitted: Label::of([Tag::home(Category::Files)]), ..everything() };
    let seen = bank.entry(&below, &may.id).unwrap().unwrap();
    assert_eq!(seen.parent, bills.id);
}

/// An app that may write files may write their documents too, and no rule of names is asked there.
#[tokio::test(flavor = "multi_thread")]
async fn a_document_whose_name_is_none_is_shown_and_given_as_words() {
    let world = World::new().await;
    let manifest = attack::folder().join("manifests/file-reader.toml");
    let manifest = std::fs::read_to_string(manifest).unwrap();
    let program = domicile_guests::bytes(programs::FLOW_INTERPRETER).unwrap();
    world.install_bytes(with_manifest(program, &manifest)).await;
    let mut browser = Browser::signed_in(&world).await;
    bring(&mut browser, ROOT, "plain.txt", "text").await;
    let long = "x".repeat(255);
    let names = [
        "../../etc/passwd",
        "a\r\nSet-Cookie: a=b",
        "photo\u{202e}gpj.exe",
        "pdf.\u{200b}html",
        "\u{e0041}\u{feff}",
        "",
        "\"; filename=\"evil.html",
        "</a><script>alert(1)</script>",
        "\u{5d0}\u{5d1}.html",
        &long,
    ];
    for name in names {
        let entry = inside(&world, ROOT).remove(0);
        let body = &world.documents(FILES)[0].body;
        let mut body: serde_json::Value = serde_json::from_str(body).unwrap();
        body["name"] = name.into();
        let said = ask(&world, &format!("update io.cozy.files {body}")).await;
        assert!(said.starts_with("Ok"), "{name:?}: {said}");
        let there = format!("{HOME}/files/{}", entry.id);
        for page in [format!("{HOME}/files"), there.clone()] {
            let page = browser.follow(&page).await;
            assert_eq!(page.status, StatusCode::OK, "{name:?}");
            let odd =
                |c: char| c != '\n' && (c.is_control() || "\u{202e}\u{200b}\u{feff}".contains(c));
            assert!(!page.text.contains(odd) && !page.text.contains("<script>"), "{name:?}");
            assert!(between(&page.text, "<bdi>", "</bdi>").trim().len() < 260, "{name:?}");
            assert!(!page.text.contains("<bdi></bdi>"), "{name:?}");
        }
        let given = browser.follow(&format!("{there}/download")).await;
        assert!(!given.headers.contains_key("set-cookie"), "{name:?}");
        let saved = given.headers["content-disposition"].to_str().unwrap();
        assert!(saved.len() < 1_200 && saved.matches('"').count() == 2, "{saved}");
        let saved = between(saved, "filename=\"", "\"");
        assert!(!saved.contains(['/', '\\']) && !saved.contains(".."), "{saved}");
        let ending = saved.rsplit_once('.').map_or("", |(_, ending)| ending);
        assert!(matches!(ending, "" | "bin" | "txt"), "{name:?}: {saved}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_never_finished_is_never_there() {
    let world = with_app().await;
    assert_eq!(ask(&world, "unfinished big").await, "dropped");
    assert!(inside(&world, ROOT).is_empty());
    assert_eq!(chunks(&world), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_importer_saves_blindly_and_the_owners_changes_stay() {
    let world = World::new().await;
    world.install(programs::IMPORTER_FILES).await;
    let bill = "Bills/Water/may.txt\nmay\nforty euros";
    let imported = world.import("a.bill", bill).await.unwrap();
    assert_eq!((imported.deposited, imported.changed), (1, 3));
    assert_eq!(world.import("a.bill", bill).await.unwrap().changed, 0, "twice adds nothing");
    let bills = inside(&world, ROOT).remove(0);
    let water = inside(&world, &bills.id).remove(0);
    let may = inside(&world, &water.id).remove(0);
    assert_eq!((bills.name.as_str(), water.name.as_str()), ("Bills", "Water"));
    assert_eq!(may.label.to_string(), "files@bill-file");
    let (_, mut reader) = world.home.store().content(&everything(), &may.id).unwrap().unwrap();
    assert_eq!(reader.read(0, 100).unwrap(), bill.as_bytes());
    drop(reader);
    // The owner names it otherwise: that lies over it, and the next import changes what is below.
    let mut browser = Browser::signed_in(&world).await;
    let there = format!("{HOME}/files/{}", may.id);
    browser.post(&format!("{there}/rename"), "name=mine.txt", HOME).await;
    let again = bill.replace("forty", "fifty");
    assert_eq!(world.import("a.bill", &again).await.unwrap().changed, 1);
    let now = inside(&world, &water.id).remove(0);
    assert_eq!((now.id.as_str(), now.name.as_str()), (may.id.as_str(), "mine.txt"));
    assert_eq!(browser.follow(&format!("{there}/download")).await.text, again);
    // For good means all of it, whatever lies over it.
    browser.post(&format!("{there}/trash"), "", HOME).await;
    browser.post(&format!("{there}/delete"), "", HOME).await;
    assert!(inside(&world, &water.id).is_empty());
    swept(&world).await;
    let refused = world.import("b.bill", "../x\nkey\n").await.unwrap_err();
    assert!(format!("{refused:?}").contains("no name"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_need_a_grant_of_their_own() {
    let world = World::new().await;
    let manifest = attack::folder().join("manifests/file-reader.toml");
    let manifest = std::fs::read_to_string(manifest).unwrap();
    let program = domicile_guests::bytes(programs::FLOW_FILES).unwrap();
    let manifest = manifest.replace("io.cozy.files", "io.cozy.notes");
    let refused =
        domicile::registry::propose(&world.house, with_manifest(program, &manifest)).await;
    let refused = refused.err().unwrap().to_string();
    assert!(refused.contains("domicile:files") && refused.contains("io.cozy.files"), "{refused}");
}

/// A chunk that is gone is found, by the name of its file; what is sound stays readable.
#[tokio::test(flavor = "multi_thread")]
async fn doctor_names_the_file_that_misses_a_part() {
    let world = World::new().await;
    let mut browser = Browser::signed_in(&world).await;
    bring(&mut browser, ROOT, "letter.txt", "what was written").await;
    let blobs = world.folder.path().join("homes/home/blobs");
    let fans = std::fs::read_dir(&blobs).unwrap().map(|fan| fan.unwrap().path());
    let mut chunks = fans.flat_map(|fan| std::fs::read_dir(fan).unwrap());
    let chunk = chunks.next().unwrap().unwrap().path();
    std::fs::write(&chunk, b"junk").unwrap();
    let entry = inside(&world, ROOT).remove(0);
    let given = browser.follow(&format!("{HOME}/files/{}/download", entry.id)).await;
    assert_eq!(given.status, StatusCode::INTERNAL_SERVER_ERROR, "an error, never other bytes");
    drop(browser);
    let World { house, home, folder } = world;
    drop((house, home));
    let (sound, told) = domicile(folder.path(), &["doctor"]);
    assert!(!sound && told.contains("letter.txt") && told.contains("is damaged"), "{told}");
    std::fs::remove_file(&chunk).unwrap();
    let (sound, told) = domicile(folder.path(), &["doctor"]);
    assert!(!sound && told.contains("letter.txt") && told.contains("misses"), "{told}");
}
