//! How a query is answered: through which index, in which order, from where.
//!
//! A plan is a function of the query, the grant and the doctype, never of what is stored. Only
//! indexes whose every field the grant shows are taken: the order of a hidden field must not come
//! through.

use serde_json::Value;

use super::condition::{Comparison, Condition};
use super::selector::Selector;
use crate::body::Path;
use crate::document::{Query, SortKey};
use crate::error::QueryError;
use crate::index::Index;
use crate::keys::{self, IndexId};
use crate::lens::Lens;
use crate::limits::{ORDERED_BYTES_MAX, PAGE_MAX, SORT_KEYS_MAX};
use crate::order;
use crate::seal;

/// Bytes of a position: all sort values and the id.
pub const POSITION_BYTES_MAX: usize = SORT_KEYS_MAX * ORDERED_BYTES_MAX + 32;

/// A checked query.
pub struct Question {
    pub selector: Selector,
    /// What the answer is ordered by, before the id; without fields that are the same in every
    /// match.
    pub sort: Vec<(Path, bool)>,
    pub limit: usize,
    /// What its cursors are bound to.
    pub hash: [u8; 32],
}

impl Question {
    pub fn new(lens: &Lens, query: &Query) -> Result<Question, QueryError> {
        if !(1..=PAGE_MAX).contains(&query.limit) {
            return Err(QueryError::Limit(query.limit));
        }
        let selector = Selector::parse(&query.selector)?;
        let sort = effective_sort(&query.sort, &selector)?;
        Ok(Question { selector, sort, limit: query.limit, hash: hash(lens, query) })
    }

    /// The position of a body in the answer's order.
    pub fn position(&self, body: &crate::body::Body, id: &[u8; 32]) -> Vec<u8> {
        let mut position = Vec::new();
        for (path, descending) in &self.sort {
            let from = position.len();
            order::encode(path.find(body), &mut position);
            if *descending {
                position.iter_mut().skip(from).for_each(|byte| *byte = !*byte);
            }
        }
        position.extend_from_slice(id);
        position
    }
}

fn effective_sort(keys: &[SortKey], selector: &Selector) -> Result<Vec<(Path, bool)>, QueryError> {
    if keys.len() > SORT_KEYS_MAX {
        let text = format!("{} keys are more than {SORT_KEYS_MAX}", keys.len());
        return Err(QueryError::Sort(text));
    }
    let fixed = equalities(selector);
    let mut sort: Vec<(Path, bool)> = Vec::new();
    for key in keys {
        if key.field.split('.').any(str::is_empty) {
            let text = format!("`{}` is no path; write fields with dots between them", key.field);
            return Err(QueryError::Sort(text));
        }
        let path = Path::new(&key.field);
        let known = fixed.iter().any(|(fixed, _)| **fixed == path);
        if !known && !sort.iter().any(|(have, _)| *have == path) {
            sort.push((path, key.descending));
        }
    }
    Ok(sort)
}

fn equalities(selector: &Selector) -> Vec<(&Path, &Value)> {
    let necessary = selector.necessary().into_iter();
    let equal = necessary.filter_map(|(path, condition)| match condition {
        Condition::Compare(Comparison::Equal, value) => Some((path, value)),
        _ => None,
    });
    equal.collect()
}

fn hash(lens: &Lens, query: &Query) -> [u8; 32] {
    let sort: Vec<u8> = query
        .sort
        .iter()
        .flat_map(|key| [&[u8::from(key.descending)], key.field.as_bytes(), &[0]].concat())
        .collect();
    let mut parts = lens.parts();
    parts.extend([b"find".to_vec(), query.selector.as_bytes().to_vec(), sort]);
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    seal::question(&parts)
}

/// In which order candidates come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Order {
    /// In none that helps.
    Any,
    /// By the sort's values; equal ones in any order.
    Sorted,
    /// As the answer wants them.
    Exact,
}

/// Where candidates come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub order: Order,
    /// `None`: all documents, by id.
    pub index: Option<IndexPlan>,
}

/// A stretch of an index: the same in each compartment.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexPlan {
    pub id: IndexId,
    /// After the index's own prefix: from here,
    pub from: Vec<u8>,
    /// to before here,
    pub to: Vec<u8>,
    /// upwards or downwards.
    pub downwards: bool,
}

impl Plan {
    /// The plan for a question, from after `position`.
    pub fn new(
        lens: &Lens,
        indexes: &[Index],
        question: &Question,
        position: Option<&[u8]>,
    ) -> Plan {
        let by_id = if question.sort.is_empty() { Order::Exact } else { Order::Any };
        let scan = (0, false, false, Plan { order: by_id, index: None });
        let hidden = |path: &Path| lens.fields.as_ref().is_some_and(|shown| !shown.show(path));
        let shown = indexes.iter().filter(|index| !index.fields.iter().any(hidden));
        let candidates = shown.filter_map(|index| consider(index, question, position));
        let best = candidates.fold(scan, |best, next| {
            if (next.0, next.1, next.2) > (best.0, best.1, best.2) { next } else { best }
        });
        best.3
    }
}

