//! Bodies as JSON objects: the part that a grant shows, and what one patch changes.
//!
//! A hidden field must neither come out of [`Fields::project`] nor change in [`Fields::restore`].

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::error::Fault;

/// A JSON object.
pub type Body = Map<String, Value>;

/// A stored body.
pub fn parse(text: &str) -> Result<Body, Fault> {
    serde_json::from_str(text)
        .map_err(|_| Fault::Damaged("a document is no JSON object".to_owned()))
}

/// The text of a body.
pub fn print(body: &Body) -> String {
    // A map of strings to values always has a text.
    serde_json::to_string(body).unwrap_or_default()
}

/// A path with dots, taken apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(Vec<String>);

impl Path {
    pub fn new(text: &str) -> Path {
        Path(text.split('.').map(str::to_owned).collect())
    }

    /// The value there.
    pub fn find<'a>(&self, body: &'a Body) -> Option<&'a Value> {
        let (first, rest) = self.0.split_first()?;
        rest.iter().try_fold(body.get(first)?, |value, step| value.as_object()?.get(step))
    }

    /// The same within any value.
    pub fn find_in<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        self.0.iter().try_fold(value, |value, step| value.as_object()?.get(step))
    }

    /// This path, then another.
    pub fn join(&self, then: &Path) -> Path {
        Path(self.0.iter().chain(&then.0).cloned().collect())
    }

    fn set(&self, body: &mut Body, value: Value) {
        let Some((last, above)) = self.0.split_last() else { return };
        let mut at = body;
        for step in above {
            let next = at.entry(step.clone()).or_insert_with(|| Value::Object(Map::new()));
            if !next.is_object() {
                *next = Value::Object(Map::new());
            }
            match next.as_object_mut() {
                Some(next) => at = next,
                None => return,
            }
        }
        at.insert(last.clone(), value);
    }

    fn remove(&self, body: &mut Body) {
        let Some((last, above)) = self.0.split_last() else { return };
        let mut at = body;
        for step in above {
            match at.get_mut(step).and_then(Value::as_object_mut) {
                Some(next) => at = next,
                None => return,
            }
        }
        at.remove(last);
    }

    fn begins_with(&self, other: &Path) -> bool {
        self.0.starts_with(&other.0)
    }
}

/// The fields that a grant shows, each with all that is below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields(Vec<Path>);

impl Fields {
    pub fn new(paths: &BTreeSet<String>) -> Fields {
        Fields(paths.iter().map(|path| Path::new(path)).collect())
    }

    /// Whether all that is at `path` is shown.
    pub fn show(&self, path: &Path) -> bool {
        self.0.iter().any(|shown| path.begins_with(shown))
    }

    /// The shown part.
    pub fn project(&self, body: &Body) -> Body {
        let mut out = Map::new();
        for path in &self.0 {
            if let Some(value) = path.find(body) {
                path.set(&mut out, value.clone());
            }
        }
        out
    }

    /// `whole` with its shown part replaced by `part`.
    pub fn restore(&self, mut whole: Body, part: &Body) -> Body {
        for path in &self.0 {
            match path.find(part) {
                Some(value) => path.set(&mut whole, value.clone()),
                None => path.remove(&mut whole),
            }
        }
        whole
    }

    /// The first path of `part` that is not shown.
    pub fn outside(&self, part: &Body) -> Option<String> {
        self.outside_below(&mut Vec::new(), part)
    }

    fn outside_below(&self, above: &mut Vec<String>, part: &Body) -> Option<String> {
        for (key, value) in part {
            above.push(key.clone());
            let path = Path(above.clone());
            if !self.show(&path) {
                let leads_on = self.0.iter().any(|shown| shown.begins_with(&path));
                let found = match value {
                    Value::Object(below) if leads_on => self.outside_below(above, below),
                    _ => Some(above.join(".")),
                };
                if found.is_some() {
                    return found;
                }
            }
            above.pop();
        }
        None
    }
}

/// A change of top-level fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patch {
    /// Fields and their new values.
    pub set: Body,
    /// Fields that are gone.
    pub removed: BTreeSet<String>,
}

impl Patch {
    /// What leads from `old` to `new`.
    pub fn between(old: &Body, new: &Body) -> Patch {
        let differs = |(key, value): &(&String, &Value)| old.get(*key) != Some(value);
        Patch {
            set: new.iter().filter(differs).map(|(k, v)| (k.clone(), v.clone())).collect(),
            removed: old.keys().filter(|key| !new.contains_key(*key)).cloned().collect(),
        }
    }

    /// This one, then `later`.
    #[must_use]
    pub fn then(mut self, later: Patch) -> Patch {
        for (key, value) in later.set {
            self.removed.remove(&key);
            self.set.insert(key, value);
        }
        for key in later.removed {
            self.set.remove(&key);
            self.removed.insert(key);
        }
        self
    }

    /// Change `body`.
    pub fn apply(&self, body: &mut Body) {
        body.retain(|key, _| !self.removed.contains(key));
        body.extend(self.set.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn body(value: Value) -> Body {
        value.as_object().unwrap().clone()
    }

    fn fields(paths: &[&str]) -> Fields {
        Fields::new(&paths.iter().map(|path| (*path).to_owned()).collect())
    }

    #[test]
    fn a_projection_holds_the_shown_paths_only() {
        let whole = body(json!({"a": 1, "b": {"c": 2, "d": 3}, "e": [1]}));
        let shown = fields(&["a", "b.c", "missing", "a.x"]);
        assert_eq!(shown.project(&whole), body(json!({"a": 1, "b": {"c": 2}})));
        assert!(shown.show(&Path::new("b.c.deep")));
        assert!(!shown.show(&Path::new("b")));
    }

    #[test]
    fn hidden_fields_stay() {
        let whole = body(json!({"a": 1, "b": {"c": 2, "d": 3}, "e": 4}));
        let shown = fields(&["a", "b.c"]);
        let restored = shown.restore(whole.clone(), &body(json!({"b": {"c": 9}})));
        assert_eq!(restored, body(json!({"b": {"c": 9, "d": 3}, "e": 4})));
        assert_eq!(shown.outside(&body(json!({"a": 1, "b": {"c": 1}}))), None);
        assert_eq!(shown.outside(&body(json!({"b": {"c": 1, "d": 1}}))), Some("b.d".to_owned()));
        assert_eq!(shown.outside(&body(json!({"b": 7}))), Some("b".to_owned()));
        assert_eq!(shown.outside(&body(json!({"e": 7}))), Some("e".to_owned()));
    }

    fn any_body() -> impl Strategy<Value = Body> {
        let value = prop_oneof![Just(json!(null)), (0..3).prop_map(Value::from)];
        prop::collection::btree_map("[a-d]", value, 0..4).prop_map(|map| map.into_iter().collect())
    }

    proptest! {
        #[test]
        fn patches_lead_where_they_say(a in any_body(), b in any_body(), c in any_body()) {
            let mut there = a.clone();
            Patch::between(&a, &b).apply(&mut there);
            prop_assert_eq!(&there, &b);
            let mut twice = a.clone();
            Patch::between(&a, &b).then(Patch::between(&b, &c)).apply(&mut twice);
            prop_assert_eq!(&twice, &c);
        }
    }
}
