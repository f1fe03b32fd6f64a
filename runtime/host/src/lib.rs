//! The home server.
pub mod caps;
