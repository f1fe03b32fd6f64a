//! Files that konnectors bring: saved blindly, each by itself, about what their provider told.

use domicile::flow::Fault;
use domicile::flow::audit::Event;
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

/// What the only file of a home holds.
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
    let account = stage.account(&save("a.txt", "key", "text")).await;
    let doctype = FILES.parse().unwrap();
    registry::revoke(house, home, &account.component, &doctype).await.unwrap();
    assert_eq!(stage.collect(&account).await.unwrap().warnings, ["Err(Absent)"]);
    assert!(stage.world.documents(FILES).is_empty() && chunks(&stage.world) == 0);
    let trail = stage.world.audit().await;
    let refused = trail.iter().any(|entry| {
        matches!(&entry.event, Event::Run { refusals, .. }
            if refusals.iter().any(|one| one.rule == Rule::R7))
    });
    assert!(refused, "{trail:#?}");
    registry::allow(house, home, &account.component, &doctype).await.unwrap();
    assert_eq!(stage.collect(&account).await.unwrap().warnings, ["Ok(())"], "the control");

    // A manifest that doesn't ask for it does not even get in.
    let manifest = MANIFEST.replace(FILES, "io.cozy.notes");
    let program = domicile_guests::bytes(programs::KONNECTOR_FILES).unwrap();
    let Err(refused) = registry::propose(house, with_manifest(program, &manifest)).await else {
        panic!("it was accepted")
    };
    assert!(refused.to_string().contains("domicile:files/save"), "{refused}");
}
