//! Importer of health records from HL7 FHIR R4 bundles, and single resources, in JSON.
//!
//! In: one dropped file. Out: health records and bills, and in words what was left out; or the
//! reason why nothing was taken. Never here: a network, a panic on any bytes, an attachment.

use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Report};
use konnector_shared::{Intake, Said, count, say};

domicile_sdk::importer! { manifest: "manifest.toml", importer: FhirFile }

/// Larger files do not fit into a component once they are read.
const FILE_BYTES_MAX: u64 = 16 << 20;

struct FhirFile;

impl Importer for FhirFile {
    fn recognise(name: &str, head: &[u8]) -> u8 {
        konnector_fhir_reader::recognise(name, head)
    }

    fn run(input: &Input, out: &mut Deposits, progress: &Progress) -> Result<Report, String> {
        let locale = input.locale();
        let mut intake = Intake::new(out, progress);
        match read(input, &mut intake) {
            Ok(summary) => Ok(intake.report(summary, locale)),
            Err(refusal) => Err(refusal.into_text(locale)),
        }
    }
}

fn read(input: &Input, intake: &mut Intake<'_>) -> Result<Said, Said> {
    if input.size() > FILE_BYTES_MAX {
        return Err(say!(
            "the file is larger than 16 MiB: export a shorter period",
            "le fichier dépasse 16 Mio : exportez une période plus courte",
        ));
    }
    let key = |name: &str| konnector_shared::body::key("fhir", name);
    konnector_fhir_reader::read(&input.bytes(), key, intake)?;
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
