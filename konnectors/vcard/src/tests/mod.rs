//! Whole files: our own, and hostile ones.

mod files;
mod hostile;

use konnector_shared::golden::{Dropped, drop_on};

use crate::VCard;

fn read(bytes: &[u8]) -> Dropped {
    drop_on::<VCard>("contacts.vcf", bytes, "en")
}
