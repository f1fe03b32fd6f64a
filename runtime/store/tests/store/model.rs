//! The store against a model that has no index, no cursor and no compartment: a list of documents
//! and overlays, and the rules read off the page. And indexes against none: the same answers, page
//! by page.

use std::collections::BTreeMap;

use domicile_policy::{ChangeScope, Label, Place, ReadScope};
use domicile_store::{Limits, Query, Selector, WriteError};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::support::*;

type Body = Map<String, Value>;

/// A patch field by field; `None` removes. No patch is a tombstone.
type Overlay = Option<BTreeMap<String, Option<Value>>>;

#[derive(Clone, Debug)]
struct Item {
    id: String,
    label: Label,
    body: Option<Body>,
    overlays: Vec<(Label, Overlay)>,
}

impl Item {
    /// What a scope sees, before its fields are cut out.
    fn view(&self, admitted: &Label) -> Option<Body> {
        if !self.label.flows_to(admitted) {
            return None;
        }
        let mut body = self.body.clone()?;
        let mut visible: Vec<_> =
            self.overlays.iter().filter(|(label, _)| label.flows_to(admitted)).collect();
        visible.sort_by_key(|(label, _)| label.canonical());
        // Lowest first: take again and again the first one that nothing left lies below.
        while !visible.is_empty() {
            let lowest = visible.iter().position(|(label, _)| {
                !visible.iter().any(|(other, _)| other != label && other.flows_to(label))
            });
            let (_, overlay) = visible.remove(lowest.unwrap());
            for (key, value) in overlay.as_ref()? {
                match value {
                    Some(value) => body.insert(key.clone(), value.clone()),
                    None => body.remove(key),
                };
            }
        }
        Some(body)
    }
}

fn difference(old: &Body, new: &Body) -> BTreeMap<String, Option<Value>> {
    let keys = old.keys().chain(new.keys()).filter(|key| old.get(*key) != new.get(*key));
    keys.map(|key| (key.clone(), new.get(key).cloned())).collect()
}

const BASES: [&str; 4] = ["notes@self", "notes@acme", "notes@bravo", "notes@self bank@acme"];
const SCOPES: [&str; 6] = [
    "notes@self",
    "notes@*",
    "notes@* bank@*",
    "notes@* health@*",
    "notes@* bank@* health@*",
    "notes@* trips@*",
];

#[derive(Clone, Debug)]
enum Step {
    Create(usize, Body),
    Deposit(usize, u8, Body),
    Update(usize, usize, bool, Body),
    Delete(usize, usize),
}

#[derive(Clone, Debug)]
struct Asked {
    scope: usize,
    fields: Option<Vec<String>>,
    rows: Option<Value>,
    selector: Value,
    sort: Vec<(String, bool)>,
    limit: usize,
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        (0..4).prop_map(Value::from),
        Just(json!("x")),
        Just(json!("xy")),
        Just(json!("y".repeat(300))),
        Just(json!(format!("{}z", "y".repeat(300)))),
        Just(json!([1])),
    ]
}

fn any_body() -> impl Strategy<Value = Body> {
    let leaf = || prop::option::weighted(0.8, any_value());
    (leaf(), leaf(), leaf(), leaf()).prop_map(|(a, b, x, z)| {
        let mut body = Map::new();
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                body.insert(key.to_owned(), value);
            }
        };
        put("a", a);
        put("b", b);
        put("n", x.map(|x| json!({ "x": x })));
        put("z", z);
        body
    })
}

/// Mostly one of the first, so that overlays pile up.
fn any_item() -> impl Strategy<Value = usize> {
    prop_oneof![4 => 0..3usize, 1 => 0..40usize]
}

fn any_step() -> impl Strategy<Value = Step> {
    let base = 0..BASES.len();
    prop_oneof![
        4 => (base.clone(), any_body()).prop_map(|(at, body)| Step::Create(at, body)),
        2 => (base, 0..6u8, any_body()).prop_map(|(at, key, body)| Step::Deposit(at, key, body)),
        5 => (any_item(), 0..SCOPES.len(), any::<bool>(), any_body())
            .prop_map(|(item, scope, wide, body)| Step::Update(item, scope, wide, body)),
        1 => (any_item(), 0..SCOPES.len())
            .prop_map(|(item, scope)| Step::Delete(item, scope)),
    ]
}

