//! Formats at the edge of a home: manifests, the bytes of components, flow reports, doctypes.
//!
//! Texts and bytes flow in, checked values and sentences flow out. Nothing here does I/O, reads a
//! clock, runs a component or decides about a flow: decisions are `domicile-policy`'s.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

pub mod audit;
pub mod catalogue;
pub mod doctype;
pub mod inspect;
pub mod manifest;
pub mod pack;
pub mod report;
pub mod suggest;
pub mod text;

pub use text::{Locale, Text};
