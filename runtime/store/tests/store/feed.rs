//! The change feed.

use std::collections::BTreeMap;

use domicile_store::{Document, QueryError};
use serde_json::json;

use crate::support::*;

/// Follow a feed to its end: the last word on each document.
fn follow(
    bench: &Bench,
    admitted: &str,
    mut cursor: Option<String>,
    limit: usize,
) -> (BTreeMap<String, Option<Document>>, String) {
    let mut last = BTreeMap::new();
    loop {
        let page = bench.home.changes(&read(admitted), cursor.as_deref(), limit).unwrap();
        assert!(page.changes.len() <= limit);
        assert!(page.more || page.changes.len() <= limit);
        last.extend(page.changes.into_iter().map(|change| (change.id, change.document)));
        if !page.more {
            return (last, page.next);
        }
        cursor = Some(page.next);
    }
}

#[tokio::test]
async fn a_feed_tells_each_document_as_it_is_now() {
    let bench = Bench::new();
    let mut ids = Vec::new();
    for n in 0..10 {
        let at = ["notes@self", "notes@acme"][n % 2];
        ids.push(bench.make(at, json!({"a": n})).await);
    }
    for limit in [1, 3, 100] {
        assert_eq!(follow(&bench, "notes@*", None, limit).0.len(), 10);
    }
    let (_, cursor) = follow(&bench, "notes@*", None, 100);
    assert_eq!(follow(&bench, "notes@*", Some(cursor.clone()), 100).0.len(), 0);
    // In place, by overlay, deleted by overlay, deleted in place.
    let (low, high) = (change("notes@self"), change("notes@*"));
    for _ in 0..2 {
        let seen = bench.get(&low.read, &ids[0]).unwrap();
        let more = json!({"a": body(&seen)["a"].as_i64().unwrap() + 100});
        bench.one(update(&low, &seen, more)).await.unwrap();
    }
    let seen = bench.get(&high.read, &ids[1]).unwrap();
    bench.one(update(&high, &seen, json!({"a": "over"}))).await.unwrap();
    let seen = bench.get(&high.read, &ids[3]).unwrap();
    bench.one(delete(&high, &seen)).await.unwrap();
    let seen = bench.get(&low.read, &ids[2]).unwrap();
    bench.one(delete(&low, &seen)).await.unwrap();
    let new = bench.make("notes@bravo", json!({"a": "new"})).await;
    for limit in [1, 2, 100] {
        let (changes, _) = follow(&bench, "notes@*", Some(cursor.clone()), limit);
        assert_eq!(changes.len(), 5);
        let now = |id: &String| changes[id].as_ref().map(|one| body(one)["a"].clone());
        assert_eq!(now(&ids[0]), Some(json!(200)));
        assert_eq!(now(&ids[1]), Some(json!("over")));
        assert_eq!(now(&ids[2]), None);
        assert_eq!(now(&ids[3]), None);
        assert_eq!(now(&new), Some(json!("new")));
    }
}

/// A09: hidden changes leave no gap, no id, no other cursor.
#[tokio::test]
async fn hidden_changes_leave_no_trace() {
    let bench = Bench::new();
    let id = bench.make("notes@self", json!({"a": 1})).await;
    let before = bench.home.changes(&read("notes@*"), None, 10).unwrap();
    bench.make("notes@self health@self", json!({"a": 2})).await;
    let high = change("notes@* health@*");
    let seen = bench.get(&high.read, &id).unwrap();
    bench.one(update(&high, &seen, json!({"a": 3}))).await.unwrap();
    assert_eq!(bench.home.changes(&read("notes@*"), None, 10).unwrap(), before);
    let after = bench.home.changes(&read("notes@*"), Some(&before.next), 10).unwrap();
    assert_eq!((after.changes.len(), after.more, after.next), (0, false, before.next));
}

#[tokio::test]
async fn a_feeds_cursor_is_bound_and_constant() {
    let bench = Bench::new();
    let empty = bench.home.changes(&read("notes@*"), None, 10).unwrap().next;
    bench.make("notes@self", json!({})).await;
    let one = bench.home.changes(&read("notes@*"), None, 10).unwrap().next;
    assert_eq!(empty.len(), one.len());
    let foreign = bench.home.changes(&read("notes@self"), Some(&one), 10);
    assert_eq!(foreign, Err(QueryError::Cursor));
    let forged = one.replace(&one[..1], if one.starts_with('A') { "B" } else { "A" });
    assert_eq!(bench.home.changes(&read("notes@*"), Some(&forged), 10), Err(QueryError::Cursor));
    assert_eq!(bench.home.changes(&read("notes@*"), None, 101), Err(QueryError::Limit(101)));
}
