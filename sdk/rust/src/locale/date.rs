//! Days and months of the calendar, without clock and time zone.

use super::Locale;
use std::fmt;

/// A day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// The month that it is in.
    pub month: Month,
    /// 1 to 31.
    pub day: u8,
}

/// A month of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// 0 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
}

const MONTHS: [[&str; 12]; 2] = [
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
];

const SHORT_MONTHS: [[&str; 12]; 2] = [
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    [
        "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
        "déc.",
    ],
];

const WEEKDAYS: [[&str; 7]; 2] = [
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
];

impl Month {
    /// From `2026-11`; what follows is ignored, as in `2026-11-23T00:00:00Z`.
    pub fn parse(text: &str) -> Option<Self> {
        let year = digits(text.get(..4)?)?;
        let month = u8::try_from(digits(text.get(5..7)?)?).ok()?;
        let ends = matches!(text.as_bytes().get(7), None | Some(b'-'));
        (text.as_bytes()[4] == b'-' && ends && (1..=12).contains(&month))
            .then_some(Month { year, month })
    }

    /// The month after.
    pub fn next(self) -> Self {
        match self.month {
            12 => Month { year: self.year.saturating_add(1), month: 1 },
            month => Month { month: month + 1, ..self },
        }
    }

    /// The month before.
    pub fn previous(self) -> Self {
        match self.month {
            1 => Month { year: self.year.saturating_sub(1), month: 12 },
            month => Month { month: month - 1, ..self },
        }
    }

    /// 28 to 31.
    pub fn days(self) -> u8 {
        let leap = self.year.is_multiple_of(4)
            && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        match self.month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

impl Date {
    /// From `2026-11-23`; what follows is ignored, as in `2026-11-23T00:00:00Z`.
    pub fn parse(text: &str) -> Option<Self> {
        let month = Month::parse(text)?;
        let day = u8::try_from(digits(text.get(8..10)?)?).ok()?;
        let ends = !text.as_bytes().get(10).is_some_and(u8::is_ascii_digit);
        (text.as_bytes()[7] == b'-' && ends && (1..=month.days()).contains(&day))
            .then_some(Date { month, day })
    }

    /// So many days later, or before if less than none.
    pub fn plus(self, days: i32) -> Self {
        let (mut month, mut day) = (self.month, i32::from(self.day).saturating_add(days));
        while day < 1 {
            month = month.previous();
            day += i32::from(month.days());
        }
        while day > i32::from(month.days()) {
            day -= i32::from(month.days());
            month = month.next();
        }
        Date { month, day: day as u8 }
    }

    /// Days from `earlier` to this one; less than none if that is later.
    pub fn days_since(self, earlier: Date) -> i32 {
        self.number() - earlier.number()
    }

    /// Days since the beginning of a year 0 that starts in March, so that a leap day ends one.
    fn number(self) -> i32 {
        let is_late = self.month.month < 3;
        let year = i32::from(self.month.year) + 400 - i32::from(is_late);
        let month = i32::from(self.month.month) + if is_late { 9 } else { -3 };
        let leap_days = year / 4 - year / 100 + year / 400;
        365 * year + leap_days + (153 * month + 2) / 5 + i32::from(self.day)
    }

    /// 0 is Monday.
    pub fn weekday(self) -> usize {
        // Zeller, with January and February counted to the year before.
        let late = self.month.month < 3;
        let month = u32::from(self.month.month) + if late { 12 } else { 0 };
        let year = u32::from(self.month.year) + 400 - u32::from(late);
        let sum = u32::from(self.day) + 13 * (month + 1) / 5 + year + year / 4 + year / 400;
        ((sum + 5 + 6 * (year / 100)) % 7) as usize
    }
}

fn digits(text: &str) -> Option<u16> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}", self.month, self.day)
    }
}

impl Locale {
    /// `November 2026`, `novembre 2026`.
    pub fn month(self, month: Month) -> String {
        format!("{} {}", self.name(&MONTHS, month), month.year)
    }

    /// `Nov 2026`, `nov. 2026`.
    pub fn short_month(self, month: Month) -> String {
        format!("{} {}", self.name(&SHORT_MONTHS, month), month.year)
    }

    /// `23 November 2026`, `23 novembre 2026`, `1er mai 2026`.
    pub fn date(self, date: Date) -> String {
        format!("{} {}", self.day(date), self.month(date.month))
    }

    /// `23 Nov 2026`, `23 nov. 2026`.
    pub fn short_date(self, date: Date) -> String {
        format!("{} {}", self.day(date), self.short_month(date.month))
    }

    /// `Monday 23 November 2026`, `lundi 23 novembre 2026`.
    pub fn full_date(self, date: Date) -> String {
        let weekdays = &WEEKDAYS[self.pick(0, 1)];
        format!("{} {}", weekdays[date.weekday()], self.date(date))
    }

    fn day(self, date: Date) -> String {
        match (self, date.day) {
            (Locale::Fr, 1) => "1er".to_owned(),
            (_, day) => day.to_string(),
        }
    }

    fn name(self, table: &[[&'static str; 12]; 2], month: Month) -> &'static str {
        let at = usize::from(month.month).clamp(1, 12) - 1;
        table[self.pick(0, 1)][at]
    }
}
