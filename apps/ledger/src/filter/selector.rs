//! A question in the home's language, so that it goes through an index and not through everything.

use super::{Filter, Sign};
use domicile_sdk::prelude::*;
use domicile_sdk::serde_json::{Map, Value};

/// An operation may count for another day than that of its debit: a card that is debited later, or
/// a salary that the owner moved. So many days around keep the search within the index by date.
const MOVED_DAYS_MAX: i32 = 35;

pub fn of(filter: &Filter) -> Value {
    let mut all = Vec::new();
    if !filter.text().is_empty() {
        let holds = json!({ "$contains": filter.text() });
        let places = ["label", "originalBankLabel", "note", "metadata.counterparty"];
        all.push(json!({ "$or": places.map(|place| json!({ place: holds })) }));
    }
    if let Some(account) = filter.account() {
        all.push(json!({ "account": account }));
    }
    if let Some(tag) = filter.tag() {
        all.push(json!({ "tags": { "$all": [tag] } }));
    }
    all.extend(signed(filter.sign()));
    if filter.min().or(filter.max()).is_some() {
        all.push(sized(filter.min(), filter.max()));
    }
    if let Some(month) = filter.month() {
        let last = Date { month, day: month.days() };
        all.extend(within(Some(Date { month, day: 1 }), Some(last)));
    }
    if filter.from().or(filter.to()).is_some() {
        all.extend(within(filter.from(), filter.to()));
    }
    match all.len() {
        0 => Value::Object(Map::new()),
        1 => all.remove(0),
        _ => json!({ "$and": all }),
    }
}

fn signed(sign: Option<Sign>) -> Option<Value> {
    Some(match sign? {
        Sign::In => json!({ "amount": { "$gt": 0 } }),
        Sign::Out => json!({ "amount": { "$lt": 0 } }),
    })
}

/// Amounts of this size, with either sign.
fn sized(min: Option<f64>, max: Option<f64>) -> Value {
    let test = |least: Option<f64>, most: Option<f64>| {
        let bounds = [("$gte", least), ("$lte", most)];
        let bounds =
            bounds.into_iter().filter_map(|(name, at)| Some((name.to_owned(), at?.into())));
        json!({ "amount": Value::Object(bounds.collect()) })
    };
    let least = min.unwrap_or_default();
    json!({ "$or": [test(Some(least), max), test(max.map(|max| -max), Some(-least))] })
}

/// What may count for one of these days. Days are written so that they sort as texts do, and what
/// follows a day (a time) sorts behind it.
fn within(from: Option<Date>, to: Option<Date>) -> [Value; 2] {
    let test = |from: Option<Date>, to: Option<Date>| {
        let bounds = [("$gte", from), ("$lt", to.map(|day| day.plus(1)))];
        let bounds = bounds
            .into_iter()
            .filter_map(|(name, at)| Some((name.to_owned(), Value::from(at?.to_string()))));
        Value::Object(bounds.collect())
    };
    let exact = test(from, to);
    let moved = |days: i32| move |day: Date| day.plus(days);
    let around = test(from.map(moved(-MOVED_DAYS_MAX)), to.map(moved(MOVED_DAYS_MAX)));
    [
        json!({ "date": around }),
        json!({ "$or": [
            { "date": exact }, { "realisationDate": exact }, { "applicationDate": exact },
        ] }),
    ]
}
