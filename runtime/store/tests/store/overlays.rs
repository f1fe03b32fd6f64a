//! Changes by those who know more than the item's label: only their like see them (R6, A04, A05).

use domicile_policy::{ChangeScope, Label};
use domicile_store::{Query, WriteError};
use serde_json::{Value, json};

use crate::support::*;

const LOW: &str = "notes@*";
const HIGH: &str = "notes@* bank@*";

async fn change_from(bench: &Bench, scope: &ChangeScope, id: &str, body: Value) {
    let seen = bench.get(&scope.read, id).unwrap();
    bench.one(update(scope, &seen, body)).await.unwrap();
}

#[tokio::test]
async fn a_change_from_above_is_seen_from_above_only() {
    let bench = Bench::new();
    let id = bench.make("notes@self", json!({"a": 1, "b": 2})).await;
    let before = bench.get(&read(LOW), &id).unwrap();
    let scope = change(HIGH);
    let seen = bench.get(&scope.read, &id).unwrap();
    assert_eq!(seen, before);
    let written = bench.one(update(&scope, &seen, json!({"a": 9, "c": 3}))).await.unwrap();
    // Below nothing happened: not in the document, its revision, the feed, or any index.
    assert_eq!(bench.get(&read(LOW), &id).unwrap(), before);
    assert_eq!(bench.ids(&read(LOW), json!({"a": 1})), [id.as_str()]);
    assert_eq!(bench.ids(&read(LOW), json!({"a": 9})), [] as [&str; 0]);
    let above = bench.get(&scope.read, &id).unwrap();
    assert_eq!(body(&above), json!({"a": 9, "c": 3}));
    assert_eq!(above.revision, written.revision);
    assert_eq!(above.label, label("notes@self").join(&label(HIGH)));
    assert_eq!(above.influence, by("maker").join(&by("editor")));
    assert_eq!(bench.ids(&scope.read, json!({"a": 9})), [id.as_str()]);
    assert_eq!(bench.ids(&scope.read, json!({"a": 1})), [] as [&str; 0]);
}

#[tokio::test]
async fn a_deletion_from_above_is_seen_from_above_only() {
    let bench = Bench::new();
    let id = bench.make("notes@self", json!({"a": 1})).await;
    let before = bench.get(&read(LOW), &id).unwrap();
    let feed = bench.home.changes(&read(LOW), None, 9).unwrap();
    let scope = change(HIGH);
    bench.one(delete(&scope, &before)).await.unwrap();
    assert_eq!(bench.get(&read(LOW), &id).unwrap(), before);
    assert_eq!(bench.ids(&read(LOW), json!({"a": 1})), [id.as_str()]);
    let later = bench.home.changes(&read(LOW), Some(&feed.next), 9).unwrap();
    assert_eq!((later.changes, later.next), (vec![], feed.next));
    assert_eq!(bench.get(&scope.read, &id), None);
    assert_eq!(bench.count(&scope.read, json!({})), 0);
    assert_eq!(bench.count(&scope.read, json!({"a": 1})), 0);
    assert_eq!(bench.one(delete(&scope, &before)).await, Err(WriteError::Absent));
}

#[tokio::test]
async fn a_deposit_changes_the_base_only() {
    let bench = Bench::new();
    let id = bench.one(deposit("notes@acme", "k", json!({"a": 1, "b": 1}))).await.unwrap().id;
    change_from(&bench, &change(LOW), &id, json!({"a": 1, "b": 1, "manual": "mine"})).await;
    bench.one(deposit("notes@acme", "k", json!({"a": 2, "b": 2}))).await.unwrap();
    let above = bench.get(&read(LOW), &id).unwrap();
    assert_eq!(body(&above), json!({"a": 2, "b": 2, "manual": "mine"}));
    assert_eq!(bench.ids(&read(LOW), json!({"a": 2, "b": 2})), [id.as_str()]);
    assert_eq!(bench.ids(&read(LOW), json!({"a": 1})), [] as [&str; 0]);
    assert_eq!(body(&bench.get(&read("notes@acme"), &id).unwrap()), json!({"a": 2, "b": 2}));
}

