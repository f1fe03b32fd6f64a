//! One number a day that may leave the home, by a link of the owner's.

use crate::sys;

/// Answer a gate of the manifest for today. The home cuts `value` to the declared range and step;
/// the last answer of a day counts, and what becomes of it is never told.
pub fn answer(gate: &str, value: i64) {
    sys::answer(gate, value);
}