const FIELDS: [&str; 5] = ["a", "b", "n.x", "z", "n"];

fn any_condition() -> impl Strategy<Value = Value> {
    let comparison = prop_oneof![
        Just("$eq"),
        Just("$ne"),
        Just("$gt"),
        Just("$gte"),
        Just("$lt"),
        Just("$lte"),
    ];
    let compared = (comparison, any_value()).prop_map(|(how, value)| json!({ how: value })).boxed();
    let list = || prop::collection::vec(any_value(), 0..3);
    prop_oneof![
        3 => any_value(),
        5 => compared.clone(),
        1 => (any_value(), any_value()).prop_map(|(low, high)| json!({"$gte": low, "$lt": high})),
        1 => list().prop_map(|values| json!({ "$in": values })),
        1 => list().prop_map(|values| json!({ "$nin": values })),
        1 => any::<bool>().prop_map(|there| json!({ "$exists": there })),
        1 => Just(json!({"$beginsWith": "x"})),
        1 => Just(json!({"$beginsWith": "y".repeat(290)})),
        1 => Just(json!({"$contains": "Y"})),
        1 => compared.prop_map(|inner| json!({ "$not": inner })),
    ]
}

fn any_selector() -> impl Strategy<Value = Value> {
    let field = (prop::sample::select(&FIELDS[..]), any_condition());
    let fields = prop::collection::vec(field, 0..3).prop_map(|fields| {
        Value::Object(fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    });
    let fields = fields.boxed();
    prop_oneof![
        6 => fields.clone(),
        1 => prop::collection::vec(fields.clone(), 1..3).prop_map(|all| json!({ "$or": all })),
        1 => prop::collection::vec(fields.clone(), 1..3).prop_map(|all| json!({ "$and": all })),
        1 => prop::collection::vec(fields, 1..3).prop_map(|all| json!({ "$nor": all })),
    ]
}

fn any_asked() -> impl Strategy<Value = Asked> {
    let field = || prop::sample::select(&FIELDS[..]).prop_map(str::to_owned);
    let sort = prop::collection::vec((field(), any::<bool>()), 0..3);
    let same_way = (prop::collection::vec(field(), 0..3), any::<bool>())
        .prop_map(|(fields, down)| fields.into_iter().map(|field| (field, down)).collect());
    (
        0..SCOPES.len(),
        prop::option::weighted(0.3, prop::collection::vec(field(), 1..4)),
        prop::option::weighted(0.3, any_selector()),
        any_selector(),
        prop_oneof![sort, same_way],
        1..8usize,
    )
        .prop_map(|(scope, fields, rows, selector, sort, limit)| Asked {
            scope,
            fields,
            rows,
            selector,
            sort,
            limit,
        })
}

/// The rules of selectors, once more and slowly.
fn matches(selector: &Value, body: &Body) -> bool {
    selector.as_object().unwrap().iter().all(|(key, wanted)| {
        let each = || wanted.as_array().unwrap().iter();
        match key.as_str() {
            "$and" => each().all(|one| matches(one, body)),
            "$or" => each().any(|one| matches(one, body)),
            "$nor" => !each().any(|one| matches(one, body)),
            path => holds(wanted, find(body, path)),
        }
    })
}

fn find<'a>(body: &'a Body, path: &str) -> Option<&'a Value> {
    let mut steps = path.split('.');
    let first = body.get(steps.next()?);
    steps.fold(first, |value, step| value?.get(step))
}

