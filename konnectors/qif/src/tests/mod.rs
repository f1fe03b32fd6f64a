//! Whole files: our own, and hostile ones.

mod files;
mod hostile;
