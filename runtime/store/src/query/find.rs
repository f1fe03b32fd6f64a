//! A page of an answer, and the count of the whole.

use std::collections::{BTreeMap, HashSet};

use super::plan::{Order, POSITION_BYTES_MAX, Plan, Question};
use super::scan::{self, CHUNK, Scan};
use crate::document::{Document, Query};
use crate::engine::Snapshot;
use crate::error::{Fault, QueryError};
use crate::id::DocId;
use crate::index::Index;
use crate::keys;
use crate::lens::{Lens, Seen};
use crate::limits::SELECTOR_BYTES_A_LOOK;
use crate::record::{self, CompartmentRecord};

/// A position of any length in a cursor of one length.
const CURSOR_BYTES: usize = 2 + POSITION_BYTES_MAX;
/// Candidates that are looked at to learn that a full page is settled.
const PROBE: usize = 4;

/// What goes wrong before the home's name is put to it.
pub enum FindFault {
    Query(QueryError),
    Fault(Fault),
}

impl From<QueryError> for FindFault {
    fn from(error: QueryError) -> FindFault {
        FindFault::Query(error)
    }
}

impl<T: Into<Fault>> From<T> for FindFault {
    fn from(fault: T) -> FindFault {
        FindFault::Fault(fault.into())
    }
}

/// All that an answer is worked out from.
pub struct Finder<'a> {
    pub lens: &'a Lens<'a>,
    pub snapshot: &'a dyn Snapshot,
    pub indexes: &'a [Index],
    pub examined_max: usize,
}

