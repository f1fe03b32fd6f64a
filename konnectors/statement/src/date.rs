//! Calendar days. In: a date as a file has it, perhaps with a time and an offset. Out: the day as
//! the bank prints it. The offset never moves the day: an operation of 31 January stays in January
//! wherever the owner's home is.

use std::fmt;

const YEAR_MIN: u16 = 1900;
const YEAR_MAX: u16 = 2199;

/// A day that exists in the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    pub fn new(year: u16, month: u8, day: u8) -> Option<Date> {
        let year_known = (YEAR_MIN..=YEAR_MAX).contains(&year);
        let day_exists = (1..=days_in_month(year, month)).contains(&day);
        (year_known && day_exists).then_some(Date { year, month, day })
    }

    /// With a year of two digits, as formats of the last century have it.
    pub fn of_century(year: u16, month: u8, day: u8) -> Option<Date> {
        let century = if year < 80 { 2000 } else { 1900 };
        (year < 100).then(|| Date::new(century + year, month, day))?
    }

    /// The day of that month that is nearest: an entry of January 2 may have its value in December.
    pub fn nearest(self, month: u8, day: u8) -> Option<Date> {
        let near = |date: &Date| self.rough().abs_diff(date.rough());
        let years = self.year.saturating_sub(1)..=self.year.saturating_add(1);
        years.filter_map(|year| Date::new(year, month, day)).min_by_key(near)
    }

    /// Grows with the day; good for distances of months.
    fn rough(self) -> u32 {
        (u32::from(self.year) * 12 + u32::from(self.month)) * 31 + u32::from(self.day)
    }

    /// `YYYYMMDD`, with whatever OFX lets follow: `120000.000[-5:EST]`.
    pub fn parse_compact(text: &str) -> Option<Date> {
        let text = text.trim();
        let follows = text.get(8..)?;
        let time = follows.split('[').next()?;
        if !time.chars().all(|c| c.is_ascii_digit() || ".:+-Zz ".contains(c)) {
            return None;
        }
        Date::new(number(text, 0, 4)?, number(text, 4, 6)?, number(text, 6, 8)?)
    }

    /// `YYYY-MM-DD`, alone or before a time or an offset.
    pub fn parse_iso(text: &str) -> Option<Date> {
        let text = text.trim();
        let dashes = text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
        let ends = matches!(text.as_bytes().get(10), None | Some(b'T' | b'Z' | b'+' | b'-' | b' '));
        if !dashes || !ends {
            return None;
        }
        Date::new(number(text, 0, 4)?, number(text, 5, 7)?, number(text, 8, 10)?)
    }
}

fn number<T: std::str::FromStr>(text: &str, from: usize, to: usize) -> Option<T> {
    let digits = text.get(from..to)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 0,
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

impl fmt::Display for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn compact(text: &str) -> Option<String> {
        Date::parse_compact(text).map(|date| date.to_string())
    }

    fn iso(text: &str) -> Option<String> {
        Date::parse_iso(text).map(|date| date.to_string())
    }

    #[test]
    fn the_day_is_the_one_that_is_printed() {
        let day = Some("2026-01-31".to_owned());
        for text in [
            "20260131",
            "20260131120000",
            "20260131120000[-5:EST]",
            "20260131235959.999[-:EST]",
            " 20260131000000.000[+12:NZST] ",
        ] {
            assert_eq!(compact(text), day, "{text}");
        }
        for text in ["2026-01-31", "2026-01-31T23:59:59-11:00", "2026-01-31Z", "2026-01-31+14:00"] {
            assert_eq!(iso(text), day, "{text}");
        }
    }

    #[test]
    fn short_years_and_missing_ones() {
        let printed = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        assert_eq!(printed(Date::of_century(26, 1, 31)), "2026-01-31");
        assert_eq!(printed(Date::of_century(99, 12, 31)), "1999-12-31");
        assert_eq!(Date::of_century(126, 1, 31), None);
        let near = |month, day, to: (u16, u8, u8)| {
            printed(Date::new(to.0, to.1, to.2).unwrap().nearest(month, day))
        };
        assert_eq!(near(1, 2, (2025, 12, 30)), "2026-01-02");
        assert_eq!(near(12, 30, (2026, 1, 2)), "2025-12-30");
        assert_eq!(near(3, 1, (2026, 2, 28)), "2026-03-01");
        assert_eq!(near(2, 30, (2026, 2, 28)), "");
    }

    #[test]
    fn days_that_do_not_exist_are_none() {
        for text in ["", "20120231", "2012023", "20121301", "20120100", "00000000", "2012Jan01"] {
            assert_eq!(compact(text), None, "{text}");
        }
        for text in ["2015-02-29", "2015-2-01", "20150201", "2015-01-01x", "0000-01-01"] {
            assert_eq!(iso(text), None, "{text}");
        }
        assert_eq!(compact("20000229").as_deref(), Some("2000-02-29"));
        assert_eq!(compact("21000229"), None);
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,30}") {
            let _ = (Date::parse_compact(&text), Date::parse_iso(&text));
        }
    }
}
