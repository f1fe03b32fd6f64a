//! Denials: what was refused, which rule, why, and how the owner could allow it.
//!
//! In flows a reason with its operands; out flow three sentences, the same in the page, the log and
//! the audit trail. They are for the owner alone: a guest must never see more than a constant.

use serde::{Deserialize, Serialize};

use crate::grant::Action;
use crate::label::Label;
use crate::name::{ComponentId, Doctype};
use crate::rule::Rule;

/// A refusal, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{component}: {what} was refused by {rule}: {why}; {remedy}")]
pub struct Denial {
    /// The rule that refused.
    pub rule: Rule,
    /// Who was refused.
    pub component: ComponentId,
    /// What was refused.
    pub what: String,
    /// Why.
    pub why: String,
    /// How the owner could allow it.
    pub remedy: String,
    /// The same for a program: it says in other languages what the three texts say in English.
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
        act: String,
    },
    /// The world of the component is not started that way.
    WrongCause {
        /// What would have started it.
        cause: String,
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
        /// Which of the three: `content`, `destination` or `moment`.
        aspect: String,
        /// Who could have shaped it.
        by: String,
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

impl Denial {
    /// The denial for a reason.
    pub fn new(rule: Rule, component: &ComponentId, reason: Reason) -> Self {
        let (what, why, remedy) = reason.words();
        let component = component.clone();
        Denial { rule, component, what, why, remedy: remedy.to_owned(), reason: Box::new(reason) }
    }

    /// A stable word for the kind of denial, so that pages can say it in another language.
    pub fn code(&self) -> &'static str {
        self.reason.code()
    }
}

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

    /// What was refused, why, and how to allow it.
    fn words(&self) -> (String, String, &'static str) {
        match self {
            Reason::NotGranted { doctype, action } => (
                format!("to {action} `{doctype}`"),
                "no grant allows it".to_owned(),
                "if the component asks for it, allow it on the component's page",
            ),
            Reason::WrongWorld { act } => (
                format!("to {act}"),
                "components of its kind can't".to_owned(),
                "nothing allows it; a component of another kind has to be installed",
            ),
            Reason::WrongCause { cause } => (
                format!("a start by {cause}"),
                "components of its kind are not started that way".to_owned(),
                "start it from its page in the home",
            ),
            Reason::StartsAbove { label, clearance } => (
                "a start".to_owned(),
                format!("what it was given is about {label}, and it may know {clearance}"),
                "open the page again, or allow the missing category on the component's page",
            ),
            Reason::WritesAbove { doctype, label, clearance } => (
                format!("to write `{doctype}`"),
                format!(
                    "the document would be about {label}, and the component may know {clearance}"
                ),
                "allow the missing category on the component's page",
            ),
            Reason::SendsAbove { label, sends } => (
                "to send a request".to_owned(),
                format!("the run knows of {label}, and the provider may get {sends}"),
                "allow the missing category for this provider on the component's page",
            ),
            Reason::TooManyOrigins { doctype, count } => (
                format!("to look at `{doctype}`"),
                format!("the call names {count} origins"),
                "nothing allows it; the component has to name fewer origins or none",
            ),
            Reason::LabelFull { doctype } => (
                format!("to look at `{doctype}`"),
                "one run has looked at too many origins one by one".to_owned(),
                "nothing allows it; the component has to look at all origins at once",
            ),
            _ => self.words_of_release(),
        }
    }

    /// The same for what was to leave its label (R20).
    fn words_of_release(&self) -> (String, String, &'static str) {
        match self {
            Reason::NotShown { label, shown } => (
                "to send something away".to_owned(),
                format!("it is about {label}, and the page showed {shown}"),
                "open the page again and check what it shows",
            ),
            Reason::Influenced { aspect, by } => (
                "to send something away".to_owned(),
                format!("its {aspect} could have been shaped by {by}"),
                "choose it yourself on a page of the home",
            ),
            Reason::TooLongToCheck { bytes } => (
                "to send something away".to_owned(),
                format!("{bytes} bytes are too many to check by reading them"),
                "choose what to send yourself on a page of the home",
            ),
            Reason::GateClosed { gate } => (
                format!("to answer `{gate}`"),
                "the owner has not agreed to it".to_owned(),
                "allow it on the component's page",
            ),
            Reason::GateSize { gate, bytes } => (
                format!("to answer `{gate}`"),
                format!("an answer of {bytes} bytes is not of its one size"),
                "nothing allows it; the component has to be repaired",
            ),
            Reason::GateSpent { gate } => (
                format!("to answer `{gate}`"),
                "it has given all that it may give in a day".to_owned(),
                "wait for tomorrow",
            ),
            _ => Default::default(),
        }
    }
}
