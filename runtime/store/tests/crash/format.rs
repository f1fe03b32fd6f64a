//! Files of other versions: older ones are brought up, newer ones refused. The old layout is
//! written here byte by byte, so that the test would notice if the program's idea of it changed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domicile_policy::{Actor, Influence, Label};
use domicile_store::engine::redb::RedbEngine;
use domicile_store::engine::{Batch, Engine, EngineError, Snapshot};
use domicile_store::{Home, Limits, OpenError, Provenance, Query};
use serde::Serialize;
use serde_json::json;

use crate::support::*;

const KEY: [u8; 32] = [1; 32];
const DOCUMENTS: usize = 700;

#[derive(Serialize)]
struct OldCompartment {
    doctype: String,
    label: Label,
    sequence: u64,
}

#[derive(Serialize)]
struct OldDocument {
    sequence: u64,
    revision: [u8; 16],
    provenance: Provenance,
    body: String,
}

/// How handles are made: also a part of the format.
fn handle(at: &str) -> [u8; 16] {
    let key = blake3::derive_key("domicile store 2026-11 handle", &KEY);
    let mut hasher = blake3::Hasher::new_keyed(&key);
    for part in [THINGS, label(at).canonical().as_str()] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().as_bytes()[..16].try_into().unwrap()
}

fn fixture() -> Batch {
    let mut batch = Batch::default();
    let mut put = |table: u8, parts: &[&[u8]], value: Vec<u8>| {
        let key = [&[table], parts.concat().as_slice()].concat();
        batch.changes.insert(key, Some(value));
    };
    put(0x01, &[b"format"], 0u32.to_be_bytes().to_vec());
    for at in ["notes@self", "notes@acme"] {
        let handle = handle(at);
        let compartment = OldCompartment {
            doctype: THINGS.to_owned(),
            label: label(at),
            sequence: DOCUMENTS as u64,
        };
        put(0x12, &[&handle], postcard::to_allocvec(&compartment).unwrap());
        for n in 0..DOCUMENTS as u64 {
            let item = [&n.to_be_bytes()[..], &[7; 8]].concat();
            let document = OldDocument {
                sequence: n + 1,
                revision: [n as u8; 16],
                provenance: provenance(),
                body: json!({"a": n % 10, "at": at}).to_string(),
            };
            put(0x13, &[&handle, &item], postcard::to_allocvec(&document).unwrap());
            let id = [&handle[..], &item].concat();
            put(0x16, &[&handle, &(n + 1).to_be_bytes()], id);
        }
    }
    put(0x17, &[b"session", &[0], b"owner"], b"passphrase".to_vec());
    for n in 0..600u64 {
        put(0x18, &[&n.to_be_bytes()], format!("entry {n}").into_bytes());
    }
    batch
}

