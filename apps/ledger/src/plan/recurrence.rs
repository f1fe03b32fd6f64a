//! Operations that come again: the same words on the same account, about as long apart each time.
//!
//! In: operations of some months. Out: what comes again, with when and how much is next. Never:
//! what only moves between own accounts.

use crate::amount::Amount;
use crate::category::{Category, Chooser, telling_words};
use crate::model::Operation;
use domicile_sdk::prelude::*;
use std::collections::BTreeMap;

/// How far back they are looked for: twice the longest gap, and some days.
pub const HISTORY_DAYS: i32 = 200;
/// What is smaller is no plan of anybody's.
const AMOUNT_MIN: f64 = 5.0;
/// Operations of one kind, at least; so many of them are looked at.
const TIMES_MIN: usize = 3;
const TIMES_MAX: usize = 100;
/// Days between two, in the mean.
const GAP_MIN: f64 = 15.0;
const GAP_MAX: f64 = 90.0;
/// How far gaps may be from their middle, in the middle.
const DEVIATION_MAX: i32 = 5;
/// Days after which one that did not come is not waited for any more.
const LATE_MAX: i32 = 15;
/// The latest amounts, of which the middle is expected next.
const AMOUNTS: usize = 3;

/// Something that comes again.
#[derive(Debug, Clone)]
pub struct Recurrence {
    /// Of the latest.
    pub label: String,
    pub id: String,
    pub account: String,
    pub currency: String,
    pub category: &'static Category,
    pub times: usize,
    /// Days between two.
    pub gap: i32,
    /// When the next is expected; it may be late.
    pub next: Date,
    /// How much it will be.
    pub amount: Amount,
}

/// Account, currency, whether it leaves the account, words.
type Key<'a> = (&'a str, &'a str, bool, Vec<String>);

/// What comes again and is still going on, by the day of the next.
pub fn recurrences(
    operations: &[Doc<Operation>],
    chooser: &Chooser,
    viewer: &Viewer,
) -> Vec<Recurrence> {
    let mut alike: BTreeMap<Key, Vec<(Date, &Doc<Operation>)>> = BTreeMap::new();
    for doc in operations {
        let (operation, amount) = (&doc.value, doc.value.amount());
        let Some(day) = operation.day() else { continue };
        let words = telling_words(operation.name(""));
        if words.is_empty() || amount.as_f64().abs() <= AMOUNT_MIN || day > viewer.today {
            continue;
        }
        let currency = operation.currency(&viewer.currency);
        let key = (operation.account.as_str(), currency, amount.is_negative(), words);
        let group = alike.entry(key).or_default();
        if group.len() < TIMES_MAX {
            group.push((day, doc));
        }
    }
    let found = alike.into_iter().filter_map(|((account, currency, ..), mut group)| {
        group.sort_by_key(|(day, _)| *day);
        let (_, latest) = *group.last()?;
        let category = chooser.choose(latest).category;
        let days: Vec<Date> = group.iter().map(|(day, _)| *day).collect();
        let (gap, next) = rhythm(&days)?;
        let is_waited_for = viewer.today.days_since(next) <= LATE_MAX;
        let newest = group.iter().rev().take(AMOUNTS).map(|(_, doc)| doc.value.amount());
        let mut amounts: Vec<Amount> = newest.collect();
        amounts.sort_unstable();
        (is_waited_for && category.counts()).then(|| Recurrence {
            label: latest.value.name("").to_owned(),
            id: latest.id.clone(),
            account: account.to_owned(),
            currency: currency.to_owned(),
            category,
            times: group.len(),
            gap,
            next,
            amount: amounts.get(amounts.len() / 2).copied().unwrap_or_default(),
        })
    });
    let mut found: Vec<Recurrence> = found.collect();
    found.sort_by(|a, b| (a.next, &a.id).cmp(&(b.next, &b.id)));
    found
}

