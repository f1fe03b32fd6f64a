//! Five fields of a clock: minute, hour, day of the month, month, day of the week, where the owner
//! lives.
//!
//! A text flows in; out flow moments of a day and the days on which they come, or the column of
//! what is wrong. A time that never comes is an error, and so are two that lie too close.

use std::fmt;

use super::limits::SCHEDULE_MINUTES_MIN;

const MINUTES: usize = 0;
const HOURS: usize = 1;
const DAYS: usize = 2;
const MONTHS: usize = 3;
const WEEKDAYS: usize = 4;

/// One field: how it is called, its lowest and highest number, and words for its numbers.
struct Field {
    name: &'static str,
    low: u32,
    high: u32,
    words: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field { name: "minute", low: 0, high: 59, words: &[] },
    Field { name: "hour", low: 0, high: 23, words: &[] },
    Field { name: "day of the month", low: 1, high: 31, words: &[] },
    Field {
        name: "month",
        low: 1,
        high: 12,
        words: &[
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ],
    },
    // 7 is Sunday too.
    Field {
        name: "day of the week",
        low: 0,
        high: 7,
        words: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
    },
];
/// The longest that each month gets.
const MONTH_DAYS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAY_MINUTES: u32 = 24 * 60;

/// What is wrong with a text, and in which column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CronError {
    column: usize,
    problem: String,
}

impl fmt::Display for CronError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.problem)
    }
}

/// When something runs. A bit for each number of each field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cron([u64; 5]);

impl Cron {
    /// Whether a text means to be one.
    pub(super) fn is_meant(text: &str) -> bool {
        text.starts_with(|first: char| first.is_ascii_digit() || first == '*')
    }

    /// Read `30 6 * * mon-fri`.
    pub(super) fn parse(text: &str) -> Result<Cron, CronError> {
        let fail = |column, problem: &str| Err(CronError { column, problem: problem.to_owned() });
        let mut parts = Vec::new();
        let mut at = 0;
        for part in text.split(' ') {
            if !part.is_empty() {
                parts.push((at, part));
            }
            at += part.len() + 1;
        }
        if parts.len() != FIELDS.len() {
            let column = parts.get(FIELDS.len()).map_or(text.len(), |(at, _)| *at) + 1;
            return fail(
                column,
                "there are five fields: minute, hour, day, month, day of the week",
            );
        }
        let mut sets = [0; 5];
        for ((set, field), (at, part)) in sets.iter_mut().zip(&FIELDS).zip(&parts) {
            *set = field.read(part, *at)?;
        }
        // Sunday has two numbers.
        if let Some(set) = sets.last_mut() {
            *set = (*set | (*set >> 7)) & 0x7f;
        }
        let cron = Cron(sets);
        if !cron.comes() {
            let (column, _) = parts.get(DAYS).copied().unwrap_or_default();
            return fail(column + 1, "no such day ever comes");
        }
        if cron.minutes_between() < SCHEDULE_MINUTES_MIN {
            let problem = format!("two runs lie at least {SCHEDULE_MINUTES_MIN} minutes apart");
            return Err(CronError { column: 1, problem });
        }
        Ok(cron)
    }

    fn has(&self, field: usize, number: u32) -> bool {
        self.0.get(field).is_some_and(|set| (set >> number) & 1 == 1)
    }

    fn numbers(&self, field: usize) -> impl Iterator<Item = u32> {
        let range = FIELDS.get(field).map_or(0..=0, |field| field.low..=field.high);
        range.filter(move |number| self.has(field, *number))
    }

    /// Whether a field is `*`.
    fn is_any(&self, field: usize) -> bool {
        let all = FIELDS.get(field).map_or(0, |field| field.high - field.low + 1);
        // Sunday counts once.
        let all = if field == WEEKDAYS { all - 1 } else { all };
        self.numbers(field).count() == all as usize
    }

    /// Days of the month on which it runs; none if the field says nothing.
    pub fn days(&self) -> Vec<u32> {
        self.said(DAYS)
    }

