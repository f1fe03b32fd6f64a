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
