//! Importer of Google Takeout archives (.zip): contacts, calendars, mail, notes of Keep, and where
//! a phone was, each by the reader that all importers of its format share; and of the timeline that
//! phones export by themselves (.json).
//!
//! In: one dropped file, of an archive one file at a time. Out: its documents, and in words what
//! was left out and why; or the reason why nothing was taken. Never here: a network, a panic on any
//! bytes, more of an archive unpacked than is said below; photos, videos and files of Drive.

mod archive;
mod keep;
mod places;

use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Report};
use konnector_shared::intake::DOCUMENTS_MAX;
use konnector_shared::text::{clean, quote};
use konnector_shared::{Intake, Said, count, intake, say};

use archive::{Archive, MEMBER_BYTES_MAX, Member};

domicile_sdk::importer! { manifest: "manifest.toml", importer: Takeout }

/// What every archive begins with.
const ZIP: &[u8] = b"PK\x03\x04";

struct Takeout;

impl Importer for Takeout {
    fn recognise(name: &str, head: &[u8]) -> u8 {
        let text = String::from_utf8_lossy(head);
        let is_ours = name.to_ascii_lowercase().contains("takeout");
        match head.starts_with(ZIP) {
            true if text.contains("Takeout/") => 95,
            true if is_ours => 90,
            false if text.contains("\"semanticSegments\"") => 90,
            _ => 0,
        }
    }

    fn run(input: &Input, out: &mut Deposits, progress: &Progress) -> Result<Report, String> {
        intake::run(input, out, progress, read)
    }
}

fn read(input: &Input, intake: &mut Intake<'_>) -> Result<Said, Said> {
    if input.read_at(0, ZIP.len() as u32) == ZIP {
        take_archive(input, intake)?;
    } else {
        json(&intake::bytes(input, MEMBER_BYTES_MAX)?, intake)?;
    }
    if intake.count() == 0 {
        return Err(say!(
            "the file holds nothing that is kept (contacts, calendars, mail, Keep, places): ask Google for \
             an archive with these",
            "le fichier ne contient rien qui soit gardé (contacts, agendas, courriels, Keep, lieux) : \
             demandez à Google une archive avec ces données",
        ));
    }
    Ok(count(intake.count(), ["document", "documents"], ["document", "documents"]))
}

/// What one file of it lacks is told, and the others are taken.
fn take_archive(input: &Input, intake: &mut Intake<'_>) -> Result<(), Said> {
    let mut archive = Archive::open(input)?;
    while let Some(Member { path, bytes }) = archive.next_member()? {
        intake.warnings.about(Some(quote(&path)));
        if let Err(why) = bytes.and_then(|bytes| take(&path, &bytes, intake)) {
            if intake.count() > DOCUMENTS_MAX {
                return Err(why);
            }
            intake.warnings.add(&why);
        }
        intake.warnings.about(None);
    }
    archive.passed.iter().for_each(|ending| intake.left_out.add(ending));
    Ok(())
}

/// How the names of files end that are read; their folders' names are in the owner's language.
const READ: [&str; 4] = ["vcf", "ics", "mbox", "json"];

fn ending(path: &str) -> String {
    path.rsplit(['.', '/']).next().unwrap_or_default().to_ascii_lowercase()
}

fn take(path: &str, bytes: &[u8], intake: &mut Intake<'_>) -> Result<(), Said> {
    match ending(path).as_str() {
        "vcf" => konnector_contacts::take_all(bytes, intake),
        "ics" => konnector_calendar::take_all(|| bytes, intake),
        "mbox" => konnector_messages::take_all(bytes, intake),
        _ => json(bytes, intake),
    }
}

fn json(bytes: &[u8], intake: &mut Intake<'_>) -> Result<(), Said> {
    let places: places::Places = serde_json::from_slice(bytes).map_err(|error| {
        let why = clean(&error.to_string(), 100);
        say!(
            why;
            "this is no JSON as Google writes it ({why})",
            "ce n'est pas du JSON comme Google l'écrit ({why})",
        )
    })?;
    if places.take(intake)? {
        return Ok(());
    }
    match keep::note(bytes) {
        Some((key, note, cut)) => {
            intake.cut += cut;
            intake.put(1, &key, &note)
        }
        None => {
            intake.left_out.add("json");
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests;
