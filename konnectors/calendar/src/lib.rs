//! iCalendar to `io.cozy.calendar.events`: each event, each changed occurrence of a series, once.
//!
//! In: the bytes of a file or of an answer, twice. Out: events, each under a key that stays the
//! same when it is read again. Never here: where the bytes come from; an address that a calendar
//! program would fetch or write to by itself (ATTACH, URL, CONFERENCE, pictures, sounds and mails
//! of alarms are left out: of an alarm stays only when it is).
//!
//! Twice, because a file may tell its time zones and the newer of two versions of an event after
//! what they matter for, and may be larger than what memory holds.

mod component;
mod event;
mod moment;
mod survey;
mod zones;

use std::collections::BTreeMap;
use std::io::BufRead;

use domicile_sdk::docs::Document;
use konnector_shared::{Said, Warnings, count, say};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use component::{Item, Reader};
pub use survey::{EVENTS_MAX, Survey};

/// How many properties one event may have, with those of its alarms.
pub const PROPERTIES_MAX: usize = 10_000;
/// How deep components may lie in each other.
pub const DEPTH_MAX: usize = 8;

/// A document of `io.cozy.calendar.events`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CalendarEvent(Value);

impl Document for CalendarEvent {
    const DOCTYPE: &'static str = "io.cozy.calendar.events";
}

impl CalendarEvent {
    /// The last day that it touches, as `20261224`; the last of all for a series without an end.
    pub fn last_day(&self) -> u32 {
        let text = |name: &str| self.0.get(name).and_then(Value::as_str);
        let number = |text: &str| {
            let digits: String = text.chars().filter(char::is_ascii_digit).take(8).collect();
            digits.parse().ok()
        };
        let until = text("rrule").map(|rule| rule.split("UNTIL=").nth(1).unwrap_or("99991231"));
        until.or(text("end")).or(text("start")).and_then(number).unwrap_or_default()
    }
}

/// One event of a file.
#[derive(Debug)]
pub struct Found {
    /// Where it begins, from 1.
    pub line: u32,
    pub key: String,
    pub event: CalendarEvent,
    /// Texts that were shortened.
    pub cut: usize,
    /// Names of the properties that an event has no place for.
    pub left_out: Vec<String>,
}

/// How sure is it, from 0 to 100, that these are the first bytes of an iCalendar file?
pub fn recognise(name: &str, head: &[u8]) -> u8 {
    let head = String::from_utf8_lossy(head).to_ascii_uppercase();
    let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    if head.trim_start_matches('\u{feff}').trim_start().starts_with("BEGIN:VCALENDAR") {
        100
    } else if ["ics", "ical", "ifb", "icalendar"].contains(&extension.as_str()) {
        // Most likely an error page under that name: to be refused in words, not to be ignored.
        30
    } else {
        0
    }
}

/// The events of a file that was surveyed.
pub struct Events<'s, R> {
    reader: Reader<R>,
    survey: &'s Survey,
    doubts: Doubts,
}

/// What was read otherwise than it is written.
#[derive(Default)]
struct Doubts {
    without_start: Vec<u32>,
    floating: usize,
    unknown_zones: BTreeMap<String, usize>,
    odd_ends: usize,
    odd_days: usize,
    following: usize,
}

impl<'s, R: BufRead> Events<'s, R> {
    /// `reader`: the same bytes again.
    pub fn new(reader: R, survey: &'s Survey) -> Events<'s, R> {
        Events { reader: Reader::new(reader), survey, doubts: Doubts::default() }
    }

    /// The next event that no other version in the file replaces; `None` at the end.
    pub fn next_event(&mut self) -> Result<Option<Found>, Said> {
        while let Some(item) = self.reader.next_item()? {
            let Item::Event(fields) = item else { continue };
            if !self.survey.is_newest(&fields) {
                continue;
            }
            let line = fields.line;
            match fields.finish(&self.survey.zones, &mut self.doubts) {
                Some(found) => return Ok(Some(found)),
                None => self.doubts.without_start.push(line),
            }
        }
        Ok(None)
    }

    /// Tells what was left out or could not be read as it is.
    pub fn report(&self, warnings: &mut Warnings) {
        self.survey.report(warnings);
        self.doubts.report(&self.survey.default_zone_name(), warnings);
        self.reader.report(warnings);
    }
}

impl Doubts {
    fn report(&self, default_zone: &str, warnings: &mut Warnings) {
        let events = |number| count(number, ["event", "events"], ["évènement", "évènements"]);
        if let Some(line) = self.without_start.first() {
            let events = events(self.without_start.len());
            warnings.add(&say!(
                events, line;
                "{events} without a day that exists not taken, the first at line {line}",
                "{events} sans jour qui existe, sans reprise, le premier à la ligne {line}",
            ));
        }
        for (zone, number) in &self.unknown_zones {
            let events = events(*number);
            warnings.add(&say!(
                zone, events;
                "the time zone {zone} is not known: {events} taken as of {default_zone}",
                "le fuseau horaire {zone} n'est pas connu : {events} à l'heure de {default_zone}",
            ));
        }
        if self.floating > 0 {
            let events = events(self.floating);
            warnings.add(&say!(
                events;
                "{events} without a time zone: taken as of {default_zone}",
                "{events} sans fuseau horaire : à l'heure de {default_zone}",
            ));
        }
        if self.odd_ends > 0 {
            let events = events(self.odd_ends);
            warnings.add(&say!(
                events;
                "{events} with an end that can't be: taken without it",
                "{events} dont la fin est impossible : sans reprise de la fin",
            ));
        }
        if self.odd_days > 0 {
            let days = count(self.odd_days, ["day", "days"], ["jour", "jours"]);
            warnings.add(&say!(
                days;
                "{days} of series can't be read: passed over",
                "{days} de séries illisibles : sans reprise",
            ));
        }
        if self.following > 0 {
            let events = events(self.following);
            warnings.add(&say!(
                events;
                "{events} for an occurrence and all that follow: taken for that one alone",
                "{events} pour une occurrence et les suivantes : repris pour celle-ci seule",
            ));
        }
    }
}
