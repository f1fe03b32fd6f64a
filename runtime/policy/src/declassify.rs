//! Declassification: the two ways out of a label (R20).
//!
//! In flow what would leave, what the owner was shown, and who could have shaped the content, the
//! destination and the moment; out flows a yes or the [`Reason`] against it. An app must never
//! decide any of the three.

use crate::denial::{Aspect, Reason};
use crate::influence::{Actor, Influence};
use crate::label::Label;

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
    pub fn check(&self) -> Result<(), Reason> {
        if !self.label.flows_to(self.shown) {
            let (label, shown) = (self.label.clone(), self.shown.clone());
            return Err(Reason::NotShown { label, shown });
        }
        match &self.content {
            Chosen::Picked(influence) => owner_only(Aspect::Content, influence)?,
            Chosen::ShownWhole { bytes } if *bytes > SHOWN_BYTES_MAX => {
                return Err(Reason::TooLongToCheck { bytes: *bytes });
            }
            Chosen::ShownWhole { .. } => {}
        }
        owner_only(Aspect::Destination, self.destination)?;
        owner_only(Aspect::Moment, self.moment)
    }
}

/// A function of the host whose output leaves: one of so many answers, of one size, so many a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Its name in manifests and consent.
    pub name: String,
    /// How many answers can be told apart, silence included.
    pub answers: u64,
    /// The one size of its output.
    pub output_bytes: usize,
    /// What it may give away in a day.
    pub bits_per_day: u64,
}

/// One use of a gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateUse<'a> {
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
    /// What one answer gives away.
    pub fn bits(&self) -> u64 {
        u64::from(u64::BITS - self.answers.saturating_sub(1).leading_zeros())
    }

    /// What will have gone through today after this use, if it may.
    pub fn check(&self, used: &GateUse<'_>) -> Result<u64, Reason> {
        let gate = || self.name.clone();
        if !used.consented {
            return Err(Reason::GateClosed { gate: gate() });
        }
        if used.output_bytes != self.output_bytes {
            return Err(Reason::GateSize { gate: gate(), bytes: used.output_bytes });
        }
        owner_only(Aspect::Destination, used.destination)?;
        owner_only(Aspect::Moment, used.moment)?;
        let spent = used.spent_bits.saturating_add(self.bits());
        if spent > self.bits_per_day {
            return Err(Reason::GateSpent { gate: gate() });
        }
        Ok(spent)
    }
}

fn owner_only(aspect: Aspect, by: &Influence) -> Result<(), Reason> {
    if by.only(&[Actor::Owner]) {
        return Ok(());
    }
    Err(Reason::Influenced { aspect, by: by.clone() })
}
