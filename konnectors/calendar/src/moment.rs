//! Dates, times and durations as iCalendar writes them. In: `20260329T020000` and a zone. Out: a
//! day, or a moment with its offset (RFC 3339). Never here: a day that is in no calendar.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Span, Timestamp};

/// A value before its zone is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    Day(Date),
    Local(DateTime),
    Utc(DateTime),
}

impl Written {
    /// `20260329`, `20260329T020000`, `20260329T020000Z`; of a period, its start.
    pub fn parse(text: &str) -> Option<Written> {
        let text = text.split('/').next()?.trim();
        let Some((day, time)) = text.split_once(['T', 't']) else {
            return date(text).map(Written::Day);
        };
        let local = time.trim_end_matches(['Z', 'z']);
        let (hour, minute, second) = (two(local, 0)?, two(local, 2)?, two(local, 4)?);
        if local.len() != 6 || second > 60 {
            return None;
        }
        // 60 is a leap second.
        let clock = Time::new(hour, minute, second.min(59), 0).ok()?;
        let moment = date(day)?.to_datetime(clock);
        Some(if local.len() < time.len() { Written::Utc(moment) } else { Written::Local(moment) })
    }
}

fn date(text: &str) -> Option<Date> {
    let year: i16 = (text.len() == 8).then(|| digits(text, 0, 4))??;
    Date::new(year, two(text, 4)?, two(text, 6)?).ok()
}

fn two(text: &str, from: usize) -> Option<i8> {
    digits(text, from, from + 2)
}

fn digits<T: std::str::FromStr>(text: &str, from: usize, to: usize) -> Option<T> {
    let digits = text.get(from..to)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// A value in its zone.
#[derive(Clone, Debug)]
pub enum Moment {
    Day(Date),
    Time(Timestamp, TimeZone),
}

impl Moment {
    /// `None`: beyond the times that there are.
    pub fn of(written: Written, zone: TimeZone) -> Option<Moment> {
        Some(match written {
            Written::Day(day) => Moment::Day(day),
            Written::Utc(utc) => Moment::Time(TimeZone::UTC.to_timestamp(utc).ok()?, TimeZone::UTC),
            Written::Local(local) => Moment::Time(zone.to_timestamp(local).ok()?, zone),
        })
    }

    pub fn is_day(&self) -> bool {
        matches!(self, Moment::Day(_))
    }

    /// `2026-03-29`, `2026-03-29T03:00:00+02:00`, `2026-03-29T01:00:00Z`.
    pub fn text(&self) -> String {
        match self {
            Moment::Day(day) => day.to_string(),
            Moment::Time(at, zone) => {
                let offset = zone.to_offset(*at);
                // Clocks of long ago differed by seconds, which no offset can tell.
                if *zone == TimeZone::UTC || offset.seconds() % 60 != 0 {
                    return whole(&Offset::UTC.to_datetime(*at), "Z");
                }
                let minutes = offset.seconds().abs() / 60;
                let sign = if offset.seconds() < 0 { '-' } else { '+' };
                let shown = format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60);
                whole(&offset.to_datetime(*at), &shown)
            }
        }
    }

    /// In the zone of the other, so that equal moments are equal texts.
    pub fn told_as(self, other: &Moment) -> Moment {
        match (self, other) {
            (Moment::Time(at, _), Moment::Time(_, zone)) => Moment::Time(at, zone.clone()),
            (moment, _) => moment,
        }
    }

    /// The same for the same moment, whatever zone it is told in.
    pub fn in_utc(&self) -> String {
        match self {
            Moment::Day(_) => self.text(),
            Moment::Time(at, _) => whole(&Offset::UTC.to_datetime(*at), "Z"),
        }
    }

    /// Days are those of the calendar, 23 or 25 hours long twice a year.
    pub fn plus(&self, duration: Duration) -> Option<Moment> {
        let days = Span::new().try_days(duration.days).ok()?;
        match self {
            Moment::Day(day) => day.checked_add(days).ok().map(Moment::Day),
            Moment::Time(at, zone) => {
                let local = zone.to_datetime(*at).checked_add(days).ok()?;
                let there = if duration.days == 0 { *at } else { zone.to_timestamp(local).ok()? };
                let at = there.checked_add(SignedDuration::from_secs(duration.seconds)).ok()?;
                Some(Moment::Time(at, zone.clone()))
            }
        }
    }

    /// Does it lie after? A day and a time don't compare.
    pub fn is_after(&self, other: &Moment) -> bool {
        match (self, other) {
            (Moment::Day(this), Moment::Day(other)) => this > other,
            (Moment::Time(this, _), Moment::Time(other, _)) => this > other,
            _ => false,
        }
    }
}

