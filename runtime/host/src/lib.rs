//! The home server: sandbox, labels, pages and commands.
//!
//! Data flows one way: `cli | front | jobs` call `runs`, which ask `registry` what is installed and
//! `engine` to run it; a guest's calls come back through `caps` and `flow`, which asks `policy`,
//! then the store or the door (`egress`).

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

pub mod caps;
pub mod cli;
pub mod egress;
pub mod engine;
pub mod flow;
pub mod front;
pub mod house;
pub mod identity;
pub mod jobs;
pub mod registry;
pub mod runs;
