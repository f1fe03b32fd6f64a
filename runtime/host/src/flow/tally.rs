//! What one run did, counted while it happens: the line that the audit trail gets.

use std::collections::BTreeMap;

use domicile_policy::{Denial, Doctype, Label};

use super::audit::Requests;

/// Refusals kept word by word for one run; further ones are only counted.
pub const REFUSALS_MAX: usize = 20;

/// The counts of one run.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Documents handed to the guest, by doctype.
    pub read: BTreeMap<Doctype, u64>,
    /// Documents created, changed, deleted or deposited, by doctype.
    pub written: BTreeMap<Doctype, u64>,
    /// Requests made, by where and how they ended.
    pub requests: Vec<Requests>,
    /// How many changes were committed in each compartment.
    pub moved: BTreeMap<(Doctype, Label), u64>,
    /// What was refused, in order, each once.
    pub refusals: Vec<Denial>,
    /// All refusals.
    pub refused: u64,
    /// Host calls.
    pub calls: u64,
}

impl Tally {
    /// Count documents that the guest was given. A look that found nothing is a look too.
    pub fn read(&mut self, doctype: &Doctype, count: usize) {
        *self.read.entry(doctype.clone()).or_default() += count as u64;
    }

    /// Count documents that the guest wrote.
    pub fn wrote(&mut self, doctype: &Doctype, count: usize) {
        *self.written.entry(doctype.clone()).or_default() += count as u64;
    }

    /// Count a request: a line for each host, route and end, of which there are few.
    pub fn asked(&mut self, made: Requests) {
        match self.requests.iter_mut().find(|line| line.is_like(&made)) {
            Some(line) => {
                line.count += made.count;
                line.sent += made.sent;
                line.received += made.received;
            }
            None => self.requests.push(made),
        }
    }

    /// Count a change that was committed in the compartment of this label.
    pub fn moved(&mut self, doctype: &Doctype, label: &Label) {
        *self.moved.entry((doctype.clone(), label.clone())).or_default() += 1;
    }

    /// Remember a refusal.
    pub fn refuse(&mut self, denial: Denial) {
        self.refused += 1;
        if self.refusals.len() < REFUSALS_MAX && !self.refusals.contains(&denial) {
            self.refusals.push(denial);
        }
    }
}
