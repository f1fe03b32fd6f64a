//! What a decision hands to the store: where to look, what to write on it, where a change goes.
//!
//! In flow the label of an item and of a run; out flows a place. An item's label never changes, and
//! a change must never be visible to a reader who is not cleared for the run that made it.

use std::collections::BTreeSet;

use crate::influence::Influence;
use crate::label::Label;
use crate::name::Doctype;

/// The documents that one call may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadScope {
    /// Of this doctype.
    pub doctype: Doctype,
    /// In the compartments whose label flows to this.
    pub admitted: Label,
    /// With these fields; `None` is all.
    pub fields: Option<BTreeSet<String>>,
    /// That match this Mango selector; `None` is all.
    pub rows: Option<String>,
}

impl ReadScope {
    /// Whether a compartment, or an overlay, with this label is visible.
    pub fn shows(&self, label: &Label) -> bool {
        label.flows_to(&self.admitted)
    }
}

/// What is written on a new item, a log line, a value of state, a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// What it is about and where it came from.
    pub label: Label,
    /// Who could have shaped it.
    pub influence: Influence,
}

/// A run that is about to change items that it may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeScope {
    /// What it may see.
    pub read: ReadScope,
    /// What it knows, this look included.
    pub run_label: Label,
    /// What it may ever know.
    pub clearance: Label,
    /// Who could have shaped the change.
    pub influence: Influence,
}

impl ChangeScope {
    /// Where a change of an item with this label goes (R6).
    pub fn place(&self, item: &Label) -> Place {
        if !self.read.shows(item) || !item.flows_to(&self.clearance) {
            return Place::Hidden;
        }
        if self.run_label.flows_to(item) {
            return Place::InPlace;
        }
        let above = self.run_label.join(item);
        if above.flows_to(&self.clearance) { Place::Overlay(above) } else { Place::Hidden }
    }
}

/// Where a change goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Into the item.
    InPlace,
    /// Over the item, with this label: lower readers see the item as it was.
    Overlay(Label),
    /// Nowhere: the answer is the one for an item that never existed.
    Hidden,
}
