//! Declassification: the two ways out of a label (R20).
//!
//! In flow what would leave, what the owner was shown, and who could have shaped the content, the
//! destination and the moment; out flows a yes or a [`Denial`]. An app must never decide any of the
//! three.

use crate::denial::{Aspect, Denial, Reason};
use crate::influence::{Actor, Influence};
use crate::label::Label;
use crate::name::ComponentId;
use crate::rule::Rule;

/// An owner checks no more bytes than this by reading them: a long address hides what it carries.
pub const SHOWN_BYTES_MAX: usize = 1024;

/// Who decided which bytes leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// Someone picked an object: the influence of that choice, not of the object.
    Picked(Influence),
    /// The page showed every byte, decoded, before the owner agreed.
    ShownWhole {
        /// How many they are.
        bytes: usize,
    },
}

/// The owner's act on a trusted page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release<'a> {
    /// The component whose page led there.
    pub component: &'a ComponentId,
    /// The label of the bytes, now.
    pub label: &'a Label,
    /// The label that the page showed.
    pub shown: &'a Label,
    /// Who decided which bytes leave.
    pub content: Chosen,
    /// Who could have shaped to whom they go; what a manifest fixed is nobody's.
    pub destination: &'a Influence,
    /// Who could have shaped when and how often.
    pub moment: &'a Influence,
}

impl Release<'_> {
    /// Whether the bytes may leave, this once.
    pub fn check(&self) -> Result<(), Denial> {
        if !self.label.flows_to(self.shown) {
            let (label, shown) = (self.label.clone(), self.shown.clone());
            return Err(refuse(self.component, Reason::NotShown { label, shown }));
        }
        match &self.content {
            Chosen::Picked(influence) => owner_only(self.component, Aspect::Content, influence)?,
            Chosen::ShownWhole { bytes } if *bytes > SHOWN_BYTES_MAX => {
                return Err(refuse(self.component, Reason::TooLongToCheck { bytes: *bytes }));
            }
            Chosen::ShownWhole { .. } => {}
        }
        owner_only(self.component, Aspect::Destination, self.destination)?;
        owner_only(self.component, Aspect::Moment, self.moment)
    }
}

/// A function of the host whose output leaves: of one size, so many bits a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Its name in manifests and consent.
    pub name: String,
    /// The one size of its output.
    pub output_bytes: usize,
    /// What it may give away in a day.
    pub bits_per_day: u64,
}

/// One use of a gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateUse<'a> {
    /// Who gives the answer.
    pub component: &'a ComponentId,
    /// Whether the owner agreed to this gate for this component.
    pub consented: bool,
    /// The size of the output.
    pub output_bytes: usize,
    /// What went through today already.
    pub spent_bits: u64,
    /// Who could have shaped to whom it goes.
    pub destination: &'a Influence,
    /// Who could have shaped when it goes: a gate opens by its schedule, whether or not there is an
    /// answer.
    pub moment: &'a Influence,
}

impl Gate {
    /// What will have gone through today after this use, if it may.
    pub fn check(&self, used: &GateUse<'_>) -> Result<u64, Denial> {
        let gate = || self.name.clone();
        if !used.consented {
            return Err(refuse(used.component, Reason::GateClosed { gate: gate() }));
        }
        if used.output_bytes != self.output_bytes {
            let bytes = used.output_bytes;
            return Err(refuse(used.component, Reason::GateSize { gate: gate(), bytes }));
        }
        owner_only(used.component, Aspect::Destination, used.destination)?;
        owner_only(used.component, Aspect::Moment, used.moment)?;
        let bits = u64::try_from(self.output_bytes).unwrap_or(u64::MAX).saturating_mul(8);
        let spent = used.spent_bits.saturating_add(bits);
        if spent > self.bits_per_day {
            return Err(refuse(used.component, Reason::GateSpent { gate: gate() }));
        }
        Ok(spent)
    }
}

fn owner_only(component: &ComponentId, aspect: Aspect, by: &Influence) -> Result<(), Denial> {
    if by.only(&[Actor::Owner]) {
        return Ok(());
    }
    let reason = Reason::Influenced { aspect, by: by.clone() };
    Err(refuse(component, reason))
}

fn refuse(component: &ComponentId, reason: Reason) -> Denial {
    Denial::new(Rule::R20, component, reason)
}
