//! From a selector's JSON text to its parts. The text is a guest's: its size and depth are checked
//! before anything is made of it, and what is not understood is an error that names the nearest
//! remedy.

use serde_json::{Map, Value};

use super::condition::{Comparison, Condition};
use super::selector::Node;
use crate::body::Path;
use crate::error::SelectorError;
use crate::limits::{SELECTOR_BYTES_MAX, SELECTOR_LEVELS_MAX};

const OPERATORS: &str = "$eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $exists, $all, $size, \
    $elemMatch, $beginsWith, $contains, $not, $and, $or and $nor";

fn wrong<T>(text: impl Into<String>) -> Result<T, SelectorError> {
    Err(SelectorError(text.into()))
}

/// Read a selector.
pub fn selector(text: &str) -> Result<Node, SelectorError> {
    if text.len() > SELECTOR_BYTES_MAX {
        let length = text.len();
        return wrong(format!("it has {length} bytes, more than {SELECTOR_BYTES_MAX}"));
    }
    let value: Value = serde_json::from_str(text)
        .or_else(|error| wrong(format!("it is not JSON at column {}", error.column())))?;
    if levels(&value) > SELECTOR_LEVELS_MAX {
        return wrong(format!("it is deeper than {SELECTOR_LEVELS_MAX} levels"));
    }
    match value {
        Value::Object(map) => node(&map),
        _ => wrong("it is no JSON object; `{}` selects everything"),
    }
}

fn levels(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(levels).max().unwrap_or(0),
        Value::Object(map) => 1 + map.values().map(levels).max().unwrap_or(0),
        _ => 0,
    }
}

fn node(map: &Map<String, Value>) -> Result<Node, SelectorError> {
    let mut parts = Vec::new();
    for (key, value) in map {
        match key.as_str() {
            "$and" => parts.extend(nodes(key, value)?),
            "$or" => parts.push(Node::Any(nodes(key, value)?)),
            "$nor" => parts.push(Node::Not(Box::new(Node::Any(nodes(key, value)?)))),
            "$not" => parts.push(Node::Not(Box::new(node(object(key, value)?)?))),
            _ if key.starts_with('$') => {
                let hint = format!("`{key}` can't stand here");
                return wrong(format!("{hint}; use a field's name, $and, $or, $nor or $not"));
            }
            _ => field(&path(key)?, value, &mut parts)?,
        }
    }
    Ok(Node::All(parts))
}

fn nodes(key: &str, value: &Value) -> Result<Vec<Node>, SelectorError> {
    let Value::Array(items) = value else {
        return wrong(format!("`{key}` takes a list of selectors"));
    };
    items.iter().map(|item| node(object(key, item)?)).collect()
}

fn object<'a>(key: &str, value: &'a Value) -> Result<&'a Map<String, Value>, SelectorError> {
    value.as_object().map_or_else(|| wrong(format!("`{key}` takes a selector")), Ok)
}

fn path(text: &str) -> Result<Path, SelectorError> {
    if text.split('.').any(str::is_empty) {
        return wrong(format!("`{text}` is no path; write fields with single dots between them"));
    }
    Ok(Path::new(text))
}

/// A field's conditions, or fields within it.
fn field(path: &Path, value: &Value, parts: &mut Vec<Node>) -> Result<(), SelectorError> {
    match value {
        Value::Object(map) if is_conditions(map)? => {
            for condition in conditions(map)? {
                parts.push(Node::Field(path.clone(), condition));
            }
        }
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                field(&path.join(&self::path(key)?), value, parts)?;
            }
        }
        literal => {
            let equal = Condition::Compare(Comparison::Equal, literal.clone());
            parts.push(Node::Field(path.clone(), equal));
        }
    }
    Ok(())
}

/// Whether the keys are operators; a mixture is an error.
fn is_conditions(map: &Map<String, Value>) -> Result<bool, SelectorError> {
    let operators = map.keys().filter(|key| key.starts_with('$')).count();
    if operators != 0 && operators != map.len() {
        return wrong("an object holds operators or fields, not both");
    }
    Ok(operators != 0)
}

fn conditions(map: &Map<String, Value>) -> Result<Vec<Condition>, SelectorError> {
    map.iter().map(|(operator, value)| condition(operator, value)).collect()
}

fn condition(operator: &str, value: &Value) -> Result<Condition, SelectorError> {
    let compare = |how| Ok(Condition::Compare(how, value.clone()));
    match operator {
        "$eq" => compare(Comparison::Equal),
        "$ne" => compare(Comparison::NotEqual),
        "$gt" => compare(Comparison::Greater),
        "$gte" => compare(Comparison::GreaterOrEqual),
        "$lt" => compare(Comparison::Less),
        "$lte" => compare(Comparison::LessOrEqual),
        "$in" => list(operator, value).map(Condition::In),
        "$nin" => list(operator, value).map(Condition::NotIn),
        "$all" => list(operator, value).map(Condition::All),
        "$exists" => match value {
            Value::Bool(wanted) => Ok(Condition::Exists(*wanted)),
            _ => wrong("`$exists` takes true or false"),
        },
        "$size" => match value.as_u64() {
            Some(size) => Ok(Condition::Size(size)),
            None => wrong("`$size` takes a number from 0"),
        },
        "$beginsWith" => text(operator, value).map(|text| Condition::BeginsWith(text.to_owned())),
        "$contains" => text(operator, value).map(|text| Condition::Contains(text.to_lowercase())),
        "$elemMatch" => {
            let map = object(operator, value)?;
            if is_conditions(map)? {
                Ok(Condition::Element(Box::new(Condition::Both(conditions(map)?))))
            } else {
                Ok(Condition::ElementMatches(Box::new(node(map)?)))
            }
        }
        "$not" => {
            let map = object(operator, value)?;
            if !is_conditions(map)? {
                return wrong(
                    "`$not` under a field takes operators, such as {\"$not\": {\"$gt\": 1}}",
                );
            }
            Ok(Condition::Not(Box::new(Condition::Both(conditions(map)?))))
        }
        "$regex" => wrong("there are no regular expressions; use $beginsWith or $contains"),
        unknown => wrong(format!("`{unknown}` is no operator; there are {OPERATORS}")),
    }
}

