//! Accounts: what they are for, the owner's groups of them, and what they were worth.

mod group;
mod kind;
mod worth;

pub use group::{GROUPS_MAX, Group, groups};
pub use kind::Kind;
pub use worth::worth;
