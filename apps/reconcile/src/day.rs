//! Days as numbers. In: texts of documents. Out: days that can be counted, and the texts again.
//! Never here: a clock, an hour, a time zone.

use std::fmt;

use domicile_sdk::{Date, Month};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Days since the 1st of January 1970.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

const SATURDAY: i32 = 5;

impl Day {
    /// From `2026-11-23`; what follows is ignored, as in `2026-11-23T00:00:00Z`.
    pub fn parse(text: &str) -> Option<Day> {
        Date::parse(text).map(Day::from)
    }

    /// So many days later, or before if less than none.
    pub fn plus(self, days: i32) -> Day {
        Day(self.0.saturating_add(days))
    }

    /// Days from `earlier` to this one.
    pub fn since(self, earlier: Day) -> i32 {
        self.0.saturating_sub(earlier.0)
    }

    /// This day, or the Monday after it.
    pub fn or_monday(self) -> Day {
        let late = self.weekday() - SATURDAY;
        if late < 0 { self } else { self.plus(2 - late) }
    }

    /// This day, or the Friday before it.
    pub fn or_friday(self) -> Day {
        let late = self.weekday() - SATURDAY;
        if late < 0 { self } else { self.plus(-1 - late) }
    }

    /// 0 is Monday.
    fn weekday(self) -> i32 {
        // The first day was a Thursday.
        self.0.saturating_add(3).rem_euclid(7)
    }

    /// As people write it.
    pub fn date(self) -> Date {
        // Years of the calendar begin in March, so that the day of the leap comes last.
        let days = i64::from(self.0) + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year + era * 400 + i64::from(month < 3);
        Date {
            month: Month { year: u16::try_from(year).unwrap_or(0), month: month as u8 },
            day: day as u8,
        }
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Day {
        let month = i32::from(date.month.month);
        let year = i32::from(date.month.year) - i32::from(month < 3);
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + i32::from(date.day) - 1;
        let days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
        Day(era * 146_097 + days - 719_468)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().fmt(f)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Day, D::Error> {
        let text = String::deserialize(deserializer)?;
        Day::parse(&text).ok_or_else(|| serde::de::Error::custom("no day"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_and_written_again() {
        let day = |text| Day::parse(text).expect("a day");
        assert_eq!(day("1970-01-01"), Day(0));
        assert_eq!(day("2026-11-23T10:00:00Z").since(day("2026-11-01")), 22);
        let mut at = day("1999-12-25");
        for _ in 0..40_000 {
            assert_eq!(Day::parse(&at.to_string()), Some(at));
            assert_eq!(at.weekday(), at.date().weekday() as i32);
            at = at.plus(1);
        }
    }

    #[test]
    fn weekends_are_stepped_over() {
        let day = |text| Day::parse(text).expect("a day");
        for (on, friday, monday) in [
            ("2026-11-20", "2026-11-20", "2026-11-20"),
            ("2026-11-21", "2026-11-20", "2026-11-23"),
            ("2026-11-22", "2026-11-20", "2026-11-23"),
            ("2026-11-23", "2026-11-23", "2026-11-23"),
        ] {
            assert_eq!(day(on).or_friday(), day(friday), "{on}");
            assert_eq!(day(on).or_monday(), day(monday), "{on}");
        }
    }
}
