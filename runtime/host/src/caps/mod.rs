//! Capabilities.
pub mod bindings;
