//! The `view!` macro.
