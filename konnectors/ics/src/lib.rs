//! Importer of events from iCalendar files: exports of calendars, invitations, timetables.
//!
//! In: one dropped file. Out: its events, and in words what was left out; or the reason why nothing
//! was taken. Never here: a network, a panic on any bytes, an attachment.

use std::io::BufReader;

use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Report};
use konnector_shared::{Intake, Said, count, intake, say};

domicile_sdk::importer! { manifest: "manifest.toml", importer: Ics }

/// Bytes that one look at the file takes.
const READ_BYTES: usize = 1 << 20;

struct Ics;

impl Importer for Ics {
    fn recognise(name: &str, head: &[u8]) -> u8 {
        konnector_calendar::recognise(name, head)
    }

    fn run(input: &Input, out: &mut Deposits, progress: &Progress) -> Result<Report, String> {
        intake::run(input, out, progress, read)
    }
}

fn read(input: &Input, intake: &mut Intake<'_>) -> Result<Said, Said> {
    let open = || BufReader::with_capacity(READ_BYTES, input.reader());
    konnector_calendar::take_all(open, intake)?;
    if intake.count() == 0 {
        return Err(say!(
            "the calendar holds no event with a day: export it again, with its events",
            "le calendrier ne contient aucun évènement avec un jour : exportez-le à nouveau, avec ses \
             évènements",
        ));
    }
    Ok(count(intake.count(), ["event", "events"], ["évènement", "évènements"]))
}

#[cfg(test)]
mod tests;
