//! Importer of contacts from vCard files: phones, address books, mail programs.
//!
//! In: one dropped file. Out: its cards as contacts, and in words what was left out; or the reason
//! why nothing was taken. Never here: a network, a panic on any bytes, a picture.

use std::io::BufReader;

use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Report};
use konnector_shared::{Intake, Said, count, intake, say};

domicile_sdk::importer! { manifest: "manifest.toml", importer: VCard }

/// Bytes that one look at the file takes.
const READ_BYTES: usize = 1 << 20;

struct VCard;

impl Importer for VCard {
    fn recognise(name: &str, head: &[u8]) -> u8 {
        konnector_contacts::recognise(name, head)
    }

    fn run(input: &Input, out: &mut Deposits, progress: &Progress) -> Result<Report, String> {
        intake::run(input, out, progress, read)
    }
}

fn read(input: &Input, intake: &mut Intake<'_>) -> Result<Said, Said> {
    let reader = BufReader::with_capacity(READ_BYTES, input.reader());
    konnector_contacts::take_all(reader, intake)?;
    if intake.count() == 0 {
        return Err(say!(
            "the file holds no contact with a name: export the contacts again",
            "le fichier ne contient aucun contact avec un nom : exportez les contacts à nouveau",
        ));
    }
    Ok(count(intake.count(), ["contact", "contacts"], ["contact", "contacts"]))
}

#[cfg(test)]
mod tests;
