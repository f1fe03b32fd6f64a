//! The one order of JSON values, in memory and as bytes.
//!
//! Missing, null, false, true, numbers, strings, lists, objects, as in CouchDB; strings by code
//! point. Numbers are compared as 64-bit floats, as in JavaScript. [`compare`] and the bytes of
//! [`encode`] must never disagree: indexes rely on it.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use crate::limits::ORDERED_BYTES_MAX;

const END: u8 = 0x00;
const MISSING: u8 = 0x01;
const NULL: u8 = 0x02;
const FALSE: u8 = 0x03;
const TRUE: u8 = 0x04;
const NUMBER: u8 = 0x05;
const STRING: u8 = 0x06;
const LIST: u8 = 0x07;
const OBJECT: u8 = 0x08;

/// The byte that everything present is ordered from.
pub const PRESENT: u8 = NULL;

/// Append the ordered bytes of `value`, cut at [`ORDERED_BYTES_MAX`].
pub fn encode(value: Option<&Value>, out: &mut Vec<u8>) {
    let from = out.len();
    match value {
        None => out.push(MISSING),
        Some(value) => encode_value(value, out),
    }
    out.truncate(from + ORDERED_BYTES_MAX);
}

/// The ordered bytes that all strings beginning with `text` begin with, and no others.
pub fn encode_beginning(text: &str) -> Vec<u8> {
    let mut out = vec![STRING];
    escape(text, &mut out);
    out.truncate(ORDERED_BYTES_MAX);
    out
}

fn encode_value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.push(NULL),
        Value::Bool(false) => out.push(FALSE),
        Value::Bool(true) => out.push(TRUE),
        Value::Number(_) => {
            out.push(NUMBER);
            let bits = float(value).to_bits();
            let ordered = if bits >> 63 == 1 { !bits } else { bits | 1 << 63 };
            out.extend_from_slice(&ordered.to_be_bytes());
        }
        Value::String(text) => {
            out.push(STRING);
            escape(text, out);
            out.extend_from_slice(&[END, END]);
        }
        Value::Array(items) => {
            out.push(LIST);
            items.iter().for_each(|item| encode_value(item, out));
            out.push(END);
        }
        Value::Object(map) => {
            out.push(OBJECT);
            for (key, value) in sorted(map) {
                out.push(STRING);
                escape(key, out);
                out.extend_from_slice(&[END, END]);
                encode_value(value, out);
            }
            out.push(END);
        }
    }
}

/// A zero byte becomes two, so that the end (two zeros) is below every continuation.
fn escape(text: &str, out: &mut Vec<u8>) {
    for byte in text.bytes() {
        out.push(byte);
        if byte == END {
            out.push(0xff);
        }
    }
}

/// Compare two present values.
pub fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Number(_), Value::Number(_)) => float(a).total_cmp(&float(b)),
        (Value::String(a), Value::String(b)) => a.as_bytes().cmp(b.as_bytes()),
        (Value::Array(a), Value::Array(b)) => {
            let unequal = a.iter().zip(b).map(|(a, b)| compare(a, b)).find(|order| order.is_ne());
            unequal.unwrap_or_else(|| a.len().cmp(&b.len()))
        }
        (Value::Object(a), Value::Object(b)) => {
            let (a, b) = (sorted(a), sorted(b));
            let unequal = a.iter().zip(&b).map(|((ka, va), (kb, vb))| {
                ka.as_bytes().cmp(kb.as_bytes()).then_with(|| compare(va, vb))
            });
            unequal.into_iter().find(|order| order.is_ne()).unwrap_or_else(|| a.len().cmp(&b.len()))
        }
        _ => rank(a).cmp(&rank(b)),
    }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => NULL,
        Value::Bool(false) => FALSE,
        Value::Bool(true) => TRUE,
        Value::Number(_) => NUMBER,
        Value::String(_) => STRING,
        Value::Array(_) => LIST,
        Value::Object(_) => OBJECT,
    }
}

/// Without a negative zero, which would differ from zero in bytes.
fn float(value: &Value) -> f64 {
    value.as_f64().unwrap_or_default() + 0.0
}

/// Another crate may have switched the map to insertion order.
fn sorted(map: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut pairs: Vec<_> = map.iter().collect();
    pairs.sort_unstable_by_key(|(key, _)| *key);
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn bytes(value: &Value) -> Vec<u8> {
        let mut out = Vec::new();
        encode(Some(value), &mut out);
        out
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            (-1e9..1e9f64).prop_map(Value::from),
            Just(json!(-0.0)),
            "[\u{0}-\u{2}a-c\u{fe}\u{ffff}]{0,4}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map("[\u{0}a-b]{0,2}", inner, 0..3)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    #[test]
    fn types_are_ordered_as_documented() {
        let rising = [
            json!(null),
            json!(false),
            json!(true),
            json!(-1e300),
            json!(-1),
            json!(0),
            json!(0.5),
            json!(1),
            json!(""),
            json!("a"),
            json!("a\u{0}"),
            json!("ab"),
            json!([]),
            json!([1]),
            json!([1, 0]),
            json!({}),
            json!({"a": 1}),
            json!({"a": 1, "b": 0}),
            json!({"b": 0}),
        ];
        for pair in rising.windows(2) {
            assert_eq!(compare(&pair[0], &pair[1]), Ordering::Less, "{} < {}", pair[0], pair[1]);
            assert!(bytes(&pair[0]) < bytes(&pair[1]), "{} < {}", pair[0], pair[1]);
        }
        assert_eq!(bytes(&json!(0)), bytes(&json!(-0.0)));
    }

    #[test]
    fn what_is_long_is_cut() {
        let long = json!("x".repeat(ORDERED_BYTES_MAX * 2));
        assert_eq!(bytes(&long).len(), ORDERED_BYTES_MAX);
    }

    proptest! {
        #[test]
        fn bytes_and_memory_agree(a in any_value(), b in any_value()) {
            prop_assert_eq!(compare(&a, &b), bytes(&a).cmp(&bytes(&b)));
        }

        #[test]
        fn beginnings_are_prefixes(text in "[\u{0}a-c]{0,6}", beginning in "[\u{0}a-c]{0,3}") {
            let begins = bytes(&json!(text)).starts_with(&encode_beginning(&beginning));
            prop_assert_eq!(begins, text.starts_with(&beginning));
        }
    }
}