/// Days between two, and the day of the next, of days in order.
fn rhythm(days: &[Date]) -> Option<(i32, Date)> {
    let gaps: Vec<i32> = days.windows(2).map(|pair| pair[1].days_since(pair[0])).collect();
    let mean = f64::from(gaps.iter().sum::<i32>()) / gaps.len().max(1) as f64;
    if days.len() < TIMES_MIN || !(GAP_MIN..=GAP_MAX).contains(&mean) {
        return None;
    }
    let twice = twice_median(gaps.clone());
    let deviations = gaps.iter().map(|gap| (2 * gap - twice).abs()).collect();
    let gap = (twice + 1) / 2;
    let latest = *days.last()?;
    (twice_median(deviations) < 4 * DEVIATION_MAX).then(|| (gap, after(latest, gap)))
}

/// Twice the median, which is whole.
fn twice_median(mut values: Vec<i32>) -> i32 {
    values.sort_unstable();
    let at = |at: usize| values.get(at).copied().unwrap_or_default();
    at(values.len().saturating_sub(1) / 2) + at(values.len() / 2)
}

/// The next day: the same of the next month, for what comes each month.
fn after(latest: Date, gap: i32) -> Date {
    if (28..=31).contains(&gap) {
        let month = latest.month.next();
        return Date { month, day: latest.day.min(month.days()) };
    }
    latest.plus(gap)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domicile_sdk::testing::Home;

    fn booked(home: &Home, label: &str, amount: f64, days: &[&str]) {
        for day in days {
            let body = json!({"label": label, "amount": amount, "date": day, "account": "a"});
            home.put(Operation::DOCTYPE, body);
        }
    }

    fn found() -> Vec<Recurrence> {
        let all = docs::find::<Operation>().newest("date").all(999).expect("operations");
        recurrences(&all, &Chooser::default(), &Viewer::current())
    }

    #[test]
    fn what_comes_each_month_is_expected_on_its_day() {
        let home = Home::new();
        booked(&home, "PRLV LOYER 08", -800.0, &["2026-08-31"]);
        booked(&home, "PRLV LOYER 09", -810.0, &["2026-09-30", "2026-10-31"]);
        booked(&home, "PRLV LOYER 07", -780.0, &["2026-07-31"]);
        let all = found();
        assert_eq!(all.len(), 1);
        let rent = &all[0];
        assert_eq!((rent.times, rent.gap), (4, 31));
        assert_eq!(rent.next.to_string(), "2026-11-30");
        assert_eq!(rent.amount.as_f64(), -810.0, "the middle of the latest three");
        assert_eq!(rent.category.id, "401020");
    }

    #[test]
    fn quarters_and_fortnights_are_seen() {
        let home = Home::new();
        booked(&home, "EAU", -90.0, &["2026-06-01", "2026-08-30", "2026-11-20"]);
        booked(&home, "COURS", -20.0, &["2026-10-12", "2026-10-28", "2026-11-12"]);
        let gaps: Vec<_> = found().iter().map(|r| (r.label.clone(), r.next.to_string())).collect();
        let expected = [("COURS", "2026-11-28"), ("EAU", "2027-02-14")];
        assert_eq!(gaps, expected.map(|(label, next)| (label.to_owned(), next.to_owned())));
    }

    #[test]
    fn what_is_rare_small_weekly_irregular_or_over_is_none() {
        let home = Home::new();
        booked(&home, "TWICE", -20.0, &["2026-10-01", "2026-11-01"]);
        booked(&home, "SMALL", -5.0, &["2026-09-01", "2026-10-01", "2026-11-01"]);
        booked(&home, "WEEKLY", -20.0, &["2026-11-01", "2026-11-08", "2026-11-15"]);
        booked(
            &home,
            "NOW AND THEN",
            -20.0,
            &["2026-07-01", "2026-07-08", "2026-09-20", "2026-10-01", "2026-11-20"],
        );
        booked(&home, "OVER", -20.0, &["2026-07-01", "2026-08-01", "2026-09-01"]);
        booked(&home, "VIR INTERNE PEL", -50.0, &["2026-09-01", "2026-10-01", "2026-11-01"]);
        assert_eq!(found().len(), 0, "{:?}", found());
        booked(&home, "LATE", -20.0, &["2026-08-20", "2026-09-20", "2026-10-20"]);
        assert_eq!(found()[0].next.to_string(), "2026-11-20");
    }
}