fn holds(wanted: &Value, value: Option<&Value>) -> bool {
    let operators = wanted.as_object().filter(|map| map.keys().any(|key| key.starts_with('$')));
    let Some(operators) = operators else { return value == Some(wanted) };
    operators.iter().all(|(operator, literal)| match (operator.as_str(), value) {
        ("$exists", value) => literal.as_bool() == Some(value.is_some()),
        ("$not", value) => !holds(literal, value),
        (_, None) => false,
        ("$eq", Some(value)) => value == literal,
        ("$ne", Some(value)) => value != literal,
        ("$gt", Some(value)) => rank(value) > rank(literal),
        ("$gte", Some(value)) => rank(value) >= rank(literal),
        ("$lt", Some(value)) => rank(value) < rank(literal),
        ("$lte", Some(value)) => rank(value) <= rank(literal),
        ("$in", Some(value)) => literal.as_array().unwrap().contains(value),
        ("$nin", Some(value)) => !literal.as_array().unwrap().contains(value),
        ("$beginsWith", Some(value)) => {
            value.as_str().is_some_and(|text| text.starts_with(literal.as_str().unwrap()))
        }
        ("$contains", Some(value)) => value.as_str().is_some_and(|text| {
            text.to_lowercase().contains(&literal.as_str().unwrap().to_lowercase())
        }),
        (other, _) => panic!("no rule for {other}"),
    })
}

/// The values of this test, in their order.
fn rank(value: &Value) -> (u8, i64, String) {
    match value {
        Value::Null => (1, 0, String::new()),
        Value::Number(number) => (2, number.as_i64().unwrap(), String::new()),
        Value::String(text) => (3, 0, text.clone()),
        Value::Array(items) => (4, items[0].as_i64().unwrap(), String::new()),
        Value::Object(map) => {
            let (kind, number, text) = map.get("x").map_or((0, 0, String::new()), rank);
            (5, i64::from(kind) * 1_000 + number, text)
        }
        Value::Bool(_) => panic!("no rule for booleans"),
    }
}

/// Sorting compares beginnings only; of an object's text, the part that is left after its key.
fn sort_rank(value: Option<&Value>) -> (u8, i64, String) {
    match value {
        None => (0, 0, String::new()),
        Some(value) => {
            let (kind, number, text) = rank(value);
            let kept = if value.is_object() { 250 } else { 255 };
            (kind, number, text.chars().take(kept).collect())
        }
    }
}

struct Twin {
    indexed: Bench,
    plain: Bench,
    items: Vec<Item>,
}

