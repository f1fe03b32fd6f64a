//! Which category an operation has, and why. The owner's choice wins, then what was learnt from the
//! owner's other choices, then what a trained model or the bank said, then words of the label.
//! Nothing is stored: a better rule is better for old operations too.

use super::{Category, Learnt, find, label, rules, uncategorised};
use crate::model::Operation;

/// From here on a model's guess counts: the owner's own, and one that was trained on everybody.
const LOCAL_PROBABILITY_MIN: f64 = 0.8;
const GLOBAL_PROBABILITY_MIN: f64 = 0.15;

/// A category with its reason.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    pub category: &'static Category,
    pub source: Source,
}

/// Who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Owner,
    /// The same amount went the other way on another account.
    Transfer,
    /// What the owner chose for others, here.
    Learnt,
    /// A model that an operation came with.
    Model,
    Bank,
    /// The word of the label.
    Word(&'static str),
    /// The kind of operation that the bank names.
    Kind,
    Nobody,
}

/// The category of an operation by itself.
pub fn choose(operation: &Operation, learnt: &Learnt) -> Choice {
    let (category, source) = known(&operation.manual_category_id)
        .map(|category| (category, Source::Owner))
        .or_else(|| by_learning(operation, learnt))
        .or_else(|| by_others(operation))
        .or_else(|| by_label(operation))
        .or_else(|| by_kind(operation))
        .unwrap_or((uncategorised(), Source::Nobody));
    Choice { category, source }
}

fn by_learning(operation: &Operation, learnt: &Learnt) -> Option<(&'static Category, Source)> {
    if learnt.is_empty() {
        return None;
    }
    let guess = learnt.guess(&label::normalised(operation.name("")), operation.amount())?;
    Some((guess.category, Source::Learnt))
}

/// What models elsewhere and the bank said.
fn by_others(operation: &Operation) -> Option<(&'static Category, Source)> {
    let local =
        above(&operation.local_category_id, operation.local_category_proba, LOCAL_PROBABILITY_MIN);
    let cozy =
        above(&operation.cozy_category_id, operation.cozy_category_proba, GLOBAL_PROBABILITY_MIN);
    let model = local.or(cozy).map(|category| (category, Source::Model));
    model.or_else(|| Some((known(&operation.automatic_category_id)?, Source::Bank)))
}

fn known(id: &Option<String>) -> Option<&'static Category> {
    find(id.as_deref()?).filter(|category| *category != uncategorised())
}

fn above(id: &Option<String>, probability: Option<f64>, min: f64) -> Option<&'static Category> {
    known(id).filter(|_| probability.is_some_and(|p| p > min))
}

fn by_label(operation: &Operation) -> Option<(&'static Category, Source)> {
    let amount = operation.amount();
    let labels = [operation.label.as_str(), operation.original_bank_label.as_str()];
    labels.iter().find_map(|text| {
        let (id, word) = rules::find(&label::normalised(text), amount.is_negative())?;
        Some((find(id)?, Source::Word(word)))
    })
}

fn by_kind(operation: &Operation) -> Option<(&'static Category, Source)> {
    let id = match operation.kind.to_ascii_lowercase().as_str() {
        "cash" | "atm" => "300",
        "check" | "cheque" => "200",
        "financial fee" | "fee" | "bank fee" => "400340",
        "interest" => "200130",
        "dividend" => "200140",
        _ => return None,
    };
    Some((find(id)?, Source::Kind))
}
