//! Days as numbers. In: texts of documents. Out: days since 1970, and their texts. Never here: an
//! hour of the day, a time zone.

use jiff::ToSpan;
use jiff::civil::Date;

/// Days since the first of January 1970.
pub type Day = i64;

const FIRST: Date = Date::constant(1970, 1, 1);
/// The 1st of January 1970 was a Thursday; Monday is 0.
const FIRST_WEEKDAY: i64 = 3;
const SATURDAY: i64 = 5;

/// The day as a date of the calendar.
pub fn date(day: Day) -> Date {
    FIRST.saturating_add(day.clamp(-700_000, 2_900_000).days())
}

/// `2026-03-12`.
pub fn written(day: Day) -> String {
    date(day).to_string()
}

/// `2026-03-12`, or the day of `2026-03-12T10:00:00Z`.
pub fn parse(text: &str) -> Option<Day> {
    Some(number(text.get(..10)?.parse().ok()?))
}

/// The day of a date.
pub fn number(date: Date) -> Day {
    (date - FIRST).get_days().into()
}

/// Whether banks are closed.
pub fn is_weekend(day: Day) -> bool {
    (day + FIRST_WEEKDAY).rem_euclid(7) >= SATURDAY
}

/// The day itself, or the Monday after a weekend.
pub fn open(day: Day) -> Day {
    match (day + FIRST_WEEKDAY).rem_euclid(7) {
        SATURDAY => day + 2,
        weekday if weekday > SATURDAY => day + 1,
        _ => day,
    }
}

/// The last day of its month.
pub fn month_end(day: Day) -> Day {
    number(date(day).last_of_month())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        let saturday = parse("2026-02-28T12:00:00.000Z").unwrap();
        assert_eq!(written(saturday), "2026-02-28");
        assert_eq!(written(open(saturday)), "2026-03-02");
        assert_eq!(written(open(saturday + 1)), "2026-03-02");
        assert_eq!(open(saturday + 2), saturday + 2);
        assert!(is_weekend(saturday) && is_weekend(saturday + 1) && !is_weekend(saturday + 2));
        assert_eq!(written(month_end(parse("2024-02-03").unwrap())), "2024-02-29");
        assert_eq!(parse("yesterday"), None);
    }
}
