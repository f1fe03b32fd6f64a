//! Importer of the archive that a Cozy gives its owner (.tar.gz, or .zip): bank accounts,
//! operations, bills and contacts, with what they say of each other.
//!
//! In: one dropped file, of an archive one document at a time. Out: its documents under the ids
//! that they had, and in words what was left out; or the reason why nothing was taken. Never here:
//! a network, a panic on any bytes, more of an archive unpacked than is said below, the files of
//! the Cozy's drive.

mod archive;
mod document;

use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Report};
use konnector_shared::intake::DOCUMENTS_MAX;
use konnector_shared::text::quote;
use konnector_shared::{Intake, Said, count, intake, say};

use archive::{GZIP, ZIP};
use document::Links;

domicile_sdk::importer! { manifest: "manifest.toml", importer: CozyExport }

struct CozyExport;

impl Importer for CozyExport {
    fn recognise(name: &str, head: &[u8]) -> u8 {
        let is_archive = head.starts_with(ZIP) || head.starts_with(GZIP);
        let shown = archive::beginning(head);
        match is_archive {
            true if shown.contains("/io.cozy.") || shown.contains("My Cozy/") => 95,
            true if name.to_ascii_lowercase().contains("cozy") => 60,
            _ => 0,
        }
    }

    fn run(input: &Input, out: &mut Deposits, progress: &Progress) -> Result<Report, String> {
        intake::run(input, out, progress, read)
    }
}

fn read(input: &Input, intake: &mut Intake<'_>) -> Result<Said, Said> {
    let mut links = Links::default();
    archive::each(input, &mut |path, bytes| take(path, bytes, &mut links, intake))?;
    if intake.count() == 0 {
        return Err(say!(
            "the archive holds no bank accounts, operations, bills or contacts of a Cozy that can be kept",
            "l'archive ne contient ni compte, ni opération, ni facture, ni contact d'un Cozy qui puisse être gardé",
        ));
    }
    Ok(count(intake.count(), ["document", "documents"], ["document", "documents"]))
}

/// What one document lacks is told, and the others are taken.
fn take(
    path: &str,
    bytes: Result<Vec<u8>, Said>,
    links: &mut Links,
    intake: &mut Intake<'_>,
) -> Result<(), Said> {
    let Some((named, id)) = document::place(path) else { return Ok(()) };
    let Some(doctype) = document::taken(named) else {
        intake.left_out.add(named);
        return Ok(());
    };
    let read = bytes.and_then(|bytes| document::read(doctype, &bytes, links, intake));
    if let Err(why) = read.and_then(|document| intake.put_alone(doctype, id, &document)) {
        if intake.count() > DOCUMENTS_MAX {
            return Err(why);
        }
        intake.warnings.about(Some(quote(&format!("{doctype}/{id}"))));
        intake.warnings.add(&why);
        intake.warnings.about(None);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
