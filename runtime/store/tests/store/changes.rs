//! Creating, reading, changing and deleting; batches that happen whole or not at all.

use domicile_policy::Label;
use domicile_store::{RecordOp, WriteBatch, WriteError};
use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn a_document_comes_back_as_it_was_written() {
    let bench = Bench::new();
    let written = bench.one(create("notes@self", json!({"a": 1, "b": {"c": [null]}}))).await;
    let written = written.unwrap();
    assert_eq!(written.id.len(), 43);
    let document = bench.get(&read("notes@*"), &written.id).unwrap();
    assert_eq!(body(&document), json!({"a": 1, "b": {"c": [null]}}));
    assert_eq!(document.revision, written.revision);
    assert_eq!(document.label, label("notes@self"));
    assert_eq!(document.influence, by("maker"));
    assert_eq!(document.provenance, provenance());
}

#[tokio::test]
async fn a_change_in_place_needs_the_last_revision() {
    let bench = Bench::new();
    let id = bench.make("notes@self", json!({"a": 1})).await;
    let scope = change("notes@self");
    let seen = bench.get(&scope.read, &id).unwrap();
    let first = bench.one(update(&scope, &seen, json!({"a": 2}))).await.unwrap();
    assert!(first.changed());
    assert_ne!(first.revision, seen.revision);
    // The same change again, by someone who hasn't seen the first.
    let late = bench.one(update(&scope, &seen, json!({"a": 3}))).await;
    assert_eq!(late, Err(WriteError::Conflict));
    assert_eq!(bench.one(delete(&scope, &seen)).await, Err(WriteError::Conflict));
    let now = bench.get(&scope.read, &id).unwrap();
    assert_eq!((body(&now), &now.revision), (json!({"a": 2}), &first.revision));
    assert_eq!(now.influence, by("editor"));
    // An equal body is no change.
    let same = bench.one(update(&scope, &now, json!({"a": 2}))).await.unwrap();
    assert_eq!((same.changed(), &same.revision), (false, &now.revision));
    bench.one(delete(&scope, &now)).await.unwrap();
    assert_eq!(bench.get(&scope.read, &id), None);
    assert_eq!(bench.one(update(&scope, &now, json!({}))).await, Err(WriteError::Absent));
    assert_eq!(bench.one(delete(&scope, &now)).await, Err(WriteError::Absent));
}

#[tokio::test]
async fn a_batch_happens_whole_or_not_at_all() {
    let bench = Bench::new();
    let id = bench.make("notes@self", json!({"a": 1})).await;
    let scope = change("notes@self");
    let seen = bench.get(&scope.read, &id).unwrap();
    let record = RecordOp { space: "s".into(), key: "k".into(), value: Some(vec![1]) };
    let batch = WriteBatch {
        ops: vec![
            create("notes@self", json!({"a": 2})),
            update(&scope, &seen, json!({"a": 3})),
            create("notes@acme", json!({"a": 4, "strict": "no number"})),
        ],
        records: vec![record.clone()],
        log: vec![b"line".to_vec()],
    };
    let Err(WriteError::Invalid(text)) = bench.home.write(batch.clone()).await else {
        panic!("a body that breaks its schema was taken");
    };
    assert!(text.contains("item 3 of 3") && text.contains("strict"), "{text}");
    assert_eq!(bench.ids(&everything(), json!({})), [id.as_str()]);
    assert_eq!(bench.home.record("s", "k").unwrap(), None);
    assert!(bench.home.log_entries(None, 9).unwrap().is_empty());
    assert_eq!(bench.home.changes(&everything(), None, 9).unwrap().changes.len(), 1);
    // Without the wrong one all of it happens, and later changes of a batch see the earlier ones.
    let batch = WriteBatch { ops: batch.ops[..2].to_vec(), ..batch };
    assert_eq!(bench.home.write(batch.clone()).await.unwrap().len(), 2);
    assert_eq!(bench.home.write(batch).await, Err(WriteError::Conflict));
    assert_eq!(bench.count(&everything(), json!({"a": {"$in": [2, 3]}})), 2);
    assert_eq!(bench.home.record("s", "k").unwrap(), Some(vec![1]));
    assert_eq!(bench.home.log_entries(None, 9).unwrap().len(), 1);
}

