//! Selectors: Mango's language, as far as it is useful here, and whether a body matches one.
//!
//! `$eq $ne $gt $gte $lt $lte $in $nin $exists $all $size $elemMatch $and $or $nor $not`, a bare
//! value for `$eq`, nested objects and dotted paths; and two of our own: `$beginsWith` (exact) and
//! `$contains` (without regard to case). A comparison with a missing field is false, also `$ne` and
//! `$nin`; `$not` and `$nor` negate what they hold, so they match where the field is missing. No
//! regular expressions.

use serde_json::Value;

use super::condition::Condition;
use super::parse;
use crate::body::{Body, Path};
use crate::error::SelectorError;

/// A selector.
#[derive(Clone, Debug, PartialEq)]
pub struct Selector(pub(crate) Node);

/// A selector's parts.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Field(Path, Condition),
}

impl Selector {
    /// Read a selector from its JSON text.
    pub fn parse(text: &str) -> Result<Selector, SelectorError> {
        parse::selector(text).map(Selector)
    }

    /// Whether a body matches.
    pub fn matches(&self, body: &Body) -> bool {
        self.0.matches(&|path| path.find(body))
    }

    /// Whether every body matches.
    pub fn is_all(&self) -> bool {
        matches!(&self.0, Node::All(parts) if parts.is_empty())
    }

    /// The conditions that all matching bodies fulfil.
    pub fn necessary(&self) -> Vec<(&Path, &Condition)> {
        fn collect<'a>(node: &'a Node, out: &mut Vec<(&'a Path, &'a Condition)>) {
            match node {
                Node::All(parts) => parts.iter().for_each(|part| collect(part, out)),
                Node::Field(path, condition) => out.push((path, condition)),
                Node::Any(_) | Node::Not(_) => {}
            }
        }
        let mut out = Vec::new();
        collect(&self.0, &mut out);
        out
    }
}

impl Node {
    fn matches<'v>(&self, find: &impl Fn(&Path) -> Option<&'v Value>) -> bool {
        match self {
            Node::All(parts) => parts.iter().all(|part| part.matches(find)),
            Node::Any(parts) => parts.iter().any(|part| part.matches(find)),
            Node::Not(part) => !part.matches(find),
            Node::Field(path, condition) => condition.holds(find(path)),
        }
    }

    /// Whether a value within a document matches.
    pub fn matches_value(&self, value: &Value) -> bool {
        self.matches(&|path| path.find_in(value))
    }
}
