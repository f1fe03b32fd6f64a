//! R2 and R6: where a change goes.

use domicile_policy::label::LABEL_TAGS_MAX;
use domicile_policy::{Category, ChangeScope, Influence, Label, Place, ReadScope, Tag};
use proptest::prelude::*;

use crate::generate::{item_label, label as any_label};
use crate::support::{NOTES, doctype, label, provider};

fn scope(admitted: &Label, run: &Label, clearance: &Label) -> ChangeScope {
    ChangeScope {
        read: ReadScope {
            doctype: doctype(NOTES),
            admitted: admitted.clone(),
            fields: None,
            rows: None,
        },
        run_label: run.clone(),
        clearance: clearance.clone(),
        influence: Influence::nobody(),
    }
}

fn check(admitted: &str, run: &str, clearance: &str, item: &str, place: Place) {
    let scope = scope(&label(admitted), &label(run), &label(clearance));
    assert_eq!(scope.place(&label(item)), place, "{item} for a run at {run}");
}

#[test]
fn r6_a_run_that_knows_no_more_than_the_item_changes_it() {
    check("notes@*", "notes@self", "notes@*", "notes@self", Place::InPlace);
    check("notes@* bank@*", "bank@*", "notes@* bank@*", "bank@* notes@self", Place::InPlace);
}

#[test]
fn r6_a_run_that_knows_more_lays_a_change_over_the_item() {
    let over = Place::Overlay(label("bank@acme notes@self"));
    check("notes@*", "bank@acme", "notes@* bank@*", "notes@self", over);
    let over = Place::Overlay(label("bank@*"));
    check("bank@*", "bank@*", "bank@*", "bank@acme", over);
}

#[test]
fn r6_what_can_not_be_seen_can_not_be_changed() {
    check("notes@*", "", "notes@* bank@*", "bank@acme notes@self", Place::Hidden);
    check("notes@* bank@*", "", "notes@*", "bank@acme notes@self", Place::Hidden);
    check("notes@acme", "", "notes@*", "notes@self", Place::Hidden);
}

#[test]
fn r6_a_change_that_would_lie_above_the_clearance_is_hidden() {
    check("notes@*", "health@self", "notes@*", "notes@self", Place::Hidden);
    let known =
        (0..LABEL_TAGS_MAX).map(|n| Tag::provider(Category::Bank, provider(&format!("p{n}"))));
    let full = scope(&label("notes@*"), &Label::of(known), &label("bank@* notes@*"));
    assert_eq!(full.place(&label("notes@self")), Place::Hidden, "past the limit of tags");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn r2_a_stored_label_never_changes_and_an_overlay_never_lies_lower(
        admitted in any_label(), run in any_label(), clearance in any_label(), item in item_label(),
    ) {
        let (admitted, run) = (admitted.meet(&clearance), run.meet(&clearance));
        let scope = scope(&admitted, &run, &clearance);
        let visible = item.flows_to(&admitted);
        match scope.place(&item) {
            Place::InPlace => prop_assert!(visible && run.flows_to(&item)),
            Place::Overlay(label) => {
                prop_assert!(visible && !run.flows_to(&item));
                prop_assert!(item.flows_to(&label) && label != item);
                prop_assert!(run.flows_to(&label) && label.flows_to(&clearance));
            }
            Place::Hidden => prop_assert!(!visible),
        }
        prop_assert_eq!(scope.place(&item), scope.clone().place(&item.clone()));
    }
}