#[tokio::test]
async fn an_older_deposit_never_replaces_a_newer_one() {
    let bench = Bench::new();
    let put = async |body| bench.one(deposit("notes@acme", "k", body)).await.unwrap();
    let newer = put(json!({"a": 1, "day": "2026-11-20"})).await;
    for old in [json!({"a": 2, "day": "2026-11-19T23:59:59Z"}), json!({"a": 2})] {
        let written = put(old).await;
        assert_eq!((written.changed(), &written.revision), (false, &newer.revision));
    }
    assert!(put(json!({"a": 2, "day": "2026-11-20"})).await.changed(), "of the same day: the last");
    assert!(put(json!({"a": 3, "day": "2026-11-21T00:00:00Z"})).await.changed());
    // Another compartment knows nothing of it.
    let other = bench.one(deposit("notes@other", "k", json!({"day": "2020-01-01"}))).await.unwrap();
    assert!(other.changed());
}

#[tokio::test]
async fn a_deposit_is_made_once_and_replaced_blindly() {
    let bench = Bench::new();
    let id = bench.home.id_for(&things(), &label("notes@acme"), "k").to_string();
    let first = bench.one(deposit("notes@acme", "k", json!({"a": 1}))).await.unwrap();
    assert_eq!((first.id.as_str(), first.changed()), (id.as_str(), true));
    let again = bench.one(deposit("notes@acme", "k", json!({"a": 1}))).await.unwrap();
    assert_eq!((again.changed(), &again.revision), (false, &first.revision));
    let other = bench.one(deposit("notes@acme", "k", json!({"a": 2}))).await.unwrap();
    assert!(other.changed() && other.id == id && other.revision != first.revision);
    assert_eq!(bench.count(&everything(), json!({})), 1);
    // Deleted and deposited again, it is there again.
    let scope = change("notes@acme");
    let seen = bench.get(&scope.read, &id).unwrap();
    bench.one(delete(&scope, &seen)).await.unwrap();
    assert!(bench.one(deposit("notes@acme", "k", json!({"a": 2}))).await.unwrap().changed());
    assert_eq!(bench.ids(&everything(), json!({"a": 2})), [id]);
}

/// A06: the same name in two compartments is two items, and no conflict shows.
#[tokio::test]
async fn one_key_in_two_compartments_is_two_items() {
    let bench = Bench::new();
    let low = bench.one(deposit("notes@acme", "k", json!({"a": "low"}))).await.unwrap();
    let high = bench.one(deposit("notes@acme bank@acme", "k", json!({"a": "high"}))).await.unwrap();
    assert!(low.id != high.id && low.changed() && high.changed());
    assert_eq!(bench.ids(&read("notes@*"), json!({})), [low.id.as_str()]);
    assert_eq!(bench.count(&everything(), json!({})), 2);
    // By its name, a reader gets the highest that it sees.
    let keyed = |admitted| bench.home.get_keyed(&read(admitted), "k").unwrap().unwrap().id;
    assert_eq!(keyed("notes@*"), low.id);
    assert_eq!(keyed("notes@* bank@*"), high.id);
    assert_eq!(bench.home.get_keyed(&everything(), "other").unwrap(), None);
}

#[tokio::test]
async fn what_is_wrong_with_a_body_is_told() {
    let bench = Bench::new();
    let bad = |body: &str| match create("notes@self", json!({})) {
        domicile_store::Op::Create { doctype, label, influence, provenance, .. } => {
            let body = body.to_owned();
            domicile_store::Op::Create { doctype, label, influence, provenance, body }
        }
        _ => unreachable!(),
    };
    for (text, expected) in [("[]", "no JSON object"), ("{", "not JSON"), ("", "not JSON")] {
        let error = bench.one(bad(text)).await.unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains(THINGS), "{text}: {error}");
    }
    let mut unknown = bad("{}");
    if let domicile_store::Op::Create { doctype, .. } = &mut unknown {
        *doctype = "app.test.unknown".parse().unwrap();
    }
    let error = bench.one(unknown).await.unwrap_err().to_string();
    assert_eq!(error, "`app.test.unknown` is no known doctype");
    assert!(bench.home.check_deposit(&things(), "k", "{}").is_ok());
    assert!(bench.home.check_deposit(&things(), "k", "[]").is_err());
}

