//! A body against a schema: every broken rule at once, with the path, what was found and what to
//! write instead.
//!
//! A parsed body flows in, sentences flow out. It must never look deeper than [`DEPTH_MAX`].

use std::collections::BTreeMap;
use std::fmt;

use domicile_policy::Doctype;
use serde_json::{Map, Value};

use super::BODY_BYTES_MAX;
use super::moment::{is_date, is_datetime};
use super::schema::{Field, Kind, Schema};
use crate::text::shown;

/// Objects and lists inside each other, at most.
pub const DEPTH_MAX: usize = 32;
/// Values of one body, at most.
pub const VALUES_MAX: usize = 10_000;
/// Characters of a field's name, at most.
pub const KEY_LENGTH_MAX: usize = 200;
/// Broken rules told at once, at most.
pub const VIOLATIONS_MAX: usize = 20;
/// Characters of a found text repeated in a sentence.
const SHOWN_LENGTH_MAX: usize = 40;

static NO_FIELDS: Schema = Schema(BTreeMap::new());

/// One broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where: `loan.rate`, `bills[2]`.
    pub path: String,
    /// What is there: `the text "12"`, `nothing`.
    pub found: String,
    /// What to write: `a number`.
    pub remedy: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is {}; write {}", self.path, self.found, self.remedy)
    }
}

/// A body that can't be a document of its doctype.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// Too much text.
    #[error(
        "a document of `{doctype}` has {bytes} bytes, more than {BODY_BYTES_MAX}: split it, or keep less"
    )]
    TooLong {
        /// Which doctype.
        doctype: Doctype,
        /// Length of the text.
        bytes: usize,
    },
    /// The text is not JSON.
    #[error("a document of `{doctype}` is not JSON at line {line}, column {column}")]
    NotJson {
        /// Which doctype.
        doctype: Doctype,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// The text is JSON, but no object.
    #[error("a document of `{doctype}` is no JSON object: write `{{...}}`")]
    NotObject {
        /// Which doctype.
        doctype: Doctype,
    },
    /// The object breaks the schema.
    #[error("a document of `{doctype}` breaks its schema: {}", sentences(violations))]
    Violations {
        /// Which doctype.
        doctype: Doctype,
        /// At most [`VIOLATIONS_MAX`].
        violations: Vec<Violation>,
    },
}

fn sentences(violations: &[Violation]) -> String {
    violations.iter().map(Violation::to_string).collect::<Vec<_>>().join("; ")
}

/// Check a whole body.
pub(super) fn body(
    doctype: &Doctype,
    schema: &Schema,
    body: &Map<String, Value>,
) -> Result<(), SchemaError> {
    let mut checker = Checker::default();
    for key in body.keys().filter(|key| key.starts_with('_')) {
        checker.note(key, "a field", "it without `_` in front: such names are the home's own");
    }
    checker.object("", schema, body, 0);
    if checker.violations.is_empty() {
        return Ok(());
    }
    Err(SchemaError::Violations { doctype: doctype.clone(), violations: checker.violations })
}

#[derive(Default)]
struct Checker {
    violations: Vec<Violation>,
    values: usize,
}

impl Checker {
    fn note(&mut self, path: &str, found: impl Into<String>, remedy: impl Into<String>) {
        if self.violations.len() < VIOLATIONS_MAX {
            let path = shown(path, KEY_LENGTH_MAX);
            self.violations.push(Violation { path, found: found.into(), remedy: remedy.into() });
        }
    }

    /// Whether to look further: the body isn't too deep or too rich.
    fn enter(&mut self, path: &str, depth: usize) -> bool {
        self.values += 1;
        if self.values == VALUES_MAX + 1 {
            self.note(path, format!("value {}", self.values), format!("at most {VALUES_MAX}"));
        }
        if depth > DEPTH_MAX {
            self.note(path, format!("{depth} levels deep"), format!("at most {DEPTH_MAX} levels"));
        }
        self.values <= VALUES_MAX && depth <= DEPTH_MAX
    }

