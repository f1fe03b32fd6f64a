//! R21: grants shrink silently and grow by consent only.

use std::collections::BTreeSet;

use domicile_policy::{Action, Consent, GrantLine, Grants};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::generate::{DOCTYPES, grants as any_grants, line_of};
use crate::grant::powers;
use crate::support::{CARE, NOTES, OPERATIONS, doctype, full, grants, line};

/// A ledger whose owner agreed to `lines`.
fn agreed(lines: &Grants) -> Consent {
    let mut ledger = Consent::default();
    ledger.consent(lines.iter().cloned()).unwrap();
    ledger
}

#[test]
fn r21_a_first_version_gets_nothing_before_the_owner_agrees() {
    let wanted = full(&[OPERATIONS, NOTES]);
    let mut ledger = Consent::default();
    let upgrade = ledger.upgrade(&wanted);
    assert!(ledger.effective().is_empty());
    assert_eq!(Grants::new(upgrade.asked.clone()).unwrap(), wanted);
    ledger.consent(upgrade.asked).unwrap();
    assert_eq!(ledger.effective(), wanted);
}

#[test]
fn r21_a_new_line_waits_and_the_old_ones_go_on() {
    let mut ledger = agreed(&full(&[NOTES]));
    let upgrade = ledger.upgrade(&full(&[NOTES, OPERATIONS]));
    assert_eq!(ledger.effective(), full(&[NOTES]));
    assert_eq!(upgrade.asked, [line(OPERATIONS, "read query write")]);
    assert!(upgrade.lost.is_empty() && upgrade.declined.is_empty());
}

#[test]
fn r21_a_wider_line_waits_and_what_was_granted_goes_on() {
    let mut ledger = agreed(&grants([line(NOTES, "read")]));
    let upgrade = ledger.upgrade(&grants([line(NOTES, "read write")]));
    assert_eq!(ledger.effective(), grants([line(NOTES, "read")]));
    assert_eq!(upgrade.asked, [line(NOTES, "read write")]);
}

#[test]
fn r21_what_an_update_gave_up_does_not_come_back() {
    let mut ledger = agreed(&full(&[NOTES, OPERATIONS]));
    let shrunk = ledger.upgrade(&full(&[NOTES]));
    assert_eq!(shrunk.lost, [line(OPERATIONS, "read query write")]);
    assert!(shrunk.asked.is_empty());
    let regrown = ledger.upgrade(&full(&[NOTES, OPERATIONS]));
    assert_eq!(ledger.effective(), full(&[NOTES]));
    assert_eq!(regrown.asked, [line(OPERATIONS, "read query write")]);
}

#[test]
fn r21_what_the_owner_took_back_stays_off_and_is_not_asked_again() {
    let all = full(&[NOTES, OPERATIONS]);
    let mut ledger = agreed(&all);
    assert!(ledger.revoke(&doctype(OPERATIONS)));
    assert!(!ledger.revoke(&doctype(OPERATIONS)), "it is gone already");
    let upgrade = ledger.upgrade(&all);
    assert_eq!(ledger.effective(), full(&[NOTES]));
    assert!(upgrade.asked.is_empty());
    assert_eq!(upgrade.declined, [line(OPERATIONS, "read query write")]);
    assert!(ledger.revoked().line(&doctype(OPERATIONS)).is_some());

    ledger.consent(upgrade.declined).unwrap();
    assert_eq!(ledger.effective(), all);
    assert!(ledger.revoked().is_empty());
}

#[test]
fn r21_more_than_was_declined_is_a_new_question() {
    let mut ledger = agreed(&full(&[CARE]));
    ledger.decline(line(NOTES, "read"));
    let same = ledger.upgrade(&grants([line(NOTES, "read")]));
    assert_eq!((same.asked.len(), same.declined.len()), (0, 1));
    let more = ledger.upgrade(&grants([line(NOTES, "read write")]));
    assert_eq!((more.asked.len(), more.declined.len()), (1, 0));
    assert!(ledger.effective().is_empty());
}

#[test]
fn r21_a_changed_row_selector_needs_a_consent() {
    let rows = |text: &str| GrantLine { rows: Some(text.to_owned()), ..line(NOTES, "read") };
    let mut ledger = agreed(&grants([rows("{\"a\":1}")]));
    let upgrade = ledger.upgrade(&grants([rows("{\"a\":2}")]));
    assert!(ledger.effective().is_empty());
    assert_eq!(upgrade.asked, [rows("{\"a\":2}")]);
}

