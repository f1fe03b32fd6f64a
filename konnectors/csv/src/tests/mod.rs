//! Whole files: our own, what our Banks exports, and hostile ones.

mod files;
mod hostile;
mod round_trip;
