//! Whole files: our own, and hostile ones.

mod files;
mod hostile;
mod made;

use konnector_shared::golden::{Dropped, drop_on};

use crate::Traces;

fn read(bytes: &[u8]) -> Dropped {
    drop_on::<Traces>("trace", bytes, "en")
}
