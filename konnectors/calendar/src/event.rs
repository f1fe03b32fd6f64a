//! One VEVENT. In: its content lines. Out: a body, named as Cozy publishes events, and its key.
//! Never here: a property that a calendar program acts upon by itself.

use jiff::tz::TimeZone;
use konnector_shared::content::Line;
use konnector_shared::text::clean;
use konnector_shared::{Body, body};

use crate::moment::{Duration, Moment, Written};
use crate::zones::Zones;
use crate::{CalendarEvent, Doubts, Found};

/// The doctype's own limits of lists.
const ATTENDEES_MAX: usize = 500;
const ALARMS_MAX: usize = 20;
const TAGS_MAX: usize = 50;
const DAYS_MAX: usize = 1_000;
/// Names of properties left out, of one event.
const LEFT_OUT_MAX: usize = 100;
/// Zones that are told of by name.
const UNKNOWN_ZONES_MAX: usize = 20;
const STATUSES: [&str; 3] = ["CONFIRMED", "TENTATIVE", "CANCELLED"];

/// What says nothing that an owner would miss.
const SILENT: [&str; 6] =
    ["CREATED", "TRANSP", "PRIORITY", "CLASS", "REQUEST-STATUS", "ACKNOWLEDGED"];

/// The lines of an event that matter.
#[derive(Debug, Default)]
pub struct Fields {
    pub line: u32,
    pub id: Option<String>,
    pub recurrence: Option<Line>,
    pub sequence: Option<u32>,
    /// When it was last changed, else when it was written.
    changed: Option<Written>,
    written: Option<Written>,
    start: Option<Line>,
    end: Option<Line>,
    duration: Option<Line>,
    rule: Option<Line>,
    status: Option<Line>,
    summary: Option<Line>,
    description: Option<Line>,
    location: Option<Line>,
    organizer: Option<Line>,
    attendees: Vec<Line>,
    tags: Vec<String>,
    days: Vec<Line>,
    alarms: Vec<Line>,
    left_out: Vec<String>,
}

impl Fields {
    pub fn take(&mut self, line: Line) {
        if line.value.trim().is_empty() || SILENT.contains(&line.name.as_str()) {
            return;
        }
        let is_taken = match line.name.as_str() {
            "UID" => first(&mut self.id, clean(&line.text(), usize::MAX)),
            "RECURRENCE-ID" => first(&mut self.recurrence, line.clone()),
            "SEQUENCE" => match line.value.trim().parse::<u32>() {
                Ok(number) => first(&mut self.sequence, number),
                Err(_) => false,
            },
            "LAST-MODIFIED" => moment(&line).is_some_and(|at| first(&mut self.changed, at)),
            "DTSTAMP" => {
                self.written = self.written.or(moment(&line));
                true
            }
            "DTSTART" => first(&mut self.start, line.clone()),
            "DTEND" => first(&mut self.end, line.clone()),
            "DURATION" => first(&mut self.duration, line.clone()),
            "RRULE" => first(&mut self.rule, line.clone()),
            "STATUS" => first(&mut self.status, line.clone()),
            "SUMMARY" => first(&mut self.summary, line.clone()),
            "DESCRIPTION" => first(&mut self.description, line.clone()),
            "LOCATION" => first(&mut self.location, line.clone()),
            "ORGANIZER" => first(&mut self.organizer, line.clone()),
            "ATTENDEE" => room(&mut self.attendees, line.clone(), ATTENDEES_MAX),
            "EXDATE" | "RDATE" => room(&mut self.days, line.clone(), DAYS_MAX),
            "CATEGORIES" => {
                self.tags.extend(line.split(','));
                true
            }
            _ => false,
        };
        if !is_taken && self.left_out.len() < LEFT_OUT_MAX {
            // Every program has dozens of its own.
            let is_own = line.name.starts_with("X-");
            self.left_out.push(if is_own { "X-...".to_owned() } else { line.name });
        }
    }