impl Twin {
    fn new() -> Twin {
        let without = INDEXED
            .replace(r#"indexes = [["a"], ["a", "b"], ["b", "n.x"], ["n.x"]]"#, "indexes = []");
        assert_ne!(without, INDEXED);
        let plain = Bench::with(&without, Limits::default());
        Twin { indexed: Bench::new(), plain, items: Vec::new() }
    }

    /// Both homes do the same with the same result.
    async fn both(&self, op: domicile_store::Op) -> Result<domicile_store::Written, WriteError> {
        let one = self.indexed.one(op.clone()).await;
        assert_eq!(one, self.plain.one(op).await);
        one
    }

    async fn step(&mut self, step: Step) {
        match step {
            Step::Create(at, body) => {
                let label = label(BASES[at]);
                let op = create(BASES[at], Value::Object(body.clone()));
                let id = self.both(op).await.unwrap().id;
                self.items.push(Item { id, label, body: Some(body), overlays: Vec::new() });
            }
            Step::Deposit(at, key, body) => {
                let op = deposit(BASES[at], &key.to_string(), Value::Object(body.clone()));
                let id = self.both(op).await.unwrap().id;
                let known = self.items.iter_mut().find(|item| item.id == id);
                match known {
                    Some(item) => item.body = Some(body),
                    None => {
                        let label = label(BASES[at]);
                        let overlays = Vec::new();
                        self.items.push(Item { id, label, body: Some(body), overlays });
                    }
                }
            }
            Step::Update(item, scope, wide, body) => {
                let mut scope = change(SCOPES[scope]);
                if wide {
                    // The run saw the bank as well, which this grant doesn't show.
                    scope.run_label = scope.run_label.join(&label("bank@*"));
                }
                self.change(item, &scope, Some(body)).await;
            }
            Step::Delete(item, scope) => self.change(item, &change(SCOPES[scope]), None).await,
        }
    }

    async fn change(&mut self, item: usize, scope: &ChangeScope, new: Option<Body>) {
        let count = self.items.len().max(1);
        let Some(item) = self.items.get(item % count).cloned() else { return };
        let expected = item.view(&scope.read.admitted);
        let seen = self.indexed.get(&scope.read, &item.id);
        assert_eq!(seen.as_ref().map(body), expected.clone().map(Value::Object));
        assert_eq!(seen, self.plain.get(&scope.read, &item.id));
        let (Some(seen), Some(old)) = (seen, expected) else { return };
        let op = match &new {
            Some(new) => update(scope, &seen, Value::Object(new.clone())),
            None => delete(scope, &seen),
        };
        self.both(op).await.unwrap();
        let item = self.items.iter_mut().find(|known| known.id == item.id).unwrap();
        match (scope.place(&item.label), new) {
            (Place::Hidden, _) => panic!("the store wrote where the policy says nowhere"),
            (Place::InPlace, Some(new)) => item.body = Some(new),
            (Place::InPlace, None) => {
                item.body = None;
                item.overlays.clear();
            }
            (Place::Overlay(label), new) => {
                let patch = new.map(|new| difference(&old, &new));
                if patch.as_ref().is_some_and(BTreeMap::is_empty) {
                    return;
                }
                let at = item.overlays.iter().position(|(known, _)| *known == label);
                let before = at.map(|at| item.overlays.remove(at).1);
                let after = match (before, patch) {
                    (_, None) | (Some(None), _) => None,
                    (None, patch) => patch,
                    (Some(Some(mut before)), Some(patch)) => {
                        before.extend(patch);
                        Some(before)
                    }
                };
                item.overlays.push((label, after));
            }
        }
    }

    fn ask(&self, asked: &Asked) {
        let fields = asked.fields.clone().map(|fields| fields.into_iter().collect());
        let rows = asked.rows.as_ref().map(Value::to_string);
        let scope = ReadScope { fields, rows, ..read(SCOPES[asked.scope]) };
        let mut query = Query { limit: asked.limit, ..Query::new(asked.selector.to_string()) };
        for (field, descending) in &asked.sort {
            query = query.sort(field, *descending);
        }
        let found = self.indexed.all(&scope, &query);
        assert_eq!(found, self.plain.all(&scope, &query), "with and without indexes");
        let found: Vec<(String, Value)> =
            found.into_iter().map(|one| (one.id.clone(), body(&one))).collect();
        let expected = self.expected(asked, &scope);
        assert_eq!(found, expected);
        let count = self.indexed.home.count(&scope, &query).unwrap();
        assert_eq!(count, expected.len() as u64);
        assert_eq!(count, self.plain.home.count(&scope, &query).unwrap());
    }

    fn expected(&self, asked: &Asked, scope: &ReadScope) -> Vec<(String, Value)> {
        let mut found: Vec<(String, Body)> = Vec::new();
        for item in &self.items {
            let Some(body) = item.view(&scope.admitted) else { continue };
            if asked.rows.as_ref().is_some_and(|rows| !matches(rows, &body)) {
                continue;
            }
            let shown = project(&body, asked.fields.as_deref());
            if matches(&asked.selector, &shown) {
                found.push((item.id.clone(), shown));
            }
        }
        found.sort_by_cached_key(|(id, _)| bytes(id));
        for (field, descending) in asked.sort.iter().rev() {
            found.sort_by(|(_, a), (_, b)| {
                let order = sort_rank(find(a, field)).cmp(&sort_rank(find(b, field)));
                if *descending { order.reverse() } else { order }
            });
        }
        found.into_iter().map(|(id, body)| (id, Value::Object(body))).collect()
    }
}

fn project(body: &Body, fields: Option<&[String]>) -> Body {
    let Some(fields) = fields else { return body.clone() };
    let shown = |field: &str| fields.iter().any(|shown| shown == field);
    let mut out = body.clone();
    out.retain(|key, _| shown(key) || (key == "n" && shown("n.x") && body["n"].get("x").is_some()));
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]
    #[test]
    fn the_store_does_what_the_model_does(
        steps in prop::collection::vec(any_step(), 0..40),
        asked in prop::collection::vec(any_asked(), 1..8),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut twin = Twin::new();
        for step in steps {
            runtime.block_on(twin.step(step));
        }
        for asked in &asked {
            twin.ask(asked);
        }
    }

    #[test]
    fn any_text_is_a_selector_or_an_error(text in "\\PC{0,60}") {
        let _ = Selector::parse(&text);
    }
}
