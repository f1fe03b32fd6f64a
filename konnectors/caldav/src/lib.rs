//! Konnector of events: the calendars of one account at a CalDAV server of the owner's choice.
//!
//! In: the server's answers. Out: events, and what was left out in words. Never here: a request
//! that changes something at the server, the owner's password (the home puts it in).

use domicile_sdk::konnector::{Deposits, Failure, Konnector, Progress, Report};
use konnector_dav::{CALDAV, Conversion};
use konnector_shared::{Intake, Said};

domicile_sdk::konnector! { manifest: "manifest.toml", konnector: CalDav }

struct CalDav;

impl Konnector for CalDav {
    fn collect(out: &mut Deposits, progress: &Progress) -> Result<Report, Failure> {
        let words = (["event", "events"], ["évènement", "évènements"]);
        konnector_dav::collect(CALDAV, out, progress, &Conversion { take, words })
    }
}

/// The events of one resource: one, or a series with its changed occurrences.
fn take(text: &str, intake: &mut Intake<'_>) -> Result<(), Said> {
    konnector_calendar::take_all(|| text.as_bytes(), intake)
}
