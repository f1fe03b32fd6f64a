//! Where an operation is looked for. In: a bill's day and amount, and what its connector wants.
//! Out: days and amounts. Never here: a window that foreign numbers make wider than its named
//! limits.

use crate::books::{Cents, Criteria};
use crate::day::Day;

/// Days before and after a bill; to the Friday before and the Monday after.
const BEFORE: i32 = 15;
const AFTER: i32 = 29;
/// What a connector may ask for.
const DELTA_DAYS_MAX: i32 = 366;
const DELTA_CENTS_MAX: Cents = 10_000;
/// Cents that rounding may cost.
pub const ROUNDING_MAX: Cents = 5;

/// Days and amounts, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub day: Day,
    pub from: Day,
    pub until: Day,
    /// Never negative.
    pub cents: Cents,
    pub less: Cents,
    pub more: Cents,
    /// Did a connector choose the days? Then nothing is to be guessed from how many there are.
    pub is_chosen: bool,
}

impl Window {
    pub fn new(day: Day, cents: Cents, criteria: &[&Criteria]) -> Window {
        let widest = |days: fn(&Criteria) -> Option<i32>| {
            let wanted = criteria.iter().filter_map(|one| days(one)).max();
            wanted.map(|days| days.clamp(0, DELTA_DAYS_MAX))
        };
        let slack = |cents: fn(&Criteria) -> Option<Cents>| {
            let wanted = criteria.iter().filter_map(|one| cents(one)).max();
            wanted.map_or(0, |cents| cents.clamp(0, DELTA_CENTS_MAX))
        };
        let (before, after) =
            (widest(|one| one.date_lower_delta), widest(|one| one.date_upper_delta));
        Window {
            day,
            from: day.plus(-before.unwrap_or(BEFORE)).or_friday(),
            until: day.plus(after.unwrap_or(AFTER)).or_monday(),
            cents,
            less: slack(|one| one.amount_lower_delta),
            more: slack(|one| one.amount_upper_delta),
            is_chosen: before.is_some() || after.is_some(),
        }
    }

    pub fn has_day(&self, day: Day) -> bool {
        (self.from..=self.until).contains(&day)
    }

    /// Is an amount, without its sign, within what the connector allows?
    pub fn has_cents(&self, cents: Cents) -> bool {
        (self.cents - self.less..=self.cents + self.more).contains(&cents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_ends_on_working_days_and_within_limits() {
        let day = Day::parse("2026-11-23").expect("a day");
        let plain = Window::new(day, 100, &[]);
        // 15 days before is a Sunday, 29 days after a Tuesday.
        assert_eq!(
            (plain.from.to_string(), plain.until.to_string()),
            ("2026-11-06".into(), "2026-12-22".into())
        );
        let wild = Criteria {
            date_lower_delta: Some(i32::MAX),
            date_upper_delta: Some(-5),
            amount_lower_delta: Some(i64::MAX / 4),
            ..Criteria::default()
        };
        let wild = Window::new(day, 100, &[&wild]);
        assert!(day.since(wild.from) <= DELTA_DAYS_MAX + 2);
        assert_eq!((wild.until, wild.less), (day, DELTA_CENTS_MAX));
    }
}
