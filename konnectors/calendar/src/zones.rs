//! Which zone a name means. In: a TZID, and the VTIMEZONEs of the file. Out: a zone of the world's
//! table, else the rule that the file gives. Never here: the file's rule for a name that the table
//! knows, since programs write shortened ones.

use std::collections::BTreeMap;

use jiff::tz::{Offset, TimeZone};
use konnector_shared::content::Line;

use crate::moment::Written;

/// Zones that one file may define.
const ZONES_MAX: usize = 200;
/// Longest name of a zone that is kept.
const NAME_CHARS_MAX: usize = 60;
const WEEKDAYS: [&str; 7] = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

/// The zones of a file.
#[derive(Debug, Default)]
pub struct Zones {
    written: BTreeMap<String, TimeZone>,
    /// For what names none: the calendar's own, else UTC.
    default: Option<(TimeZone, String)>,
}

impl Zones {
    pub fn add(&mut self, zone: Zone) {
        if let (true, Some(rule)) = (self.written.len() < ZONES_MAX, zone.rule()) {
            self.written.entry(zone.name).or_insert(rule);
        }
    }

    pub fn set_default(&mut self, name: &str) {
        if self.default.is_none() {
            self.default = self.get(name);
        }
    }

    pub fn fallback(&self) -> (TimeZone, Option<&str>) {
        let named = self.default.as_ref();
        named.map_or((TimeZone::UTC, None), |(zone, name)| (zone.clone(), Some(name)))
    }

    /// With the name that it is kept under.
    pub fn get(&self, name: &str) -> Option<(TimeZone, String)> {
        let name = name.trim();
        if name.chars().count() > NAME_CHARS_MAX {
            return None;
        }
        // Some programs put their own name before: `/example.org/20260101/Europe/Paris`.
        let starts = name.match_indices('/').map(|(at, _)| at + 1);
        for start in std::iter::once(0).chain(starts) {
            let known = name.get(start..).and_then(|name| TimeZone::get(name).ok());
            if let Some(zone) = known {
                let known = zone.iana_name().unwrap_or(name).to_owned();
                return Some((zone, known));
            }
        }
        self.written.get(name).map(|zone| (zone.clone(), name.to_owned()))
    }
}

/// A VTIMEZONE while it is read.
#[derive(Debug, Default)]
pub struct Zone {
    pub name: String,
    /// The latest rule of each kind.
    standard: Rule,
    daylight: Rule,
}

/// A STANDARD or DAYLIGHT.
#[derive(Clone, Debug, Default)]
pub struct Rule {
    start: Option<Written>,
    offset: Option<i32>,
    rule: String,
}

impl Rule {
    pub fn take(&mut self, line: &Line) {
        match line.name.as_str() {
            "DTSTART" => self.start = Written::parse(&line.value),
            "TZOFFSETTO" => self.offset = offset(&line.value),
            "RRULE" => self.rule = line.value.to_ascii_uppercase(),
            _ => {}
        }
    }

    fn day(&self) -> Option<jiff::civil::DateTime> {
        match self.start? {
            Written::Local(local) | Written::Utc(local) => Some(local),
            Written::Day(_) => None,
        }
    }

    fn part(&self, name: &str) -> Option<&str> {
        let mut parts = self.rule.split(';').filter_map(|part| part.split_once('='));
        parts.find(|(found, _)| found.trim() == name).map(|(_, value)| value.trim())
    }

    /// `M3.5.0/02:00:00`: the last Sunday of March.
    fn in_posix(&self) -> Option<String> {
        let month: u8 = self.part("BYMONTH")?.parse().ok()?;
        let day = self.part("BYDAY")?;
        let (week, weekday) = day.split_at_checked(day.len().checked_sub(2)?)?;
        let weekday = WEEKDAYS.iter().position(|name| *name == weekday)?;
        let week = match (week.trim_start_matches('+'), self.part("BYMONTHDAY")) {
            ("", Some(days)) => {
                let first: u8 = days.split(',').next()?.parse().ok()?;
                first.checked_sub(1)? / 7 + 1
            }
            ("-1", _) => 5,
            (week, _) => week.parse().ok()?,
        };
        Some(format!("M{month}.{week}.{weekday}/{}", self.day()?.time().strftime("%H:%M:%S")))
    }
}

impl Zone {
    /// Later rules replace earlier ones: of the years that they were for there are few events.
    pub fn take(&mut self, kind: &str, rule: Rule) {
        let place = if kind == "DAYLIGHT" { &mut self.daylight } else { &mut self.standard };
        if place.offset.is_none() || rule.day() >= place.day() {
            *place = rule;
        }
    }

