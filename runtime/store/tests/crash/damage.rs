//! Files that were changed behind the home's back: an error that names the home, never a panic,
//! never other data than was written.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use domicile_store::{Home, Limits, OpenError, Query, QueryError, ReadError, WriteBatch};
use serde_json::json;

use crate::support::*;

fn open(path: &Path) -> Result<Home, OpenError> {
    let limits = Limits { cache_bytes: 1 << 20, ..Limits::default() };
    Home::open(path, "test".parse().unwrap(), [1; 32], doctypes(INDEXED), limits)
}

fn check(path: &Path) -> Result<(), OpenError> {
    Home::check(path, "test".parse().unwrap(), &Limits::default())
}

/// The path of a home with some hundred documents, closed.
async fn made(folder: &Path) -> PathBuf {
    let path = folder.join("store.redb");
    let home = open(&path).unwrap();
    let ops = (0..300).map(|n| {
        let at = ["notes@self", "notes@acme"][n % 2];
        create(at, json!({"a": n % 7, "b": format!("{n}"), "text": "lorem ipsum ".repeat(n % 20)}))
    });
    let batch =
        WriteBatch { ops: ops.collect(), log: vec![b"made".to_vec()], ..Default::default() };
    home.write(batch).await.unwrap();
    path
}

/// All documents, found in two ways, and the log.
fn read_all(home: &Home) -> Result<BTreeMap<String, String>, QueryError> {
    let scope = everything();
    let mut found = BTreeMap::new();
    for query in [Query::new("{}"), Query::new("{}").sort("a", true)] {
        let mut query = query;
        for _ in 0..10 {
            let page = home.find(&scope, &query)?;
            let documents = page.documents.into_iter();
            found.extend(documents.map(|one| (one.id, one.body)));
            query.cursor = page.next;
            if query.cursor.is_none() {
                break;
            }
        }
    }
    let ids: Vec<&str> = found.keys().map(String::as_str).take(100).collect();
    home.get_many(&scope, &ids)?;
    match home.verify_log() {
        Err(domicile_store::LogError::Read(error)) => Err(error.into()),
        _ => Ok(found),
    }
}

fn names_the_home(error: &OpenError, path: &Path) {
    let text = error.to_string();
    assert!(text.contains("`test`") && text.contains(&path.display().to_string()), "{text}");
}

#[derive(Debug, Default)]
struct Tally {
    unharmed: usize,
    not_opened: usize,
    not_read: usize,
    incomplete: usize,
}

impl Tally {
    /// Open the damaged file and judge what comes of it.
    fn judge(&mut self, path: &Path, good: &BTreeMap<String, String>) {
        let home = match open(path) {
            Ok(home) => home,
            Err(error) => {
                names_the_home(&error, path);
                self.not_opened += 1;
                return;
            }
        };
        match read_all(&home) {
            Ok(found) => {
                for (id, body) in &found {
                    assert_eq!(good.get(id), Some(body), "other data than was written");
                }
                drop(home);
                if found.len() == good.len() {
                    self.unharmed += 1;
                } else {
                    // A way to some documents is broken. The owner's check tells.
                    names_the_home(&check(path).unwrap_err(), path);
                    self.incomplete += 1;
                }
            }
            Err(QueryError::Read(
                error @ (ReadError::Damaged { .. } | ReadError::Unavailable { .. }),
            )) => {
                assert!(error.to_string().contains("`test`"), "{error}");
                self.not_read += 1;
            }
            Err(other) => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn a_flipped_bit_is_an_error_or_harmless() {
    let folder = tempfile::tempdir().unwrap();
    let path = made(folder.path()).await;
    let bytes = fs::read(&path).unwrap();
    let good = read_all(&open(&path).unwrap()).unwrap();
    assert_eq!(good.len(), 300);
    check(&path).unwrap();
    let damaged = folder.path().join("damaged.redb");
    let mut tally = Tally::default();
    // The head densely, then wherever there is something.
    let used: Vec<usize> = (320..bytes.len()).filter(|at| bytes[*at] != 0).collect();
    let step = (used.len() / 160).max(1);
    for at in (0..320).step_by(4).chain(used.into_iter().step_by(step)) {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        fs::write(&damaged, changed).unwrap();
        tally.judge(&damaged, &good);
    }
    println!("{tally:?}");
    assert!(tally.unharmed > 0 && tally.not_opened > 0 && tally.not_read > 0, "{tally:?}");
    // Rare, or the tags don't do their work.
    assert!(tally.incomplete * 5 < tally.not_read + tally.not_opened, "{tally:?}");
}

#[tokio::test]
async fn a_cut_off_file_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = made(folder.path()).await;
    let bytes = fs::read(&path).unwrap();
    let good = read_all(&open(&path).unwrap()).unwrap();
    let damaged = folder.path().join("damaged.redb");
    let mut tally = Tally::default();
    let half = bytes.len() / 2;
    for length in [0, 1, 100, 320, 4095, 4096, 8192, 65536, half, half + 1, bytes.len() - 1] {
        fs::write(&damaged, &bytes[..length]).unwrap();
        tally.judge(&damaged, &good);
    }
    assert_eq!(tally.incomplete, 0, "{tally:?}");
    assert!(tally.not_opened >= 6, "{tally:?}");
    assert!(tally.unharmed <= 4, "{tally:?}");
}

#[tokio::test]
async fn what_is_no_home_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = made(folder.path()).await;
    let other =
        Home::open(&path, "test".parse().unwrap(), [9; 32], doctypes(INDEXED), Limits::default());
    let Err(error @ OpenError::Key { .. }) = other else { panic!("opened under a wrong key") };
    names_the_home(&error, &path);
    // Once open, it is nobody else's.
    let home = open(&path).unwrap();
    let error = open(&path).map(drop).unwrap_err();
    names_the_home(&error, &path);
    assert!(error.to_string().contains("another process"), "{error}");
    drop(home);
    assert!(open(&path).is_ok());
    let letter = folder.path().join("letter.txt");
    fs::write(&letter, "Dear home, ".repeat(1_000)).unwrap();
    let Err(error @ OpenError::Damaged { .. }) = open(&letter) else { panic!("opened a letter") };
    names_the_home(&error, &letter);
    assert_eq!(fs::read_to_string(&letter).unwrap().len(), 11_000, "and it was changed");
    let nowhere = folder.path().join("no/such/folder/store.redb");
    let Err(error @ OpenError::Refused { .. }) = open(&nowhere) else { panic!("opened nothing") };
    names_the_home(&error, &nowhere);
}
