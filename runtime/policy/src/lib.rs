//! Labels, clearances, grants, and the decisions over them. Pure: no I/O, no clock, no async.
//!
//! In flow what a call names: a component, its grants, a cause, a doctype, the label of an item.
//! Out flow decisions: a scope to read in, a stamp for what is written, a place for a change, or a
//! [`Denial`]. A decision must never depend on what is stored above the clearance that it is made
//! for: nothing here is told about it.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

pub mod consent;
pub mod declassify;
pub mod denial;
pub mod event;
pub mod fault;
pub mod grant;
pub mod influence;
pub mod label;
pub mod name;
pub mod power;
pub mod rule;
pub mod run;
pub mod scope;
pub mod share;
pub mod words;
pub mod world;

pub use consent::{Consent, Upgrade};
pub use declassify::{Chosen, Gate, GateUse, Release};
pub use denial::{Act, Aspect, Denial, Reason, Words};
pub use event::Event;
pub use fault::{Fault, Kept, Look};
pub use grant::{Action, GrantError, GrantLine, Grants};
pub use influence::{Actor, Influence};
pub use label::{Category, Label, LabelError, Origin, Tag};
pub use name::{ComponentId, Doctype, HomeName, NameError, ProviderId};
pub use power::{PowerUpgrade, Powers};
pub use rule::Rule;
pub use run::Run;
pub use scope::{ChangeScope, Place, ReadScope, Stamp};
pub use share::{ShareError, ShareScope};
pub use words::Locale;
pub use world::{Cause, CauseKind, World, clearance};
