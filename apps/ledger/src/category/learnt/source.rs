//! What there is to learn from: the owner's newest decisions in each category, through the index by
//! category, and the newest operations of all. Never everything.

use super::{EXAMPLES_MAX, Learnt, SAMPLE_MAX};
use crate::category::{CATEGORIES, Category, find, label::normalised};
use crate::model::Operation;
use domicile_sdk::prelude::*;

/// Operations that are learnt from, over all categories together. Who uses many categories has
/// fewer examples of each, so that a page does not read more for an owner who is careful.
const DECIDED_MAX: usize = 600;
/// Of each category all the same.
const EXAMPLES_MIN: usize = 8;

type Operations = Vec<Doc<Operation>>;

impl Learnt {
    /// From the home, as it is now.
    pub fn read() -> Result<Self, DocsError> {
        let used = used()?;
        if used.is_empty() {
            return Ok(Learnt::default());
        }
        let each = (DECIDED_MAX / used.len()).clamp(EXAMPLES_MIN, EXAMPLES_MAX);
        let mut decided: Vec<(&'static Category, Operations)> = Vec::new();
        for category in used {
            let chosen = json!({ "manualCategoryId": category.id });
            decided.push((category, newest(chosen, each)?));
        }
        let sample = newest(json!({}), SAMPLE_MAX)?;
        let told = |doc: &Doc<Operation>| (normalised(doc.value.name("")), doc.value.amount());
        let sample: Vec<_> = sample.iter().map(told).collect();
        let decided =
            decided.iter().flat_map(|(category, docs)| docs.iter().map(|d| (*category, told(d))));
        let decided: Vec<_> = decided.collect();
        Ok(Learnt::from(
            decided.iter().map(|(category, (label, amount))| (*category, label.as_str(), *amount)),
            sample.iter().map(|(label, amount)| (label.as_str(), *amount)),
        ))
    }
}

/// The categories that the owner chose for something.
fn used() -> Result<Vec<&'static Category>, DocsError> {
    let (mut used, mut last) = (Vec::new(), String::new());
    // A step for each category that the owner uses, or that came from elsewhere.
    for _ in 0..2 * CATEGORIES.len() {
        let Some(id) = next_category(&last)? else { break };
        // An id that only counts for its group is none that the owner chose here.
        used.extend(find(&id).filter(|found| found.id == id && id != "0"));
        last = id;
    }
    Ok(used)
}

/// The first category that the owner chose, after another in the order of their ids. Sorted as the
/// index is, so that one look settles it.
fn next_category(after: &str) -> Result<Option<String>, DocsError> {
    let find = docs::find::<Operation>()
        .filter(json!({ "manualCategoryId": { "$gt": after } }))
        .sort("manualCategoryId")
        .sort("date");
    let found = find.limit(1).page()?.documents.into_iter().next();
    Ok(found.and_then(|doc| doc.value.manual_category_id))
}

fn newest(selector: domicile_sdk::serde_json::Value, most: usize) -> Result<Operations, DocsError> {
    docs::find::<Operation>().filter(selector).newest("date").all(most)
}
