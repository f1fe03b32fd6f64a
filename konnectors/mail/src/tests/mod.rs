//! Whole files: our own, and hostile ones.

mod files;
mod hostile;

use konnector_shared::golden::{Dropped, drop_on};

use crate::Mail;

fn read(bytes: &[u8]) -> Dropped {
    drop_on::<Mail>("mail", bytes, "en")
}
