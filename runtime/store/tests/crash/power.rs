//! A power cut at every single operation of the storage: what was acknowledged is there, what
//! wasn't is there whole or not at all, and everything still fits together.

use domicile_store::engine::redb::RedbEngine;
use domicile_store::{Home, Limits, OpenError, Query, RecordOp, WriteBatch, WriteError};
use serde_json::json;

use crate::storage::{Disk, Unsynced};
use crate::support::*;

const BATCHES: usize = 4;

fn open(disk: &Disk) -> Result<Home, OpenError> {
    let engine = RedbEngine::on(disk.clone(), 1 << 20)
        .map_err(|error| panic!("the engine doesn't start: {error}"))?;
    let name = "test".parse().unwrap();
    Home::open_on(Box::new(engine), name, [1; 32], [2; 32], doctypes(INDEXED), Limits::default())
}

/// Batch `n` makes two documents in two compartments, changes the one before by an overlay,
/// replaces a deposit, writes a record and a line of the log.
fn batch(home: &Home, n: usize) -> WriteBatch {
    let scope = change("notes@*");
    let mut ops = vec![
        deposit("notes@acme", &format!("k{n}"), json!({"a": n, "b": "new"})),
        deposit("notes@self", &format!("k{n}"), json!({"a": n, "b": "x".repeat(3_000)})),
        deposit("notes@acme", "same", json!({"a": -1, "b": n})),
    ];
    let last = home.id_for(&things(), &label("notes@acme"), &format!("k{}", n.wrapping_sub(1)));
    if let Some(seen) = home.get_many(&scope.read, &[&last.to_string()]).unwrap().remove(0) {
        ops.push(update(&scope, &seen, json!({"a": n - 1, "b": "old"})));
    }
    let record =
        RecordOp { space: "s".to_owned(), key: format!("k{n}"), value: Some(vec![n as u8; 100]) };
    WriteBatch {
        ops,
        records: vec![record],
        log: vec![format!("batch {n}").into_bytes()],
        ..Default::default()
    }
}

/// Write until the power goes; returns how many batches were acknowledged.
async fn work(disk: &Disk) -> usize {
    // The power may go while the engine starts: then nothing was promised.
    let Ok(engine) = RedbEngine::on(disk.clone(), 1 << 20) else { return 0 };
    let (engine, name) = (Box::new(engine), "test".parse().unwrap());
    let opened =
        Home::open_on(engine, name, [1; 32], [2; 32], doctypes(INDEXED), Limits::default());
    let Ok(home) = opened else { return 0 };
    for n in 0..BATCHES {
        match home.write(batch(&home, n)).await {
            Ok(_) => {}
            Err(WriteError::Unavailable(_)) => return n,
            Err(other) => panic!("batch {n}: {other}"),
        }
    }
    BATCHES
}

fn inspect(home: &Home, acknowledged: usize) {
    let records = home.records("s").unwrap().len();
    assert!(records >= acknowledged, "{records} of {acknowledged} acknowledged batches are there");
    assert_eq!(home.verify_log().unwrap().entries as usize, records);
    let scope = read("notes@*");
    let count = |selector: serde_json::Value| {
        let query = Query::new(selector.to_string());
        let found = home.find(&scope, &query).unwrap().documents.len();
        assert_eq!(home.count(&scope, &query).unwrap() as usize, found);
        found
    };
    let one = usize::from(records > 0);
    assert_eq!(count(json!({})), 2 * records + one);
    assert_eq!(count(json!({"b": {"$gte": "x"}})), records);
    assert_eq!(count(json!({"a": {"$gte": 0}, "b": "new"})), one);
    assert_eq!(count(json!({"a": {"$gte": 0}, "b": "old"})), records.saturating_sub(1));
    assert_eq!(count(json!({"a": -1, "b": records as i64 - 1})), one);
    // Below the overlays, from the counters alone.
    let below = home.count(&read("notes@acme"), &Query::new("{}")).unwrap() as usize;
    assert_eq!(below, records + one);
    let changes = home.changes(&scope, None, 100).unwrap().changes.len();
    assert_eq!(changes, 2 * records + one);
}

#[tokio::test]
async fn no_power_cut_loses_or_halves_anything() {
    let whole = Disk::default();
    assert_eq!(work(&whole).await, BATCHES);
    let operations = whole.operations();
    assert!(operations > 50, "{operations} operations are too few to tell anything");
    println!("{operations} places for a power cut");
    let mut outcomes = std::collections::BTreeSet::new();
    for cut in 0..=operations {
        let disk = Disk::cut_at(cut);
        let acknowledged = work(&disk).await;
        let patterns = [
            Unsynced::Lost,
            Unsynced::Torn,
            Unsynced::Some(0xaaaa_aaaa_aaaa_aaaa),
            Unsynced::Some(0x0123_4567_89ab_cdef_u64.rotate_left(cut as u32)),
        ];
        for unsynced in patterns {
            let restored = disk.restored(unsynced);
            let home = match RedbEngine::on(restored.clone(), 1 << 20) {
                // A file that was being made for the first time: nobody was told that there is one.
                Err(_) if acknowledged == 0 => continue,
                Err(error) => panic!("cut {cut}, {unsynced:?}: {error}"),
                Ok(_) => open(&restored).unwrap(),
            };
            inspect(&home, acknowledged);
            outcomes.insert(acknowledged);
            if !matches!(unsynced, Unsynced::Lost) {
                continue;
            }
            // And it goes on as if nothing had been: what was cut off is repeated.
            for n in 0..BATCHES {
                home.write(batch(&home, n)).await.unwrap();
            }
            assert_eq!(home.count(&read("notes@acme"), &Query::new("{}")).unwrap(), 5);
            assert!(home.verify_log().is_ok());
        }
    }
    assert_eq!(outcomes.len(), BATCHES + 1, "cuts fell before, between and after all batches");
}
