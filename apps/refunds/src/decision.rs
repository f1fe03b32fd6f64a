//! What the owner decided. In: decisions of pages, and those that are stored. Out: one document for
//! each pair and each alert, the last word in it. Never here: two words about one thing.

use std::collections::{BTreeMap, BTreeSet};

use domicile_sdk::prelude::*;
use domicile_sdk::serde_json::Value;
use reconcile::record::DecisionRecord;
use reconcile::{Day, Decision};

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
        Decision::Split { .. } => Vec::new(),
    };
    let same = before.into_iter().find(|doc| is_about_same(&doc.value.decision, &decision));
    let value = DecisionRecord { decision, on, about };
    match same {
        None => docs::create(&value).map(drop),
        Some(doc) if doc.value.decision == value.decision => Ok(()),
        Some(mut doc) => {
            doc.value = value;
            docs::update(&mut doc)
        }
    }
}

fn is_about_same(one: &Decision, other: &Decision) -> bool {
    match (pair(one), pair(other)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one == other,
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