fn inspect(home: &Home) {
    let scope = everything();
    let count = |selector: &str| home.count(&scope, &Query::new(selector)).unwrap() as usize;
    assert_eq!(count("{}"), 2 * DOCUMENTS);
    assert_eq!(count(r#"{"a": 3}"#), 2 * DOCUMENTS / 10);
    let found = home.find(&scope, &Query::new(r#"{"a": 3}"#).sort("a", true)).unwrap();
    let one = &found.documents[0];
    assert_eq!(body(one)["a"], 3);
    assert_eq!(one.provenance, provenance());
    assert_eq!(one.influence, Influence::of([Actor::Anyone]));
    assert_eq!(one.label, label(body(one)["at"].as_str().unwrap()));
    assert_eq!(home.changes(&scope, None, 100).unwrap().changes.len(), 100);
    assert_eq!(home.record("session", "owner").unwrap().unwrap(), b"passphrase");
    assert_eq!(home.verify_log().unwrap().entries, 600);
    assert_eq!(home.log_entries(None, 1).unwrap()[0].bytes, b"entry 599");
}

fn open_on(engine: impl Engine + 'static) -> Result<Home, OpenError> {
    let name = "test".parse().unwrap();
    let limits = Limits::default();
    Home::open_on(Box::new(engine), name, KEY, [2; 32], doctypes(INDEXED), limits)
}

#[tokio::test]
async fn an_old_file_is_brought_up_and_used() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.redb");
    let engine = RedbEngine::create(&path, 1 << 20).unwrap();
    engine.commit(&fixture()).unwrap();
    drop(engine);
    let open = |key| {
        let name = "test".parse().unwrap();
        Home::open(&path, name, key, doctypes(INDEXED), Limits::default())
    };
    assert!(matches!(open([9; 32]), Err(OpenError::Key { .. })), "a wrong key changes nothing");
    let home = open(KEY).unwrap();
    inspect(&home);
    // Numbers go on where they were.
    let written = home.write(domicile_store::WriteBatch {
        ops: vec![create("notes@self", json!({"a": 99}))],
        log: vec![b"entry 600".to_vec()],
        ..Default::default()
    });
    written.await.unwrap();
    assert_eq!(home.verify_log().unwrap().entries, 601);
    drop(home);
    let engine = RedbEngine::open(&path, 1 << 20).unwrap();
    let snapshot = engine.snapshot().unwrap();
    assert_eq!(snapshot.range(&[0x10], &[0x20], 9, false).unwrap(), [], "old tables are gone");
    assert_eq!(snapshot.get(b"\x01format").unwrap().unwrap(), 1u32.to_be_bytes());
}

/// An engine that refuses after so many commits.
struct Failing {
    engine: Shared,
    left: Arc<AtomicUsize>,
}

impl Engine for Failing {
    fn snapshot(&self) -> Result<Box<dyn Snapshot>, EngineError> {
        self.engine.snapshot()
    }

    fn commit(&self, batch: &Batch) -> Result<(), EngineError> {
        let left = self.left.load(Ordering::SeqCst);
        if left == 0 {
            return Err(EngineError::Refused("no power".to_owned()));
        }
        self.left.store(left - 1, Ordering::SeqCst);
        self.engine.commit(batch)
    }
}

#[tokio::test]
async fn bringing_up_goes_on_where_it_was_cut_off() {
    let mut commits = 0;
    loop {
        let engine = Shared::default();
        engine.commit(&fixture()).unwrap();
        let left = Arc::new(AtomicUsize::new(commits));
        let failing = Failing { engine: engine.clone(), left: Arc::clone(&left) };
        match open_on(failing) {
            Ok(home) => {
                inspect(&home);
                break;
            }
            Err(error) => assert!(matches!(error, OpenError::Refused { .. }), "{error}"),
        }
        inspect(&open_on(engine).unwrap());
        commits += 1;
    }
    assert!(commits > 10, "{commits} commits are too few to be cut off between");
}

#[tokio::test]
async fn a_newer_file_is_refused_unchanged() {
    let engine = Shared::default();
    drop(open_on(engine.clone()).unwrap());
    let mut batch = Batch::default();
    batch.changes.insert(b"\x01format".to_vec(), Some(7u32.to_be_bytes().to_vec()));
    engine.commit(&batch).unwrap();
    let Err(error) = open_on(engine.clone()) else { panic!("a newer file was opened") };
    assert!(matches!(error, OpenError::Newer { found: 7, known: 1, .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains("`test`") && text.contains("update"), "{text}");
    // Neither is one without any version a home.
    let mut batch = Batch::default();
    batch.changes.insert(b"\x01format".to_vec(), None);
    engine.commit(&batch).unwrap();
    assert!(matches!(open_on(engine), Err(OpenError::Damaged { .. })));
}

#[tokio::test]
async fn indexes_follow_their_doctype() {
    let engine = Shared::default();
    let bare = INDEXED.replace(r#"[["a"], ["a", "b"], ["b", "n.x"], ["n.x"]]"#, "[]");
    let open = |text: &str| {
        let (engine, name) = (Box::new(engine.clone()), "test".parse().unwrap());
        Home::open_on(engine, name, KEY, [2; 32], doctypes(text), Limits::default()).unwrap()
    };
    let home = open(&bare);
    let ops = (0..600).map(|n| deposit("notes@self", &n.to_string(), json!({"a": n, "b": n % 3})));
    let batch = domicile_store::WriteBatch { ops: ops.collect(), ..Default::default() };
    home.write(batch).await.unwrap();
    // One has an overlay: its compartment is indexed as well.
    let scope = change("notes@*");
    let seen = home.find(&scope.read, &Query::new(r#"{"a": 300}"#)).unwrap().documents.remove(0);
    let ops = vec![update(&scope, &seen, json!({"a": -5}))];
    home.write(domicile_store::WriteBatch { ops, ..Default::default() }).await.unwrap();
    let sorted = |home: &Home| home.find(&scope.read, &Query::new("{}").sort("a", false)).unwrap();
    let without = sorted(&home);
    drop(home);
    let home = open(INDEXED);
    assert_eq!(sorted(&home).documents, without.documents);
    assert_eq!(sorted(&home).documents[0].id, seen.id);
    drop(home);
    // And away with them.
    drop(open(&bare));
    let snapshot = engine.snapshot().unwrap();
    assert_eq!(snapshot.range(&[0x05], &[0x06], 1, false).unwrap(), []);
}
