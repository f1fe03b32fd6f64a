//! What a year came to. In: expenses and alerts. Out: sums by currency, and of each what payers
//! sent and owe. Never here: one currency added to another.

use std::collections::BTreeMap;

use reconcile::record::ExpenseRecord;
use reconcile::{Alert, Cents, State};

/// Payers that are drawn; the rest is not.
const PAYERS_MAX: usize = 8;
/// Currencies that are summed up; who writes bills chooses what stands there.
const CURRENCIES_MAX: usize = 4;

/// Sums of one currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    pub expenses: usize,
    pub spent: Cents,
    pub received: Cents,
    pub awaited: Cents,
    pub missing: Cents,
    /// By payer: received, awaited, missing.
    payers: BTreeMap<String, [Cents; 3]>,
}

impl Summary {
    /// Payers with what they sent, are to send, and never sent; those that owe most first.
    pub fn payers(&self) -> Vec<(&str, [Cents; 3])> {
        let some = self.payers.iter().filter(|(_, sums)| sums.iter().any(|sum| *sum != 0));
        let mut all: Vec<(&str, [Cents; 3])> =
            some.map(|(name, sums)| (name.as_str(), *sums)).collect();
        all.sort_by_key(|(_, [received, awaited, missing])| (-missing, -awaited, -received));
        all.truncate(PAYERS_MAX);
        all
    }
}

/// A summary for each currency, that with the most expenses first.
pub fn summarise<'a>(
    expenses: impl Iterator<Item = &'a ExpenseRecord>,
    alerts: impl Iterator<Item = &'a Alert>,
) -> Vec<(&'a str, Summary)> {
    let mut all = BTreeMap::<&str, Summary>::new();
    for record in expenses {
        let summary = all.entry(&record.expense.currency).or_default();
        summary.expenses += 1;
        add(&mut summary.spent, record.expense.spent);
        for share in &record.expense.shares {
            let [received, awaited, _] = summary.payers.entry(share.payer.clone()).or_default();
            add(&mut summary.received, share.received);
            add(received, share.received);
            if share.state == State::Awaited {
                let open = share.expected.saturating_sub(share.received).max(0);
                add(&mut summary.awaited, open);
                add(awaited, open);
            }
        }
    }
    for alert in alerts {
        let summary = all.entry(&alert.currency).or_default();
        add(&mut summary.missing, alert.missing);
        if !alert.payer.is_empty() {
            let [.., missing] = summary.payers.entry(alert.payer.clone()).or_default();
            add(missing, alert.missing);
        }
    }
    let mut all: Vec<(&str, Summary)> = all.into_iter().collect();
    all.sort_by_key(|(_, summary)| std::cmp::Reverse(summary.expenses));
    all.truncate(CURRENCIES_MAX);
    all
}

fn add(sum: &mut Cents, cents: Cents) {
    *sum = sum.saturating_add(cents);
}
