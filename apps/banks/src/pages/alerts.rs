//! What the first page warns of: accounts that are low, operations that are large.

use super::part;
use crate::words::Words;
use domicile_sdk::prelude::*;
use ledger::alert;
use ledger::model::Account;
use ledger::plan::Settings;

/// Operations that are shown.
const LARGE_MAX: usize = 5;

pub fn show(c: &Context, accounts: &[Doc<Account>]) -> Result<Option<View>> {
    let words = Words(c.locale());
    let settings = Settings::read()?;
    let low = alert::low(accounts, &settings);
    let large = alert::large(&settings, c.viewer.today, LARGE_MAX)?;
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
