//! The refund that never came: bills, operations and refunds put together, by payer.
//!
//! In: the documents of a home, today, and what was told and decided before. Out: which bill is
//! about which operation and why, what each payer owes, and what never came. Never here: a host, a
//! file, a clock, chance; a result that depends on the order of the documents.
//!
//! ```text
//! books -> ledger (in order, copies set aside) -> want (expenses, payments)
//!       -> decide (what the owner settled) -> credit, debit (assign, group) -> deadline, habit
//!       -> share, alert -> explain, letter
//! ```
//!
//! All work is bounded: for one bill a named number of operations is looked at, an assignment has a
//! named number of steps ([`assign`]), sums are found by bitmaps of cents and never by trying
//! subsets ([`group`]).

mod alert;
mod assign;
mod books;
mod copies;
mod credit;
mod day;
mod deadline;
mod debit;
mod decide;
mod explain;
mod group;
mod habit;
mod label;
mod ledger;
mod letter;
mod memory;
mod outcome;
mod payer;
pub mod record;
mod score;
mod settle;
mod share;
#[cfg(test)]
mod tests;
mod want;
mod window;
mod words;

pub use books::{Account, Bill, Books, Cents, Criteria, Operation, Reimbursement};
pub use day::Day;
pub use explain::{notice, why};
pub use ledger::{BILLS_MAX, OPERATIONS_MAX};
pub use letter::letter;
pub use memory::{Decision, Memory, Notice};
pub use outcome::{
    Alert, AlertKind, Copy, Evidence, Expense, Match, Outcome, Role, Rule, Share, Side, State,
};
pub use words::Words;

use decide::Decided;
use ledger::Ledger;
use score::Judge;
use settle::Settler;
use share::Findings;
use want::Spending;

/// Puts the books together, as of today.
pub fn reconcile(books: &Books, today: Day, memory: &Memory) -> Outcome {
    let ledger = Ledger::new(books);
    let decided = Decided::of(&memory.decisions);
    let judge = Judge::new(&ledger, decided.undone.clone());
    let mut taken = vec![false; ledger.entries.len()];
    let mut payments = want::payments(&ledger);
    let (spendings, mut debits) = want::spendings(&ledger);
    decided.settle(&ledger, &mut payments, &mut taken);
    decided.settle(&ledger, &mut debits, &mut taken);
    credit::settle(&mut Settler::new(&judge, &mut payments, &mut taken));
    settle::cancel(&ledger, &mut taken);
    let mut settler = Settler::new(&judge, &mut debits, &mut taken);
    debit::settle(&mut settler, &spendings, today);

    let delays = deadline::learn(&ledger, &spendings, &payments);
    let findings = Findings {
        ledger: &ledger,
        spendings: &spendings,
        debits: &debits,
        payments: &payments,
        spending_of: &spending_of(&ledger, &spendings),
        delays: &delays,
        taken: &taken,
        today,
    };
    let mut matches = explain::matches(&ledger, &debits);
    matches.extend(explain::matches(&ledger, &payments));
    matches.sort_by(|one, other| (&one.bill, one.side).cmp(&(&other.bill, other.side)));
    let alerts = told(alert::all(&findings), &decided, memory);
    Outcome {
        matches,
        expenses: share::expenses(&findings),
        memory: Memory {
            decisions: memory.decisions.clone(),
            notices: notices(&alerts, memory, today),
        },
        alerts,
        copies: ledger.copies.clone(),
    }
}

/// By place of the bill, the expense that it is about.
fn spending_of(ledger: &Ledger<'_>, spendings: &[Spending]) -> Vec<Option<usize>> {
    let mut places = vec![None; ledger.papers.len()];
    for (spending, at) in spendings.iter().zip(0..) {
        for paper in &spending.papers {
            places.get_mut(*paper).into_iter().for_each(|place| *place = Some(at));
        }
    }
    places
}

/// Alerts that the owner did not dismiss; fresh are those of another amount than was told.
fn told(alerts: Vec<Alert>, decided: &Decided<'_>, memory: &Memory) -> Vec<Alert> {
    let standing = alerts.into_iter().filter(|alert| !decided.dismissed.contains(&*alert.key));
    standing
        .map(|alert| {
            let before = memory.notices.get(&alert.key);
            Alert { fresh: before.is_none_or(|notice| notice.missing != alert.missing), ..alert }
        })
        .collect()
}

/// What the owner will have been told; a trouble that is over may be told of again.
fn notices(
    alerts: &[Alert],
    memory: &Memory,
    today: Day,
) -> std::collections::BTreeMap<String, Notice> {
    let notice = |alert: &Alert| {
        let before = memory.notices.get(&alert.key).filter(|_| !alert.fresh);
        let notice = before.cloned().unwrap_or(Notice { missing: alert.missing, on: today });
        (alert.key.clone(), notice)
    };
    alerts.iter().map(notice).collect()
}
