//! What is kept from one time to the next. In: what the owner decided, what was told, learnt and
//! solved. Out: the same. Never here: anything that a fresh look at the books would not find again,
//! but for the owner's decisions and what they were told.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

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
    /// Days that payers usually take, by payer.
    pub delays: BTreeMap<String, Delays>,
    /// Answers to questions, by all that the question says.
    pub solved: BTreeMap<String, Vec<(u32, u32)>>,
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

/// Days that a payer usually takes, its margin included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delays {
    /// From what it announces to the money.
    pub payment: i32,
    /// From what was spent, or what the public insurance paid, to what it announces.
    pub statement: i32,
}

/// Answers that are remembered: the questions are told apart by a digest of all that they say,
/// which nobody can make collide, so that a remembered answer is what would be found anew.
#[derive(Debug, Default)]
pub struct Answers {
    old: BTreeMap<String, Vec<(u32, u32)>>,
    new: BTreeMap<String, Vec<(u32, u32)>>,
    pub solved: usize,
    pub recalled: usize,
}

/// Answers that are kept.
const ANSWERS_MAX: usize = 2_000;

impl Answers {
    pub fn after(old: BTreeMap<String, Vec<(u32, u32)>>) -> Answers {
        Answers { old, ..Answers::default() }
    }

    pub fn recall(
        &mut self,
        question: impl Iterator<Item = u64>,
        solve: impl FnOnce() -> Vec<(u32, u32)>,
    ) -> Vec<(u32, u32)> {
        let mut digest = Sha256::new();
        question.for_each(|word| digest.update(word.to_le_bytes()));
        let name: String =
            digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let answer = match self.old.remove(&name).or_else(|| self.new.get(&name).cloned()) {
            Some(answer) => {
                self.recalled += 1;
                answer
            }
            None => {
                self.solved += 1;
                solve()
            }
        };
        if self.new.len() < ANSWERS_MAX {
            self.new.insert(name, answer.clone());
        }
        answer
    }

    /// Those that this time asked for.
    pub fn kept(self) -> BTreeMap<String, Vec<(u32, u32)>> {
        self.new
    }
}
