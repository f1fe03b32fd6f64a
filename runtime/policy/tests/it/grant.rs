//! Grants: their order and their limits.

use std::collections::BTreeSet;

use domicile_policy::grant::GRANT_LINES_MAX;
use domicile_policy::{Action, Category, GrantError, GrantLine, Grants};
use proptest::prelude::*;

use crate::generate::{grants as any_grants, line_of};
use crate::support::{CARE, NOTES, OPERATIONS, doctype, full, grants, label, line};

/// Every single thing that a line allows.
pub fn powers(line: &GrantLine) -> BTreeSet<String> {
    let all = |named: &Option<BTreeSet<String>>| match named {
        None => ["amount", "date", "name", "the rest"].map(str::to_owned).into(),
        Some(paths) => paths.clone(),
    };
    let rows = match &line.rows {
        None => vec!["{\"a\":1}".to_owned(), "{\"a\":2}".to_owned(), "others".to_owned()],
        Some(rows) => vec![rows.clone()],
    };
    let words = line.actions.iter().map(|action| format!("may {action}"));
    let with = line.with.iter().map(|category| format!("with {category}"));
    let fields = all(&line.fields).into_iter().map(|path| format!("field {path}"));
    let rows = rows.into_iter().map(|rows| format!("rows {rows}"));
    let all = words.chain(with).chain(fields).chain(rows);
    all.map(|power| format!("{}: {power}", line.doctype)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_line_covers_what_it_could_do_itself(a in line_of(NOTES), b in line_of(NOTES)) {
        prop_assert_eq!(a.covers(&b), powers(&b).is_subset(&powers(&a)));
    }

    #[test]
    fn a_meet_allows_no_more_than_both(a in line_of(NOTES), b in line_of(NOTES)) {
        let both = &powers(&a) & &powers(&b);
        match a.meet(&b) {
            Some(line) => prop_assert_eq!(powers(&line), both),
            None => prop_assert!(
                !both.iter().any(|power| power.contains("may"))
                    || !both.iter().any(|power| power.contains("rows"))
            ),
        }
    }

    #[test]
    fn subset_follows_the_lines(a in any_grants(), b in any_grants()) {
        let all = |set: &Grants| set.iter().flat_map(powers).collect::<BTreeSet<_>>();
        prop_assert_eq!(a.is_subset_of(&b), all(&a).is_subset(&all(&b)));
        let met = a.meet(&b);
        prop_assert!(met.is_subset_of(&a) && met.is_subset_of(&b));
        prop_assert_eq!(a.meet(&a), a);
    }

    #[test]
    fn survive_json(a in any_grants()) {
        let json = serde_json::to_string(&a).unwrap();
        prop_assert_eq!(serde_json::from_str::<Grants>(&json).unwrap(), a);
    }
}

#[test]
fn two_lines_of_one_doctype_are_refused() {
    let twice = Grants::new([line(NOTES, "read"), line(NOTES, "write")]);
    assert_eq!(twice, Err(GrantError::Twice(doctype(NOTES))));
    let stored = serde_json::to_string(&[line(NOTES, "read"), line(NOTES, "write")]).unwrap();
    assert!(serde_json::from_str::<Grants>(&stored).is_err());
}

#[test]
fn a_line_without_an_action_is_refused() {
    assert_eq!(Grants::new([line(NOTES, "")]), Err(GrantError::NoAction(doctype(NOTES))));
}

#[test]
fn too_many_lines_are_refused() {
    let many = |count: usize| {
        Grants::new((0..count).map(|n| GrantLine {
            doctype: doctype(&format!("app.domicile.n{n}")),
            ..line(NOTES, "read")
        }))
    };
    assert!(many(GRANT_LINES_MAX).is_ok());
    assert_eq!(many(GRANT_LINES_MAX + 1), Err(GrantError::TooMany(GRANT_LINES_MAX + 1)));
}

#[test]
fn an_unknown_restriction_is_an_error_not_a_wider_grant() {
    let mut stored = serde_json::to_value(line(NOTES, "read")).unwrap();
    assert!(serde_json::from_value::<GrantLine>(stored.clone()).is_ok());
    stored["until"] = "2026-12-31".into();
    assert!(serde_json::from_value::<GrantLine>(stored).is_err());
}

#[test]
fn actions_and_lines_are_lower_case_words() {
    let stored = serde_json::json!({
        "doctype": OPERATIONS, "category": "bank", "actions": ["read", "query", "write", "deposit"],
    });
    let read: GrantLine = serde_json::from_value(stored).unwrap();
    assert_eq!(read, line(OPERATIONS, "read query write deposit"));
    let words: Vec<&str> = read.actions.iter().map(|action| Action::word(*action)).collect();
    assert_eq!(words, ["read", "query", "write", "deposit"]);
}

#[test]
fn revoking_takes_one_line_away() {
    let both = full(&[OPERATIONS, NOTES]);
    let left = both.revoke(&doctype(OPERATIONS));
    assert_eq!(left, full(&[NOTES]));
    assert!(left.is_subset_of(&both) && !both.is_subset_of(&left));
    assert_eq!(left.revoke(&doctype(OPERATIONS)), left);
}

#[test]
fn the_reach_of_grants_counts_what_they_are_combined_with() {
    let with = BTreeSet::from([Category::Bank]);
    let set = grants([line(CARE, "read"), GrantLine { with, ..line(NOTES, "read") }]);
    assert_eq!(set.reach(), label("bank@* health@* notes@*"));
    assert_eq!(set.categories(), BTreeSet::from([Category::Health, Category::Notes]));
    assert_eq!(Grants::none().reach(), label(""));
}

#[test]
fn a_line_of_another_category_is_never_covered() {
    let wide = line(NOTES, "read query write deposit");
    let moved = GrantLine { category: Category::Bank, ..line(NOTES, "read") };
    assert!(!wide.covers(&moved));
    assert_eq!(wide.meet(&moved), None);
    assert!(!wide.covers(&line(CARE, "read")));
}
