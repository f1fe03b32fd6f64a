//! The commands, as a newcomer types them.

use std::process::Command;

fn domicile() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_domicile"));
    let components = std::path::Path::new(domicile_guests::BANKS).parent().unwrap();
    command.env("DOMICILE_COMPONENTS", components);
    command
}

#[test]
fn the_demo_tells_its_story() {
    let output = domicile().args(["demo", "--once"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    for part in ["Banks shows a page", "refused at install", "Caught:"] {
        assert!(text.contains(part), "`{part}` is missing in:\n{text}");
    }
}

#[test]
fn audit_says_no_with_its_exit_code() {
    let run = |path| domicile().args(["audit", path]).output().unwrap();
    assert!(run(domicile_guests::BANKS).status.success());
    let refused = run(domicile_guests::programs::HOSTILE_SOCKETS);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stdout).contains("wasi:sockets"));
}

#[test]
fn audit_compares_versions_and_keeps_an_operators_rules() {
    let folder = tempfile::tempdir().unwrap();
    let rules = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let audit = |arguments: &[&str]| {
        let output = domicile().arg("audit").args(arguments).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        (output.status.code(), text)
    };
    let (banks, hello) = (domicile_guests::BANKS, domicile_guests::programs::PAGE_HELLO);
    assert_eq!(audit(&[banks, "--against", banks]).0, Some(0));
    let (code, text) = audit(&[banks, "--against", hello]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("+ bank@* to screen"), "{text}");
    let deny = rules("deny.toml", "[category]\ndeny = [\"bank\"]\n");
    let (code, text) = audit(&[banks, "--policy", &deny]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("line 2 (deny): the category `bank`"), "{text}");
    let allow = rules("allow.toml", "[category]\ndeny = [\"mail\"]\n");
    assert_eq!(audit(&[banks, "--policy", &allow]).0, Some(0));
    let wrong = rules("wrong.toml", "[category]\ndeny = [\"banks\"]\n");
    let (code, text) = audit(&[banks, "--policy", &wrong]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("did you mean `bank`?"), "{text}");
    assert_eq!(audit(&["/nowhere.wasm"]).0, Some(2));
}

#[test]
fn every_audit_follows_the_published_schema() {
    let audit = |arguments: &[&str]| {
        let output = domicile().arg("audit").args(arguments).output().unwrap();
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    let schema = jsonschema::validator_for(&audit(&["--schema"])).unwrap();
    let mut seen = 0;
    for guest in
        domicile_guests::ALL.iter().filter(|guest| domicile_guests::bytes(guest.path).is_ok())
    {
        let value = audit(&[guest.path, "--json"]);
        let error = schema.iter_errors(&value).next().map(|error| error.to_string());
        assert_eq!(error, None, "{}", guest.name);
        seen += 1;
    }
    assert!(seen > 10, "only {seen} components are built");
}

#[test]
fn commands_reach_a_home_without_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let run = |arguments: &[&str]| {
        let output = domicile().args(arguments).args(["--data", data]).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        (output.status.code(), text)
    };
    assert_eq!(run(&["home", "add", "home"]).0, Some(0));
    let (code, text) = run(&["app", "install", domicile_guests::BANKS]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("--yes"), "{text}");
    let (code, text) = run(&["app", "install", domicile_guests::BANKS, "--yes"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(run(&["app", "list"]).1.contains("banks"));
    let (code, text) = run(&["doctor"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(run(&["log"]).1.contains("installed"));
    assert_eq!(run(&["nonsense"]).0, Some(2));
}

#[test]
fn doctor_finds_a_byte_that_was_changed() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = domicile().args(arguments).arg("--data").arg(folder.path()).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&text).into_owned())
    };
    for home in ["ann", "bob"] {
        assert_eq!(run(&["home", "add", home, "--owner", "MARKER-OWNER"]).0, Some(0));
    }
    let (code, text) = run(&["doctor"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("ann: sound") && text.contains("bob: sound"), "{text}");

    let file = folder.path().join("homes/bob/store.redb");
    let mut bytes = std::fs::read(&file).unwrap();
    let marker = b"MARKER-OWNER";
    let places = bytes.windows(marker.len()).enumerate();
    let places: Vec<usize> = places.filter(|(_, at)| at == marker).map(|(at, _)| at).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at] ^= 1;
    }
    std::fs::write(&file, &bytes).unwrap();
    let (code, text) = run(&["doctor"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("ann: sound"), "{text}");
    let bob = text.lines().find(|line| line.contains("bob: ")).unwrap();
    assert!(bob.contains("is damaged") && bob.contains("restore it from a backup"), "{bob}");
}