/// Equal fields, whether there is a range, whether the order is right: more is better.
type Rated = (usize, bool, bool, Plan);

fn consider(index: &Index, question: &Question, position: Option<&[u8]>) -> Option<Rated> {
    let fixed = equalities(&question.selector);
    let mut prefix = Vec::new();
    let mut equal = 0;
    for path in &index.fields {
        let Some((_, value)) = fixed.iter().find(|(fixed, _)| *fixed == path) else { break };
        order::encode(Some(value), &mut prefix);
        equal += 1;
    }
    let rest = index.fields.get(equal..).unwrap_or_default();
    let (order, downwards) = order_of(rest, question);
    let (mut from, mut to) = (prefix.clone(), keys::end_of(&prefix));
    let narrowed = rest
        .first()
        .is_some_and(|path| narrow(&question.selector, path, &prefix, &mut from, &mut to));
    let useful = order != Order::Any;
    if equal == 0 && !narrowed && !useful {
        return None;
    }
    if let Some(position) = position {
        resume(order, downwards, &prefix, position, &mut from, &mut to);
    }
    let index = IndexPlan { id: index.id, from, to, downwards };
    Some((equal, narrowed, useful, Plan { order, index: Some(index) }))
}

/// What order the entries have for the sort, after the fixed fields.
fn order_of(rest: &[Path], question: &Question) -> (Order, bool) {
    let sort = &question.sort;
    let downwards = sort.first().is_some_and(|(_, descending)| *descending);
    let fits = rest.len() >= sort.len()
        && sort.iter().zip(rest).all(|((path, down), field)| path == field && *down == downwards);
    let complete = rest.len() == sort.len();
    match (fits, complete && !downwards, sort.is_empty()) {
        (true, true, _) => (Order::Exact, downwards),
        (true, false, false) => (Order::Sorted, downwards),
        _ => (Order::Any, false),
    }
}

/// Take what the selector says of the first free field.
fn narrow(
    selector: &Selector,
    path: &Path,
    prefix: &[u8],
    from: &mut Vec<u8>,
    to: &mut Vec<u8>,
) -> bool {
    let mut narrowed = false;
    for (_, condition) in selector.necessary().into_iter().filter(|(have, _)| *have == path) {
        if let Some((low, high)) = stretch(prefix, condition) {
            *from = low.max(std::mem::take(from));
            *to = high.min(std::mem::take(to));
            narrowed = true;
        }
    }
    narrowed
}

/// Where the entries that fulfil a condition lie, if they lie together.
fn stretch(prefix: &[u8], condition: &Condition) -> Option<(Vec<u8>, Vec<u8>)> {
    let present = [prefix, &[order::PRESENT]].concat();
    let end = keys::end_of(prefix);
    match condition {
        Condition::Compare(how, value) => {
            let mut at = prefix.to_vec();
            order::encode(Some(value), &mut at);
            // What was cut shares its bytes with greater and lesser values: they stay in, and the
            // selector decides.
            let cut = at.len() - prefix.len() == ORDERED_BYTES_MAX;
            let past = keys::end_of(&at);
            match how {
                Comparison::Greater if !cut => Some((past, end)),
                Comparison::Greater | Comparison::GreaterOrEqual => Some((at, end)),
                Comparison::Less if !cut => Some((present, at)),
                Comparison::Less | Comparison::LessOrEqual => Some((present, past)),
                Comparison::Equal | Comparison::NotEqual => None,
            }
        }
        Condition::BeginsWith(text) => {
            let at = [prefix, &order::encode_beginning(text)].concat();
            let past = keys::end_of(&at);
            Some((at, past))
        }
        _ => None,
    }
}

/// Go on after `position`: exactly there, or from the first entry with the same sort values.
fn resume(
    order: Order,
    downwards: bool,
    prefix: &[u8],
    position: &[u8],
    from: &mut Vec<u8>,
    to: &mut Vec<u8>,
) {
    let values = position.get(..position.len().saturating_sub(32)).unwrap_or_default();
    match order {
        Order::Any => {}
        Order::Exact => {
            let after = [prefix, position, &[0]].concat();
            if after > *from {
                *from = after;
            }
        }
        Order::Sorted if downwards => {
            let values: Vec<u8> = values.iter().map(|byte| !byte).collect();
            let end = keys::end_of(&[prefix, &values].concat());
            if end < *to {
                *to = end;
            }
        }
        Order::Sorted => {
            let start = [prefix, values].concat();
            if start > *from {
                *from = start;
            }
        }
    }
}
