//! A throw-away home in memory, and short names for labels and scopes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use domicile_policy::{Actor, ChangeScope, Doctype, Influence, Label, ReadScope, Tag};
use domicile_proto::doctype::Doctypes;
use domicile_store::engine::memory::MemoryEngine;
use domicile_store::engine::{Batch, Engine, EngineError, Pair, Snapshot};
use domicile_store::{
    Document, Home, Limits, Op, Provenance, Query, ReadError, WriteBatch, WriteError, Written,
};
use serde_json::Value;

pub const INDEXED: &str = r#"
name = "app.test.things"
category = "notes"
title = { en = "things", fr = "choses" }
indexes = [["a"], ["a", "b"], ["b", "n.x"], ["n.x"]]
newest_by = "day"
[fields]
a = { type = "any" }
b = { type = "any" }
n = { type = "object", fields = { x = { type = "any" } } }
strict = { type = "number" }
day = { type = ["date", "datetime"] }
"#;

pub const THINGS: &str = "app.test.things";

pub fn doctypes(text: &str) -> Arc<Doctypes> {
    Arc::new(Doctypes::from_texts([text]).unwrap())
}

pub fn things() -> Doctype {
    THINGS.parse().unwrap()
}

pub fn label(text: &str) -> Label {
    Label::of(text.split_whitespace().map(|tag| tag.parse::<Tag>().unwrap()))
}

pub fn read(admitted: &str) -> ReadScope {
    ReadScope { doctype: things(), admitted: label(admitted), fields: None, rows: None }
}

pub fn everything() -> ReadScope {
    ReadScope { admitted: Label::everything(), ..read("") }
}

/// A run that has seen what `admitted` shows, and may see anything.
pub fn change(admitted: &str) -> ChangeScope {
    ChangeScope {
        read: read(admitted),
        run_label: label(admitted),
        clearance: Label::everything(),
        influence: by("editor"),
    }
}

pub fn by(app: &str) -> Influence {
    Influence::of([Actor::App(app.parse().unwrap())])
}

pub fn provenance() -> Provenance {
    Provenance {
        component: "tester".parse().unwrap(),
        version: "1.0".to_owned(),
        at: "2026-11-23T09:30:00Z".to_owned(),
    }
}

pub fn create(at: &str, body: Value) -> Op {
    Op::Create {
        doctype: things(),
        label: label(at),
        influence: by("maker"),
        provenance: provenance(),
        body: body.to_string(),
    }
}

pub fn deposit(at: &str, key: &str, body: Value) -> Op {
    Op::Deposit {
        doctype: things(),
        label: label(at),
        influence: by("maker"),
        provenance: provenance(),
        key: key.to_owned(),
        body: body.to_string(),
    }
}

pub fn update(scope: &ChangeScope, seen: &Document, body: Value) -> Op {
    Op::Update {
        scope: scope.clone(),
        id: seen.id.clone(),
        revision: seen.revision.clone(),
        body: body.to_string(),
        provenance: provenance(),
    }
}

pub fn delete(scope: &ChangeScope, seen: &Document) -> Op {
    Op::Delete {
        scope: scope.clone(),
        id: seen.id.clone(),
        revision: seen.revision.clone(),
        provenance: provenance(),
    }
}

/// What ids are ordered by: their texts are ordered otherwise.
pub fn bytes(id: &str) -> Vec<u8> {
    data_encoding::BASE64URL_NOPAD.decode(id.as_bytes()).unwrap()
}

pub fn body(document: &Document) -> Value {
    serde_json::from_str(&document.body).unwrap()
}

/// A home, and how often its engine was asked for what.
pub struct Bench {
    pub home: Home,
    pub count: Arc<Count>,
}

impl Bench {
    pub fn new() -> Bench {
        Bench::with(INDEXED, Limits::default())
    }

    pub fn with(doctype: &str, limits: Limits) -> Bench {
        let count = Arc::new(Count::default());
        let engine = Counting { engine: MemoryEngine::default(), count: Arc::clone(&count) };
        let home = Home::open_on(
            Box::new(engine),
            "test".parse().unwrap(),
            [1; 32],
            [2; 32],
            doctypes(doctype),
            limits,
        );
        Bench { home: home.unwrap(), count }
    }

