//! What is kept from one time to the next. In: what the owner decided, and what they were told.
//! Out: the same. Never here: anything that a fresh look at the books finds again: what is found
//! would depend on the order in which they came, and the look costs less than the reading.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::books::Cents;
use crate::day::Day;
use crate::outcome::Side;

/// What is kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// In the order in which they were made: of two about the same pair the later one holds.
    pub decisions: Vec<Decision>,
    /// What the owner was told, by the alert's key.
    pub notices: BTreeMap<String, Notice>,
}

/// What the owner decided. It stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "decision")]
pub enum Decision {
    /// These belong together.
    Confirm { bill: String, side: Side, operation: String },
    /// These don't.
    Undo { bill: String, operation: String },
    /// This operation is about these bills and no other: so much of it is about each, in their
    /// order, or as much as each wants where that is not said.
    Split {
        operation: String,
        side: Side,
        bills: Vec<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        parts: Vec<Cents>,
    },
    /// Nothing is to come: never tell of this again.
    Dismiss { alert: String },
}

/// What the owner was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub missing: Cents,
    pub on: Day,
}
