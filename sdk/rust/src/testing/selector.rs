//! Enough of Mango for tests: comparisons, `$in`, `$all`, `$contains`, `$exists`, `$and`, `$or`,
//! `$not`.

use serde_json::{Map, Value};
use std::cmp::Ordering;

/// Does `document` fit `selector`? An operator that is not known here is an error.
pub fn matches(selector: &Value, document: &Value) -> Result<bool, String> {
    let conditions = selector.as_object().ok_or("a selector is an object")?;
    for (field, condition) in conditions {
        let fits = match (field.as_str(), condition) {
            ("$and", Value::Array(parts)) => every(parts, document)?,
            ("$or", Value::Array(parts)) => any(parts, document)?,
            ("$not", inner) => !matches(inner, document)?,
            (operator, _) if operator.starts_with('$') => {
                return Err(format!("unknown operator `{operator}`"));
            }
            (path, Value::Object(tests)) if is_test(tests) => {
                let value = at(document, path);
                let mut all = true;
                for (operator, operand) in tests {
                    all &= test(operator, operand, value)?;
                }
                all
            }
            (path, wanted) => at(document, path) == Some(wanted),
        };
        if !fits {
            return Ok(false);
        }
    }
    Ok(true)
}

fn every(parts: &[Value], document: &Value) -> Result<bool, String> {
    parts.iter().try_fold(true, |all, part| Ok(all && matches(part, document)?))
}

fn any(parts: &[Value], document: &Value) -> Result<bool, String> {
    parts.iter().try_fold(false, |any, part| Ok(any || matches(part, document)?))
}

fn is_test(condition: &Map<String, Value>) -> bool {
    condition.keys().next().is_some_and(|key| key.starts_with('$'))
}

fn test(operator: &str, operand: &Value, value: Option<&Value>) -> Result<bool, String> {
    let ordered = |wanted: &[Ordering]| {
        value.is_some_and(|v| same_kind(v, operand) && wanted.contains(&compare(v, operand)))
    };
    Ok(match operator {
        "$eq" => value == Some(operand),
        "$ne" => value != Some(operand),
        "$gt" => ordered(&[Ordering::Greater]),
        "$gte" => ordered(&[Ordering::Greater, Ordering::Equal]),
        "$lt" => ordered(&[Ordering::Less]),
        "$lte" => ordered(&[Ordering::Less, Ordering::Equal]),
        "$exists" => operand.as_bool() == Some(value.is_some()),
        "$contains" => {
            let wanted = operand.as_str().unwrap_or_default().to_lowercase();
            value.and_then(Value::as_str).is_some_and(|v| v.to_lowercase().contains(&wanted))
        }
        "$all" => operand.as_array().is_some_and(|wanted| {
            let list = value.and_then(Value::as_array);
            list.is_some_and(|list| wanted.iter().all(|one| list.contains(one)))
        }),
        "$in" => operand.as_array().is_some_and(|list| value.is_some_and(|v| list.contains(v))),
        other => return Err(format!("unknown operator `{other}`")),
    })
}

fn same_kind(a: &Value, b: &Value) -> bool {
    (a.is_number() && b.is_number()) || (a.is_string() && b.is_string())
}

/// `a.b.c`
pub fn at<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(document, |value, key| value.get(key))
}

/// Null, booleans, numbers, strings, the rest.
pub fn compare(a: &Value, b: &Value) -> Ordering {
    let rank = |value: &Value| match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        _ => 4,
    };
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            a.as_f64().partial_cmp(&b.as_f64()).unwrap_or(Ordering::Equal)
        }
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (a, b) => rank(a).cmp(&rank(b)),
    }
}
