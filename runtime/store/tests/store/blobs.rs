//! The chunks of files, changed behind the home's back: a named error, never other bytes.

use std::fs;
use std::path::{Path, PathBuf};

use domicile_proto::doctype::Doctypes;
use domicile_store::{ContentError, Home, Limits};

use crate::files::{content, noise, open, owner, put, whole};

fn paths(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for fan in fs::read_dir(folder.join("blobs")).unwrap() {
        let fan = fan.unwrap().path();
        found.extend(fs::read_dir(fan).unwrap().map(|entry| entry.unwrap().path()));
    }
    found.sort();
    found
}

fn named(path: &Path) -> String {
    let fan = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
    format!("{fan}{}", path.file_name().unwrap().to_str().unwrap())
}

/// What reading the only file says, what the examination says, and whether the other file is
/// whole.
fn outcome(home: &Home, id: &str) -> ContentError {
    let (_, mut reader) = home.content(&owner(), id).unwrap().unwrap();
    let read = (0..20).find_map(|at| reader.read(at << 17, 1 << 17).err());
    let error = read.expect("damage was taken for data");
    let (count, unsound) = home.check_contents().unwrap();
    assert_eq!((count, unsound.len()), (2, 1), "{unsound:?}");
    assert_eq!(unsound[0].error, error);
    error
}

#[tokio::test]
async fn damage_is_named_and_never_data() {
    let folder = tempfile::tempdir().unwrap();
    let home = open(folder.path(), Limits::default());
    let bytes = noise(1, 2_000_000);
    put(&home, "files@acme", "other", b"untouched").await.unwrap();
    let untouched = paths(folder.path());
    let id = put(&home, "files@self", "one", &bytes).await.unwrap().id;
    let all: Vec<PathBuf> =
        paths(folder.path()).into_iter().filter(|path| !untouched.contains(path)).collect();
    let target = &all[all.len() / 2];
    let sound = fs::read(target).unwrap();
    let mut flipped = sound.clone();
    flipped[sound.len() / 2] ^= 1;
    let swapped = fs::read(&all[0]).unwrap();
    let damages: [(&str, Vec<u8>); 5] = [
        ("flipped", flipped),
        ("cut", sound[..sound.len() - 1].to_vec()),
        ("longer", [sound.as_slice(), &[0]].concat()),
        ("empty", Vec::new()),
        ("another chunk", swapped),
    ];
    let damaged = ContentError::Damaged { home: "test".parse().unwrap(), chunk: named(target) };
    for (what, damage) in damages {
        fs::write(target, damage).unwrap();
        assert_eq!(outcome(&home, &id), damaged, "{what}");
    }
    fs::remove_file(target).unwrap();
    let missing = ContentError::Missing { home: "test".parse().unwrap(), chunk: named(target) };
    assert_eq!(outcome(&home, &id), missing);
    // Writing the same bytes again mends it.
    drop(content(&home, "files@self", &bytes));
    assert_eq!(whole(&home, &owner(), &id).unwrap(), bytes);
    fs::write(target, b"junk").unwrap();
    drop(content(&home, "files@self", &bytes));
    assert_eq!(whole(&home, &owner(), &id).unwrap(), bytes);
    assert_eq!(home.check_contents().unwrap().1, []);
}

/// The bytes of one home under another's name are nobody's.
#[tokio::test]
async fn a_chunk_of_another_home_is_damage() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let home = open(here.path(), Limits::default());
    let other = Home::open(
        &there.path().join("store.redb"),
        "other".parse().unwrap(),
        [9; 32],
        Doctypes::builtin(),
        Limits::default(),
    )
    .unwrap();
    let bytes = noise(3, 50_000);
    let id = put(&home, "files@self", "one", &bytes).await.unwrap().id;
    put(&other, "files@self", "one", &bytes).await.unwrap();
    let (ours, theirs) = (paths(here.path()), paths(there.path()));
    assert_ne!(named(&ours[0]), named(&theirs[0]), "one content has two names in two homes");
    fs::copy(&theirs[0], &ours[0]).unwrap();
    let (_, mut reader) = home.content(&owner(), &id).unwrap().unwrap();
    let error = reader.read(0, 10).unwrap_err();
    assert!(matches!(error, ContentError::Damaged { .. }), "{error}");
    assert!(!fs::read(&theirs[0]).unwrap().windows(16).any(|some| bytes.starts_with(some)));
}
