//! `/budgets`: what a month may cost, what it did so far, and when to be warned.

use super::part::{self, Place};
use super::plan;
use crate::words::Words;
use domicile_sdk::form::parse_number;
use domicile_sdk::prelude::*;
use ledger::amount::Amount;
use ledger::category::{CATEGORIES, Chooser, find};
use ledger::model::Operation;
use ledger::plan::{Alert, Budget, Recurrence, Settings, recurrences};

/// From here on a budget is nearly used.
const NEARLY: f64 = 0.8;

pub fn show(c: &Context) -> Result {
    let words = Words(c.locale());
    let settings = Settings::read()?;
    let accounts = part::accounts()?;
    let mut chooser = Chooser::read()?;
    let (month, last) = (c.viewer.today.month, c.viewer.today.month.days());
    let recent = plan::recent(c, &accounts, &mut chooser)?;
    let expected = recurrences(&recent, &chooser, &c.viewer);
    let is_this_month =
        |doc: &&Doc<Operation>| doc.value.day().is_some_and(|day| day.month == month);
    let spent: Vec<&Doc<Operation>> = recent.iter().filter(is_this_month).collect();
    let due = |next: &&Recurrence| next.next <= Date { month, day: last };
    let due: Vec<&Recurrence> = expected.iter().filter(due).collect();
    let content = view! {
        h1 { (words.budgets_of(c.locale().month(month))) }
        section.card {
            @if settings.budgets.is_empty() { p.empty { (words.no_budget()) } }
            ul.list {
                @for budget in &settings.budgets { (line(c, budget, &spent, &due, &chooser)) }
            }
        }
        (budget_form(c))
        (alert_form(c, &settings))
    };
    Ok(part::page(c, Place::Budgets, words.budgets(), content))
}

/// What went for a budget, and what is expected to go by the end of the month.
fn used(
    c: &Context,
    budget: &Budget,
    spent: &[&Doc<Operation>],
    due: &[&Recurrence],
    chooser: &Chooser,
) -> Option<(Amount, Amount)> {
    let (wanted, currency) = (budget.category()?, budget.currency(&c.viewer.currency));
    let so_far = budget.spent(spent.iter().copied(), chooser, &c.viewer.currency)?;
    let mut expected = Amount::default();
    for next in due.iter().filter(|next| next.currency == currency) {
        if next.category.is_within(wanted) {
            expected += -next.amount;
        }
    }
    Some((so_far, so_far + expected))
}

fn line(
    c: &Context,
    budget: &Budget,
    spent: &[&Doc<Operation>],
    due: &[&Recurrence],
    chooser: &Chooser,
) -> Option<View> {
    let (words, locale) = (Words(c.locale()), c.locale());
    let (so_far, by_then) = used(c, budget, spent, due, chooser)?;
    let (category, limit, currency) =
        (budget.category()?, budget.limit(), budget.currency(&c.viewer.currency));
    let (tone, state) = if so_far > limit {
        ("error", words.over_budget())
    } else if by_then > limit {
        ("warn", words.soon_over_budget())
    } else if so_far.as_f64() >= NEARLY * limit.as_f64() {
        ("warn", words.nearly_used())
    } else {
        ("ok", words.within_budget())
    };
    let money = |amount: Amount| amount.format(locale, currency);
    let name = category.full_name(locale);
    Some(view! {
        li.item {
            div.spacer {
                p { (&name) " " span.badge.(tone) { (state) } }
                progress aria-label=(&name) value=(so_far.decimal()) max=(limit.decimal()) {}
                p.muted.small { (words.expected_by_then(money(by_then))) }
            }
            span.amount { (words.of_limit(money(so_far), money(limit))) }
        }
    })
}

fn budget_form(c: &Context) -> View {
    let words = Words(c.locale());
    view! {
        section.card {
            h2 { (words.set_budget()) }
            form.filters post="/budgets" {
                label.field {
                    span { (words.category()) }
                    select name="category" required {
                        @for category in &CATEGORIES[1..] {
                            @if category.counts() {
                                option value=(category.id) { (category.full_name(c.locale())) }
                            }
                        }
                    }
                }
                label.field {
                    span { (words.a_month()) }
                    input type="text" name="limit" maxlength="20" placeholder="0";
                }
                label.field {
                    span { (words.currency()) }
                    input type="text" name="currency" value=(&c.viewer.currency) maxlength="3";
                }
                button.primary { (words.save()) }
            }
            p.muted.small { (words.set_budget_how()) }
        }
    }
}

fn alert_form(c: &Context, settings: &Settings) -> View {
    let words = Words(c.locale());
    let typed = |alert: &Alert| alert.bound().map(|bound| part::typed(c.locale(), bound));
    let fields = [
        ("below", words.warn_below(), typed(&settings.notifications.balance_lower)),
        ("above", words.warn_above(), typed(&settings.notifications.transaction_greater)),
    ];
    view! {
        section.card {
            h2 { (words.alerts()) }
            form.filters post="/alerts" {
                @for (name, label, value) in fields {
                    label.field {
                        span { (label) }
                        input type="text" name=(name) value=[value] maxlength="20";
                    }
                }
                button.primary { (words.save()) }
            }
            p.muted.small { (words.alerts_how()) }
        }
    }
}

/// Set a budget, or take it back.
pub fn save(c: &Context) -> Result {
    #[derive(Deserialize)]
    struct Form {
        category: String,
        limit: Option<f64>,
        currency: Option<String>,
    }
    let Form { category, limit, currency } = c.form()?;
    let words = Words(c.locale());
    let category = find(&category).filter(|found| found.id == category && found.counts());
    let category = category.ok_or_else(|| Error::Other(words.unknown_category().to_owned()))?;
    let currency = currency.unwrap_or_else(|| c.viewer.currency.clone()).trim().to_uppercase();
    if currency.len() != 3 || !currency.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return Err(Error::Other(words.unknown_currency().to_owned()));
    }
    let limit = Amount::new(limit.unwrap_or_default().abs());
    Settings::change(|settings| settings.set_budget(category, limit, &currency))?;
    Ok(Response::see("/budgets"))
}

/// Set the bounds of alerts.
pub fn save_alerts(c: &Context) -> Result {
    #[derive(Deserialize)]
    struct Form {
        below: Option<String>,
        above: Option<String>,
    }
    let Form { below, above } = c.form()?;
    let words = Words(c.locale());
    let bound = |typed: Option<String>| {
        let number = |text: String| {
            let odd = || Error::Other(words.not_an_amount(format!("\u{ab}{text}\u{bb}")));
            parse_number(&text).ok_or_else(odd)
        };
        typed.map(number).transpose().map(Alert::from)
    };
    let (below, above) = (bound(below)?, bound(above)?);
    Settings::change(|settings| {
        settings.notifications.balance_lower = below;
        settings.notifications.transaction_greater = above;
    })?;
    Ok(Response::see("/budgets"))
}
