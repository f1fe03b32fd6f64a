//! Labels, clearances, grants, and the decisions over them. Pure: no I/O, no clock, no async.
pub mod label;
pub mod name;

pub use label::{Category, Label, LabelError, Origin, Tag};
pub use name::{ComponentId, Doctype, NameError, ProviderId};