    fn object(&mut self, path: &str, schema: &Schema, object: &Map<String, Value>, depth: usize) {
        for (name, field) in &schema.0 {
            if field.required && object.get(name).is_none_or(Value::is_null) {
                self.note(&join(path, name), "missing", wanted(field));
            }
        }
        for (key, value) in object {
            let path = join(path, key);
            self.key(&path, key);
            self.value(&path, schema.0.get(key), value, depth + 1);
        }
    }

    /// A dot would make two paths one, and a `$` reads as an operator of a selector.
    fn key(&mut self, path: &str, key: &str) {
        if key.is_empty() || key.starts_with('$') || key.contains('.') {
            self.note(path, "a field", "a name that isn't empty, has no `.` and no `$` in front");
        }
        let length = key.chars().count();
        if length > KEY_LENGTH_MAX {
            let found = format!("a name of {length} characters");
            self.note(path, found, format!("at most {KEY_LENGTH_MAX} characters"));
        }
    }

    /// A value, described by the schema or not.
    fn value(&mut self, path: &str, field: Option<&Field>, value: &Value, depth: usize) {
        if value.is_null() || !self.enter(path, depth) {
            return;
        }
        if let Some(field) = field {
            if !field.kinds.as_slice().iter().any(|kind| is_a(value, *kind)) {
                self.note(path, found(value), wanted(field));
                return;
            }
            self.bounds(path, field, value);
        }
        match value {
            Value::Object(object) => {
                self.object(path, field.map_or(&NO_FIELDS, |field| &field.fields), object, depth);
            }
            Value::Array(items) => {
                let item = field.and_then(|field| field.items.as_deref());
                for (index, value) in items.iter().enumerate() {
                    self.value(&format!("{path}[{index}]"), item, value, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn bounds(&mut self, path: &str, field: &Field, value: &Value) {
        match value {
            Value::String(text) => self.string(path, field, text),
            Value::Number(number) => {
                if let Some(min) = field.min
                    && number.as_f64().is_some_and(|number| number < min)
                {
                    self.note(path, found(value), format!("{min} or more"));
                }
            }
            Value::Array(items) => {
                if let Some(max) = field.max_items
                    && items.len() > max
                {
                    self.note(path, found(value), format!("at most {max} entries"));
                }
            }
            _ => {}
        }
    }

    fn string(&mut self, path: &str, field: &Field, text: &str) {
        if !field.one_of.is_empty() && !field.one_of.iter().any(|word| word == text) {
            let words: Vec<&str> = field.one_of.iter().map(String::as_str).collect();
            let remedy = format!("one of {}", crate::suggest::listed(&words));
            self.note(path, found(&Value::String(text.to_owned())), remedy);
        }
        let length = text.chars().count();
        if let Some(max) = field.max_length
            && length > max
        {
            let found = format!("a text of {length} characters");
            self.note(path, found, format!("at most {max} characters"));
        }
    }
}

fn is_a(value: &Value, kind: Kind) -> bool {
    match kind {
        Kind::String => value.is_string(),
        Kind::Number => value.is_number(),
        Kind::Integer => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        Kind::Boolean => value.is_boolean(),
        Kind::Date => value.as_str().is_some_and(is_date),
        Kind::Datetime => value.as_str().is_some_and(is_datetime),
        Kind::Array => value.is_array(),
        Kind::Object => value.is_object(),
        Kind::Any => true,
    }
}

fn wanted(field: &Field) -> String {
    let words: Vec<&str> = field.kinds.as_slice().iter().copied().map(words).collect();
    words.join(" or ")
}

fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::String => "a text",
        Kind::Number => "a number",
        Kind::Integer => "a whole number",
        Kind::Boolean => "`true` or `false`",
        Kind::Date => "a date such as \"2026-11-23\"",
        Kind::Datetime => "a date and time such as \"2026-11-23T09:30:00Z\"",
        Kind::Array => "a list",
        Kind::Object => "an object",
        Kind::Any => "a value",
    }
}

fn found(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => format!("the text {:?}", shown(text, SHOWN_LENGTH_MAX)),
        Value::Array(items) => format!("a list of {} entries", items.len()),
        Value::Object(_) => "an object".to_owned(),
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
