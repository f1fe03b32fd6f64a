//! Konnector of events: a calendar that somebody publishes at an address, such as a school's
//! timetable (RFC 5545 over HTTPS, `webcal:`).
//!
//! In: what lies at the address, if it is other than the last time. Out: events, and in words what
//! was left out and which events to come are no longer told. Never here: the address, which often
//! is itself the key (the home puts it in); an answer that stops in the middle taken as a whole.

mod ahead;

use domicile_sdk::Viewer;
use domicile_sdk::konnector::{Deposits, Failure, Konnector, Progress, Report, field};
use konnector_calendar::{Events, Survey};
use konnector_shared::failure::failed;
use konnector_shared::{Intake, Said, count, say, subscription};

use ahead::Ahead;

domicile_sdk::konnector! { manifest: "manifest.toml", konnector: WebCal }

struct WebCal;

/// What people call what is brought, in English and in French.
const EN: [&str; 2] = ["event", "events"];
const FR: [&str; 2] = ["évènement", "évènements"];

impl Konnector for WebCal {
    fn collect(out: &mut Deposits, progress: &Progress) -> Result<Report, Failure> {
        let viewer = Viewer::current();
        let mut intake = Intake::new(out, progress);
        let Some(fetched) = subscription::fetch("calendar", "text/calendar")? else {
            return Ok(intake.report(count(0, EN, FR), viewer.locale));
        };
        let mut ahead = Ahead::of(viewer.today);
        take(&fetched.bytes, &mut intake, &mut ahead).map_err(|why| {
            failed(say!(
                why;
                "what lies at the address is not taken: {why}",
                "ce qui se trouve à l'adresse n'est pas repris : {why}",
            ))
        })?;
        let gone = ahead.keep()?;
        if gone > 0 {
            let gone = count(gone, EN, FR);
            intake.warnings.add(&say!(
                gone;
                "no longer in the calendar, kept here: {gone} to come",
                "plus dans l'agenda, gardé ici : {gone} à venir",
            ));
        }
        intake.flush()?;
        fetched.keep()?;
        let taken = count(intake.count(), EN, FR);
        Ok(intake.report(taken, viewer.locale))
    }
}

fn take(bytes: &[u8], intake: &mut Intake<'_>, ahead: &mut Ahead) -> Result<(), Said> {
    let keys = subscription::Keys::of(&field("name").unwrap_or_default());
    let survey = Survey::of(bytes)?;
    let mut events = Events::new(bytes, &survey);
    while let Some(found) = events.next_event()? {
        found.left_out.iter().for_each(|name| intake.left_out.add(name));
        intake.cut += found.cut;
        ahead.note(&found.key, found.event.last_day());
        intake.put(found.line, &keys.key(&found.key), &found.event)?;
    }
    events.report(&mut intake.warnings);
    Ok(())
}

#[cfg(test)]
mod tests;
