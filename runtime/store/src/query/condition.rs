//! What a selector asks of one value.

use std::cmp::Ordering;

use serde_json::Value;

use super::selector::Node;
use crate::order::compare;

/// A condition on the value of a field, which may be missing.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Compared with a literal.
    Compare(Comparison, Value),
    /// Equal to one of these.
    In(Vec<Value>),
    /// There, and equal to none of these.
    NotIn(Vec<Value>),
    Exists(bool),
    /// A list that holds all of these.
    All(Vec<Value>),
    /// A list of this length.
    Size(u64),
    /// A list with an element that fulfils this.
    Element(Box<Condition>),
    /// A list with an object that matches this.
    ElementMatches(Box<Node>),
    /// A text that begins so.
    BeginsWith(String),
    /// A text that holds this, which is in lower case.
    Contains(String),
    Not(Box<Condition>),
    Both(Vec<Condition>),
}

/// `$eq` and its like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl Comparison {
    fn admits(self, order: Ordering) -> bool {
        match self {
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterOrEqual => order.is_ge(),
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
        }
    }
}

impl Condition {
    /// Whether a value, or its absence, fulfils the condition.
    pub fn holds(&self, value: Option<&Value>) -> bool {
        match self {
            Condition::Not(inner) => return !inner.holds(value),
            Condition::Both(all) => return all.iter().all(|one| one.holds(value)),
            Condition::Exists(wanted) => return *wanted == value.is_some(),
            _ => {}
        }
        let Some(value) = value else { return false };
        let equals = |other: &Value| compare(value, other).is_eq();
        match self {
            Condition::Compare(how, literal) => how.admits(compare(value, literal)),
            Condition::In(literals) => literals.iter().any(equals),
            Condition::NotIn(literals) => !literals.iter().any(equals),
            Condition::BeginsWith(text) => {
                value.as_str().is_some_and(|value| value.starts_with(text.as_str()))
            }
            Condition::Contains(text) => {
                value.as_str().is_some_and(|value| value.to_lowercase().contains(text.as_str()))
            }
            Condition::All(wanted) => elements(value).is_some_and(|elements| {
                wanted.iter().all(|one| elements.iter().any(|e| compare(e, one).is_eq()))
            }),
            Condition::Size(size) => {
                elements(value).is_some_and(|elements| elements.len() as u64 == *size)
            }
            Condition::Element(inner) => {
                elements(value).is_some_and(|all| all.iter().any(|one| inner.holds(Some(one))))
            }
            Condition::ElementMatches(node) => {
                elements(value).is_some_and(|all| all.iter().any(|one| node.matches_value(one)))
            }
            Condition::Not(_) | Condition::Both(_) | Condition::Exists(_) => false,
        }
    }
}

fn elements(value: &Value) -> Option<&[Value]> {
    value.as_array().map(Vec::as_slice)
}