#[test]
fn a_consent_to_lines_that_make_no_grants_changes_nothing() {
    let mut ledger = agreed(&full(&[NOTES]));
    let before = ledger.clone();
    assert!(ledger.consent([line(CARE, "read"), line(CARE, "write")]).is_err());
    assert!(ledger.consent([line(CARE, "")]).is_err());
    assert_eq!(ledger, before);
}

#[test]
fn a_ledger_with_an_unknown_key_is_refused() {
    let mut stored = serde_json::to_value(agreed(&full(&[NOTES]))).unwrap();
    stored["suspended"] = true.into();
    assert!(serde_json::from_value::<Consent>(stored).is_err());
}

#[derive(Clone, Debug)]
enum Step {
    Consent(GrantLine),
    Revoke(&'static str),
    Decline(GrantLine),
    Upgrade(Grants),
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let any_line = || prop_oneof![line_of(OPERATIONS), line_of(NOTES), line_of(CARE)];
    prop_oneof![
        3 => any_line().prop_map(Step::Consent),
        2 => select(DOCTYPES.to_vec()).prop_map(Step::Revoke),
        1 => any_line().prop_map(Step::Decline),
        4 => any_grants().prop_map(Step::Upgrade),
        1 => Just(Step::Restart),
    ]
}

fn all_powers(set: &Grants) -> BTreeSet<String> {
    set.iter().flat_map(powers).collect()
}

fn of_doctype(name: &str) -> impl Fn(&String) -> bool {
    let prefix = format!("{name}: ");
    move |power| power.starts_with(&prefix)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_revoked_grant_never_comes_back_without_a_consent(steps in vec(step(), 1..30)) {
        let mut ledger = Consent::default();
        // What the owner agreed to and neither the owner nor an update took away since.
        let mut allowed: BTreeSet<String> = BTreeSet::new();
        for step in steps {
            let before = ledger.effective();
            match step {
                Step::Consent(line) => {
                    allowed.retain(|power| !of_doctype(line.doctype.as_str())(power));
                    allowed.extend(powers(&line));
                    ledger.consent([line.clone()]).unwrap();
                    let now = ledger.effective();
                    prop_assert_eq!(now.line(&line.doctype), Some(&line));
                    continue;
                }
                Step::Revoke(name) => {
                    allowed.retain(|power| !of_doctype(name)(power));
                    ledger.revoke(&doctype(name));
                    prop_assert!(ledger.effective().line(&doctype(name)).is_none());
                }
                Step::Decline(line) => ledger.decline(line),
                Step::Upgrade(requested) => {
                    allowed = &allowed & &all_powers(&requested);
                    let upgrade = ledger.upgrade(&requested);
                    prop_assert!(ledger.effective().is_subset_of(&requested));
                    let told = upgrade.asked.iter().chain(&upgrade.declined).cloned();
                    let told = Grants::new(told).unwrap();
                    for line in requested.iter() {
                        let open = told.line(&line.doctype) == Some(line);
                        let in_force = ledger.effective().line(&line.doctype) == Some(line);
                        prop_assert!(open != in_force, "{line:?} is in force or told, not both");
                    }
                }
                Step::Restart => {
                    let stored = serde_json::to_string(&ledger).unwrap();
                    ledger = serde_json::from_str(&stored).unwrap();
                    prop_assert_eq!(ledger.effective(), before.clone());
                }
            }
            prop_assert!(ledger.effective().is_subset_of(&before), "only a consent adds");
            prop_assert!(all_powers(&ledger.effective()).is_subset(&allowed));
        }
    }
}

#[test]
fn a_run_that_has_started_keeps_the_grants_that_it_started_with() {
    let mut ledger = agreed(&full(&[NOTES]));
    let mut run = crate::support::app(ledger.effective());
    ledger.revoke(&doctype(NOTES));
    assert!(run.read(&doctype(NOTES), Action::Read, &[]).is_ok());
    let mut next = crate::support::app(ledger.effective());
    assert!(next.read(&doctype(NOTES), Action::Read, &[]).is_err());
}
