//! What the owner wants to be warned of: accounts that are low, operations that are large, budgets
//! that are exceeded. In: what they set, and what there is. Out: what is so now. Never here: an
//! operation that is no news any more; a warning that nobody asked for.

use crate::amount::Amount;
use crate::category::Chooser;
use crate::listing;
use crate::model::{Account, Operation};
use crate::plan::{Budget, Settings};
use domicile_sdk::prelude::*;

/// How long an operation is news.
const DAYS: i32 = 30;
/// Operations of one month.
const MONTH_MAX: usize = 3_000;

/// Accounts that are below the bound.
pub fn low<'a>(accounts: &'a [Doc<Account>], settings: &Settings) -> Vec<&'a Doc<Account>> {
    let below = settings.notifications.balance_lower.bound();
    let is_low = |doc: &&Doc<Account>| {
        let balance = doc.value.balance().map(Amount::as_f64);
        below.zip(balance).is_some_and(|(below, balance)| balance < below)
    };
    accounts.iter().filter(is_low).collect()
}

/// The newest operations that are at least as large as the bound, whether they came or went.
pub fn large(
    settings: &Settings,
    today: Date,
    most: usize,
) -> Result<Vec<Doc<Operation>>, DocsError> {
    let Some(bound) = settings.notifications.transaction_greater.bound().map(f64::abs) else {
        return Ok(Vec::new());
    };
    let wanted = json!({
        "date": { "$gte": today.plus(-DAYS).to_string() },
        "$or": [{ "amount": { "$gte": bound } }, { "amount": { "$lte": -bound } }],
    });
    docs::find::<Operation>().filter(wanted).newest("date").all(most)
}

/// Budgets that this month has exceeded, with what went for each.
pub fn exceeded<'a>(
    settings: &'a Settings,
    accounts: &[Doc<Account>],
    viewer: &Viewer,
) -> Result<Vec<(&'a Budget, Amount)>, DocsError> {
    if settings.budgets.is_empty() {
        return Ok(Vec::new());
    }
    let mut chooser = Chooser::read()?;
    let month = viewer.today.month;
    let (first, last) = (Date { month, day: 1 }, Date { month, day: month.days() });
    let month = listing::window(first, last, accounts, &mut chooser, MONTH_MAX)?.operations;
    let spent = |budget: &Budget| budget.spent(&month, &chooser, &viewer.currency);
    let each = settings.budgets.iter().filter_map(|budget| Some((budget, spent(budget)?)));
    Ok(each.filter(|(budget, spent)| *spent > budget.limit()).collect())
}