    pub async fn write(&self, ops: Vec<Op>) -> Result<Vec<Written>, WriteError> {
        self.home.write(WriteBatch { ops, ..WriteBatch::default() }).await
    }

    pub async fn one(&self, op: Op) -> Result<Written, WriteError> {
        Ok(self.write(vec![op]).await?.remove(0))
    }

    /// Write one document and return its id.
    pub async fn make(&self, at: &str, body: Value) -> String {
        self.one(create(at, body)).await.unwrap().id
    }

    pub fn get(&self, scope: &ReadScope, id: &str) -> Option<Document> {
        self.home.get_many(scope, &[id]).unwrap().remove(0)
    }

    pub fn try_get(&self, scope: &ReadScope, ids: &[&str]) -> Result<usize, ReadError> {
        Ok(self.home.get_many(scope, ids)?.len())
    }

    /// All pages of a query, `limit` documents each.
    pub fn all(&self, scope: &ReadScope, query: &Query) -> Vec<Document> {
        let mut query = query.clone();
        let mut found = Vec::new();
        loop {
            let page = self.home.find(scope, &query).unwrap();
            assert!(page.documents.len() <= query.limit);
            found.extend(page.documents);
            assert!(found.len() < 10_000, "the pages have no end");
            match page.next {
                Some(next) => query.cursor = Some(next),
                None => return found,
            }
        }
    }

    pub fn ids(&self, scope: &ReadScope, selector: Value) -> Vec<String> {
        let found = self.all(scope, &Query::new(selector.to_string()));
        found.into_iter().map(|document| document.id).collect()
    }

    pub fn count(&self, scope: &ReadScope, selector: Value) -> u64 {
        self.home.count(scope, &Query::new(selector.to_string())).unwrap()
    }
}

/// What an engine was asked for.
#[derive(Default)]
pub struct Count {
    pub keys: AtomicUsize,
    pub ranges: AtomicUsize,
    /// All keys ever asked for.
    pub asked: Mutex<Vec<Vec<u8>>>,
}

impl Count {
    /// Keys and ranges since the last time.
    pub fn reads(&self) -> (usize, usize) {
        (self.keys.swap(0, Ordering::SeqCst), self.ranges.swap(0, Ordering::SeqCst))
    }
}

/// An engine that counts.
pub struct Counting<E> {
    pub engine: E,
    pub count: Arc<Count>,
}

struct CountingSnapshot {
    snapshot: Box<dyn Snapshot>,
    count: Arc<Count>,
}

impl<E: Engine> Engine for Counting<E> {
    fn snapshot(&self) -> Result<Box<dyn Snapshot>, EngineError> {
        let (snapshot, count) = (self.engine.snapshot()?, Arc::clone(&self.count));
        Ok(Box::new(CountingSnapshot { snapshot, count }))
    }

    fn commit(&self, batch: &Batch) -> Result<(), EngineError> {
        self.engine.commit(batch)
    }
}

impl Snapshot for CountingSnapshot {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        self.count.keys.fetch_add(1, Ordering::SeqCst);
        self.count.asked.lock().unwrap().push(key.to_vec());
        self.snapshot.get(key)
    }

    fn range(
        &self,
        from: &[u8],
        to: &[u8],
        limit: usize,
        downwards: bool,
    ) -> Result<Vec<Pair>, EngineError> {
        self.count.ranges.fetch_add(1, Ordering::SeqCst);
        self.snapshot.range(from, to, limit, downwards)
    }
}

/// An engine that a test can reach behind the home's back.
#[derive(Clone, Default)]
pub struct Shared(pub Arc<MemoryEngine>);

impl Engine for Shared {
    fn snapshot(&self) -> Result<Box<dyn Snapshot>, EngineError> {
        self.0.snapshot()
    }

    fn commit(&self, batch: &Batch) -> Result<(), EngineError> {
        self.0.commit(batch)
    }
}
