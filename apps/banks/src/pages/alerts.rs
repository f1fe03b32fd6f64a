//! What the first page warns of: accounts that are low, operations that are large.

use super::part;
use crate::model::{Account, Operation};
use crate::plan::Settings;
use crate::words::Words;
use domicile_sdk::prelude::*;

/// How long an operation is news.
const DAYS: i32 = 30;
/// Operations that are shown.
const LARGE_MAX: usize = 5;

pub fn show(c: &Context, accounts: &[Doc<Account>]) -> Result<Option<View>> {
    let words = Words(c.locale());
    let notifications = Settings::read()?.notifications;
    let below = notifications.balance_lower.bound();
    let is_low = |doc: &&Doc<Account>| {
        let balance = doc.value.balance().map(|balance| balance.as_f64());
        below.zip(balance).is_some_and(|(below, balance)| balance < below)
    };
    let low: Vec<&Doc<Account>> = accounts.iter().filter(is_low).collect();
    let large = match notifications.transaction_greater.bound() {
        Some(bound) => large(c.viewer.today, bound.abs())?,
        None => Vec::new(),
    };
    Ok((!low.is_empty() || !large.is_empty()).then(|| {
        view! {
            section.card {
                h2 { (words.alerts()) }
                ul.list {
                    @for account in low {
                        li.item {
                            a.spacer go=(path("/operations").query("account", &account.id)) {
                                (words.is_low(part::named(&account.value, words)))
                            }
                            @if let Some(balance) = account.value.balance() {
                                (part::amount(c, balance,
                                    account.value.currency(&c.viewer.currency)))
                            }
                        }
                    }
                    @for doc in large {
                        li.item {
                            a.spacer go=(path("/operations").segment(&doc.id)) {
                                (words.is_large(doc.value.name(words.unnamed())))
                            }
                            (part::amount(c, doc.value.amount(),
                                doc.value.currency(&c.viewer.currency)))
                        }
                    }
                }
            }
        }
    }))
}

/// The newest that are at least so large.
fn large(today: Date, bound: f64) -> Result<Vec<Doc<Operation>>, DocsError> {
    let wanted = json!({
        "date": { "$gte": today.plus(-DAYS).to_string() },
        "$or": [{ "amount": { "$gte": bound } }, { "amount": { "$lte": -bound } }],
    });
    docs::find::<Operation>().filter(wanted).newest("date").all(LARGE_MAX)
}