    fn rule(&self) -> Option<TimeZone> {
        let standard = self.standard.offset.or(self.daylight.offset)?;
        let fixed = || Offset::from_seconds(standard).ok().map(TimeZone::fixed);
        let (Some(daylight), Some(begins), Some(ends)) =
            (self.daylight.offset, self.daylight.in_posix(), self.standard.in_posix())
        else {
            return fixed();
        };
        // POSIX counts offsets the other way round.
        let text = format!("STD{}DST{},{begins},{ends}", posix(-standard), posix(-daylight));
        TimeZone::posix(&text).ok().or_else(fixed)
    }
}

fn posix(seconds: i32) -> String {
    let (sign, all) = (if seconds < 0 { "-" } else { "" }, seconds.abs());
    format!("{sign}{:02}:{:02}:{:02}", all / 3600, all / 60 % 60, all % 60)
}

/// `+0100`, `-033000`.
fn offset(text: &str) -> Option<i32> {
    let text = text.trim();
    let digits = text.trim_start_matches(['+', '-']);
    let is_offset =
        matches!(digits.len(), 4 | 6) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let two = |from: usize| digits.get(from..from + 2).and_then(|two| two.parse::<i32>().ok());
    let seconds = two(0)? * 3600 + two(2)? * 60 + two(4).unwrap_or(0);
    is_offset.then_some(if text.starts_with('-') { -seconds } else { seconds })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(start: &str, offset: &str, rule: &str) -> Rule {
        let mut made = Rule::default();
        for (name, value) in [("DTSTART", start), ("TZOFFSETTO", offset), ("RRULE", rule)] {
            let (name, value) = (name.to_owned(), value.to_owned());
            made.take(&Line { name, value, ..Line::default() });
        }
        made
    }

    fn shown(zone: &Zone, text: &str) -> String {
        let written = Written::parse(text).unwrap();
        crate::moment::Moment::of(written, zone.rule().unwrap()).unwrap().text()
    }

    #[test]
    fn names_of_the_table_win_whatever_stands_before_them() {
        let mut zones = Zones::default();
        let mut lie = Zone { name: "Europe/Paris".to_owned(), ..Zone::default() };
        lie.take("STANDARD", rule("19700101T000000", "+0900", ""));
        zones.add(lie);
        for name in ["Europe/Paris", "europe/paris", "/mozilla.org/20050126_1/Europe/Paris"] {
            assert_eq!(zones.get(name).unwrap().1, "Europe/Paris");
        }
        assert!(zones.get("Romance Standard Time").is_none());
        zones.set_default("Nowhere");
        assert_eq!(zones.fallback(), (TimeZone::UTC, None));
    }

    #[test]
    fn a_files_own_rule_has_summer_and_winter() {
        let mut zone = Zone { name: "Romance Standard Time".to_owned(), ..Zone::default() };
        let winter = "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10";
        zone.take("STANDARD", rule("16010101T030000", "+0100", winter));
        zone.take("DAYLIGHT", rule("16010101T020000", "+0200", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3"));
        assert_eq!(shown(&zone, "20260329T015959"), "2026-03-29T01:59:59+01:00");
        assert_eq!(shown(&zone, "20260329T030000"), "2026-03-29T03:00:00+02:00");
        assert_eq!(shown(&zone, "20261025T040000"), "2026-10-25T04:00:00+01:00");
        let mut zones = Zones::default();
        zones.add(zone);
        assert!(zones.get("Romance Standard Time").is_some());
        let mut american = Zone::default();
        let days = "FREQ=YEARLY;BYMONTH=3;BYDAY=SU;BYMONTHDAY=8,9,10,11,12,13,14";
        american.take("DAYLIGHT", rule("20070311T020000", "-0400", days));
        american
            .take("STANDARD", rule("20071104T020000", "-0500", "FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"));
        assert_eq!(shown(&american, "20260308T030000"), "2026-03-08T03:00:00-04:00");
    }

    #[test]
    fn a_rule_that_nobody_understands_is_its_standard_time() {
        let mut zone = Zone::default();
        zone.take("STANDARD", rule("19700101T000000", "+0530", ""));
        zone.take("DAYLIGHT", rule("19700101T000000", "+0630", "FREQ=YEARLY;BYEASTER=1"));
        assert_eq!(shown(&zone, "20260701T120000"), "2026-07-01T12:00:00+05:30");
        let mut odd = Zone::default();
        odd.take("STANDARD", rule("x", "+99", "FREQ=YEARLY;BYMONTH=13;BYDAY=9XX"));
        assert!(odd.rule().is_none());
    }
}
