//! Whole files: our own, what our Banks exports, those that are asked about, and hostile ones.

mod files;
mod hostile;
mod owner;
mod round_trip;