    /// Months in which it runs, from 1; none if the field says nothing.
    pub fn months(&self) -> Vec<u32> {
        self.said(MONTHS)
    }

    /// Days of the week on which it runs, Sunday being 0; none if the field says nothing.
    pub fn weekdays(&self) -> Vec<u32> {
        self.said(WEEKDAYS)
    }

    fn said(&self, field: usize) -> Vec<u32> {
        if self.is_any(field) { Vec::new() } else { self.numbers(field).collect() }
    }

    /// Whether it runs on a day. Where a day of the month and one of the week are said, either will
    /// do, as ever.
    pub fn falls_on(&self, month: u32, day: u32, weekday: u32) -> bool {
        let (by_day, by_week) = (self.has(DAYS, day), self.has(WEEKDAYS, weekday));
        let fits = match (self.is_any(DAYS), self.is_any(WEEKDAYS)) {
            (false, false) => by_day || by_week,
            _ => by_day && by_week,
        };
        self.has(MONTHS, month) && fits
    }

    /// When it runs on such a day: hours and minutes, in order.
    pub fn times(&self) -> impl Iterator<Item = (u32, u32)> {
        let hours = self.numbers(HOURS);
        hours.flat_map(move |hour| self.numbers(MINUTES).map(move |minute| (hour, minute)))
    }

    /// How far two runs lie apart at least.
    pub fn minutes_between(&self) -> u32 {
        let times: Vec<u32> = self.times().map(|(hour, minute)| hour * 60 + minute).collect();
        let around = times.first().map(|first| first + DAY_MINUTES);
        let next = times.iter().copied().skip(1).chain(around);
        let apart = times.iter().zip(next).map(|(one, next)| next.saturating_sub(*one));
        apart.min().unwrap_or(DAY_MINUTES)
    }

    fn comes(&self) -> bool {
        if !self.is_any(WEEKDAYS) {
            return true;
        }
        let of = |month: u32| MONTH_DAYS.get(month as usize - 1).copied().unwrap_or_default();
        self.numbers(MONTHS).any(|month| self.numbers(DAYS).any(|day| day <= of(month)))
    }
}

impl Field {
    /// The numbers of one field, which begins at `at` in the text.
    fn read(&self, text: &str, at: usize) -> Result<u64, CronError> {
        let (mut set, mut at) = (0, at);
        for part in text.split(',') {
            let (range, step) = match part.split_once('/') {
                Some((range, step)) => {
                    (range, Some(self.step(step).ok_or_else(|| self.wrong(at, part))?))
                }
                None => (part, None),
            };
            let (from, to) = match range.split_once('-') {
                _ if range == "*" => (self.low, self.high),
                Some((from, to)) => {
                    let from = self.number(from).ok_or_else(|| self.wrong(at, part))?;
                    (from, self.number(to).ok_or_else(|| self.wrong(at, part))?)
                }
                // A step goes through a range: what `5/10` means, nobody agrees on.
                None if step.is_some() => return Err(self.wrong(at, part)),
                None => {
                    let one = self.number(range).ok_or_else(|| self.wrong(at, part))?;
                    (one, one)
                }
            };
            if from > to {
                return Err(self.wrong(at, part));
            }
            let numbers = (from..=to).step_by(step.unwrap_or(1) as usize);
            set = numbers.fold(set, |set, number| set | (1 << number));
            at += part.len() + 1;
        }
        Ok(set)
    }

    fn number(&self, text: &str) -> Option<u32> {
        let lower = text.to_ascii_lowercase();
        if let Some(found) = self.words.iter().position(|word| *word == lower) {
            return Some(found as u32 + self.low);
        }
        let digits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let number = text.parse().ok().filter(|_| digits)?;
        (self.low..=self.high).contains(&number).then_some(number)
    }

    fn step(&self, text: &str) -> Option<u32> {
        let digits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        text.parse().ok().filter(|step| digits && (1..=self.high).contains(step))
    }

