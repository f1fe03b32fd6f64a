//! Days as people write them, in an order that only a whole file tells. In: all dates of a file.
//! Out: the order in which every one of them is a day, and the days. Never here: an order that one
//! date contradicts.

use crate::Date;

/// The longest text that may be a date, in bytes.
const DATE_BYTES_MAX: usize = 40;

/// Beginnings of months' names, French then English, without marks.
const MONTHS: [(&str, u8); 21] = [
    ("janv", 1),
    ("fev", 2),
    ("mars", 3),
    ("avr", 4),
    ("mai", 5),
    ("juin", 6),
    ("juil", 7),
    ("aou", 8),
    ("sept", 9),
    ("oct", 10),
    ("nov", 11),
    ("dec", 12),
    ("jan", 1),
    ("feb", 2),
    ("mar", 3),
    ("apr", 4),
    ("may", 5),
    ("jun", 6),
    ("jul", 7),
    ("aug", 8),
    ("sep", 9),
];

/// Which number comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    DayFirst,
    MonthFirst,
    YearFirst,
}

impl Order {
    pub const ALL: [Order; 3] = [Order::DayFirst, Order::MonthFirst, Order::YearFirst];
}

/// The order of a file with these dates, and whether they leave no other; what is no day in any
/// order says nothing. None if they contradict each other.
pub fn decide<'a>(dates: impl Iterator<Item = &'a str> + Clone) -> Option<(Order, bool)> {
    let days = || dates.clone().map(|date| Order::ALL.map(|order| parse(date, order)));
    let days = || days().filter(|day| day.iter().any(Option::is_some));
    let fits = |at: &usize| days().all(|day| day.get(*at).is_some_and(Option::is_some));
    let possible: Vec<usize> = (0..Order::ALL.len()).filter(fits).collect();
    let first = *possible.first()?;
    let same = |at: &usize| days().all(|day| day.get(*at) == day.get(first));
    Some((*Order::ALL.get(first)?, possible.iter().all(same)))
}

/// The day that a text names in that order; a time after it is passed over.
pub fn parse(text: &str, order: Order) -> Option<Date> {
    let text = text.get(..DATE_BYTES_MAX).map_or(text, |_| "").trim();
    let date = match text.split_once(['T', ' ']) {
        Some((date, time)) if time.contains(':') && date.bytes().any(|b| b.is_ascii_digit()) => {
            date_before_time(text).unwrap_or(date)
        }
        _ => text,
    };
    let parts: Vec<&str> =
        date.split([' ', '/', '-', '.', '\'', '\u{a0}']).filter(|part| !part.is_empty()).collect();
    match (parts.as_slice(), order) {
        ([whole], Order::DayFirst) => compact(whole, [(0, 2), (2, 4), (4, 8)]),
        ([whole], Order::MonthFirst) => compact(whole, [(2, 4), (0, 2), (4, 8)]),
        ([whole], Order::YearFirst) => compact(whole, [(6, 8), (4, 6), (0, 4)]),
        ([day, month, year], Order::DayFirst) => of(day, month, year),
        ([month, day, year], Order::MonthFirst) => of(day, month, year),
        ([year, month, day], Order::YearFirst) if year.len() == 4 => of(day, month, year),
        _ => None,
    }
}

/// What stands before the last blank or `T` that a time follows.
fn date_before_time(text: &str) -> Option<&str> {
    let colon = text.find(':')?;
    let before = text.get(..colon)?;
    before.rfind(['T', ' ']).and_then(|at| before.get(..at))
}

fn compact(text: &str, [day, month, year]: [(usize, usize); 3]) -> Option<Date> {
    let part = |(from, to): (usize, usize)| text.get(from..to);
    (text.len() == 8).then(|| of(part(day)?, part(month)?, part(year)?))?
}

fn of(day: &str, month: &str, year: &str) -> Option<Date> {
    let number = |text: &str| -> Option<u16> {
        let digits = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse().ok())?
    };
    let day = u8::try_from(number(day).filter(|_| day.len() <= 2)?).ok()?;
    let month = match number(month) {
        Some(number) if month.len() <= 2 => u8::try_from(number).ok()?,
        Some(_) => return None,
        None => named(month)?,
    };
    match year.len() {
        2 => Date::of_century(number(year)?, month, day),
        4 => Date::new(number(year)?, month, day),
        _ => None,
    }
}

/// `mars`, `Aug.`
fn named(month: &str) -> Option<u8> {
    let plain = crate::text::plain(month);
    MONTHS.iter().find(|(name, _)| plain.starts_with(name)).map(|(_, number)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str, order: Order) -> String {
        parse(text, order).map(|date| date.to_string()).unwrap_or_default()
    }

    #[test]
    fn days_are_read_in_the_order_of_their_file() {
        for text in [
            "31/01/2026",
            "31.01.26",
            "31-1-2026",
            "31/ 1'26",
            "31012026",
            "31 janv. 2026",
            "31-Jan-26",
            "31/01/2026 12:30:00",
            "31 janvier 2026 12:30",
        ] {
            assert_eq!(day(text, Order::DayFirst), "2026-01-31", "{text}");
        }
        assert_eq!(day("1/31/2026", Order::MonthFirst), "2026-01-31");
        assert_eq!(day("1/31/2026", Order::DayFirst), "");
        for text in ["2026-01-31", "20260131", "2026/01/31T10:00:00Z"] {
            assert_eq!(day(text, Order::YearFirst), "2026-01-31", "{text}");
        }
        assert_eq!(day("1 f\u{e9}vrier 2026", Order::DayFirst), "2026-02-01");
        for text in ["", "31/02/2026", "1/2/3", "1/2", "12:30", "31//2026", "2026", "-12,50"] {
            assert_eq!(day(text, Order::DayFirst), "", "{text}");
        }
    }

    #[test]
    fn one_date_decides_for_all() {
        let of = |dates: &[&'static str]| decide(dates.iter().copied());
        assert_eq!(of(&["01/02/2026", "13/02/2026"]), Some((Order::DayFirst, true)));
        assert_eq!(of(&["01/02/2026", "02/13/2026", "x"]), Some((Order::MonthFirst, true)));
        assert_eq!(of(&["01/02/2026"]), Some((Order::DayFirst, false)));
        assert_eq!(of(&["02/02/2026"]), Some((Order::DayFirst, true)));
        assert_eq!(of(&["2026-02-01"]), Some((Order::YearFirst, true)));
        assert_eq!(of(&["13/02/2026", "02/13/2026"]), None);
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,50}", order in prop::sample::select(&Order::ALL[..])) {
            let _ = parse(&text, order);
        }
    }
}