fn list(operator: &str, value: &Value) -> Result<Vec<Value>, SelectorError> {
    value.as_array().cloned().map_or_else(|| wrong(format!("`{operator}` takes a list")), Ok)
}

fn text<'a>(operator: &str, value: &'a Value) -> Result<&'a str, SelectorError> {
    value.as_str().map_or_else(|| wrong(format!("`{operator}` takes a text")), Ok)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::selector::Selector;
    use serde_json::json;

    fn matches(selector: Value, body: Value) -> bool {
        Selector::parse(&selector.to_string()).unwrap().matches(body.as_object().unwrap())
    }

    #[test]
    fn each_operator_matches_and_fails() {
        let body = json!({"n": 5, "s": "Caf\u{e9} Noir", "t": ["a", "b"], "o": {"x": 1},
            "l": [{"k": 1, "v": 2}, {"k": 2}], "z": null});
        let cases = [
            (json!({}), true),
            (json!({"n": 5}), true),
            (json!({"n": 5.0}), true),
            (json!({"n": {"$eq": 4}}), false),
            (json!({"n": {"$ne": 4}}), true),
            (json!({"missing": {"$ne": 4}}), false),
            (json!({"n": {"$gt": 4, "$lt": 6}}), true),
            (json!({"n": {"$gte": 5, "$lte": 5}}), true),
            (json!({"n": {"$lt": "a"}}), true),
            (json!({"z": {"$lt": 0}}), true),
            (json!({"missing": {"$lt": 0}}), false),
            (json!({"n": {"$in": [1, 5]}}), true),
            (json!({"n": {"$nin": [1, 5]}}), false),
            (json!({"missing": {"$nin": [1]}}), false),
            (json!({"z": {"$exists": true}}), true),
            (json!({"missing": {"$exists": false}}), true),
            (json!({"t": {"$all": ["b", "a"]}}), true),
            (json!({"t": {"$all": ["c"]}}), false),
            (json!({"t": {"$size": 2}}), true),
            (json!({"s": {"$size": 2}}), false),
            (json!({"t": {"$elemMatch": {"$eq": "b"}}}), true),
            (json!({"l": {"$elemMatch": {"k": 1, "v": 2}}}), true),
            (json!({"l": {"$elemMatch": {"k": 2, "v": 2}}}), false),
            (json!({"s": {"$beginsWith": "Caf"}}), true),
            (json!({"s": {"$beginsWith": "caf"}}), false),
            (json!({"s": {"$contains": "\u{c9} nO"}}), true),
            (json!({"n": {"$contains": "5"}}), false),
            (json!({"o": {"x": 1}}), true),
            (json!({"o.x": {"$gt": 0}}), true),
            (json!({"o": {"$eq": {"x": 1}}}), true),
            (json!({"o": {}}), false),
            (json!({"$or": [{"n": 1}, {"n": 5}]}), true),
            (json!({"$or": []}), false),
            (json!({"$and": [{"n": 5}, {"s": 1}]}), false),
            (json!({"$nor": [{"n": 1}, {"s": 1}]}), true),
            (json!({"$not": {"n": 5}}), false),
            (json!({"n": {"$not": {"$gt": 9}}}), true),
            (json!({"missing": {"$not": {"$gt": 9}}}), true),
        ];
        for (selector, expected) in cases {
            assert_eq!(matches(selector.clone(), body.clone()), expected, "{selector}");
        }
    }

    #[test]
    fn what_is_not_understood_is_named() {
        let cases = [
            ("[]", "no JSON object"),
            ("{", "not JSON"),
            (r#"{"$where": 1}"#, "`$where` can't stand here"),
            (r#"{"a": {"$gtt": 1}}"#, "`$gtt` is no operator"),
            (r#"{"a": {"$regex": "x"}}"#, "$beginsWith"),
            (r#"{"a": {"$gt": 1, "b": 2}}"#, "not both"),
            (r#"{"a": {"$in": 1}}"#, "`$in` takes a list"),
            (r#"{"a": {"$exists": 1}}"#, "true or false"),
            (r#"{"a": {"$size": -1}}"#, "from 0"),
            (r#"{"a": {"$beginsWith": 1}}"#, "takes a text"),
            (r#"{"$or": {"a": 1}}"#, "a list of selectors"),
            (r#"{"$or": [1]}"#, "takes a selector"),
            (r#"{"a..b": 1}"#, "no path"),
            (r#"{"a": {"$not": {"b": 1}}}"#, "takes operators"),
        ];
        for (text, expected) in cases {
            let error = Selector::parse(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn size_and_depth_have_limits() {
        let nested = |levels: usize| format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
        assert!(Selector::parse(&nested(SELECTOR_LEVELS_MAX)).is_ok());
        let error = Selector::parse(&nested(SELECTOR_LEVELS_MAX + 1)).unwrap_err();
        assert!(error.to_string().contains("levels"), "{error}");
        let padded = |length: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(length - 8));
        assert!(Selector::parse(&padded(SELECTOR_BYTES_MAX)).is_ok());
        let error = Selector::parse(&padded(SELECTOR_BYTES_MAX + 1)).unwrap_err();
        assert!(error.to_string().contains("bytes"), "{error}");
    }
}
