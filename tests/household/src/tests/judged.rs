//! The judge, and what it says of the baseline.

use crate::judge::{Scores, judge};
use crate::{Alert, Findings, Household, Kind, Shape, baseline};

fn household() -> Household {
    let shape = Shape { wrongs: 6, ..Shape::sized(1_500, 200) };
    Household::new(11, &shape)
}

fn truth(household: &Household) -> Findings {
    let truth = household.truth.clone();
    Findings { matches: truth.matches, alerts: truth.alerts }
}

#[test]
fn the_truth_is_right_and_silence_misses_all() {
    let household = household();
    let scores = judge(&household, &truth(&household));
    assert_eq!((scores.alerts.wrong, scores.alerts.missed), (0, 0));
    assert_eq!((scores.matches.wrong, scores.matches.missed), (0, 0));
    assert_eq!(scores.alerts.right, household.truth.alerts.len());
    let silence = judge(&household, &Findings::default());
    assert_eq!((silence.alerts.recall(), silence.matches.recall()), (0.0, 0.0));
    assert!((silence.alerts.precision() - 1.0).abs() < f64::EPSILON);
}

#[test]
fn an_alert_is_right_by_payer_act_and_amount() {
    let household = household();
    let all = truth(&household).alerts;
    let one = all.iter().find(|one| one.kind != Kind::SheetLost).unwrap().clone();
    let says = |alert: Alert| {
        let findings = Findings { matches: Vec::new(), alerts: vec![alert] };
        judge(&household, &findings).alerts.right
    };
    assert_eq!(says(one.clone()), 1);
    assert_eq!(says(Alert { missing: one.missing + 5, kind: Kind::SheetLost, ..one.clone() }), 1);
    assert_eq!(says(Alert { missing: one.missing + 6, ..one.clone() }), 0);
    assert_eq!(says(Alert { payer: "Nobody".into(), ..one.clone() }), 0);
    assert_eq!(says(Alert { bills: Vec::new(), ..one.clone() }), 1);
    assert_eq!(says(Alert { bills: Vec::new(), operations: Vec::new(), ..one.clone() }), 0);
    assert_eq!(says(Alert { payer: String::new(), missing: 0, ..one.clone() }), 1);
    let twice = Findings { matches: Vec::new(), alerts: vec![one.clone(), one] };
    let scores = judge(&household, &twice).alerts;
    assert_eq!((scores.right, scores.wrong, scores.missed), (1, 1, all.len() - 1));
}

#[test]
fn the_baseline_finds_matches_and_misses_what_its_rules_cannot_see() {
    let mut scores = Scores::default();
    for seed in 0..40 {
        let household = Household::new(seed, &Shape::drawn(seed));
        scores += judge(&household, &baseline::findings(&household.documents, &household.today));
    }
    let (matches, alerts) = (scores.matches, scores.alerts);
    println!("matches {:.3} {:.3}", matches.precision(), matches.recall());
    println!("alerts {:.3} {:.3}", alerts.precision(), alerts.recall());
    assert!(matches.precision() > 0.8 && matches.recall() > 0.6, "{matches:?}");
    assert!(alerts.right > 0 && alerts.recall() < 0.9, "{alerts:?}");
}

/// Without noise nor wrongs the rules do what they are for.
#[test]
fn the_baseline_is_right_about_a_quiet_household() {
    let shape = Shape { noise: [].into(), wrongs: 0, ..Shape::sized(1_500, 150) };
    let mut scores = Scores::default();
    for seed in 0..10 {
        let household = Household::new(seed, &shape);
        scores += judge(&household, &baseline::findings(&household.documents, &household.today));
    }
    assert!(scores.matches.recall() > 0.95, "{scores:?}");
    assert!(scores.matches.precision() > 0.95, "{scores:?}");
}
