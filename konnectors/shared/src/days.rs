//! Days in a row. In: days. Out: those between two, a list of them as people read it, the first day
//! that a run asks for. Never here: a clock or a time zone.

use std::iter::successors;

use domicile_sdk::Date;

use crate::Said;

/// From this day up to another, that one left out.
pub fn until(from: Date, end: Date) -> impl Iterator<Item = Date> {
    successors(Some(from), |day| Some(day.plus(1))).take_while(move |day| *day < end)
}

/// Where a run begins: at the mark of the one before, or so many days back.
pub fn since(mark: Option<&str>, today: Date, back: i32) -> Date {
    mark.and_then(Date::parse).unwrap_or(today.plus(-back))
}

/// `days are missing: 2026-11-03 to 2026-11-05`; of no days, nothing.
pub fn told(days: &[Date], en: &str, fr: &str) -> Option<Said> {
    let en = format!("{en}: {}", ranges(days, "to"));
    let said = Said { en, fr: format!("{fr} : {}", ranges(days, "au")) };
    Some(said).filter(|_| !days.is_empty())
}

/// `2026-11-03 to 2026-11-05, 2026-11-09`, of days in their order.
pub fn ranges(days: &[Date], to: &str) -> String {
    let mut ranges: Vec<(Date, Date)> = Vec::new();
    for day in days {
        match ranges.last_mut() {
            Some((_, last)) if last.plus(1) == *day => *last = *day,
            _ => ranges.push((*day, *day)),
        }
    }
    let shown = |(first, last): (Date, Date)| match first == last {
        true => first.to_string(),
        false => format!("{first} {to} {last}"),
    };
    ranges.into_iter().map(shown).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_one_range() {
        let day = |text: &str| Date::parse(text).unwrap();
        let mut days: Vec<Date> = until(day("2026-10-30"), day("2026-11-02")).collect();
        days.push(day("2026-11-09"));
        assert_eq!(ranges(&days, "to"), "2026-10-30 to 2026-11-01, 2026-11-09");
        assert_eq!(ranges(&[], "to"), "");
        assert_eq!(told(&[], "missing", "manquent"), None);
        assert_eq!(told(&days[..1], "missing", "manquent").unwrap().fr, "manquent : 2026-10-30");
        assert_eq!(since(Some("2026-11-02"), day("2026-11-09"), 30), day("2026-11-02"));
        assert_eq!(since(None, day("2026-11-09"), 10), day("2026-10-30"));
        let (first, last) = (day("1999-12-31"), day("2010-12-12"));
        assert_eq!((until(first, last).count(), first.plus(3_999)), (3_999, last));
        assert_eq!((last.plus(-3_999), day("2024-02-28").plus(2)), (first, day("2024-03-01")));
    }
}
