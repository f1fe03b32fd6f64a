//! Selectors. In: a first line with the fields to sort by, then a selector's text. Out: two homes,
//! one with indexes and one without, give the same answer. Never here: an answer that the plan
//! changed.

use std::sync::{Arc, LazyLock};

use domicile_policy::{Influence, Label, ReadScope, Tag};
use domicile_proto::doctype::Doctypes;
use domicile_store::engine::memory::MemoryEngine;
use domicile_store::{Home, Limits, Op, Provenance, Query, QueryError, Selector, WriteBatch};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use super::with_first_line;

const DOCTYPE: &str = "app.test.things";
const INDEXES: &str = r#"indexes = [["a"], ["a", "b"], ["b", "n.x"], ["n.x"]]"#;
const LABEL: &str = "notes@self";
/// Pages of an answer have so many documents: more than one page is asked for.
const PAGE: usize = 7;

/// The homes, and the runtime on which they write.
struct Homes {
    indexed: Home,
    plain: Home,
    _runtime: Runtime,
}

static HOMES: LazyLock<Homes> = LazyLock::new(|| {
    let runtime = Builder::new_multi_thread().worker_threads(1).build().expect("a runtime");
    let (indexed, plain) = runtime.block_on(async { (home(INDEXES).await, home("").await) });
    Homes { indexed, plain, _runtime: runtime }
});

async fn home(indexes: &str) -> Home {
    let doctype = format!(
        "name = \"{DOCTYPE}\"\ncategory = \"notes\"\ntitle = {{ en = \"things\", fr = \"choses\" }}\n\
         {indexes}\n[fields]\nkey = {{ type = \"number\" }}\na = {{ type = \"any\" }}\n\
         b = {{ type = \"any\" }}\nn = {{ type = \"object\", fields = {{ x = {{ type = \"any\" }} }} }}\n"
    );
    let doctypes = Arc::new(Doctypes::from_texts([doctype.as_str()]).expect("a doctype"));
    let (engine, name) = (Box::new(MemoryEngine::default()), "test".parse().expect("a name"));
    let home = Home::open_on(engine, name, [1; 32], [2; 32], doctypes, Limits::default());
    let home = home.expect("a home");
    let ops = bodies().into_iter().enumerate().map(|(key, mut body)| {
        body["key"] = json!(key);
        create(&body)
    });
    let batch = WriteBatch { ops: ops.collect(), ..WriteBatch::default() };
    home.write(batch).await.expect("documents");
    home
}

fn create(body: &Value) -> Op {
    Op::Create {
        doctype: DOCTYPE.parse().expect("a doctype"),
        label: label(),
        influence: Influence::nobody(),
        provenance: Provenance {
            component: "tester".parse().expect("a name"),
            version: "1.0".to_owned(),
            at: "2026-11-23T09:30:00Z".to_owned(),
        },
        body: body.to_string(),
    }
}

fn label() -> Label {
    Label::of([LABEL.parse::<Tag>().expect("a tag")])
}

/// Values of every kind, missing ones among them, in every field.
fn bodies() -> Vec<Value> {
    let values = [
        json!(null),
        json!(false),
        json!(-1),
        json!(1),
        json!(1.5),
        json!(""),
        json!("x"),
        json!("xy"),
        json!("y".repeat(300)),
        json!([1, "x"]),
        json!({ "x": 1 }),
    ];
    let mut bodies = vec![json!({})];
    for (at, value) in values.iter().enumerate() {
        let other = &values[(at + 3) % values.len()];
        bodies.push(json!({ "a": value }));
        bodies.push(json!({ "a": value, "b": other }));
        bodies.push(json!({ "b": value, "n": { "x": other } }));
    }
    bodies
}

/// A selector, with what to sort by: `a -n.x` is upwards by `a`, then downwards by `n.x`.
pub fn selector(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (sort, selector) = with_first_line(text.as_bytes());
    let text = |bytes| std::str::from_utf8(bytes).expect("cut at a line's end");
    let mut query = Query { limit: PAGE, ..Query::new(text(selector)) };
    for key in text(sort).split_whitespace() {
        query = query.sort(key.trim_start_matches('-'), key.starts_with('-'));
    }
    // Equal documents come by their ids, which differ from home to home.
    query = query.sort("key", false);
    let (found, scanned) = (keys(&HOMES.indexed, &query), keys(&HOMES.plain, &query));
    assert_eq!(found, scanned, "an index changes the answer");
    let scope = scope();
    let counts = [&HOMES.indexed, &HOMES.plain].map(|home| home.count(&scope, &query).ok());
    if let (Ok(found), Ok(_)) = (&found, Selector::parse(&query.selector)) {
        assert_eq!(counts, [Some(found.len() as u64); 2], "a count differs from its answer");
    }
}

fn scope() -> ReadScope {
    let doctype = DOCTYPE.parse().expect("a doctype");
    ReadScope { doctype, admitted: label(), fields: None, rows: None }
}

/// The keys of all documents of an answer, page by page.
fn keys(home: &Home, query: &Query) -> Result<Vec<Value>, String> {
    let (scope, mut query) = (scope(), query.clone());
    let mut found = Vec::new();
    loop {
        let page = home.find(&scope, &query).map_err(|error: QueryError| error.to_string())?;
        for document in page.documents {
            let body: Value = serde_json::from_str(&document.body).expect("a body");
            found.push(body["key"].clone());
        }
        assert!(found.len() <= bodies().len(), "the pages have no end");
        let Some(next) = page.next else { return Ok(found) };
        query.cursor = Some(next);
    }
}
