//! How long each payer takes. In: what was found. Out: days after which something is late, by
//! payer. Never here: a guess from too few cases.

use crate::ledger::{Ledger, Paper};
use crate::outcome::{Role, Rule};
use crate::want::{Spending, Want};

/// Days that a payer usually takes, its margin included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delays {
    /// From what it announces to the money.
    pub payment: i32,
    /// From what was spent, or what the public insurance paid, to what it announces.
    pub statement: i32,
}

/// From so many cases on a payer's habit is known; the latest ones count.
const CASES_MIN: usize = 5;
const CASES_MAX: usize = 500;
/// Of a hundred cases, so many are in time.
const IN_TIME_PERCENT: usize = 95;
/// What may be added to a habit before it is broken.
const MARGIN: i32 = 7;
/// Statements get here when the owner brings them: some time after the money.
const STATEMENT: i32 = 30;

const PAYMENT_DEFAULT: i32 = 30;
const PAYMENT: (i32, i32) = (14, 90);
const STATEMENT_DEFAULT: i32 = 60;
const STATEMENTS: (i32, i32) = (60, 90);

/// The delays of all payers, by place.
pub fn learn(ledger: &Ledger<'_>, spendings: &[Spending], payments: &[Want]) -> Vec<Delays> {
    let mut paid = vec![Vec::new(); ledger.payers.all.len()];
    let mut told = paid.clone();
    for want in payments {
        let of_payer = want.payer.and_then(|payer| paid.get_mut(payer));
        of_payer.into_iter().for_each(|all| all.extend(taken(ledger, want)));
    }
    for spending in spendings {
        for (payer, days) in announced(ledger, spending) {
            told.get_mut(payer).into_iter().for_each(|all| all.push(days));
        }
    }
    let all = paid.into_iter().zip(told);
    all.map(|(paid, told)| {
        let payment = habit(paid).map(|days| (days + MARGIN).clamp(PAYMENT.0, PAYMENT.1));
        let statement =
            habit(told).map(|days| (days + MARGIN + STATEMENT).clamp(STATEMENTS.0, STATEMENTS.1));
        Delays {
            payment: payment.unwrap_or(PAYMENT_DEFAULT),
            statement: statement.unwrap_or(STATEMENT_DEFAULT),
        }
    })
    .collect()
}

/// Days that nearly all cases took.
fn habit(mut days: Vec<i32>) -> Option<i32> {
    days.drain(..days.len().saturating_sub(CASES_MAX));
    days.sort_unstable();
    let at = (days.len() * IN_TIME_PERCENT).div_ceil(100).checked_sub(1)?;
    (days.len() >= CASES_MIN).then(|| days.get(at).copied())?
}

/// Days that the whole of a payment took.
fn taken(ledger: &Ledger<'_>, want: &Want) -> Option<i32> {
    let found = want.found.as_ref().filter(|found| found.rule != Rule::Partial)?;
    let days = found.operations.iter().filter_map(|at| ledger.entries.get(*at));
    days.map(|entry| entry.day.since(want.window.day).max(0)).max()
}

/// Days from what was spent to what the public insurance tells; from there to what others tell.
fn announced(ledger: &Ledger<'_>, spending: &Spending) -> Vec<(usize, i32)> {
    let papers = || spending.papers.iter().filter_map(|at| ledger.papers.get(*at));
    let role = |paper: &Paper<'_>| ledger.payers.get(paper.payer).map(|payer| payer.role);
    let refunds = || papers().filter(|paper| paper.bill.is_refund && paper.is_health);
    let public = refunds().find(|paper| role(paper) == Some(Role::Public));
    refunds()
        .filter_map(|paper| {
            let from = match role(paper)? {
                Role::Public => spending.day,
                _ => public?.day,
            };
            Some((paper.payer?, paper.day.since(from).max(0)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_habit_needs_cases_and_forgives_the_rarest() {
        assert_eq!(habit(vec![3; CASES_MIN - 1]), None);
        assert_eq!(habit(vec![3, 9, 4, 5, 4]), Some(9));
        let mut days = vec![4; 99];
        days.push(80);
        assert_eq!(habit(days), Some(4));
    }
}
