//! `/trends`: a year, month by month: what there was on the accounts, what came and went, and one
//! category. Of an earlier year only its own operations are read, so what there was on the accounts
//! is not known: for that, all that was booked since would be needed.

use super::part::{self, Place};
use crate::words::Words;
use domicile_sdk::locale::currency_sign;
use domicile_sdk::prelude::*;
use ledger::account::worth;
use ledger::amount::Amount;
use ledger::category::{CATEGORIES, Category, Chooser, Side, find};
use ledger::listing::{self, Window};
use ledger::model::Operation;
use std::collections::BTreeMap;

/// Months that are shown.
const MONTHS: usize = 12;
/// Operations that are read for them.
const OPERATIONS_MAX: usize = 8_000;

/// What came and what went in each month, and what went (or came) for the category asked for.
#[derive(Default)]
struct Sums {
    income: BTreeMap<Month, Amount>,
    expenses: BTreeMap<Month, Amount>,
    category: BTreeMap<Month, Amount>,
}

pub fn show(c: &Context) -> Result {
    #[derive(Deserialize)]
    struct Query {
        category: Option<String>,
        until: Option<String>,
    }
    let Query { category, until } = c.query()?;
    let category = category.and_then(|id| find(&id));
    let this_month = c.viewer.today.month;
    let until = until.and_then(|text| Month::parse(&text)).unwrap_or(this_month).min(this_month);
    let words = Words(c.locale());
    let accounts = part::accounts()?;
    let mut chooser = Chooser::read()?;
    let first = months_back(until, MONTHS - 1);
    let start = Date { month: first, day: 1 };
    let Window { operations, is_whole } = if until == this_month {
        listing::debited_since(start, &accounts, &mut chooser, OPERATIONS_MAX)?
    } else {
        let end = Date { month: until, day: until.days() };
        listing::window(start, end, &accounts, &mut chooser, OPERATIONS_MAX)?
    };
    // A month of which only the end was read would be too small.
    let first = match operations.last().and_then(|doc| Date::parse(&doc.value.date)) {
        Some(day) if !is_whole => day.month.next().max(first),
        _ => first,
    };
    let months = months_from(first, until);
    let ends = months.iter().map(|month| Date { month: *month, day: month.days() });
    let ends: Vec<Date> = ends.map(|day| day.min(c.viewer.today)).collect();
    let worth = match until == this_month {
        true => worth(&accounts, &operations, &ends, &c.viewer),
        false => BTreeMap::new(),
    };
    let sums = add(c, &operations, &chooser, category);
    let content = view! {
        (header(c, until, category))
        @if worth.is_empty() && sums.is_empty() { p.empty { (words.nothing_yet()) } }
        @for (currency, values) in &worth {
            div.card { (worth_of(c, &months, currency, values)) }
        }
        @for (currency, sums) in &sums {
            div.card { (balance_of(c, &months, currency, sums)) }
        }
        (choose(c, until, category))
        @if let Some(category) = category {
            @for (currency, sums) in &sums {
                div.card { (category_of(c, &months, currency, sums, category)) }
            }
        }
        @if !is_whole { p.muted.small { (words.year_cut(OPERATIONS_MAX as u64)) } }
    };
    Ok(part::page(c, Place::Trends, words.trends(), content))
}

/// The way to the years before and after.
fn header(c: &Context, until: Month, category: Option<&Category>) -> View {
    let (words, this_month) = (Words(c.locale()), c.viewer.today.month);
    let to = |month: Month| {
        let link = path("/trends").query_option("category", category.map(|category| category.id));
        link.query("until", month.to_string())
    };
    let after = (0..MONTHS).fold(until, |month, _| month.next());
    view! {
        header.row {
            h1 { (words.trends()) }
            span.spacer {}
            nav.pager aria-label=(words.trends()) {
                button go=(to(months_back(until, MONTHS))) { (words.year_before()) }
                @if until < this_month {
                    button go=(to(after.min(this_month))) { (words.year_after()) }
                }
            }
        }
    }
}

fn add(
    c: &Context,
    operations: &[Doc<Operation>],
    chooser: &Chooser,
    wanted: Option<&Category>,
) -> BTreeMap<String, Sums> {
    let mut all: BTreeMap<String, Sums> = BTreeMap::new();
    for doc in operations {
        let Some(day) = doc.value.day() else { continue };
        let currency = doc.value.currency(&c.viewer.currency);
        let sums = all.entry(currency.to_owned()).or_default();
        for (category, amount) in chooser.shares(doc) {
            let Some((side, amount)) = category.counted(amount) else { continue };
            let of_side = if side == Side::Income { &mut sums.income } else { &mut sums.expenses };
            *of_side.entry(day.month).or_default() += amount;
            if wanted.is_some_and(|wanted| category.is_within(wanted)) {
                *sums.category.entry(day.month).or_default() += amount;
            }
        }
    }
    all
}

fn worth_of(c: &Context, months: &[Month], currency: &str, values: &[Amount]) -> Chart {
    let words = Words(c.locale());
    Chart::line(words.net_worth_in(currency))
        .unit(currency_sign(currency))
        .labels(names(c, months))
        .series(words.balance(), values.iter().map(|value| value.as_f64()))
}

fn balance_of(c: &Context, months: &[Month], currency: &str, sums: &Sums) -> Chart {
    let words = Words(c.locale());
    Chart::bar(words.income_and_expenses_in(currency))
        .unit(currency_sign(currency))
        .labels(names(c, months))
        .series(words.income(), values(months, &sums.income))
        .series(words.expenses(), values(months, &sums.expenses))
}

fn category_of(
    c: &Context,
    months: &[Month],
    currency: &str,
    sums: &Sums,
    category: &Category,
) -> Chart {
    let name = category.full_name(c.locale());
    Chart::bar(Words(c.locale()).category_in(&name, currency))
        .unit(currency_sign(currency))
        .labels(names(c, months))
        .series(name, values(months, &sums.category))
}

fn choose(c: &Context, until: Month, chosen: Option<&Category>) -> View {
    let words = Words(c.locale());
    view! {
        form.filters go="/trends" {
            input type="hidden" name="until" value=(until.to_string());
            label.field {
                span { (words.category()) }
                select name="category" {
                    option value="" { "\u{2013}" }
                    @for category in &CATEGORIES {
                        @if category.counts() {
                            option value=(category.id) selected[chosen == Some(category)] {
                                (category.full_name(c.locale()))
                            }
                        }
                    }
                }
            }
            button { (words.show()) }
        }
    }
}

fn names(c: &Context, months: &[Month]) -> Vec<String> {
    months.iter().map(|month| c.locale().short_month(*month)).collect()
}

fn values(months: &[Month], sums: &BTreeMap<Month, Amount>) -> Vec<f64> {
    months.iter().map(|month| sums.get(month).copied().unwrap_or_default().as_f64()).collect()
}

fn months_back(month: Month, count: usize) -> Month {
    (0..count).fold(month, |month, _| month.previous())
}

fn months_from(first: Month, last: Month) -> Vec<Month> {
    let months = std::iter::successors(Some(first), |month| Some(month.next()));
    months.take_while(|month| *month <= last).take(MONTHS).collect()
}
