//! Whole files: our own, and hostile ones.

mod files;
mod hostile;

use konnector_shared::golden::{Dropped, drop_on};

use crate::Ics;

fn read(bytes: &[u8]) -> Dropped {
    drop_on::<Ics>("calendar.ics", bytes, "en")
}

/// A calendar around these lines.
fn calendar(lines: &str) -> String {
    format!("BEGIN:VCALENDAR\n{lines}END:VCALENDAR\n")
}
