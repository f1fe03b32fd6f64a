//! What importers of every kind share.
//!
//! In: bytes of a file, and what a format's reader found in it. Out: text fit to be kept, bodies
//! and deposits within their limits, and words for the owner in both languages. Never here: the
//! fields of a format, a panic on any input.

pub mod body;
pub mod content;
pub mod days;
pub mod failure;
#[cfg(feature = "golden")]
pub mod golden;
pub mod intake;
pub mod load;
pub mod mime;
pub mod say;
pub mod source;
pub mod subscription;
pub mod text;
pub mod warnings;

pub use body::Body;
pub use intake::Intake;
pub use say::{Said, count};
pub use warnings::Warnings;