#[tokio::test]
async fn overlays_add_up_in_one_order() {
    let bench = Bench::new();
    let id = bench.make("notes@self", json!({"a": 0, "b": 0, "c": 0})).await;
    let (bank, health) = (change("notes@* bank@*"), change("notes@* health@*"));
    change_from(&bench, &bank, &id, json!({"a": "bank", "b": "bank", "c": 0})).await;
    change_from(&bench, &health, &id, json!({"a": "health", "b": 0})).await;
    // Neither sees the other; who sees both sees both, the later by name on top.
    assert_eq!(
        body(&bench.get(&bank.read, &id).unwrap()),
        json!({"a": "bank", "b": "bank", "c": 0})
    );
    assert_eq!(body(&bench.get(&health.read, &id).unwrap()), json!({"a": "health", "b": 0}));
    let both = read("notes@* bank@* health@*");
    let merged = bench.get(&both, &id).unwrap();
    assert_eq!(body(&merged), json!({"a": "health", "b": "bank"}));
    // No index entry tells this merge, and it is found all the same.
    for selector in
        [json!({"a": "health"}), json!({"a": "health", "b": "bank"}), json!({"b": "bank"})]
    {
        assert_eq!(bench.ids(&both, selector.clone()), [id.as_str()], "{selector}");
        assert_eq!(bench.count(&both, selector), 1);
    }
    for selector in [json!({"a": "bank"}), json!({"b": 0}), json!({"a": 0})] {
        assert_eq!(bench.ids(&both, selector), [] as [&str; 0]);
    }
    // On top of both, once more.
    let top = change("notes@* bank@* health@*");
    change_from(&bench, &top, &id, json!({"a": "top"})).await;
    assert_eq!(body(&bench.get(&both, &id).unwrap()), json!({"a": "top"}));
    assert_eq!(bench.ids(&both, json!({"a": "top"})), [id.as_str()]);
    // One of those below goes on: the top keeps what it set, and sees the rest.
    change_from(&bench, &bank, &id, json!({"a": "bank", "b": "bank", "c": 7})).await;
    assert_eq!(body(&bench.get(&both, &id).unwrap()), json!({"a": "top"}));
    assert_eq!(body(&bench.get(&bank.read, &id).unwrap())["c"], 7);
}

/// The index of the upper compartment holds what the lower one lays there, before and after it
/// changes.
#[tokio::test]
async fn an_overlay_on_an_overlay_is_found() {
    let bench = Bench::new();
    let id = bench.make("notes@self", json!({"a": 0, "b": 0})).await;
    let (low, high) = (change(LOW), change(HIGH));
    change_from(&bench, &low, &id, json!({"a": "low", "b": 0})).await;
    change_from(&bench, &high, &id, json!({"a": "low", "b": "high"})).await;
    assert_eq!(bench.ids(&high.read, json!({"a": "low", "b": "high"})), [id.as_str()]);
    assert_eq!(bench.ids(&low.read, json!({"a": "low", "b": 0})), [id.as_str()]);
    change_from(&bench, &low, &id, json!({"a": "lower", "b": 0})).await;
    assert_eq!(bench.ids(&high.read, json!({"a": "lower", "b": "high"})), [id.as_str()]);
    assert_eq!(bench.ids(&high.read, json!({"a": "low"})), [] as [&str; 0]);
    let seen = bench.get(&low.read, &id).unwrap();
    bench.one(delete(&low, &seen)).await.unwrap();
    assert_eq!(bench.ids(&high.read, json!({"a": "lower"})), [] as [&str; 0]);
    assert_eq!(bench.ids(&read("notes@self"), json!({"a": 0})), [id]);
}

#[tokio::test]
async fn revisions_are_of_what_is_seen() {
    let bench = Bench::new();
    let id = bench.make("notes@self", json!({"a": 0})).await;
    let revision = |admitted: &str| bench.get(&read(admitted), &id).unwrap().revision;
    let below = revision(LOW);
    change_from(&bench, &change(HIGH), &id, json!({"a": 1})).await;
    let above = revision(HIGH);
    assert_eq!(revision(LOW), below);
    assert_ne!(above, below);
    // A change below shows above as well.
    change_from(&bench, &change("notes@self"), &id, json!({"a": 0, "new": 1})).await;
    assert_ne!(revision(LOW), below);
    assert_ne!(revision(HIGH), above);
    // And who held the revision from before has to look again.
    let stale =
        domicile_store::Document { revision: above, ..bench.get(&read(HIGH), &id).unwrap() };
    let late = bench.one(update(&change(HIGH), &stale, json!({}))).await;
    assert_eq!(late, Err(WriteError::Conflict));
}

