//! `/months/{yyyy-mm}`: what came in, what went out, and for what.

use super::part::{self, Place};
use crate::words::Words;
use domicile_sdk::locale::currency_sign;
use domicile_sdk::prelude::*;
use ledger::amount::Amount;
use ledger::category::Chooser;
use ledger::filter::Filter;
use ledger::listing::{self, Window};
use ledger::model::Account;
use ledger::summary::{GroupTotal, Summary, summarise};

/// Operations of one month.
const MONTH_MAX: usize = 3_000;

/// `/months`: the month of the form, or this one.
pub fn choose(c: &Context) -> Result {
    #[derive(Deserialize)]
    struct Choice {
        month: Option<String>,
    }
    let Choice { month } = c.query()?;
    let month = month.and_then(|text| Month::parse(&text)).unwrap_or(c.viewer.today.month);
    Ok(link(month).into())
}

pub fn show(c: &Context) -> Result {
    let month = Month::parse(c.param("month")?).ok_or(Error::NotFound)?;
    let (words, locale) = (Words(c.locale()), c.locale());
    let mut chooser = Chooser::read()?;
    let Window { operations, is_whole } = read(month, &part::accounts()?, &mut chooser)?;
    let summaries = summarise(&operations, &chooser, &c.viewer.currency);
    let is_last = month >= c.viewer.today.month;
    let content = view! {
        header.row {
            h1 { (title(locale, month)) }
            span.spacer {}
            nav.pager aria-label=(words.months()) {
                button go=(link(month.previous())) { (words.previous_month()) }
                @if !is_last { button go=(link(month.next())) { (words.next_month()) } }
            }
        }
        form.filters go="/months" {
            label.field {
                span { (words.choose_month()) }
                input type="month" name="month" value=(month.to_string());
            }
            button { (words.show()) }
        }
        @if summaries.is_empty() { p.empty { (words.nothing_in(locale.month(month))) } }
        @for (currency, summary) in &summaries {
            (section(c, month, currency, summary, summaries.len() > 1))
        }
        @if !is_whole { p.muted.small { (words.month_cut(MONTH_MAX as u64)) } }
        @if !summaries.is_empty() {
            p { a go=(Filter::month_of(month).link("/operations")) { (words.see_all()) } }
        }
    };
    Ok(part::page(c, Place::Months, &title(locale, month), content))
}

/// The month on the first page.
pub fn in_short(
    c: &Context,
    month: Month,
    accounts: &[Doc<Account>],
    chooser: &mut Chooser,
) -> Result<Option<View>> {
    let (words, locale) = (Words(c.locale()), c.locale());
    let Window { operations, .. } = read(month, accounts, chooser)?;
    let summaries = summarise(&operations, chooser, &c.viewer.currency);
    let Some((currency, summary)) = summaries.into_iter().next() else { return Ok(None) };
    Ok(Some(view! {
        section.card {
            h2 { (title(locale, month)) }
            div.row { @for figure in figures(c, &currency, &summary) { (figure) } }
            (chart(c, month, &currency, &summary))
            p { a go=(link(month)) { (words.see_month()) } }
        }
    }))
}

fn read(
    month: Month,
    accounts: &[Doc<Account>],
    chooser: &mut Chooser,
) -> Result<Window, DocsError> {
    let (first, last) = (Date { month, day: 1 }, Date { month, day: month.days() });
    listing::window(first, last, accounts, chooser, MONTH_MAX)
}

fn section(
    c: &Context,
    month: Month,
    currency: &str,
    summary: &Summary,
    is_one_of_many: bool,
) -> View {
    let words = Words(c.locale());
    view! {
        section.stack {
            @if is_one_of_many { h2 { (words.in_currency(currency)) } }
            div.grid { @for figure in figures(c, currency, summary) { div.card { (figure) } } }
            @if let Some(chart) = chart(c, month, currency, summary) { div.card { (chart) } }
            div.grid {
                (groups(c, month, words.expenses(), currency, &summary.expense_groups))
                (groups(c, month, words.income(), currency, &summary.income_groups))
            }
            @if summary.not_counted > 0 {
                p.muted.small { (words.not_counted(summary.not_counted as u64)) }
            }
        }
    }
}

fn figures(c: &Context, currency: &str, summary: &Summary) -> [View; 3] {
    let words = Words(c.locale());
    [
        part::figure(c, words.income(), summary.income, currency),
        part::figure(c, words.expenses(), -summary.expenses, currency),
        part::figure(c, words.net(), summary.net(), currency),
    ]
}

/// Expenses by group; none without expenses.
fn chart(c: &Context, month: Month, currency: &str, summary: &Summary) -> Option<Chart> {
    let (words, locale) = (Words(c.locale()), c.locale());
    let spent = || summary.expense_groups.iter().filter(|t| t.amount > Amount::default());
    spent().next()?;
    let chart = Chart::donut(words.expenses_of(locale.month(month)))
        .unit(currency_sign(currency))
        .labels(spent().map(|total| total.group.name(locale)))
        .series(words.expenses(), spent().map(|total| total.amount.as_f64()));
    Some(chart)
}

fn groups(
    c: &Context,
    month: Month,
    title: &str,
    currency: &str,
    totals: &[GroupTotal],
) -> Option<View> {
    let locale = c.locale();
    let of = |id: &str| Filter::month_of(month).link("/operations").query("category", id);
    (!totals.is_empty()).then(|| {
        view! {
            section.card {
                h3 { (title) }
                ul.list {
                    @for total in totals {
                        li.item {
                            div.spacer {
                                p { a go=(of(total.group.id)) { (total.group.name(locale)) } }
                                (categories(c, total, currency, &of))
                            }
                            strong.amount { (total.amount.format(locale, currency)) }
                        }
                    }
                }
            }
        }
    })
}

/// The categories of a group, if they say more than the group.
fn categories(
    c: &Context,
    total: &GroupTotal,
    currency: &str,
    of: &dyn Fn(&str) -> Link,
) -> Option<View> {
    let locale = c.locale();
    let says_more = total.categories.iter().any(|(category, _)| !category.is_group());
    says_more.then(|| {
        view! {
            p.muted.small {
                @for (at, (category, amount)) in total.categories.iter().enumerate() {
                    @if at > 0 { " \u{b7} " }
                    @if category.is_group() { (category.name(locale)) }
                    @else { a go=(of(category.id)) { (category.name(locale)) } }
                    " " (amount.format(locale, currency))
                }
            }
        }
    })
}

/// `Novembre 2026`: French months are small only within a sentence.
fn title(locale: Locale, month: Month) -> String {
    let mut title = locale.month(month);
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    title
}

fn link(month: Month) -> Link {
    path("/months").segment(&month.to_string())
}
