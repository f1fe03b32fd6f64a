//! The audit log's chain.

use domicile_store::engine::{Batch, Engine};
use domicile_store::{Home, Limits, LogError, WriteBatch};

use crate::support::*;

async fn logged(entries: usize) -> (Home, Shared) {
    let engine = Shared::default();
    let boxed = Box::new(engine.clone());
    let name = "test".parse().unwrap();
    let home = Home::open_on(boxed, name, [1; 32], [2; 32], doctypes(INDEXED), Limits::default());
    let home = home.unwrap();
    for n in 0..entries {
        let log = vec![format!("entry {n}").into_bytes()];
        home.write(WriteBatch { log, ..WriteBatch::default() }).await.unwrap();
    }
    (home, engine)
}

fn key(number: u64) -> Vec<u8> {
    [&[0x08], number.to_be_bytes().as_slice()].concat()
}

fn set(engine: &Shared, key: Vec<u8>, value: Option<Vec<u8>>) {
    let mut batch = Batch::default();
    batch.changes.insert(key, value);
    engine.commit(&batch).unwrap();
}

fn raw(engine: &Shared, key: &[u8]) -> Vec<u8> {
    engine.snapshot().unwrap().get(key).unwrap().unwrap()
}

fn broken(home: &Home) -> u64 {
    match home.verify_log() {
        Err(LogError::Broken { number, home }) if home.as_str() == "test" => number,
        other => panic!("expected a broken log, got {other:?}"),
    }
}

#[tokio::test]
async fn entries_come_newest_first_in_pages() {
    let (home, _) = logged(300).await;
    let page = home.log_entries(None, 3).unwrap();
    let numbers: Vec<u64> = page.iter().map(|entry| entry.number).collect();
    assert_eq!(numbers, [299, 298, 297]);
    assert_eq!(page[0].bytes, b"entry 299");
    let next = home.log_entries(Some(297), 1).unwrap();
    assert_eq!(next[0].number, 296);
    assert_eq!(home.log_entries(Some(0), 9).unwrap(), []);
    let state = home.verify_log().unwrap();
    assert_eq!((state.entries, state.head.len()), (300, 64));
}

#[tokio::test]
async fn any_tampering_is_found_where_it_is() {
    for at in [0, 5, 8, 9] {
        let (home, engine) = logged(10).await;
        let good = raw(&engine, &key(at));
        let mut changed = good.clone();
        changed[40] ^= 1;
        set(&engine, key(at), Some(changed));
        assert_eq!(broken(&home), at, "changed");
        set(&engine, key(at), None);
        assert_eq!(broken(&home), at, "taken out");
        set(&engine, key(at), Some(raw(&engine, &key((at + 1) % 10))));
        assert_eq!(broken(&home), at, "replaced by another");
        set(&engine, key(at), Some(good));
        assert!(home.verify_log().is_ok());
    }
    let (home, engine) = logged(10).await;
    set(&engine, key(10), Some(raw(&engine, &key(9))));
    assert_eq!(broken(&home), 10, "added");
    let (home, engine) = logged(10).await;
    (8..10).for_each(|at| set(&engine, key(at), None));
    assert_eq!(broken(&home), 8, "cut off at the end");
}

#[tokio::test]
async fn a_later_entry_goes_along_or_alone() {
    let (home, _) = logged(0).await;
    home.log_later(b"first".to_vec());
    home.log_later(b"second".to_vec());
    home.flush().await.unwrap();
    home.log_later(b"third".to_vec());
    let log = vec![b"with a batch".to_vec()];
    home.write(WriteBatch { log, ..WriteBatch::default() }).await.unwrap();
    let entries = home.log_entries(None, 9).unwrap();
    let texts: Vec<&[u8]> = entries.iter().rev().map(|entry| entry.bytes.as_slice()).collect();
    assert_eq!(texts, [b"first".as_slice(), b"second", b"with a batch", b"third"]);
    // Nobody flushes: it comes by itself.
    home.log_later(b"alone".to_vec());
    while home.log_entries(None, 9).unwrap().len() < 5 {
        tokio::task::yield_now().await;
    }
    assert_eq!(home.verify_log().unwrap().entries, 5);
}

#[tokio::test]
async fn closing_writes_what_waits() {
    let (home, engine) = logged(1).await;
    home.log_later(b"last words".to_vec());
    drop(home);
    let name = "test".parse().unwrap();
    let (boxed, limits) = (Box::new(engine), Limits::default());
    let home = Home::open_on(boxed, name, [1; 32], [3; 32], doctypes(INDEXED), limits).unwrap();
    assert_eq!(home.log_entries(None, 1).unwrap()[0].bytes, b"last words");
    assert_eq!(home.verify_log().unwrap().entries, 2);
}
