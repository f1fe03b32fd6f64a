//! What the owner decided. In: decisions of pages, and those that are stored. Out: one document for
//! each pair and each alert, the last word in it. Never here: two words about one thing.

use std::collections::{BTreeMap, BTreeSet};

use domicile_sdk::prelude::*;
use domicile_sdk::serde_json::Value;
use reconcile::record::DecisionRecord;
use reconcile::{Cents, Day, Decision, Side};

/// Decisions that a page takes into account.
const DECISIONS_MAX: usize = 2_000;

/// Keep the owner's word instead of what they said before.
pub fn keep(c: &Context, decision: Decision, about: String) -> Result<(), DocsError> {
    let on = Day::from(c.viewer.today);
    let before = match &decision {
        Decision::Confirm { bill, .. } | Decision::Undo { bill, .. } => {
            found(json!({"bill": bill}))?
        }
        Decision::Dismiss { alert } => found(json!({"alert": alert}))?,
        Decision::Split { operation, .. } => {
            found(json!({"decision": "split", "operation": operation}))?
        }
    };
    let overruled = overruled(&decision)?;
    let same = before.into_iter().find(|doc| is_about_same(&doc.value.decision, &decision));
    let value = DecisionRecord { decision, on, about };
    match same {
        None => docs::create(&value).map(drop)?,
        Some(doc) if doc.value.decision == value.decision => {}
        Some(mut doc) => {
            doc.value = value;
            docs::update(&mut doc)?;
        }
    }
    docs::delete_many(&overruled)
}

/// Who says how an operation is split says a new word on each of its pairs.
fn overruled(decision: &Decision) -> Result<Vec<Doc<DecisionRecord>>, DocsError> {
    let Decision::Split { operation, bills, .. } = decision else { return Ok(Vec::new()) };
    let mut before = found(json!({"bill": {"$in": bills}}))?;
    before.retain(|doc| pair(&doc.value.decision).is_some_and(|(_, of)| of == operation));
    Ok(before)
}

fn is_about_same(one: &Decision, other: &Decision) -> bool {
    match (pair(one), pair(other)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one == other || split(one).is_some_and(|one| split(other) == Some(one)),
        _ => false,
    }
}

fn pair(decision: &Decision) -> Option<(&str, &str)> {
    match decision {
        Decision::Confirm { bill, operation, .. } | Decision::Undo { bill, operation } => {
            Some((bill, operation))
        }
        Decision::Split { .. } | Decision::Dismiss { .. } => None,
    }
}

fn split(decision: &Decision) -> Option<(&str, Side)> {
    match decision {
        Decision::Split { operation, side, .. } => Some((operation, *side)),
        _ => None,
    }
}

fn found(selector: Value) -> Result<Vec<Doc<DecisionRecord>>, DocsError> {
    docs::find::<DecisionRecord>().filter(selector).all(DECISIONS_MAX)
}

/// Keys of alerts of which the owner said that they are settled.
pub fn dismissed() -> Result<BTreeSet<String>, DocsError> {
    let keys = found(json!({"decision": "dismiss"}))?.into_iter();
    Ok(keys
        .filter_map(|doc| match doc.value.decision {
            Decision::Dismiss { alert } => Some(alert),
            _ => None,
        })
        .collect())
}

/// By operation, side and bill, how much of the operation is about the bill.
pub type Parts = BTreeMap<(String, Side, String), Cents>;

/// What the owner said of parts of these operations.
pub fn parts(operations: &[String]) -> Result<Parts, DocsError> {
    let mut parts = Parts::new();
    for doc in found(json!({"decision": "split", "operation": {"$in": operations}}))? {
        if let Decision::Split { operation, side, bills, parts: said } = doc.value.decision {
            let each = bills.into_iter().zip(said);
            parts.extend(each.map(|(bill, cents)| ((operation.clone(), side, bill), cents)));
        }
    }
    Ok(parts)
}

/// By bill and operation, whether the owner said that they belong together.
pub fn judged(bills: &[String]) -> Result<BTreeMap<(String, String), bool>, DocsError> {
    let all = found(json!({"bill": {"$in": bills}}))?.into_iter();
    Ok(all
        .filter_map(|doc| match doc.value.decision {
            Decision::Confirm { bill, operation, .. } => Some(((bill, operation), true)),
            Decision::Undo { bill, operation } => Some(((bill, operation), false)),
            Decision::Split { .. } | Decision::Dismiss { .. } => None,
        })
        .collect())
}
