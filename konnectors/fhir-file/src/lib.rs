//! Importer of health records from HL7 FHIR R4 bundles, and single resources, in JSON.
//!
//! In: one dropped file. Out: health records and bills, and in words what was left out; or the
//! reason why nothing was taken. Never here: a network, a panic on any bytes, an attachment.

use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Report};
use konnector_shared::{Intake, Said, count, intake, say};

domicile_sdk::importer! { manifest: "manifest.toml", importer: FhirFile }

/// The largest file that is read.
const FILE_BYTES_MAX: u64 = 16 << 20;

struct FhirFile;

impl Importer for FhirFile {
    fn recognise(name: &str, head: &[u8]) -> u8 {
        konnector_fhir_reader::recognise(name, head)
    }

    fn run(input: &Input, out: &mut Deposits, progress: &Progress) -> Result<Report, String> {
        intake::run(input, out, progress, read)
    }
}

fn read(input: &Input, intake: &mut Intake<'_>) -> Result<Said, Said> {
    let bytes = intake::bytes(input, FILE_BYTES_MAX)?;
    let key = |name: &str| konnector_shared::body::key("fhir", name);
    konnector_fhir_reader::read(&bytes, key, intake)?;
    if intake.count() == 0 {
        return Err(say!(
            "the file holds nothing that is kept (measurements, prescriptions, vaccinations, diagnoses, \
             bills): export it again with them",
            "le fichier ne contient rien qui soit gardé (mesures, ordonnances, vaccinations, diagnostics, \
             factures) : exportez-le à nouveau avec ces données",
        ));
    }
    Ok(count(
        intake.count(),
        ["health record", "health records"],
        ["donnée de santé", "données de santé"],
    ))
}

#[cfg(test)]
mod tests;
