//! Files that konnectors bring: saved blindly, each by itself, about what their provider told.

use domicile::flow::Fault;
use domicile::flow::audit::{Event, Requests};
use domicile::{jobs, registry};
use domicile_guests::programs;
use domicile_policy::Rule;
use domicile_store::files::{FILES, ROOT};

use crate::exfil::component::with_manifest;
use crate::files::{chunks, everything, inside};
use crate::provider::{FILES_MANIFEST as MANIFEST, Stage, probe};
use crate::support::World;

async fn stage() -> Stage {
    Stage::new(World::new().await, MANIFEST, None).await
}

fn save(path: &str, key: &str, text: &str) -> String {
    serde_json::json!({ "save": [path, key, text] }).to_string()
}

/// Along the free route, under the path as its key.
fn download(route: &str, rest: &str, path: &str) -> String {
    let request = serde_json::json!({ "route": route, "slots": { "rest": rest } });
    serde_json::json!({ "download": [request, path, path] }).to_string()
}

/// The line of the last run.
async fn requests(world: &World) -> Vec<Requests> {
    let run = world.audit().await.into_iter().find_map(|entry| match entry.event {
        Event::Run { requests, .. } => Some(requests),
        _ => None,
    });
    run.expect("the run is in the trail")
}

/// What a file holds.
fn content(world: &World, id: &str) -> String {
    let (_, mut reader) = world.home.store().content(&everything(), id).unwrap().unwrap();
    String::from_utf8(reader.read(0, 1 << 20).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_a_konnector_saved_stays_if_its_run_fails() {
    let stage = stage().await;
    let world = &stage.world;
    let may = save("Bills/Water/may.txt", "may", "forty euros");
    let failing = stage.account(&format!("{may}\n\"fail\"")).await;
    assert_eq!(stage.collect(&failing).await.unwrap_err().code(), "vendor-down");
    let bills = inside(world, ROOT).remove(0);
    let water = inside(world, &bills.id).remove(0);
    let file = inside(world, &water.id).remove(0);
    assert_eq!((bills.name.as_str(), water.name.as_str()), ("Bills", "Water"));
    assert_eq!((file.name.as_str(), file.label.to_string().as_str()), ("may.txt", "files@acme"));
    assert_eq!(file.influence.to_string(), water.influence.to_string());
    assert_eq!(content(world, &file.id), "forty euros");
    let trail = world.audit().await;
    let wrote = trail.iter().any(|entry| {
        matches!(&entry.event, Event::Wrote { act, doctype, count: 1, .. }
            if act == "deposited" && doctype.as_str() == FILES)
    });
    assert!(wrote, "{trail:#?}");

    // The same key is the same file, and what changed is all that is written.
    let same = [may.as_str(), &save("Bills/Water/may.txt", "june", "fifty euros")].join("\n");
    let account = stage.account(&same).await;
    jobs::run_account(&world.house, &world.home, &account).unwrap().await.unwrap();
    let installed = registry::find(&world.home, &account.component).unwrap();
    let now = jobs::overview_of_account(&world.house, &world.home, &installed, &account).unwrap();
    let ran = &now.runs[0];
    assert_eq!((ran.outcome.as_str(), ran.files, ran.brought), ("done", 2, 0), "{ran:?}");
    let mut files = inside(world, &water.id);
    files.retain(|one| one.id != file.id);
    assert_eq!((files.len(), files[0].name.as_str()), (1, "may.txt"), "a name is no key");
    let again = world.documents(FILES).into_iter().find(|one| one.id == file.id).unwrap();
    assert_eq!(again.revision, file.revision, "it was not written again");
    stage.answers(&save("Elsewhere/may.pdf", "may", "paid")).await;
    let moved = inside(world, ROOT).into_iter().find(|one| one.name == "Elsewhere").unwrap();
    let moved = inside(world, &moved.id).remove(0);
    assert_eq!((moved.id.as_str(), content(world, &moved.id)), (file.id.as_str(), "paid".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_leads_elsewhere_is_no_path() {
    let stage = stage().await;
    let deep = ["a"; 65].join("/");
    let hostile = [
        "../may.txt",
        "/etc/passwd",
        "a/../../b",
        "a//b",
        "a/",
        "",
        "a/\u{0}.txt",
        "a/\u{1b}[2J",
        "photo\u{202e}gpj.exe",
        "a\nb",
        &deep,
        &"x".repeat(256),
    ];
    let steps: Vec<String> = hostile.iter().map(|path| save(path, "key", "text")).collect();
    for (path, answer) in hostile.iter().zip(stage.answers(&steps.join("\n")).await) {
        assert!(answer.starts_with("Err(Invalid("), "{path:?}: {answer}");
    }
    let long = save("a", &"k".repeat(501), "text");
    assert!(stage.answers(&long).await[0].contains("1 to 500"));
    assert!(stage.world.documents(FILES).is_empty() && chunks(&stage.world) == 0);
    let good = ["a"; 64].join("/");
    assert_eq!(stage.answers(&save(&good, "key", "text")).await, ["Ok(())"], "the control");
    assert_eq!(stage.world.documents(FILES).len(), 64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_tells_nothing_of_what_is_stored() {
    let told = async |fault| {
        let world = World::at(tempfile::tempdir().unwrap(), fault).await;
        let stage = Stage::new(world, MANIFEST, None).await;
        let other = MANIFEST.replacen("id = \"probe\"", "id = \"second\"", 1);
        let other = other.replacen("id = \"acme\"", "id = \"other\"", 1);
        stage.world.install_bytes(probe(&other)).await;
        let may = save("Bills/may.txt", "may", "forty euros");
        let second = stage.account_of("second", &may).await;
        let before = stage.collect(&second).await.unwrap().warnings;
        stage.answers(&may).await.into_iter().chain(before).collect::<Vec<_>>()
    };
    assert_eq!(told(Fault::Nothing).await, ["Ok(())", "Ok(())"]);
    let control = told(Fault::DepositTells).await;
    assert_ne!(control[0], control[1], "{control:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_granted_is_not_saved() {
    let stage = stage().await;
    let World { house, home, .. } = &stage.world;
    let both = [save("a.txt", "key", "text"), download("any", "hello", "b.txt")].join("\n");
    let account = stage.account(&both).await;
    let doctype = FILES.parse().unwrap();
    registry::revoke(house, home, &account.component, &doctype).await.unwrap();
    assert_eq!(stage.collect(&account).await.unwrap().warnings, ["Err(Absent)", "Refused"]);
    assert!(stage.left().is_empty(), "nothing was asked for");
    assert!(stage.world.documents(FILES).is_empty() && chunks(&stage.world) == 0);
    let trail = stage.world.audit().await;
    let refused = trail.iter().any(|entry| {
        matches!(&entry.event, Event::Run { refusals, .. }
            if refusals.iter().any(|one| one.rule == Rule::R7))
    });
    assert!(refused, "{trail:#?}");
    registry::allow(house, home, &account.component, &doctype).await.unwrap();
    let control = stage.collect(&account).await.unwrap().warnings;
    assert_eq!(control, ["Ok(())", "200 5"], "the control");

    // A manifest that doesn't ask for it does not even get in.
    let manifest = MANIFEST.replace(FILES, "io.cozy.notes");
    let program = domicile_guests::bytes(programs::KONNECTOR_FILES).unwrap();
    let Err(refused) = registry::propose(house, with_manifest(program, &manifest)).await else {
        panic!("it was accepted")
    };
    for import in ["domicile:files/save", "domicile:files/download"] {
        assert!(refused.to_string().contains(import), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_comes_home_past_the_component() {
    let stage = stage().await;
    let world = &stage.world;
    let steps = [
        download("any", "hello", "Bills/hello.txt"),
        download("any", "fail", "Bills/fail.txt"),
        download("any", "in", "Bills/redirected.txt"),
        download("any", "hello", "../hello.txt"),
        download("other", "hello", "a.txt"),
        r#"{"download": [{"route": "sign-in", "form": {}}, "session.txt", "s"]}"#.to_owned(),
    ];
    let answers = stage.answers(&steps.join("\n")).await;
    assert_eq!(answers[..3], ["200 5", "500 0", "302 0"], "{answers:?}");
    assert!(answers[3].contains("no name") && answers[4] == "Refused", "{answers:?}");
    assert!(answers[5].contains("a session brings no file"), "{answers:?}");
    let bills = inside(world, ROOT).remove(0);
    let files = inside(world, &bills.id);
    assert_eq!((inside(world, ROOT).len(), files.len()), (1, 1), "{files:?}");
    let file = &files[0];
    assert_eq!((file.name.as_str(), file.label.to_string().as_str()), ("hello.txt", "files@acme"));
    assert_eq!((content(world, &file.id).as_str(), file.size), ("hello", 5));
    let made = requests(world).await;
    let good = made.iter().find(|made| made.end == "2xx").unwrap();
    assert_eq!((good.host.as_str(), good.count, good.received), ("api.acme.example", 1, 5));
    assert_eq!(made.len(), 3, "{made:#?}");
    // Another page of it: the file is that one.
    let again = serde_json::json!({ "download": [
        { "route": "any", "slots": { "rest": "echo" } }, "Bills/other.txt", "Bills/hello.txt"
    ]});
    stage.answers(&again.to_string()).await;
    let now = inside(world, &bills.id).remove(0);
    assert_eq!((now.id.as_str(), now.name.as_str()), (file.id.as_str(), "other.txt"));
    assert!(content(world, &now.id).contains("GET /any/echo"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_origin_that_wants_a_pause_is_asked_for_no_file() {
    let stage = stage().await;
    let steps = ["busy", "hello", "closed", "hello"].map(|rest| download("any", rest, "a.txt"));
    let answers = stage.answers(&steps.join("\n")).await;
    assert_eq!(answers, ["429 0", "200 5", "503 0", "Unreachable"]);
    assert_eq!(stage.provider.seen().len(), 3);
    assert!(requests(&stage.world).await.iter().any(|made| made.end == "pause"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_asked_for_with_its_own_routes_secret_alone() {
    let stage = stage().await;
    let control = r#"{"download": [{"route": "basic"}, "b.txt", "b"]}"#;
    let steps = [download("any", "hello", "a.txt"), control.to_owned()].join("\n");
    assert_eq!(stage.answers(&steps).await, ["200 5", "Unreachable"]);
    let seen = stage.provider.seen();
    assert!(!seen[0].contains("authorization") && !seen[0].contains("alice"), "{seen:?}");
    assert!(seen[1].contains("authorization: Basic "), "{seen:?}");
    let made = requests(&stage.world).await;
    let of = |route: &str| made.iter().find(|made| made.route == route).unwrap();
    assert!(!of("any").credential && of("basic").credential);
    assert_eq!(of("basic").end, "echo");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_ends_where_the_home_can_keep_no_more() {
    let stage = stage().await;
    // What stands where its files should go can't be opened.
    let blobs = stage.world.folder.path().join("homes/home/blobs");
    let _ = std::fs::remove_dir_all(&blobs);
    std::fs::write(&blobs, "in the way").unwrap();
    let mark = r#"{"set": ["mark", "it is here"]}"#;
    let recall = r#"{"recall": "mark"}"#;
    let mut accounts = Vec::new();
    for step in [save("a.txt", "key", "text"), download("any", "hello", "a.txt")] {
        let account = stage.account(&[recall, &step, mark].join("\n")).await;
        assert_eq!(stage.collect(&account).await.unwrap_err().code(), "lost", "{step}");
        accounts.push(account);
    }
    std::fs::remove_file(&blobs).unwrap();
    for account in accounts {
        let answers = stage.collect(&account).await.unwrap().warnings;
        assert_eq!((answers[0].as_str(), answers[2].as_str()), ("Ok(None)", "Ok(())"));
    }
    assert_eq!(inside(&stage.world, ROOT).len(), 2);
}
