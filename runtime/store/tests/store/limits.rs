//! Each limit that a guest can reach, hit.

use domicile_store::limits::{
    BODY_BYTES_A_LOOK, BODY_BYTES_MAX, COMPARTMENTS_MAX, FEED_COMPARTMENTS_MAX, IDS_MAX,
    KEY_CHARS_MAX, LOG_ENTRY_BYTES_MAX, OPS_MAX, RECORD_BYTES_MAX, SELECTOR_BYTES_A_LOOK,
};
use domicile_store::{Limits, Query, QueryError, ReadError, RecordOp, WriteBatch, WriteError};
use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn reads_and_writes_are_bounded() {
    let bench = Bench::new();
    let ids = vec!["x"; IDS_MAX + 1];
    assert_eq!(bench.try_get(&everything(), &ids[1..]), Ok(IDS_MAX));
    assert_eq!(bench.try_get(&everything(), &ids), Err(ReadError::TooMany(IDS_MAX + 1)));
    let long = "x".repeat(BODY_BYTES_MAX - r#"{"a":""}"#.len());
    bench.make("notes@self", json!({"a": long})).await;
    let longer = bench.one(create("notes@self", json!({"a": format!("{long}x")}))).await;
    assert!(matches!(longer, Err(WriteError::Invalid(_))));
    let key = "k".repeat(KEY_CHARS_MAX);
    assert!(bench.one(deposit("notes@self", &key, json!({}))).await.is_ok());
    for key in ["", &format!("{key}k")] {
        let error = bench.one(deposit("notes@self", key, json!({}))).await.unwrap_err();
        assert!(error.to_string().contains("1 to 500 characters"), "{error}");
    }
    let many = vec![create("notes@self", json!({})); OPS_MAX + 1];
    let error = bench.write(many).await.unwrap_err();
    assert!(error.to_string().contains("50001 changes"), "{error}");
}

#[tokio::test]
async fn the_hosts_own_writes_are_bounded() {
    let bench = Bench::new();
    let record = |length| RecordOp {
        space: "s".to_owned(),
        key: "k".to_owned(),
        value: Some(vec![0; length]),
    };
    assert!(bench.home.put_records(vec![record(RECORD_BYTES_MAX)]).await.is_ok());
    let error = bench.home.put_records(vec![record(RECORD_BYTES_MAX + 1)]).await.unwrap_err();
    assert!(error.to_string().contains("`s/k`"), "{error}");
    let entry = |length| WriteBatch { log: vec![vec![0; length]], ..WriteBatch::default() };
    assert!(bench.home.write(entry(LOG_ENTRY_BYTES_MAX)).await.is_ok());
    assert!(bench.home.write(entry(LOG_ENTRY_BYTES_MAX + 1)).await.is_err());
    assert_eq!(bench.home.log_entries(None, usize::MAX).unwrap().len(), 1);
}

/// A11: a full compartment stops its own writers, and nobody else's.
#[tokio::test]
async fn a_compartment_has_its_own_share() {
    let limits = Limits { compartment_bytes_max: 100, ..Limits::default() };
    let bench = Bench::with(INDEXED, limits);
    let large = || json!({"a": "x".repeat(60)});
    let id = bench.make("notes@acme", large()).await;
    let full = bench.one(create("notes@acme", large())).await.unwrap_err();
    assert!(matches!(&full, WriteError::Quota { bytes_max: 100, .. }), "{full}");
    assert!(full.to_string().contains("`test`") && full.to_string().contains(THINGS), "{full}");
    assert!(bench.one(create("notes@bravo", large())).await.is_ok());
    // An overlay counts where it lives, not where its item does.
    let scope = change("notes@*");
    let seen = bench.get(&scope.read, &id).unwrap();
    let over = bench.one(update(&scope, &seen, json!({"a": "y".repeat(60)}))).await.unwrap();
    let seen = domicile_store::Document { revision: over.revision, ..seen };
    let fuller = bench.one(update(&scope, &seen, json!({"a": "y".repeat(150)}))).await;
    assert!(matches!(fuller, Err(WriteError::Quota { .. })));
    // What shrinks is taken, and deleting makes room.
    let scope = change("notes@acme");
    let seen = bench.get(&scope.read, &id).unwrap();
    bench.one(delete(&scope, &seen)).await.unwrap();
    assert!(bench.one(create("notes@acme", large())).await.is_ok());
}

#[tokio::test]
async fn a_query_looks_at_so_many_and_no_more() {
    let limits = Limits { examined_max: 20, ..Limits::default() };
    let bench = Bench::with(INDEXED, limits);
    let ops = (0..60).map(|n| create("notes@self", json!({"a": n, "z": n % 30})));
    bench.write(ops.collect()).await.unwrap();
    let broad = Err(QueryError::TooBroad(20));
    let rare = json!({"z": 29}).to_string();
    // In the answer's own order a short page goes on later; every match comes.
    let pages = Query { limit: 5, ..Query::new(rare.clone()) };
    assert!(bench.home.find(&everything(), &pages).unwrap().next.is_some());
    assert_eq!(bench.all(&everything(), &pages).len(), 2);
    let upwards = Query { limit: 5, ..Query::new(rare.clone()).sort("a", false) };
    assert_eq!(bench.all(&everything(), &upwards).len(), 2);
    let downwards = Query { limit: 5, ..Query::new(rare.clone()).sort("a", true) };
    assert_eq!(bench.home.find(&everything(), &downwards).map(|_| ()), broad);
    let unsorted = Query::new("{}").sort("z", false);
    assert_eq!(bench.home.find(&everything(), &unsorted).map(|_| ()), broad);
    assert_eq!(
        bench.home.count(&everything(), &Query::new(rare)).map(|_| ()),
        Err(QueryError::TooBroad(20))
    );
    // All of them are counted without a look.
    assert_eq!(bench.count(&everything(), json!({})), 60);
    assert_eq!(bench.all(&everything(), &Query { limit: 9, ..Query::new("{}") }).len(), 60);
}

#[tokio::test]
async fn what_is_long_counts_for_several() {
    let limits = Limits { examined_max: 20, ..Limits::default() };
    let bench = Bench::with(INDEXED, limits);
    let ops = (0..10).map(|n| create("notes@self", json!({"z": n})));
    bench.write(ops.collect()).await.unwrap();
    let count = |selector: serde_json::Value| {
        bench.home.count(&everything(), &Query::new(selector.to_string()))
    };
    assert_eq!(count(json!({"z": {"$gt": 4}})), Ok(5));
    let long = vec!["x".repeat(SELECTOR_BYTES_A_LOOK); 2];
    assert_eq!(count(json!({"z": {"$nin": long}})), Err(QueryError::TooBroad(20)));
    bench.make("notes@self", json!({"z": 10, "text": "x".repeat(20 * BODY_BYTES_A_LOOK)})).await;
    assert_eq!(count(json!({"z": {"$gt": 4}})), Err(QueryError::TooBroad(20)));
}

#[tokio::test]
async fn compartments_are_bounded() {
    let bench = Bench::new();
    let at = |n: usize| format!("notes@p{n}");
    let ops = (0..=FEED_COMPARTMENTS_MAX).map(|n| create(&at(n), json!({"a": n})));
    bench.write(ops.collect()).await.unwrap();
    let wide = bench.home.changes(&read("notes@*"), None, 1);
    assert_eq!(wide, Err(QueryError::TooManySources));
    assert!(bench.home.changes(&read("notes@p1"), None, 1).is_ok());
    assert_eq!(bench.all(&read("notes@*"), &Query::new("{}").sort("a", true)).len(), 129);
    let ops = (0..COMPARTMENTS_MAX).map(|n| create(&at(n), json!({"a": n})));
    bench.write(ops.collect()).await.unwrap();
    let error = bench.one(create("notes@one-more", json!({}))).await.unwrap_err();
    assert!(error.to_string().contains("10000 compartments"), "{error}");
    assert!(bench.one(create(&at(7), json!({}))).await.is_ok());
}
