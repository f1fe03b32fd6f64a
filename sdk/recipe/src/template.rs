//! Texts with names in braces. In: `{account}-{line}` and what the names stand for. Out: texts and
//! values with the names filled in. A name that stands for nothing is nothing: the whole text is.
//! `{today}` is the day of the run, `{today - 30}` so many days before.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::date::days_before;

/// What names stand for.
pub type Names = BTreeMap<String, Value>;

/// The name of the day of the run: `2026-11-03`.
pub const TODAY: &str = "today";

/// What is named in a text.
pub fn names_in(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0))
}

/// What is named in the texts of a value.
pub fn names(template: &Value) -> Vec<&str> {
    match template {
        Value::String(text) => names_in(text).collect(),
        Value::Array(items) => items.iter().flat_map(names).collect(),
        Value::Object(fields) => fields.values().flat_map(names).collect(),
        _ => Vec::new(),
    }
}

/// A text; `None` if a name in it stands for nothing.
pub fn text(template: &str, names: &Names) -> Option<String> {
    let (mut filled, mut rest) = (String::new(), template);
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        filled.push_str(before);
        match find(name, names)? {
            Value::String(text) => filled.push_str(&text),
            other => filled.push_str(&other.to_string()),
        }
        rest = after;
    }
    filled.push_str(rest);
    Some(filled)
}

/// A value: of a text that is one name alone, what it stands for. What stands for nothing is left
/// out of lists and objects.
pub fn value(template: &Value, names: &Names) -> Option<Value> {
    match template {
        Value::String(whole) => {
            let name = whole.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
            match name.filter(|name| !name.contains('{')) {
                Some(name) => find(name, names),
                None => text(whole, names).map(Value::String),
            }
        }
        Value::Array(items) => {
            Some(Value::Array(items.iter().filter_map(|item| value(item, names)).collect()))
        }
        Value::Object(fields) => {
            let filled =
                fields.iter().filter_map(|(key, field)| Some((key.clone(), value(field, names)?)));
            Some(Value::Object(filled.collect()))
        }
        other => Some(other.clone()),
    }
}

fn find(name: &str, names: &Names) -> Option<Value> {
    if let Some(value) = names.get(name) {
        return Some(value.clone());
    }
    let days = name.strip_prefix(TODAY)?.strip_prefix(" - ")?.parse().ok()?;
    days_before(names.get(TODAY)?.as_str()?, days).map(Value::String)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_filled_in_and_missing_ones_leave_nothing() {
        let names: Names =
            [("a".to_owned(), json!(1.5)), ("b".to_owned(), json!("x"))].into_iter().collect();
        assert_eq!(text("{a}-{b}!", &names).unwrap(), "1.5-x!");
        assert_eq!(text("{a}{c}", &names), None);
        assert_eq!(text("{a", &names), None);
        let template =
            json!({"n": "{a}", "t": "{a} {b}", "none": "{c}", "list": ["{b}", "{c}"], "k": 1});
        let filled = json!({"n": 1.5, "t": "1.5 x", "list": ["x"], "k": 1});
        assert_eq!(value(&template, &names).unwrap(), filled);
        assert_eq!(super::names(&template), ["b", "c", "a", "c", "a", "b"]);
    }

    #[test]
    fn days_are_counted_back_from_today() {
        let names: Names = [(TODAY.to_owned(), json!("2026-03-01"))].into_iter().collect();
        assert_eq!(text("{today - 1}/{today}", &names).unwrap(), "2026-02-28/2026-03-01");
        assert_eq!(text("{today - 366}", &names).unwrap(), "2025-02-28");
        assert_eq!(text("{today - x}", &names), None);
    }
}
