//! How right both are. In: households. Out: precision and recall of matches and alerts. Never here:
//! a household that one of them is spared.

use domicile_household::judge::{Score, Scores, judge};
use domicile_household::{Household, Shape, baseline};

use super::{RULES, native};
use crate::report::{Report, Unit};

/// Tests look at the households from 0 on, and whoever writes an engine at those: not at these.
const FIRST: u64 = 1_000_000;
const HOUSEHOLDS: u64 = 200;
const HOUSEHOLDS_QUICK: u64 = 40;

pub fn measure(report: &mut Report, quick: bool) -> anyhow::Result<()> {
    let households = if quick { HOUSEHOLDS_QUICK } else { HOUSEHOLDS };
    let (mut ours, mut rules) = (Scores::default(), Scores::default());
    for number in FIRST..FIRST + households {
        let household = Household::new(number, &Shape::drawn(number));
        ours += judge(&household, &native::findings(&household)?);
        rules += judge(&household, &baseline::findings(&household.documents, &household.today));
    }
    for (who, scores) in [("Domicile", ours), (RULES, rules)] {
        print(who, "matches", scores.matches);
        print(who, "alerts", scores.alerts);
    }
    let pairs = [("matches", ours.matches, rules.matches), ("alerts", ours.alerts, rules.alerts)];
    for (what, one, other) in pairs {
        let mut row = |measure: &str, of: fn(Score) -> f64| {
            let case = format!("{measure} of {what}, {households} households");
            report.row(case, Unit::More("of 1"), of(one), RULES, of(other));
        };
        row("precision", Score::precision);
        row("recall", Score::recall);
    }
    Ok(())
}

fn print(who: &str, what: &str, score: Score) {
    let Score { right, wrong, missed } = score;
    println!("{who:<24} {what:<8} {right:>6} right {wrong:>5} wrong {missed:>5} missed");
}
