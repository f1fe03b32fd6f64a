//! Events: something was stored, and who may know (R13).
//!
//! In flows the compartment that was written; out flows a cause for one handler, or nothing at all.
//! A handler that isn't cleared must see no trace: no delivery, no count, no delay.

use crate::grant::Grants;
use crate::influence::Influence;
use crate::label::Label;
use crate::name::Doctype;
use crate::world::{Cause, World, clearance};

/// A commit touched a compartment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The kind of what was written.
    pub doctype: Doctype,
    /// The label of its compartment.
    pub label: Label,
    /// Who could have shaped it.
    pub influence: Influence,
}

impl Event {
    /// Why a component with these grants starts, if it may know of the event: it could have found
    /// the item by looking. A grant that is narrowed to fields or rows hears nothing, for nothing
    /// tells a change that it shows from one that it hides.
    pub fn reaches(&self, world: &World, grants: &Grants) -> Option<Cause> {
        let line = grants.line(&self.doctype).filter(|line| line.hears())?;
        let admitted = line.reach().meet(&clearance(world, grants));
        let cause = Cause::Event { label: self.label.clone(), influence: self.influence.clone() };
        (self.label.flows_to(&admitted) && world.starts_by(&cause)).then_some(cause)
    }
}
