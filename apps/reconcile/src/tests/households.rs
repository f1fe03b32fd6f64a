//! Households whose truth is known. The bench has 200 of them, and published rules beside.

use domicile_household::judge::{Scores, judge};
use domicile_household::{Findings, Household, Shape};

use serde_json::Value;

use super::day;
use crate::*;

const HOUSEHOLDS: u64 = 40;
/// Of what is told and of what is true.
const SHARE_MIN: f64 = 0.99;

/// What is found in a household, in the words of its truth.
fn found(household: &Household) -> Findings {
    let mut books = Books::default();
    for document in &household.documents {
        books.add(document.doctype, &document.id, &Value::Object(document.body.clone()));
    }
    let outcome = reconcile(&books, day(&household.today), &Memory::default());
    let role = |side| match side {
        Side::Debit => domicile_household::Role::Debit,
        Side::Credit => domicile_household::Role::Credit,
    };
    let matches = outcome.matches.into_iter().map(|one| domicile_household::Match {
        bill: one.bill,
        role: role(one.side),
        operations: one.operations,
    });
    let alerts = outcome.alerts.into_iter().map(|one| domicile_household::Alert {
        // A judge does not ask a system for it.
        kind: domicile_household::Kind::PublicUnpaid,
        payer: one.payer,
        bills: one.bills,
        operations: one.operations,
        missing: one.missing,
        beneficiary: one.beneficiary,
    });
    Findings { matches: matches.collect(), alerts: alerts.collect() }
}

#[test]
fn what_never_came_is_told_and_nothing_else() {
    let mut scores = Scores::default();
    for number in 0..HOUSEHOLDS {
        let household = Household::new(number, &Shape::drawn(number));
        scores += judge(&household, &found(&household));
    }
    for score in [scores.alerts, scores.matches] {
        assert!(score.right > 50, "{score:?}");
        assert!(score.precision() > SHARE_MIN && score.recall() > SHARE_MIN, "{score:?}");
    }
}
