//! Grants that show some fields or some rows: the rest can't be read, probed or changed.

use domicile_policy::{ChangeScope, ReadScope};
use domicile_store::{Query, QueryError, ReadError, WriteError};
use serde_json::json;

use crate::support::*;

fn with_fields(scope: ReadScope, fields: &[&str]) -> ReadScope {
    let fields = Some(fields.iter().map(|field| (*field).to_owned()).collect());
    ReadScope { fields, ..scope }
}

fn with_rows(scope: ReadScope, rows: &str) -> ReadScope {
    ReadScope { rows: Some(rows.to_owned()), ..scope }
}

async fn filled() -> Bench {
    let bench = Bench::new();
    let mut ops = Vec::new();
    for n in 0..6 {
        let secret = (n * 5) % 6;
        ops.push(create("notes@self", json!({"a": 1, "b": secret, "n": {"x": n, "y": secret}})));
    }
    bench.write(ops).await.unwrap();
    bench
}

#[tokio::test]
async fn hidden_fields_are_neither_shown_nor_asked() {
    let bench = filled().await;
    let scope = with_fields(everything(), &["a", "n.x"]);
    let found = bench.all(&scope, &Query::new("{}"));
    for one in &found {
        assert_eq!(body(one), json!({"a": 1, "n": {"x": body(one)["n"]["x"]}}));
    }
    // To a selector a hidden field is missing, whatever its value.
    for selector in [json!({"b": 3}), json!({"n.y": 3}), json!({"b": {"$exists": true}})] {
        assert_eq!(bench.count(&scope, selector.clone()), 0, "{selector}");
        assert_eq!(bench.count(&everything(), selector.clone()).min(1), 1, "{selector}");
    }
    assert_eq!(bench.count(&scope, json!({"b": {"$exists": false}, "n.x": {"$gt": 2}})), 3);
    assert_eq!(bench.count(&scope, json!({"$not": {"b": 3}})), 6);
    // To a sort as well: what is left is the order of ids.
    let ids = |scope: &ReadScope, query: Query| {
        bench.all(scope, &query).into_iter().map(|one| one.id).collect::<Vec<_>>()
    };
    let by_id = ids(&scope, Query::new("{}"));
    assert!(by_id.iter().map(|id| bytes(id)).is_sorted());
    for field in ["b", "n.y", "n"] {
        let sorted = ids(&scope, Query::new("{}").sort(field, true));
        if field == "n" {
            // Of an object, the shown part is what counts.
            assert_eq!(sorted, ids(&scope, Query::new("{}").sort("n.x", true)));
        } else {
            assert_eq!(sorted, by_id, "{field}");
        }
    }
    // And no index with a hidden field orders the answer: `a` is the same in all, `b` is hidden.
    assert_eq!(ids(&scope, Query::new(r#"{"a": 1}"#)), by_id);
}

#[tokio::test]
async fn hidden_fields_stay_as_they_were() {
    let bench = filled().await;
    let scope = with_fields(everything(), &["a", "n.x"]);
    let editor = ChangeScope { read: scope.clone(), ..change("notes@self") };
    let seen = bench.all(&scope, &Query::new(r#"{"n.x": 2}"#)).remove(0);
    let whole = body(&bench.get(&everything(), &seen.id).unwrap());
    let written = bench.one(update(&editor, &seen, json!({"n": {"x": 20}}))).await.unwrap();
    let now = bench.get(&scope, &seen.id).unwrap();
    assert_eq!(body(&now), json!({"n": {"x": 20}}));
    assert_eq!(now.revision, written.revision);
    let expected = json!({"b": whole["b"], "n": {"x": 20, "y": whole["n"]["y"]}});
    assert_eq!(body(&bench.get(&everything(), &seen.id).unwrap()), expected);
    let outside = bench.one(update(&editor, &now, json!({"n": {"x": 1, "y": 2}}))).await;
    let text = outside.unwrap_err().to_string();
    assert!(text.contains("`n.y`"), "{text}");
    // A change that only touches what is hidden doesn't show in the revision.
    let whole = bench.get(&everything(), &seen.id).unwrap();
    let other = json!({"b": "changed", "n": body(&whole)["n"]});
    bench.one(update(&change("notes@self"), &whole, other)).await.unwrap();
    assert_eq!(bench.get(&scope, &seen.id).unwrap().revision, now.revision);
    // The same through an overlay.
    let above = ChangeScope { read: scope.clone(), ..change("notes@* bank@*") };
    bench.one(update(&above, &now, json!({"a": 7}))).await.unwrap();
    let merged = body(&bench.get(&everything(), &seen.id).unwrap());
    assert_eq!(merged, json!({"a": 7, "b": "changed", "n": {"y": expected["n"]["y"]}}));
    assert_eq!(body(&bench.get(&read("notes@*"), &seen.id).unwrap())["b"], "changed");
}

#[tokio::test]
async fn hidden_rows_are_absent() {
    let bench = filled().await;
    let scope = with_rows(everything(), r#"{"b": {"$lt": 3}}"#);
    assert_eq!(bench.count(&scope, json!({})), 3);
    assert_eq!(bench.count(&scope, json!({"b": 4})), 0);
    assert_eq!(bench.count(&scope, json!({"$or": [{"b": 4}, {"b": 1}]})), 1);
    let hidden = bench.all(&everything(), &Query::new(r#"{"b": 4}"#)).remove(0);
    assert_eq!(bench.get(&scope, &hidden.id), None);
    let editor = ChangeScope { read: scope.clone(), ..change("notes@self") };
    assert_eq!(bench.one(update(&editor, &hidden, json!({}))).await, Err(WriteError::Absent));
    assert_eq!(bench.one(delete(&editor, &hidden)).await, Err(WriteError::Absent));
    // Nor can a document be put out of sight.
    let seen = bench.all(&scope, &Query::new(r#"{"b": 2}"#)).remove(0);
    let error = bench.one(update(&editor, &seen, json!({"b": 3}))).await.unwrap_err();
    assert!(matches!(&error, WriteError::Invalid(text) if text.contains("rows")), "{error}");
    assert!(bench.one(update(&editor, &seen, json!({"b": 0}))).await.is_ok());
    let feed = bench.home.changes(&scope, None, 100).unwrap();
    assert_eq!(feed.changes.len(), 3);
    assert!(feed.changes.iter().all(|change| change.document.is_some()));
}

/// Rows are the grant's and may ask for what the fields hide.
#[tokio::test]
async fn rows_see_what_fields_hide() {
    let bench = filled().await;
    let scope = with_rows(with_fields(everything(), &["n.x"]), r#"{"b": {"$lt": 3}}"#);
    let found = bench.all(&scope, &Query::new("{}").sort("n.x", false));
    let shown: Vec<_> = found.iter().map(|one| one.body.as_str()).collect();
    assert_eq!(shown, [r#"{"n":{"x":0}}"#, r#"{"n":{"x":4}}"#, r#"{"n":{"x":5}}"#]);
}

#[tokio::test]
async fn rows_that_cant_be_read_show_nothing() {
    let bench = filled().await;
    let scope = with_rows(everything(), r#"{"b": {"$typo": 3}}"#);
    let error = bench.try_get(&scope, &[]).unwrap_err();
    assert!(matches!(&error, ReadError::Rows { doctype, .. } if *doctype == things()), "{error}");
    assert!(error.to_string().contains("$typo"), "{error}");
    assert!(bench.home.find(&scope, &Query::new("{}")).is_err());
    assert!(bench.home.count(&scope, &Query::new("{}")).is_err());
    assert!(bench.home.changes(&scope, None, 1).is_err());
}

/// Neither by a page that promises more, nor by a cursor that moved.
#[tokio::test]
async fn a_feed_under_rows_tells_nothing_of_other_rows() {
    let bench = Bench::new();
    bench.make("notes@self", json!({"b": 1})).await;
    let scope = with_rows(everything(), r#"{"b": {"$lt": 3}}"#);
    let before = bench.home.changes(&scope, None, 1).unwrap();
    bench.make("notes@self", json!({"b": 4})).await;
    assert_eq!(bench.home.changes(&scope, None, 1).unwrap(), before);
    let after = bench.home.changes(&scope, Some(&before.next), 1).unwrap();
    assert_eq!((after.changes.len(), after.more, &after.next), (0, false, &before.next));
    bench.make("notes@self", json!({"b": 2})).await;
    assert!(bench.home.changes(&scope, None, 1).unwrap().more);
    let after = bench.home.changes(&scope, Some(&before.next), 1).unwrap();
    assert_eq!((after.changes.len(), after.more), (1, false));
}

/// A feed would tell that a hidden field changed.
#[tokio::test]
async fn fields_have_no_feed() {
    let bench = filled().await;
    let scope = with_fields(everything(), &["a"]);
    assert_eq!(bench.home.changes(&scope, None, 1), Err(QueryError::HiddenFields));
}

/// The room that hidden fields leave would tell their length.
#[tokio::test]
async fn a_change_is_measured_without_what_is_hidden() {
    let bench = Bench::new();
    let id = bench.make("notes@self", json!({"a": 1, "b": "x".repeat(200_000)})).await;
    let scope = with_fields(everything(), &["a", "strict"]);
    let editor = ChangeScope { read: scope.clone(), ..change("notes@self") };
    let seen = bench.get(&scope, &id).unwrap();
    bench.one(update(&editor, &seen, json!({"a": "y".repeat(200_000)}))).await.unwrap();
    let seen = bench.get(&scope, &id).unwrap();
    let wrong = bench.one(update(&editor, &seen, json!({"strict": "text"}))).await.unwrap_err();
    assert!(matches!(&wrong, WriteError::Invalid(text) if text.contains("`strict`")), "{wrong}");
}
