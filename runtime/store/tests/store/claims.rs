//! What accounts brought: who claims a document, and what goes with an account.

use domicile_store::{Brought, Fate, Op, WriteBatch};
use serde_json::{Value, json};

use crate::support::*;

/// What an account brings; an importer has none.
async fn bring(bench: &Bench, account: &str, items: &[(&str, Value)]) {
    let ops = items.iter().map(|(key, body)| deposit("notes@acme", key, body.clone())).collect();
    let account = (!account.is_empty()).then(|| account.to_owned());
    bench.home.write(WriteBatch { ops, account, ..WriteBatch::default() }).await.unwrap();
}

fn brought(bench: &Bench, account: &str) -> Vec<Brought> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = bench.home.brought(account, after.as_deref()).unwrap();
        all.extend(page.documents);
        match page.next {
            Some(next) => after = Some(next),
            None => return all,
        }
    }
}

fn fates(bench: &Bench, account: &str) -> Vec<Fate> {
    let mut fates: Vec<Fate> = brought(bench, account).iter().map(|one| one.fate).collect();
    fates.sort();
    fates
}

/// The account goes, with what it brought. Answers how many documents went.
async fn withdraw(bench: &Bench, account: &str) -> usize {
    let op = |one: Brought| Op::Withdraw { account: account.to_owned(), id: one.id };
    let ops = brought(bench, account).into_iter().map(op).collect();
    let written = bench.write(ops).await.unwrap();
    written.iter().filter(|one| one.changed()).count()
}

fn left(bench: &Bench) -> Vec<i64> {
    let mut left: Vec<i64> = bench
        .all(&everything(), &domicile_store::Query::new("{}"))
        .iter()
        .map(|one| body(one)["a"].as_i64().unwrap())
        .collect();
    left.sort();
    left
}

#[tokio::test]
async fn an_account_takes_along_what_it_brought_and_nothing_else() {
    let bench = Bench::new();
    let many: Vec<(String, Value)> = (0..700).map(|n| (format!("k{n}"), json!({"a": n}))).collect();
    let many: Vec<(&str, Value)> = many.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
    bring(&bench, "one", &many).await;
    bring(&bench, "two", &[("x", json!({"a": -1}))]).await;
    bring(&bench, "", &[("y", json!({"a": -2}))]).await;
    bench.make("notes@acme", json!({"a": -3})).await;
    assert_eq!(fates(&bench, "one").len(), 700);
    assert_eq!(fates(&bench, "none"), []);
    assert_eq!(withdraw(&bench, "one").await, 700);
    assert_eq!((left(&bench), fates(&bench, "one").len()), (vec![-3, -2, -1], 0));
    // What is brought again after that is brought anew.
    bring(&bench, "two", &many[..1]).await;
    assert_eq!(withdraw(&bench, "two").await, 2);
    assert_eq!(left(&bench), [-3, -2]);
}

#[tokio::test]
async fn what_two_brought_goes_with_the_second() {
    let bench = Bench::new();
    bring(&bench, "one", &[("k", json!({"a": 1}))]).await;
    let seen = bench.all(&everything(), &domicile_store::Query::new("{}")).remove(0);
    bring(&bench, "two", &[("k", json!({"a": 1}))]).await;
    let now = bench.get(&everything(), &seen.id).unwrap();
    assert_eq!(now.revision, seen.revision, "that another brings it too is no change");
    assert_eq!(bench.home.changes(&everything(), None, 9).unwrap().changes.len(), 1);
    assert_eq!(
        (fates(&bench, "one"), fates(&bench, "two")),
        (vec![Fate::Shared], vec![Fate::Shared])
    );
    assert_eq!((withdraw(&bench, "one").await, left(&bench)), (0, vec![1]));
    assert_eq!(fates(&bench, "one"), [], "it has given up its claim");
    assert_eq!((withdraw(&bench, "two").await, left(&bench)), (1, vec![]));
}

#[tokio::test]
async fn what_an_importer_brought_too_stays() {
    let bench = Bench::new();
    bring(&bench, "one", &[("k", json!({"a": 1})), ("l", json!({"a": 2}))]).await;
    // The same, and another state of it.
    bring(&bench, "", &[("k", json!({"a": 1})), ("l", json!({"a": 3}))]).await;
    assert_eq!(fates(&bench, "one"), [Fate::Shared, Fate::Shared]);
    assert_eq!((withdraw(&bench, "one").await, left(&bench)), (0, vec![1, 3]));
    // And where the importer came first: by another component.
    let Op::Deposit { mut provenance, doctype, label, influence, .. } =
        deposit("notes@acme", "m", json!({}))
    else {
        unreachable!()
    };
    provenance.component = "importer".parse().unwrap();
    let (key, body) = ("m".to_owned(), json!({"a": 4}).to_string());
    bench.one(Op::Deposit { doctype, label, influence, provenance, key, body }).await.unwrap();
    bring(&bench, "one", &[("m", json!({"a": 4}))]).await;
    assert_eq!((fates(&bench, "one"), withdraw(&bench, "one").await), (vec![Fate::Shared], 0));
}

#[tokio::test]
async fn what_somebody_changed_stays_and_what_they_deleted_goes() {
    let bench = Bench::new();
    let items = ["over", "in", "away"].map(|key| (key, json!({"a": 1})));
    bring(&bench, "one", &items).await;
    let ids: Vec<String> = items
        .iter()
        .map(|(key, _)| bench.home.id_for(&things(), &label("notes@acme"), key).to_string())
        .collect();
    let above = change("notes@*");
    let below = change("notes@acme");
    let seen = |scope: &domicile_policy::ChangeScope, id: &str| bench.get(&scope.read, id).unwrap();
    bench.one(update(&above, &seen(&above, &ids[0]), json!({"a": 5}))).await.unwrap();
    bench.one(update(&below, &seen(&below, &ids[1]), json!({"a": 6}))).await.unwrap();
    bench.one(delete(&above, &seen(&above, &ids[2]))).await.unwrap();
    assert_eq!(fates(&bench, "one"), [Fate::Goes, Fate::Changed, Fate::Changed]);
    assert_eq!(withdraw(&bench, "one").await, 1);
    assert_eq!(left(&bench), [5, 6]);
    assert_eq!(fates(&bench, "one"), [], "they are the owner's");
    assert_eq!(bench.get(&read("notes@acme"), &ids[2]), None, "nobody has it any more");
}

#[tokio::test]
async fn a_document_remembers_so_many_accounts_and_then_stays() {
    let bench = Bench::new();
    let accounts: Vec<String> = (0..12).map(|n| format!("account{n}")).collect();
    for account in &accounts {
        bring(&bench, account, &[("k", json!({"a": 1}))]).await;
    }
    for account in &accounts {
        assert_eq!(withdraw(&bench, account).await, 0, "{account}");
    }
    assert_eq!(left(&bench), [1]);
}
