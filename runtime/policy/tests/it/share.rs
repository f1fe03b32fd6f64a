//! R19: a share shows what the owner confirmed.

use domicile_policy::label::LABEL_TAGS_MAX;
use domicile_policy::{Category, Label, ShareError, ShareScope, Tag};

use crate::support::{label, provider};

#[test]
fn r19_later_writes_appear_only_within_what_was_confirmed() {
    let seen = [label("files@self"), label("files@acme")];
    let share = ShareScope::confirm(&seen).unwrap();
    assert_eq!(share.confirmed(), &label("files@acme files@self"));
    assert!(share.shows(&label("files@self")));
    assert!(share.shows(&label("")));
    assert!(!share.shows(&label("bank@acme files@self")), "it waits for the owner");
    assert!(!share.shows(&label("files@*")));
    assert!(!share.shows(&Label::everything()));
}

#[test]
fn r19_a_share_of_nothing_shows_only_what_is_not_private() {
    let share = ShareScope::confirm([]).unwrap();
    assert!(share.shows(&Label::nothing()) && !share.shows(&label("files@self")));
}

#[test]
fn r19_what_can_not_be_shown_to_the_owner_is_not_confirmed() {
    let everything = ShareScope::confirm([&Label::everything()]);
    assert_eq!(everything, Err(ShareError::Everything));
    let many: Vec<Label> = (0..=LABEL_TAGS_MAX)
        .map(|n| Label::of([Tag::provider(Category::Files, provider(&format!("p{n}")))]))
        .collect();
    assert!(ShareScope::confirm(&many[..LABEL_TAGS_MAX]).is_ok());
    assert!(matches!(ShareScope::confirm(&many), Err(ShareError::TooManyTags(_))));
}

#[test]
fn a_share_survives_json() {
    let share = ShareScope::confirm([&label("files@self")]).unwrap();
    let json = serde_json::to_string(&share).unwrap();
    assert_eq!(serde_json::from_str::<ShareScope>(&json).unwrap(), share);
}