impl Finder<'_> {
    /// One page, and the cursor of the next.
    pub fn page(&self, query: &Query) -> Result<(Vec<Document>, Option<String>), FindFault> {
        let question = Question::new(self.lens, query)?;
        let position = self.position(&question, query.cursor.as_deref())?;
        let plan = Plan::new(self.lens, self.indexes, &question, position.as_deref());
        let mut kept = Kept::new(question.limit + 1, position.clone().unwrap_or_default());
        let (disputed, skipped) = self.disputed(&plan)?;
        for mut seen in disputed {
            let (at, matches) = self.judge(&question, &mut seen)?;
            if matches {
                kept.offer(at, seen);
            }
        }
        let mut scan = Scan::new(self.lens, self.snapshot, &plan, position.as_deref(), skipped);
        let stopped = self.gather(query, &question, &plan, &mut scan, &mut kept)?;
        self.finish(&question, kept, stopped)
    }

    /// How many documents match.
    pub fn count(&self, query: &Query) -> Result<u64, FindFault> {
        let query = Query { sort: Vec::new(), limit: 1, cursor: None, ..query.clone() };
        let question = Question::new(self.lens, &query)?;
        if question.selector.is_all() && self.lens.rows.is_none() {
            return self.count_all();
        }
        let plan = Plan::new(self.lens, self.indexes, &question, None);
        let (disputed, skipped) = self.disputed(&plan)?;
        let mut count = 0;
        let mut tally = |batch: Vec<Seen>| -> Result<(), FindFault> {
            for mut seen in batch {
                count += u64::from(self.judge(&question, &mut seen)?.1);
            }
            Ok(())
        };
        tally(disputed)?;
        let mut scan = Scan::new(self.lens, self.snapshot, &plan, None, skipped);
        while let Some(batch) = scan.next(CHUNK)? {
            if self.is_spent(&query, &scan) {
                return Err(QueryError::TooBroad(self.examined_max).into());
            }
            tally(batch)?;
        }
        Ok(count)
    }

    /// From the compartments' own counters, less what is deleted in this lens.
    fn count_all(&self) -> Result<u64, FindFault> {
        let mut count = 0;
        for base in &self.lens.bases {
            let key = keys::compartment(&base.handle);
            let record: Option<CompartmentRecord> =
                record::read(self.snapshot, self.lens.keys, &key)?;
            count += record.map_or(0, |record| record.items);
        }
        // A tombstone lies over a document that is there: without it, it would have been erased
        // with it.
        let buried = scan::buried(self.lens, self.snapshot, self.examined_max)?;
        let buried = buried.ok_or(QueryError::TooBroad(self.examined_max))?;
        Ok(count.saturating_sub(buried.len() as u64))
    }

    /// Whether a query has looked at all that it may.
    fn is_spent(&self, query: &Query, scan: &Scan) -> bool {
        let each = 1 + query.selector.len() / SELECTOR_BYTES_A_LOOK;
        scan.examined.saturating_mul(each) > self.examined_max
    }

    /// Only indexes need to know of them: without one, each document is merged as it is met.
    fn disputed(&self, plan: &Plan) -> Result<(Vec<Seen>, HashSet<DocId>), FindFault> {
        if plan.index.is_none() {
            return Ok(Default::default());
        }
        let ids = scan::disputed(self.lens, self.snapshot, self.examined_max)?;
        let ids = ids.ok_or(QueryError::TooBroad(self.examined_max))?;
        let mut wanted: Vec<Option<DocId>> = ids.iter().copied().map(Some).collect();
        wanted.sort_unstable();
        let seen = self.lens.fetch(self.snapshot, &wanted)?;
        Ok((seen.into_iter().flatten().collect(), ids))
    }

    /// Where a document stands in the answer, and whether it belongs there: by what the grant shows
    /// of it.
    fn judge(&self, question: &Question, seen: &mut Seen) -> Result<(Vec<u8>, bool), Fault> {
        let id = seen.id.bytes();
        if question.selector.is_all() && question.sort.is_empty() {
            return Ok((id.to_vec(), true));
        }
        let shown = self.lens.project(seen.body()?);
        Ok((question.position(&shown, &id), question.selector.matches(&shown)))
    }

    /// Fill `kept`. If looking had to stop early, the position that was reached.
    fn gather(
        &self,
        query: &Query,
        question: &Question,
        plan: &Plan,
        scan: &mut Scan,
        kept: &mut Kept,
    ) -> Result<Option<Vec<u8>>, FindFault> {
        let mut batch_size = (question.limit + 1).min(CHUNK);
        let (mut reached, mut probed) = (None, false);
        while let Some(batch) = scan.next(batch_size)? {
            for mut seen in batch {
                let (at, matches) = self.judge(question, &mut seen)?;
                if kept.is_settled(plan.order, &at) {
                    return Ok(None);
                }
                if matches {
                    kept.offer(at.clone(), seen);
                }
                reached = Some(at);
            }
            if self.is_spent(query, scan) {
                // Only in the answer's own order is a part of it a page.
                return match (plan.order, reached) {
                    (Order::Exact, Some(reached)) => Ok(Some(reached)),
                    _ => Err(QueryError::TooBroad(self.examined_max).into()),
                };
            }
            let probe = !probed && plan.order != Order::Any && kept.is_full();
            batch_size = if probe { PROBE } else { (batch_size * 2).min(CHUNK) };
            probed |= probe;
        }
        Ok(None)
    }

    fn finish(
        &self,
        question: &Question,
        kept: Kept,
        stopped: Option<Vec<u8>>,
    ) -> Result<(Vec<Document>, Option<String>), FindFault> {
        let mut found: Vec<(Vec<u8>, Seen)> = kept.found.into_iter().collect();
        let mut next = None;
        if let Some(stopped) = stopped {
            found.retain(|(at, _)| *at <= stopped);
            next = Some(stopped);
        }
        if found.len() > question.limit {
            found.truncate(question.limit);
            next = found.last().map(|(at, _)| at.clone());
        }
        let shown = found.into_iter().map(|(_, seen)| self.lens.show(seen));
        let documents = shown.collect::<Result<_, _>>()?;
        Ok((documents, next.map(|position| self.cursor(question, &position))))
    }

    fn cursor(&self, question: &Question, position: &[u8]) -> String {
        let length = u16::try_from(position.len()).unwrap_or_default();
        let bytes = [length.to_be_bytes().as_slice(), position].concat();
        self.lens.keys.seal_cursor(&question.hash, &bytes, CURSOR_BYTES)
    }

    fn position(
        &self,
        question: &Question,
        cursor: Option<&str>,
    ) -> Result<Option<Vec<u8>>, QueryError> {
        let Some(cursor) = cursor else { return Ok(None) };
        let bytes = self.lens.keys.open_cursor(&question.hash, cursor, CURSOR_BYTES);
        let bytes = bytes.ok_or(QueryError::Cursor)?;
        let (length, rest) = bytes.split_at_checked(2).ok_or(QueryError::Cursor)?;
        let length = u16::from_be_bytes(length.try_into().map_err(|_| QueryError::Cursor)?);
        let position = rest.get(..usize::from(length)).ok_or(QueryError::Cursor)?;
        Ok(Some(position.to_vec()))
    }
}

/// The first so many documents after a position.
struct Kept {
    most: usize,
    after: Vec<u8>,
    found: BTreeMap<Vec<u8>, Seen>,
}

impl Kept {
    fn new(most: usize, after: Vec<u8>) -> Kept {
        Kept { most, after, found: BTreeMap::new() }
    }

    fn offer(&mut self, at: Vec<u8>, seen: Seen) {
        if at <= self.after {
            return;
        }
        self.found.insert(at, seen);
        if self.found.len() > self.most {
            self.found.pop_last();
        }
    }

    fn is_full(&self) -> bool {
        self.found.len() >= self.most
    }

    /// Whether neither a candidate at `at` nor any that comes later in this order can belong to the
    /// page.
    fn is_settled(&self, order: Order, at: &[u8]) -> bool {
        let Some((last, _)) = self.found.last_key_value().filter(|_| self.is_full()) else {
            return false;
        };
        let values = |position: &[u8]| position.len().saturating_sub(32);
        match order {
            Order::Any => false,
            Order::Sorted => at.get(..values(at)) > last.get(..values(last)),
            Order::Exact => at > last.as_slice(),
        }
    }
}