/// E06, R4: one answer, and one number of engine operations, whatever the reason.
#[tokio::test]
async fn absent_costs_what_present_costs() {
    let bench = Bench::new();
    let low = bench.make("notes@self", json!({"a": 1})).await;
    let high = bench.make("notes@self health@self", json!({"a": 2})).await;
    let gone = bench.make("notes@self", json!({"a": 3})).await;
    let scope = change("notes@self");
    let seen = bench.get(&scope.read, &gone).unwrap();
    bench.one(delete(&scope, &seen)).await.unwrap();
    let random = bench.home.id_for(&things(), &label("notes@self"), "nothing").to_string();
    let foreign = bench.home.id_for(&things(), &label("bank@self"), "nothing").to_string();
    let malformed = "x".to_owned();
    let cases = [&low, &high, &gone, &random, &foreign, &malformed];
    // With a visible compartment of overlays, and with a hidden one.
    for overlays in 0..3 {
        if overlays == 1 {
            let scope = change("notes@*");
            let seen = bench.get(&scope.read, &low).unwrap();
            bench.one(update(&scope, &seen, json!({"a": 4}))).await.unwrap();
        }
        if overlays == 2 {
            let scope = change("notes@* health@*");
            let seen = bench.get(&scope.read, &low).unwrap();
            bench.one(update(&scope, &seen, json!({"a": 5}))).await.unwrap();
        }
        let mut costs = Vec::new();
        for id in cases {
            bench.count.reads();
            let found = bench.get(&read("notes@*"), id);
            costs.push(bench.count.reads());
            assert_eq!(found.is_some(), id == &low, "{id}");
        }
        let visible = 1 + usize::from(overlays > 0);
        assert_eq!(costs, vec![(visible, 0); cases.len()], "{overlays} overlay compartments");
    }
    // And what is hidden isn't even touched.
    let asked = bench.count.asked.lock().unwrap().split_off(0);
    bench.get(&read("notes@*"), &high);
    bench.ids(&read("notes@*"), json!({"a": 2}));
    let handle = &bytes(&high)[..16];
    let touched = bench
        .count
        .asked
        .lock()
        .unwrap()
        .iter()
        .any(|key| key.windows(handle.len()).any(|part| part == handle));
    assert!(!touched && !asked.is_empty());
    // A doctype without any compartment answers the same.
    let mut nowhere = read("");
    nowhere.admitted = Label::nothing();
    assert_eq!(bench.get(&nowhere, &low), None);
}

#[tokio::test]
async fn records_are_the_hosts_own() {
    let bench = Bench::new();
    let op = |key: &str, value: Option<&[u8]>| RecordOp {
        space: "session".to_owned(),
        key: key.to_owned(),
        value: value.map(<[u8]>::to_vec),
    };
    let many = (0..600).map(|n| op(&format!("k{n:03}"), Some(b"v"))).collect();
    bench.home.put_records(many).await.unwrap();
    bench.home.put_records(vec![op("k000", None), op("k001", Some(b"w"))]).await.unwrap();
    let all = bench.home.records("session").unwrap();
    assert_eq!(all.len(), 599);
    assert_eq!(all[0], ("k001".to_owned(), b"w".to_vec()));
    assert_eq!(bench.home.record("session", "k000").unwrap(), None);
    assert_eq!(bench.home.record("session", "k002").unwrap(), Some(b"v".to_vec()));
    // A space whose name begins another's is apart from it.
    assert_eq!(bench.home.records("sess").unwrap(), []);
    for (space, key) in [("", "k"), ("s", ""), ("s\0", "k"), ("s", "k\0")] {
        let wrong = RecordOp { space: space.to_owned(), key: key.to_owned(), value: None };
        let error = bench.home.put_records(vec![wrong]).await.unwrap_err();
        assert!(matches!(error, WriteError::Invalid(_)), "{space:?}/{key:?}: {error}");
    }
}