    /// Of an alarm stays when it is. What it plays, whom it writes to and what it shows besides the
    /// event are not its reader's to decide.
    pub fn take_of_alarm(&mut self, line: &Line) {
        if line.name == "TRIGGER" {
            room(&mut self.alarms, line.clone(), ALARMS_MAX);
        }
    }

    /// When the event became what it is, as far as it says so.
    pub fn stamp(&self) -> Option<String> {
        let utc = Moment::of(self.changed.or(self.written)?, TimeZone::UTC)?;
        Some(utc.in_utc())
    }

    /// `None`: it has no day that exists.
    pub(crate) fn finish(mut self, zones: &Zones, doubts: &mut Doubts) -> Option<Found> {
        let left_out = std::mem::take(&mut self.left_out);
        let start_line = self.start.take()?;
        let (start, zone_name) = resolve(&start_line, &start_line.value, zones, doubts)?;
        let mut event = Body::default();
        self.texts(&mut event);
        self.people(&mut event);
        self.times(&mut event, &start, zones, doubts);
        event.line("timezone", &zone_name.unwrap_or_default(), 60);
        let key = self.key(&mut event, zones, doubts);
        let cut = event.cut;
        let event = CalendarEvent(event.into_value());
        Some(Found { line: self.line, key, event, cut, left_out })
    }

    fn texts(&mut self, event: &mut Body) {
        let text =
            |line: &mut Option<Line>| line.take().map(|line| line.text()).unwrap_or_default();
        // Every event has a title, if an empty one.
        event.put("summary", "");
        event.line("summary", &text(&mut self.summary), 500);
        event.lines("description", &text(&mut self.description), 20_000);
        event.line("location", &text(&mut self.location), 500);
        let rule = self.rule.take().map(|line| line.value).unwrap_or_default();
        event.line("rrule", &rule, 500);
        let status = text(&mut self.status).trim().to_ascii_uppercase();
        if let Some(known) = STATUSES.into_iter().find(|known| *known == status) {
            event.put("status", known);
        }
        let tags: Vec<String> =
            std::mem::take(&mut self.tags).iter().map(|tag| clean(tag, 100)).collect();
        let tags: Vec<String> =
            tags.into_iter().filter(|tag| !tag.is_empty()).take(TAGS_MAX).collect();
        if !tags.is_empty() {
            event.put("tags", tags);
        }
    }

    fn people(&mut self, event: &mut Body) {
        if let Some(line) = self.organizer.take() {
            event.object("organizer", person(&line));
        }
        event.list("attendees", self.attendees.drain(..).map(|line| person(&line)));
        let alarms = self.alarms.drain(..).filter_map(|line| {
            let is_time = Duration::parse(&line.value).is_some() || moment(&line).is_some();
            let mut alarm = Body::default();
            alarm.line("trigger", &line.value, 60);
            is_time.then_some(alarm)
        });
        event.list("alarms", alarms);
    }

    fn times(&mut self, event: &mut Body, start: &Moment, zones: &Zones, doubts: &mut Doubts) {
        event.put("start", start.text());
        if start.is_day() {
            event.put("isAllDay", true);
        }
        if let Some(end) = self.end(start, zones, doubts) {
            event.put("end", end.text());
        }
        for (name, field) in [("EXDATE", "exdates"), ("RDATE", "rdates")] {
            let mut days = Vec::new();
            for line in self.days.iter().filter(|line| line.name == name) {
                for value in line.split(',') {
                    match resolve(line, &value, zones, &mut Doubts::default()) {
                        Some((day, _)) if days.len() < DAYS_MAX => {
                            days.push(day.told_as(start).text())
                        }
                        _ => doubts.odd_days += 1,
                    }
                }
            }
            if !days.is_empty() {
                event.put(field, days);
            }
        }
        if let Some(sequence) = self.sequence {
            event.put("sequence", sequence);
        }
        if let Some(stamp) = self.stamp() {
            event.put("lastModified", stamp);
        }
    }

