//! What the current accounts come to by the end of the month, each currency for itself.

use super::Recurrence;
use crate::account::Kind;
use crate::amount::Amount;
use crate::model::Account;
use domicile_sdk::prelude::*;
use std::collections::BTreeMap;

/// One currency.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    pub now: Amount,
    pub to_come: Amount,
    /// Not more than nothing.
    pub to_go: Amount,
}

impl Forecast {
    pub fn then(&self) -> Amount {
        self.now + self.to_come + self.to_go
    }
}

/// By currency: the balances of current accounts, and what is expected on them by the end of the
/// month.
pub fn forecast(
    accounts: &[Doc<Account>],
    expected: &[Recurrence],
    viewer: &Viewer,
) -> BTreeMap<String, Forecast> {
    let mut all: BTreeMap<String, Forecast> = BTreeMap::new();
    let current = accounts.iter().filter(|account| Kind::of(&account.value) == Kind::Current);
    for account in current.clone() {
        if let Some(balance) = account.value.balance() {
            let currency = account.value.currency(&viewer.currency);
            all.entry(currency.to_owned()).or_default().now += balance;
        }
    }
    let last = Date { month: viewer.today.month, day: viewer.today.month.days() };
    for next in expected.iter().filter(|next| next.next <= last) {
        let is_on_it = current.clone().any(|account| account.id == next.account);
        if let Some(sums) = all.get_mut(&next.currency).filter(|_| is_on_it) {
            *(if next.amount.is_negative() { &mut sums.to_go } else { &mut sums.to_come }) +=
                next.amount;
        }
    }
    all
}
