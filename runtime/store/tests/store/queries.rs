//! Queries by example: order, pages, indexes, cursors.

use domicile_store::{Query, QueryError, SortKey};
use serde_json::{Value, json};

use crate::support::*;

async fn filled() -> Bench {
    let bench = Bench::new();
    let mut ops = Vec::new();
    for n in 0..30 {
        let at = ["notes@self", "notes@acme", "notes@bravo"][n % 3];
        ops.push(create(at, json!({"a": n % 4, "b": format!("t{:02}", n / 2), "n": {"x": n}})));
    }
    bench.write(ops).await.unwrap();
    bench
}

fn numbers(found: &[domicile_store::Document]) -> Vec<i64> {
    found.iter().map(|one| body(one)["n"]["x"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn an_answer_is_sorted_over_compartments_and_pages() {
    let bench = filled().await;
    let scope = read("notes@*");
    for limit in [1, 7, 30, 100] {
        let up = Query { limit, ..Query::new("{}").sort("n.x", false) };
        assert_eq!(numbers(&bench.all(&scope, &up)), (0..30).collect::<Vec<_>>());
        let down = Query { limit, ..Query::new("{}").sort("n.x", true) };
        assert_eq!(numbers(&bench.all(&scope, &down)), (0..30).rev().collect::<Vec<_>>());
        // No index has this order: by `a` upwards, then by `n.x` downwards.
        let mixed = Query { limit, ..Query::new("{}").sort("a", false).sort("n.x", true) };
        let mut expected: Vec<i64> = (0..30).collect();
        expected.sort_by_key(|n| (n % 4, -n));
        assert_eq!(numbers(&bench.all(&scope, &mixed)), expected);
        let within =
            Query { limit, ..Query::new(r#"{"a": 2, "b": {"$gte": "t05", "$lt": "t12"}}"#) };
        let within = within.sort("b", true).sort("a", true);
        let found = numbers(&bench.all(&scope, &within));
        assert_eq!(found, [22, 18, 14, 10]);
    }
}

#[tokio::test]
async fn an_index_spares_most_of_the_looking() {
    let bench = filled().await;
    let scope = read("notes@*");
    let keys = |query: &Query| {
        bench.count.reads();
        bench.home.find(&scope, query).unwrap();
        bench.count.reads().0
    };
    assert!(keys(&Query::new(r#"{"b": "t03"}"#)) <= 3);
    assert!(keys(&Query::new(r#"{"n.x": {"$gt": 26}}"#)) <= 3);
    assert!(keys(&Query::new(r#"{"b": {"$beginsWith": "t1"}}"#).sort("b", false)) <= 21);
    let first = Query { limit: 2, ..Query::new("{}").sort("n.x", true) };
    assert!(keys(&first) <= 7, "a page of two looks at few");
    for descending in [false, true] {
        let page = Query { limit: 10, ..Query::new("{}").sort("n.x", descending) };
        assert!(keys(&page) <= 15, "a full page looks at few more");
    }
}

#[tokio::test]
async fn cursors_have_one_length_and_one_question() {
    let bench = filled().await;
    let scope = read("notes@*");
    let mut query = Query { limit: 3, ..Query::new("{}").sort("b", false) };
    let first = bench.home.find(&scope, &query).unwrap().next.unwrap();
    query.cursor = Some(first.clone());
    let second = bench.home.find(&scope, &query).unwrap().next.unwrap();
    let by_id = Query { limit: 3, ..Query::new("{}") };
    let other = bench.home.find(&scope, &by_id).unwrap().next.unwrap();
    assert_eq!((first.len(), first.len()), (second.len(), other.len()));
    // Another page size is the same question.
    assert!(bench.home.find(&scope, &Query { limit: 9, ..query.clone() }).is_ok());
    let refused = |scope: &domicile_policy::ReadScope, query: Query| {
        assert_eq!(bench.home.find(scope, &query), Err(QueryError::Cursor));
    };
    refused(&scope, Query { selector: r#"{"a": 1}"#.to_owned(), ..query.clone() });
    refused(&scope, Query { cursor: Some(first.clone()), ..Query::new("{}").sort("b", true) });
    refused(&scope, Query { cursor: Some(other), ..query.clone() });
    refused(&read("notes@acme"), query.clone());
    let shown = Some(["b".to_owned()].into());
    refused(&domicile_policy::ReadScope { fields: shown, ..scope.clone() }, query.clone());
    let rows = Some("{}".to_owned());
    refused(&domicile_policy::ReadScope { rows, ..scope.clone() }, query.clone());
    for cursor in ["", "x", &first[1..], &format!("{}A", &first[..first.len() - 1])] {
        if cursor != first {
            refused(&scope, Query { cursor: Some(cursor.to_owned()), ..query.clone() });
        }
    }
    // A feed's cursor is none either.
    let feed = bench.home.changes(&scope, None, 1).unwrap().next;
    refused(&scope, Query { cursor: Some(feed), ..query });
}

#[tokio::test]
async fn long_values_are_ordered_by_their_beginning() {
    let bench = Bench::new();
    let long = |end: &str| format!("{}{end}", "x".repeat(400));
    let mut ops = Vec::new();
    for end in ["c", "a", "b"] {
        ops.push(create("notes@self", json!({"a": long(end)})));
    }
    ops.push(create("notes@self", json!({"a": "short"})));
    bench.write(ops).await.unwrap();
    let query = Query { limit: 1, ..Query::new("{}").sort("a", false) };
    let sorted = bench.all(&everything(), &query);
    assert_eq!(body(&sorted[0])["a"], "short");
    let mut rest: Vec<_> = sorted[1..].iter().map(|one| bytes(&one.id)).collect();
    assert!(rest.is_sorted(), "equal beginnings are ordered by id");
    rest.dedup();
    assert_eq!(rest.len(), 3);
    // A selector compares the whole.
    assert_eq!(bench.count(&everything(), json!({"a": long("b")})), 1);
    assert_eq!(bench.count(&everything(), json!({"a": {"$gt": long("a")}})), 2);
    assert_eq!(bench.count(&everything(), json!({"a": {"$lt": long("c"), "$gte": long("a")}})), 2);
}

#[tokio::test]
async fn what_is_wrong_with_a_query_is_told() {
    let bench = Bench::new();
    let scope = everything();
    let find = |query: Query| bench.home.find(&scope, &query).unwrap_err().to_string();
    for limit in [0, 101] {
        assert!(find(Query { limit, ..Query::new("{}") }).contains("1 to 100"));
    }
    assert!(find(Query::new("[]")).contains("no JSON object"));
    assert!(find(Query::new("{}").sort("a..b", false)).contains("`a..b`"));
    let key = SortKey { field: "a".to_owned(), descending: false };
    assert!(find(Query { sort: vec![key; 5], ..Query::new("{}") }).contains("5 keys"));
    let four =
        ["a", "b", "c", "d"].iter().fold(Query::new("{}"), |query, key| query.sort(key, true));
    assert!(bench.home.find(&scope, &four).is_ok());
    assert!(bench.home.count(&scope, &Query::new(r#"{"$x": 1}"#)).is_err());
    assert!(bench.home.changes(&scope, None, 0).is_err());
}

/// A03, A07: counts and pages are functions of the visible compartments.
#[tokio::test]
async fn hidden_documents_leave_no_trace_in_answers() {
    let (plain, crowded) = (filled().await, filled().await);
    let hidden = (0..50).map(|n| create("notes@self health@self", json!({"a": n % 4})));
    crowded.write(hidden.collect()).await.unwrap();
    let scope = read("notes@*");
    let answers = |bench: &Bench| {
        let mut all: Vec<Value> = Vec::new();
        for query in [Query::new("{}"), Query::new(r#"{"a": 1}"#).sort("b", true)] {
            let page = bench.home.find(&scope, &Query { limit: 4, ..query.clone() }).unwrap();
            all.push(json!(page.next));
            all.extend(page.documents.iter().map(|one| json!([one.id, one.revision, one.body])));
            all.push(json!(bench.home.count(&scope, &query).unwrap()));
        }
        let feed = bench.home.changes(&scope, None, 5).unwrap();
        all.push(json!([feed.next, feed.more, feed.changes.len()]));
        (all, bench.count.reads())
    };
    plain.count.reads();
    crowded.count.reads();
    assert_eq!(answers(&plain), answers(&crowded));
}
