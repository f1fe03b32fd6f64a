//! The rules of information flow, by number.
//!
//! Every refusal names one, so that its reason can be looked up.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! rules {
    ($($rule:ident $text:literal,)*) => {
        /// A rule of information flow.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Rule {
            $(#[doc = $text] $rule,)*
        }

        impl Rule {
            /// Every rule, in order.
            pub const ALL: &'static [Rule] = &[$(Rule::$rule),*];

            /// Its number: `R3`.
            pub fn number(self) -> &'static str {
                match self { $(Rule::$rule => stringify!($rule),)* }
            }

            /// What it says, in one line.
            pub fn text(self) -> &'static str {
                match self { $(Rule::$rule => $text,)* }
            }
        }
    };
}

rules! {
    R1 "a run starts only if all that it is given is within its clearance",
    R2 "items lie in compartments, and the label of an item never changes",
    R3 "a query sees the compartments within the clearance and learns that it looked",
    R4 "an unknown, hidden, deleted or ungranted item has one answer: absent",
    R5 "a new item is labelled with all that its writer knew",
    R6 "a change by one who knew more lies over the item, which stays as it was below",
    R7 "a deposit writes without reading and learns nothing",
    R8 "something is sent only within the clearance of the provider that it goes to",
    R9 "whatever a provider answers is labelled as coming from it",
    R10 "what has a network starts by a schedule, the owner or an event within its clearance",
    R11 "a request carries the label of the page that made it, or of all that the app could reach",
    R12 "a run may start another that reads higher, but neither reads it nor waits for it",
    R13 "an event reaches only handlers that are cleared for what raised it",
    R14 "ids, revisions, cursors and times tell nothing about other compartments",
    R15 "quotas are separate for each component and class of labels",
    R16 "errors depend on the arguments and on what the run may see",
    R17 "logs carry the label of the run and are the owner's alone",
    R18 "a run that knows something private has no clock of its own",
    R19 "a share shows only what is within the labels that the owner confirmed",
    R20 "data leaves its label by the owner's act or a declared gate, never by an app's choice",
    R21 "an update takes grants away silently and never adds one without a new consent",
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.number())
    }
}