/// Without fractions, which iCalendar has none of.
fn whole(local: &DateTime, zone: &str) -> String {
    let (date, time) = (local.date(), local.time());
    format!("{date}T{:02}:{:02}:{:02}{zone}", time.hour(), time.minute(), time.second())
}

/// `P1DT2H`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Duration {
    pub days: i64,
    pub seconds: i64,
}

impl Duration {
    pub const DAY: Duration = Duration { days: 1, seconds: 0 };

    pub fn parse(text: &str) -> Option<Duration> {
        const DIGITS_MAX: usize = 7;
        let text = text.trim();
        let unsigned = text.trim_start_matches(['+', '-']);
        let sign = if text.starts_with('-') { -1 } else { 1 };
        let mut duration = Duration::default();
        let mut number = String::new();
        let mut in_time = false;
        for c in unsigned.strip_prefix(['P', 'p'])?.chars() {
            if c.is_ascii_digit() && number.len() < DIGITS_MAX {
                number.push(c);
                continue;
            }
            if c.eq_ignore_ascii_case(&'T') && number.is_empty() {
                in_time = true;
                continue;
            }
            let value: i64 = sign * number.parse::<i64>().ok()?;
            number.clear();
            match (c.to_ascii_uppercase(), in_time) {
                ('W', false) => duration.days += 7 * value,
                ('D', false) => duration.days += value,
                ('H', true) => duration.seconds += 3600 * value,
                ('M', true) => duration.seconds += 60 * value,
                ('S', true) => duration.seconds += value,
                _ => return None,
            }
        }
        number.is_empty().then_some(duration)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn paris(text: &str) -> Option<Moment> {
        Moment::of(Written::parse(text)?, TimeZone::get("Europe/Paris").unwrap())
    }

    fn shown(text: &str) -> String {
        paris(text).map_or_else(|| "none".to_owned(), |moment| moment.text())
    }

    #[test]
    fn moments_have_their_offset() {
        assert_eq!(shown("20260115"), "2026-01-15");
        assert_eq!(shown("20260115T093000"), "2026-01-15T09:30:00+01:00");
        assert_eq!(shown("20260715T093000/PT1H"), "2026-07-15T09:30:00+02:00");
        assert_eq!(shown("20260715T093060Z"), "2026-07-15T09:30:59Z");
        // The hour that the clocks skip, and the one that they show twice.
        assert_eq!(shown("20260329T023000"), "2026-03-29T03:30:00+02:00");
        assert_eq!(shown("20261025T023000"), "2026-10-25T02:30:00+02:00");
        // Paris had its own time until 1911.
        assert_eq!(shown("19000101T000000"), "1899-12-31T23:50:39Z");
        for text in
            ["20260230", "2026-01-15", "20260115T0930", "20260115T256000", "x", "", "\u{e9}"]
        {
            assert_eq!(shown(text), "none", "{text}");
        }
        assert_eq!(paris("20260715T093000").unwrap().in_utc(), "2026-07-15T07:30:00Z");
    }

    #[test]
    fn durations_of_days_follow_the_calendar() {
        let eve = paris("20260328T120000").unwrap();
        let plus = |text| eve.plus(Duration::parse(text).unwrap()).unwrap().text();
        assert_eq!(plus("P1D"), "2026-03-29T12:00:00+02:00");
        assert_eq!(plus("PT24H"), "2026-03-29T13:00:00+02:00");
        assert_eq!(plus("-P1DT1H30M5S"), "2026-03-27T10:29:55+01:00");
        assert_eq!(plus("P2W"), "2026-04-11T12:00:00+02:00");
        let day = paris("20261231").unwrap();
        assert_eq!(day.plus(Duration::DAY).unwrap().text(), "2027-01-01");
        for text in ["1D", "P1", "PD", "P1H", "PT1D", "P12345678D", "P1D2"] {
            assert_eq!(Duration::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "[0-9TZPDWHMS+/-]{0,20}") {
            let long = Duration { days: 9_999_999, seconds: 1 };
            let duration = Duration::parse(&text).unwrap_or(long);
            for base in [text.as_str(), "99991231T235959", "99991231", "00000101T000000"] {
                if let Some(moment) = paris(base) {
                    let _ = (moment.text(), moment.plus(duration).map(|moment| moment.text()));
                }
            }
        }
    }
}
