//! Declared gates: one number a day that may leave the home, by a link that the owner makes.
//!
//! How many answers there are, and so how much one can tell, is fixed here: whatever an app says is
//! cut to one of them. Never here: an answer that is longer, finer or more often.

use domicile_policy::Gate as Rate;
use serde::Serialize;

use super::limits::*;
use super::section::Section;
use super::{Kind, ManifestError};
use crate::Text;

/// What stands for a day without an answer.
pub const SILENCE: &str = "-";

/// A checked gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gate {
    /// How the app calls it.
    pub name: String,
    /// What the number is, in the publisher's words.
    pub text: Text,
    /// The least answer.
    pub min: i64,
    /// The greatest.
    pub max: i64,
    /// From one answer to the next.
    pub step: i64,
}

/// A range that is no gate's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GateError {
    /// Nothing lies between its ends.
    #[error("`min` is not below `max`; a gate needs at least two answers")]
    Order,
    /// No whole number of steps.
    #[error("`step` doesn't lead from `min` to `max`; write a positive number that divides it")]
    Step,
    /// More answers than a day may tell apart.
    #[error(
        "there would be {0} answers, more than {GATE_ANSWERS_MAX}; make `step` larger or the range \
         smaller"
    )]
    Answers(u128),
}

impl Gate {
    /// How much it may let through, as the policy counts: one answer a day, or silence.
    pub fn rate(&self) -> Rate {
        let answers = u64::try_from(answers(self.min, self.max, self.step)).unwrap_or(u64::MAX);
        let rate = Rate {
            name: self.name.clone(),
            answers: answers.saturating_add(1),
            output_bytes: self.print(None).len(),
            bits_per_day: 0,
        };
        Rate { bits_per_day: rate.bits(), ..rate }
    }

    /// The answer that stands for `value`: within the range, on a step.
    pub fn clip(&self, value: i64) -> i64 {
        let above = i128::from(value.clamp(self.min, self.max)) - i128::from(self.min);
        let below = above % i128::from(self.step);
        i64::try_from(i128::from(self.min) + above - below).unwrap_or(self.min)
    }

    /// What leaves: as many bytes whatever the answer is, and without one.
    pub fn print(&self, answer: Option<i64>) -> String {
        let width = [self.min, self.max].map(|end| end.to_string().len());
        let width = width.into_iter().max().unwrap_or_default();
        let text = answer.map_or_else(|| SILENCE.to_owned(), |value| self.clip(value).to_string());
        format!("{text:>width$}")
    }

    /// `0..100000 by 100`.
    pub fn range(&self) -> String {
        let Gate { min, max, step, .. } = self;
        format!("{min}..{max} by {step}")
    }

    /// The exact text that a consent covers.
    pub fn power(&self) -> String {
        let Text { en, fr } = &self.text;
        format!("gate {} {} a day: {en} | {fr}", self.name, self.range())
    }
}

fn answers(min: i64, max: i64, step: i64) -> u128 {
    (i128::from(max) - i128::from(min)).unsigned_abs() / u128::from(step.unsigned_abs().max(1)) + 1
}

/// Read all gates.
pub(super) fn read_all(root: &Section<'_>, kind: Kind) -> Result<Vec<Gate>, ManifestError> {
    let mut gates: Vec<Gate> = Vec::new();
    let known = ["name", "text", "min", "max", "step", "per"];
    for section in root.tables("gate", GATES_MAX, &known)? {
        if kind != Kind::App {
            let why = "only an app answers a gate; take it out";
            return Err(ManifestError::Kind { key: section.path().to_owned(), kind, why });
        }
        let gate = read(&section)?;
        if gates.iter().any(|other| other.name == gate.name) {
            return Err(ManifestError::Twice { key: "gate".to_owned(), found: gate.name });
        }
        gates.push(gate);
    }
    Ok(gates)
}

fn read(section: &Section<'_>) -> Result<Gate, ManifestError> {
    let name: domicile_policy::ComponentId = section.name("name", "name = \"steps\"")?;
    section.word("per", "per = \"day\"", [("day", ())])?;
    let gate = Gate {
        name: name.to_string(),
        text: section.text("text", NAME_LENGTH_MAX)?,
        min: section.integer("min", "min = 0")?,
        max: section.integer("max", "max = 100000")?,
        step: section.integer("step", "step = 100")?,
    };
    match check(&gate) {
        Ok(()) => Ok(gate),
        Err(problem) => Err(ManifestError::Gate { key: section.path().to_owned(), problem }),
    }
}

fn check(gate: &Gate) -> Result<(), GateError> {
    if gate.min >= gate.max {
        return Err(GateError::Order);
    }
    let span = i128::from(gate.max) - i128::from(gate.min);
    if gate.step < 1 || span % i128::from(gate.step) != 0 {
        return Err(GateError::Step);
    }
    match answers(gate.min, gate.max, gate.step) {
        count if count > u128::from(GATE_ANSWERS_MAX) => Err(GateError::Answers(count)),
        _ => Ok(()),
    }
}
