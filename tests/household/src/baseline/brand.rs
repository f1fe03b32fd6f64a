//! Which labels are a vendor's. In: bills. Out: expressions. Never here: an expression that takes
//! longer than its text is long.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};

use super::read::Bill;

/// A compiled expression is at most this large.
const REGEX_BYTES_MAX: usize = 1 << 20;

/// Brands whose name is not what banks write: vendor, in small letters, and expression.
const BRANDS: [(&str, &str); 8] = [
    ("ameli", r"\bc\.?p\.?a\.?m\b|\bameli\b|assurance maladie"),
    ("harmonie", r"\bharmonie\b"),
    ("harmonie mutuelle", r"\bharmonie\b"),
    ("malakoff humanis", r"\bmalakoff\b|\bhumanis\b"),
    ("ag2r la mondiale", r"\bag2r\b"),
    ("mgen", r"\bmgen\b"),
    ("alan", r"\balan\b"),
    ("orange", r"\borange\b|\bsosh\b"),
];

/// The expressions, each compiled once.
#[derive(Default)]
pub struct Labels(BTreeMap<String, Option<Arc<Regex>>>);

impl Labels {
    /// What a bill says itself, else what its brand is known by, else its vendor as a whole word.
    /// Without a vendor there is none.
    pub fn of(&mut self, bill: &Bill) -> Option<Arc<Regex>> {
        let text = match &bill.criteria.label {
            Some(own) => own.clone(),
            None => expression(&bill.vendor)?,
        };
        self.0.entry(text).or_insert_with_key(|text| compile(text)).clone()
    }
}

/// The expression for a vendor.
pub fn expression(vendor: &str) -> Option<String> {
    let small = vendor.trim().to_lowercase();
    if small.is_empty() {
        return None;
    }
    let brand = BRANDS.iter().find(|(name, _)| *name == small);
    Some(match brand {
        Some((_, expression)) => (*expression).to_owned(),
        None => format!(r"\b{}\b", regex::escape(&small)),
    })
}

fn compile(text: &str) -> Option<Arc<Regex>> {
    let mut builder = RegexBuilder::new(text);
    builder.case_insensitive(true).size_limit(REGEX_BYTES_MAX);
    builder.build().ok().map(Arc::new)
}