    fn end(&mut self, start: &Moment, zones: &Zones, doubts: &mut Doubts) -> Option<Moment> {
        let written = self.end.take().map(|line| {
            let end = resolve(&line, &line.value, zones, &mut Doubts::default());
            end.map(|(end, _)| end)
        });
        let lasting = || {
            let line = self.duration.take()?;
            Some(Duration::parse(&line.value).and_then(|duration| start.plus(duration)))
        };
        let end = match written.or_else(lasting) {
            Some(end) => end,
            None if start.is_day() => return start.plus(Duration::DAY),
            None => return None,
        };
        let end = end.filter(|end| end.is_day() == start.is_day() && !start.is_after(end));
        // Some programs end a whole day on itself.
        let end = end.and_then(|end| {
            let is_empty = end.is_day() && !end.is_after(start);
            if is_empty { end.plus(Duration::DAY) } else { Some(end) }
        });
        doubts.odd_ends += usize::from(end.is_none());
        end
    }

    /// An occurrence that differs from its series is a document of its own.
    fn key(&mut self, event: &mut Body, zones: &Zones, doubts: &mut Doubts) -> String {
        let occurrence = self.recurrence.take().and_then(|line| {
            doubts.following += usize::from(line.parameter("RANGE").is_some());
            resolve(&line, &line.value, zones, &mut Doubts::default())
        });
        let Some(id) = self.id.take().filter(|id| !id.is_empty()) else {
            return format!("event-sha256:{}", event.fingerprint());
        };
        event.line("uid", &id, 300);
        let name = id.replace('%', "%25").replace('#', "%23");
        let Some((occurrence, _)) = occurrence else { return body::key("uid", &name) };
        event.put("recurrenceId", occurrence.text());
        format!("{}#{}", body::key("uid", &name), occurrence.in_utc())
    }
}

fn first<T>(place: &mut Option<T>, value: T) -> bool {
    let is_free = place.is_none();
    if is_free {
        *place = Some(value);
    }
    is_free
}

fn room<T>(entries: &mut Vec<T>, entry: T, most: usize) -> bool {
    let has_room = entries.len() < most;
    if has_room {
        entries.push(entry);
    }
    has_room
}

fn moment(line: &Line) -> Option<Written> {
    Written::parse(&line.value)
}

/// A value of a line in the line's zone, with the zone's name.
fn resolve(
    line: &Line,
    value: &str,
    zones: &Zones,
    doubts: &mut Doubts,
) -> Option<(Moment, Option<String>)> {
    let written = Written::parse(value)?;
    let (zone, name) = match (written, line.parameter("TZID")) {
        (Written::Day(_) | Written::Utc(_), _) => (TimeZone::UTC, None),
        (Written::Local(_), Some(name)) => match zones.get(name) {
            Some((zone, name)) => (zone, Some(name)),
            None => {
                unknown(name, doubts);
                default_zone(zones)
            }
        },
        (Written::Local(_), None) => {
            doubts.floating += 1;
            default_zone(zones)
        }
    };
    Moment::of(written, zone).map(|moment| (moment, name))
}

fn default_zone(zones: &Zones) -> (TimeZone, Option<String>) {
    let (zone, name) = zones.fallback();
    (zone, name.map(str::to_owned))
}

fn unknown(name: &str, doubts: &mut Doubts) {
    let name = konnector_shared::text::quote(name);
    if doubts.unknown_zones.len() < UNKNOWN_ZONES_MAX || doubts.unknown_zones.contains_key(&name) {
        *doubts.unknown_zones.entry(name).or_default() += 1;
    }
}

/// Name and mail address; other addresses are a server's business.
fn person(line: &Line) -> Body {
    let mut person = Body::default();
    let value = line.value.trim();
    let (scheme, address) = value.split_at_checked("mailto:".len()).unwrap_or(("", value));
    if scheme.eq_ignore_ascii_case("mailto:") {
        person.line("email", address, 320);
    }
    person.line("name", line.parameter("CN").unwrap_or_default(), 300);
    if !person.is_empty() {
        person.line("status", line.parameter("PARTSTAT").unwrap_or_default(), 30);
    }
    person
}
