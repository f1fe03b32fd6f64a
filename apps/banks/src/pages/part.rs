//! What several pages show.

use crate::words::Words;
use domicile_sdk::prelude::*;
use ledger::amount::Amount;
use ledger::category::Chooser;
use ledger::model::{Account, Operation};

/// Accounts that are looked at; more is no household.
const ACCOUNTS_MAX: usize = 500;

/// The places in the app.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Accounts,
    Operations,
    Months,
    Trends,
    Plan,
    Budgets,
}

/// A whole page: the way to the other pages, and its own content.
pub fn page(c: &Context, here: Place, title: &str, content: View) -> Response {
    let words = Words(c.locale());
    let places = [
        (Place::Accounts, "/", words.accounts()),
        (Place::Operations, "/operations", words.operations()),
        (Place::Months, "/months", words.months()),
        (Place::Trends, "/trends", words.trends()),
        (Place::Plan, "/plan", words.plan()),
        (Place::Budgets, "/budgets", words.budgets()),
    ];
    let view = view! {
        section.page {
            nav.toolbar aria-label=(words.pages()) {
                @for (place, to, name) in places {
                    button.quiet[place != here] go=(to)
                        aria-current=[(place == here).then_some("page")] { (name) }
                }
            }
            (content)
        }
    };
    Response::page(title, view)
}

/// All accounts, by name.
pub fn accounts() -> Result<Vec<Doc<Account>>, DocsError> {
    let mut accounts = docs::find::<Account>().all(ACCOUNTS_MAX)?;
    accounts.sort_by(|a, b| a.value.name().cmp(b.value.name()));
    Ok(accounts)
}

/// The name of the account with this id.
pub fn account_name<'a>(accounts: &'a [Doc<Account>], id: &str, words: Words) -> &'a str {
    let found = accounts.iter().find(|account| account.id == id);
    found.map_or(words.unknown_account(), |account| named(&account.value, words))
}

/// The name of an account.
pub fn named(account: &Account, words: Words) -> &str {
    Some(account.name()).filter(|name| !name.is_empty()).unwrap_or(words.unnamed_account())
}

/// An amount, in the colour of its sign.
pub fn amount(c: &Context, amount: Amount, currency: &str) -> View {
    let is_negative = amount.is_negative();
    view! {
        span.amount.negative[is_negative].positive[!is_negative && !amount.is_zero()] {
            (amount.format(c.locale(), currency))
        }
    }
}

/// A figure with its name.
pub fn figure(c: &Context, name: &str, value: Amount, currency: &str) -> View {
    view! {
        div.kpi {
            span.muted { (name) }
            strong.big { (amount(c, value, currency)) }
        }
    }
}

/// Operations as a list: what, when, for what, how much.
pub fn list(
    c: &Context,
    operations: &[Doc<Operation>],
    accounts: &[Doc<Account>],
    chooser: &Chooser,
) -> View {
    let (locale, words) = (c.locale(), Words(c.locale()));
    view! {
        ul.list {
            @for doc in operations {
                @let operation = &doc.value;
                @let parts = operation.parts().len();
                @let category = chooser.choose(doc).category;
                li.item {
                    div.spacer {
                        p {
                            a go=(path("/operations").segment(&doc.id)) {
                                (operation.name(words.unnamed()))
                            }
                        }
                        p.muted.small {
                            (day(operation, locale).as_deref().unwrap_or(words.no_date()))
                            " \u{b7} "
                            (account_name(accounts, &operation.account, words))
                            " "
                            @if parts > 0 { span.badge { (words.in_parts(parts as u64)) } }
                            @else {
                                span.badge.warn[category.id == "0"] { (category.name(locale)) }
                            }
                            @for tag in &operation.tags { " " span.badge.info { (tag) } }
                        }
                    }
                    (amount(c, operation.amount(), operation.currency(&c.viewer.currency)))
                }
            }
        }
    }
}

/// The day that an operation counts for.
pub fn day(operation: &Operation, locale: Locale) -> Option<String> {
    operation.day().map(|day| locale.short_date(day))
}

/// A number as its owner would type it.
pub fn typed(locale: Locale, number: f64) -> String {
    let decimals = if Amount::new(number) == Amount::new(number.trunc()) { 0 } else { 2 };
    let text = locale.number(number, decimals).replace('\u{2212}', "-");
    text.replace(',', locale.pick("", ",")).replace('\u{202f}', "")
}