#[tokio::test]
async fn the_end_of_the_base_is_the_end_of_all() {
    let bench = Bench::new();
    let id = bench.make("notes@self", json!({"a": 0})).await;
    change_from(&bench, &change(HIGH), &id, json!({"a": 1})).await;
    let owner = change("notes@self");
    let seen = bench.get(&owner.read, &id).unwrap();
    bench.one(delete(&owner, &seen)).await.unwrap();
    assert_eq!(bench.get(&read(HIGH), &id), None);
    assert_eq!(bench.ids(&read(HIGH), json!({"a": {"$gte": 0}})), [] as [&str; 0]);
    let changes = bench.home.changes(&read(HIGH), None, 9).unwrap().changes;
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].document, None);
}

/// What a writer saw in an overlay must not sink into the base, even if its run claims to know
/// nothing.
#[tokio::test]
async fn what_lay_over_an_item_does_not_sink_into_it() {
    let bench = Bench::new();
    let id = bench.make("notes@self", json!({"a": 0})).await;
    change_from(&bench, &change(HIGH), &id, json!({"a": "secret"})).await;
    let lying = ChangeScope { run_label: Label::nothing(), ..change(HIGH) };
    let seen = bench.get(&lying.read, &id).unwrap();
    let sunk = bench.one(update(&lying, &seen, json!({"a": "secret", "b": 1}))).await;
    assert_eq!(sunk, Err(WriteError::Absent));
}

#[tokio::test]
async fn what_the_clearance_does_not_cover_is_absent() {
    let bench = Bench::new();
    let id = bench.make("notes@self", json!({"a": 0})).await;
    let seen = bench.get(&read(LOW), &id).unwrap();
    // The overlay would be above the clearance.
    let narrow = ChangeScope { run_label: label(HIGH), clearance: label(LOW), ..change(LOW) };
    assert_eq!(bench.one(update(&narrow, &seen, json!({}))).await, Err(WriteError::Absent));
    // The item isn't in the scope.
    let other = change("notes@acme");
    assert_eq!(bench.one(update(&other, &seen, json!({}))).await, Err(WriteError::Absent));
    assert_eq!(bench.one(delete(&other, &seen)).await, Err(WriteError::Absent));
}

#[tokio::test]
async fn a_sort_runs_through_overlays() {
    let bench = Bench::new();
    let mut ids = Vec::new();
    for n in 0..6 {
        ids.push(bench.make("notes@self", json!({"a": n})).await);
    }
    change_from(&bench, &change(HIGH), &ids[0], json!({"a": 10})).await;
    change_from(&bench, &change(HIGH), &ids[5], json!({"a": -1})).await;
    let sorted = |scope: &domicile_policy::ReadScope, descending| {
        let query = Query { limit: 2, ..Query::new("{}").sort("a", descending) };
        let found = bench.all(scope, &query);
        found.iter().map(|one| body(one)["a"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(sorted(&read(LOW), false), [0, 1, 2, 3, 4, 5]);
    assert_eq!(sorted(&read(HIGH), false), [-1, 1, 2, 3, 4, 10]);
    assert_eq!(sorted(&read(HIGH), true), [10, 4, 3, 2, 1, -1]);
}

/// A writer whose run knows more than its grant shows overlays blindly, and sees the item as
/// before.
#[tokio::test]
async fn an_overlay_may_be_out_of_its_writers_sight() {
    let bench = Bench::new();
    let id = bench.make("notes@self", json!({"a": 0, "b": 0})).await;
    let blind = ChangeScope { run_label: label(HIGH), ..change(LOW) };
    change_from(&bench, &blind, &id, json!({"a": 1, "b": 0})).await;
    assert_eq!(body(&bench.get(&blind.read, &id).unwrap()), json!({"a": 0, "b": 0}));
    change_from(&bench, &blind, &id, json!({"a": 0, "b": 2})).await;
    // Both changes are in the one overlay, and neither undid the other.
    assert_eq!(body(&bench.get(&read(HIGH), &id).unwrap()), json!({"a": 1, "b": 2}));
    // Deleted above, it stays deleted above, whatever the blind one does.
    let high = change(HIGH);
    let seen = bench.get(&high.read, &id).unwrap();
    bench.one(delete(&high, &seen)).await.unwrap();
    change_from(&bench, &blind, &id, json!({"a": 3, "b": 3})).await;
    assert_eq!(bench.get(&high.read, &id), None);
    assert_eq!(bench.ids(&high.read, json!({"a": 3})), [] as [&str; 0]);
}