    fn wrong(&self, at: usize, part: &str) -> CronError {
        let Field { name, low, high, .. } = self;
        let part: String = part.chars().take(20).collect();
        let problem = format!(
            "`{part}` is no {name}; write {low} to {high}, `*`, `{low}-{high}`, `*/5` or several \
             with commas between them"
        );
        CronError { column: at + 1, problem }
    }
}

/// As few signs as say it: the same times have one text.
impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for field in 0..FIELDS.len() {
            if field > 0 {
                f.write_str(" ")?;
            }
            if self.is_any(field) {
                f.write_str("*")?;
                continue;
            }
            let mut numbers = self.numbers(field).peekable();
            let mut separator = "";
            while let Some(from) = numbers.next() {
                let mut to = from;
                while let Some(next) = numbers.next_if_eq(&(to + 1)) {
                    to = next;
                }
                write!(f, "{separator}{from}")?;
                if to > from {
                    write!(f, "-{to}")?;
                }
                separator = ",";
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_same_times_have_one_text() {
        for (text, canonical) in [
            ("30 6 * * mon-fri", "30 6 * * 1-5"),
            ("*/15 8-18/2 * * *", "0,15,30,45 8,10,12,14,16,18 * * *"),
            ("0 0 1,15 JAN,jul *", "0 0 1,15 1,7 *"),
            ("0  5 1-31 1-12 0-7", "0 5 * * *"),
            ("0 5 * * 7", "0 5 * * 0"),
            ("0 5 * * fri-7", "0 5 * * 0,5-6"),
            ("59 23 29 2 *", "59 23 29 2 *"),
        ] {
            let cron = Cron::parse(text).unwrap();
            assert_eq!(cron.to_string(), canonical, "{text}");
            assert_eq!(Cron::parse(canonical), Ok(cron));
        }
    }

    #[test]
    fn days_of_the_month_and_of_the_week_are_either() {
        let cron = Cron::parse("0 0 13 * fri").unwrap();
        assert!(cron.falls_on(1, 13, 1) && cron.falls_on(1, 2, 5) && !cron.falls_on(1, 2, 1));
        let cron = Cron::parse("0 0 * 3 fri").unwrap();
        assert!(cron.falls_on(3, 2, 5) && !cron.falls_on(3, 2, 1) && !cron.falls_on(4, 2, 5));
    }

    #[test]
    fn what_is_wrong_has_a_column() {
        for (text, sentence) in [
            ("0 5 * *", "column 8: there are five fields"),
            ("0 5 * * * 2026", "column 11: there are five fields"),
            ("60 5 * * *", "column 1: `60` is no minute; write 0 to 59"),
            ("0 24 * * *", "column 3: `24` is no hour; write 0 to 23"),
            ("0 5 0 * *", "column 5: `0` is no day of the month"),
            ("0 5 1,2,32 * *", "column 9: `32` is no day"),
            ("0 5 * foo *", "column 7: `foo` is no month"),
            ("0 5 * * 8", "column 9: `8` is no day of the week"),
            ("0 5 * * 5-1", "column 9: `5-1`"),
            ("5/10 5 * * *", "column 1: `5/10`"),
            ("*/0 5 * * *", "column 1: `*/0`"),
            ("+5 5 * * *", "column 1: `+5`"),
            ("0,,5 5 * * *", "column 3: ``"),
            ("0 5 30 2 *", "column 5: no such day ever comes"),
            ("* 5 * * *", "at least 5 minutes apart"),
            ("0,58 * * * *", "at least 5 minutes apart"),
        ] {
            let error = Cron::parse(text).unwrap_err().to_string();
            assert!(error.contains(sentence), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_read_in_two_ways(text in "[0-9*/, a-z-]{0,30}") {
            if let Ok(cron) = Cron::parse(&text) {
                prop_assert_eq!(Cron::parse(&cron.to_string()), Ok(cron));
                prop_assert!(cron.minutes_between() >= SCHEDULE_MINUTES_MIN);
            }
        }
    }
}
