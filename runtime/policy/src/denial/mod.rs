//! Denials: what was refused, which rule, why, and how the owner could allow it.
//!
//! In flows a reason with its operands; out flow three sentences in the owner's language, the same
//! in the page, the log and the audit trail. They are for the owner alone: a guest must never see
//! more than a constant.

mod words;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::grant::Action;
use crate::influence::Influence;
use crate::label::Label;
use crate::name::{ComponentId, Doctype};
use crate::rule::Rule;
use crate::words::Locale;
use crate::world::CauseKind;
pub use words::Words;

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Denial {
    /// The rule that refused.
    pub rule: Rule,
    /// Who was refused.
    pub component: ComponentId,
    /// What was refused, and why.
    pub reason: Box<Reason>,
}

/// What a denial is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// No grant allows the action on the doctype.
    NotGranted {
        /// The doctype that was asked for.
        doctype: Doctype,
        /// What it wanted to do.
        action: Action,
    },
    /// The world of the component has no such act.
    WrongWorld {
        /// What it tried to do.
        act: Act,
    },
    /// The world of the component is not started that way.
    WrongCause {
        /// What would have started it.
        cause: CauseKind,
    },
    /// It was given more than it is cleared for.
    StartsAbove {
        /// The label of what it was given.
        label: Label,
        /// Its clearance.
        clearance: Label,
    },
    /// What it would write is above its clearance.
    WritesAbove {
        /// The doctype that it wanted to write.
        doctype: Doctype,
        /// The label that the document would have.
        label: Label,
        /// Its clearance.
        clearance: Label,
    },
    /// What it knows is not for the provider that it talks to.
    SendsAbove {
        /// What it knows.
        label: Label,
        /// What may be sent there.
        sends: Label,
    },
    /// The manifest has no such route.
    NotDeclared {
        /// What the component called it.
        route: ComponentId,
    },
    /// A call narrows itself to more origins than a label can hold.
    TooManyOrigins {
        /// The doctype that it wanted to see.
        doctype: Doctype,
        /// How many origins it named.
        count: usize,
    },
    /// One run has looked at so many origins one by one that its label can't name them.
    LabelFull {
        /// The doctype that it wanted to see.
        doctype: Doctype,
    },
    /// The owner was not shown all that the bytes are about.
    NotShown {
        /// The label of the bytes.
        label: Label,
        /// The label that the page showed.
        shown: Label,
    },
    /// Someone other than the owner could have shaped what leaves, to whom, or when.
    Influenced {
        /// Which of the three.
        aspect: Aspect,
        /// Who could have shaped it.
        by: Influence,
    },
    /// More bytes than an owner can check by reading them.
    TooLongToCheck {
        /// How many there are.
        bytes: usize,
    },
    /// The owner has not agreed to the gate.
    GateClosed {
        /// The gate.
        gate: String,
    },
    /// The output is not of the gate's one size.
    GateSize {
        /// The gate.
        gate: String,
        /// How many bytes came.
        bytes: usize,
    },
    /// The gate has let through all that it may in a day.
    GateSpent {
        /// The gate.
        gate: String,
    },
}

/// What a component can't do in every world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Make a document.
    Create,
    /// Change or delete one.
    Change,
    /// Put in what came from a provider.
    Deposit,
    /// Send a request.
    Send,
    /// Start another run.
    Spawn,
}

/// What of a release the owner alone may shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// Which bytes leave.
    Content,
    /// To whom.
    Destination,
    /// When.
    Moment,
}

impl Denial {
    /// The denial for a reason.
    pub fn new(rule: Rule, component: &ComponentId, reason: Reason) -> Self {
        Denial { rule, component: component.clone(), reason: Box::new(reason) }
    }

    /// A stable word for the kind of denial.
    pub fn code(&self) -> &'static str {
        self.reason.code()
    }

    /// What, why and the remedy.
    pub fn words(&self, locale: Locale) -> Words {
        self.reason.words(locale)
    }

    /// What was refused to whom, by which rule and why, in one sentence.
    pub fn sentence(&self, locale: Locale) -> String {
        let Denial { rule, component, .. } = self;
        let Words { what, why, .. } = self.words(locale);
        locale.pick(
            format!("{component}: {what} was refused by {rule}: {why}"),
            format!("{component} : {what} est refusé par {rule} : {why}"),
        )
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let remedy = self.words(Locale::En).remedy;
        write!(f, "{}; {remedy}", self.sentence(Locale::En))
    }
}

impl std::error::Error for Denial {}

impl Reason {
    /// A stable word for the kind of reason.
    pub fn code(&self) -> &'static str {
        match self {
            Reason::NotGranted { .. } => "not-granted",
            Reason::WrongWorld { .. } => "wrong-world",
            Reason::WrongCause { .. } => "wrong-cause",
            Reason::StartsAbove { .. } => "starts-above",
            Reason::WritesAbove { .. } => "writes-above",
            Reason::SendsAbove { .. } => "sends-above",
            Reason::NotDeclared { .. } => "not-declared",
            Reason::TooManyOrigins { .. } => "too-many-origins",
            Reason::LabelFull { .. } => "label-full",
            Reason::NotShown { .. } => "not-shown",
            Reason::Influenced { .. } => "influenced",
            Reason::TooLongToCheck { .. } => "too-long-to-check",
            Reason::GateClosed { .. } => "gate-closed",
            Reason::GateSize { .. } => "gate-size",
            Reason::GateSpent { .. } => "gate-spent",
        }
    }
}
