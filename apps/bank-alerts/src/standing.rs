//! What stands now. In: the owner's settings, accounts and operations. Out: alerts, each with the
//! key by which it is known again and with its words. Never here: a foreign name of any length.

use domicile_sdk::docs::{self, DocsError};
use domicile_sdk::{Locale, Viewer};
use ledger::alert;
use ledger::model::{Account, Operation};
use ledger::plan::Settings;

use crate::words::Words;

/// Accounts that are looked at; more is no household.
const ACCOUNTS_MAX: usize = 500;
/// Large operations of a month, the newest.
const LARGE_MAX: usize = 100;
/// Characters of a foreign name.
const NAME_CHARS_MAX: usize = 60;

/// Something to tell.
pub struct Standing {
    /// With its period, where it has one.
    pub key: String,
    pub title: String,
    pub text: String,
}

/// All that stands, what the owner planned for before what the bank did.
pub fn standing(settings: &Settings, viewer: &Viewer) -> Result<Vec<Standing>, DocsError> {
    let notifications = &settings.notifications;
    let bounds = [&notifications.balance_lower, &notifications.transaction_greater];
    if settings.budgets.is_empty() && bounds.iter().all(|alert| alert.bound().is_none()) {
        return Ok(Vec::new());
    }
    let accounts = docs::find::<Account>().all(ACCOUNTS_MAX)?;
    let mut all = exceeded(settings, &accounts, viewer)?;
    all.extend(low(settings, &accounts, viewer));
    all.extend(large(settings, viewer)?);
    Ok(all)
}

fn exceeded(
    settings: &Settings,
    accounts: &[docs::Doc<Account>],
    viewer: &Viewer,
) -> Result<Vec<Standing>, DocsError> {
    let (words, locale, month) = (Words(viewer.locale), viewer.locale, viewer.today.month);
    let each = alert::exceeded(settings, accounts, viewer)?.into_iter();
    Ok(each
        .filter_map(|(budget, spent)| {
            let (category, currency) = (budget.category()?, budget.currency(&viewer.currency));
            let (spent, limit) =
                (spent.format(locale, currency), budget.limit().format(locale, currency));
            Some(Standing {
                key: format!("budget {} {currency} {month}", category.id),
                title: words.exceeded(category.full_name(locale)),
                text: words.exceeded_how(spent, limit, locale.month(month)),
            })
        })
        .collect())
}

fn low(settings: &Settings, accounts: &[docs::Doc<Account>], viewer: &Viewer) -> Vec<Standing> {
    let (words, bound) = (Words(viewer.locale), settings.notifications.balance_lower.bound());
    let each = alert::low(accounts, settings).into_iter();
    each.filter_map(|doc| {
        let currency = doc.value.currency(&viewer.currency);
        let balance = doc.value.balance()?.format(viewer.locale, currency);
        let name = shown(doc.value.name(), words.account());
        Some(Standing {
            key: format!("low {}", doc.id),
            title: words.low(name, &balance),
            text: words.low_how(balance, money(viewer.locale, bound?, currency)),
        })
    })
    .collect()
}

fn large(settings: &Settings, viewer: &Viewer) -> Result<Vec<Standing>, DocsError> {
    let (words, locale) = (Words(viewer.locale), viewer.locale);
    let bound = settings.notifications.transaction_greater.bound().unwrap_or_default();
    let tell = |doc: docs::Doc<Operation>| {
        let currency = doc.value.currency(&viewer.currency);
        let day = doc.value.day().map(|day| locale.date(day)).unwrap_or_default();
        let name = shown(doc.value.name(""), words.operation());
        Standing {
            key: format!("large {}", doc.id),
            title: words.large(doc.value.amount().format(locale, currency)),
            text: words.large_how(name, day, money(locale, bound.abs(), currency)),
        }
    };
    let found = alert::large(settings, viewer.today, LARGE_MAX)?;
    Ok(found.into_iter().map(tell).collect())
}

fn money(locale: Locale, amount: f64, currency: &str) -> String {
    locale.money(amount, currency)
}

fn shown(name: &str, nameless: &str) -> String {
    let name = name.trim();
    let name = if name.is_empty() { nameless } else { name };
    name.chars().take(NAME_CHARS_MAX).collect()
}
