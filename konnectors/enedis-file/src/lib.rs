//! Importer of electricity: what a Linky meter measured, as its owner downloads it from Enedis
//! (.csv).
//!
//! In: one dropped file, in one of the two layouts that Enedis writes. Out: one document for each
//! step of the load curve and for each day between two readings, and in words what was left out; or
//! the reason why nothing was taken. Never here: a network, a panic on any bytes, an estimate in
//! place of a value, the length of a step that the file does not tell.

mod load;
mod table;

use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Report};
use konnector_shared::text::decode;
use konnector_shared::{Intake, Said, count, intake, say};

use table::Table;

domicile_sdk::importer! { manifest: "manifest.toml", importer: EnedisFile }

/// The largest file that is read: five years of half hours have 4 MiB.
const FILE_BYTES_MAX: u64 = 16 << 20;

struct EnedisFile;

impl Importer for EnedisFile {
    fn recognise(_: &str, head: &[u8]) -> u8 {
        let head = decode(head, None).text;
        let mut names = head.lines().take(5).map(table::name);
        if names.any(|line| line.starts_with("identifiant prm")) { 95 } else { 0 }
    }

    fn run(input: &Input, out: &mut Deposits, progress: &Progress) -> Result<Report, String> {
        intake::run(input, out, progress, read)
    }
}

fn read(input: &Input, intake: &mut Intake<'_>) -> Result<Said, Said> {
    let bytes = intake::bytes(input, FILE_BYTES_MAX)?;
    let decoded = decode(&bytes, None);
    if let Some(guess) = &decoded.warning {
        intake.warnings.add(guess);
    }
    let table = Table::read(&decoded.text, intake)?;
    load::take(table.points, intake)?;
    if intake.count() == 0 {
        return Err(say!(
            "the file holds no consumption whose time is known (load curve, daily readings): download one \
             of these",
            "le fichier ne contient aucune consommation dont le moment soit connu (courbe de charge, \
             relevés quotidiens) : téléchargez l'un d'eux",
        ));
    }
    Ok(count(intake.count(), ["reading", "readings"], ["relevé", "relevés"]))
}

#[cfg(test)]
mod tests;
