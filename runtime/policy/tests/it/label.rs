//! The algebra of labels. The oracle is plain sets: a label stands for the points (category,
//! origin) that its tags describe, over a universe with one category and one origin that no tag
//! names.

use std::collections::BTreeSet;

use domicile_policy::label::LABEL_TAGS_MAX;
use domicile_policy::{Category, Label, LabelError, Origin, Tag};
use proptest::prelude::*;

use crate::generate::{CATEGORIES, PROVIDERS, label, tag, wide_label};
use crate::support::{self, provider};

type Point = (Category, Origin);

fn universe() -> BTreeSet<Point> {
    let named = PROVIDERS.iter().map(|name| Origin::Provider(provider(name)));
    let origins: Vec<Origin> =
        named.chain([Origin::Home, Origin::Provider(provider("unnamed"))]).collect();
    let categories = CATEGORIES.into_iter().chain([Category::Trips]);
    categories.flat_map(|c| origins.iter().map(move |o| (c, o.clone()))).collect()
}

fn points(label: &Label) -> BTreeSet<Point> {
    let describes = |tag: &Tag, (category, origin): &Point| {
        tag.category.is_none_or(|named| named == *category)
            && (tag.origin == Origin::Any || tag.origin == *origin)
    };
    universe().into_iter().filter(|p| label.tags().any(|tag| describes(tag, p))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn order_join_and_meet_are_those_of_sets(a in label(), b in label()) {
        let (left, right) = (points(&a), points(&b));
        prop_assert_eq!(a.flows_to(&b), left.is_subset(&right));
        prop_assert_eq!(points(&a.join(&b)), &left | &right);
        prop_assert_eq!(points(&a.meet(&b)), &left & &right);
        prop_assert_eq!(a == b, left == right, "one label has one form");
    }

    #[test]
    fn join_is_a_semilattice(a in label(), b in label(), c in label()) {
        prop_assert_eq!(a.join(&b).join(&c), a.join(&b.join(&c)));
        prop_assert_eq!(a.join(&b), b.join(&a));
        prop_assert_eq!(a.join(&a), a.clone());
        prop_assert_eq!(a.join(&Label::nothing()), a.clone());
        prop_assert_eq!(a.join(&Label::everything()), Label::everything());
        prop_assert_eq!(a.flows_to(&c) && b.flows_to(&c), a.join(&b).flows_to(&c));
    }

    #[test]
    fn meet_is_the_greatest_lower_bound(a in label(), b in label(), c in label()) {
        prop_assert_eq!(a.meet(&b).meet(&c), a.meet(&b.meet(&c)));
        prop_assert_eq!(a.meet(&b), b.meet(&a));
        prop_assert_eq!(a.meet(&Label::everything()), a.clone());
        prop_assert_eq!(a.meet(&Label::nothing()), Label::nothing());
        prop_assert_eq!(c.flows_to(&a) && c.flows_to(&b), c.flows_to(&a.meet(&b)));
    }

    #[test]
    fn flows_to_is_a_partial_order_and_join_is_monotone(
        a in label(), b in label(), c in label(), d in label(),
    ) {
        prop_assert!(a.flows_to(&a));
        prop_assert_eq!(a.flows_to(&b) && b.flows_to(&a), a == b);
        let (b, c) = (a.join(&b), a.join(&b).join(&c));
        prop_assert!(a.flows_to(&b) && b.flows_to(&c) && a.flows_to(&c));
        prop_assert!(a.join(&d).flows_to(&b.join(&d)));
        prop_assert!(a.meet(&d).flows_to(&b.meet(&d)));
    }

    #[test]
    fn past_the_limit_a_join_only_goes_up(
        a in wide_label(), b in wide_label(), c in wide_label(),
    ) {
        let joined = a.join(&b);
        prop_assert!(a.flows_to(&joined) && b.flows_to(&joined));
        prop_assert!(joined.tags().count() <= LABEL_TAGS_MAX);
        let (left, right) = (joined.join(&c), a.join(&b.join(&c)));
        prop_assert!(left == right || left.is_everything() || right.is_everything());
        let met = a.meet(&b);
        prop_assert!(met.flows_to(&a) && met.flows_to(&b));
        prop_assert!(met.tags().count() <= LABEL_TAGS_MAX);
    }

    #[test]
    fn tags_and_labels_survive_text_and_json(tag in tag(), label in wide_label()) {
        prop_assert_eq!(&tag.to_string().parse::<Tag>().unwrap(), &tag);
        prop_assert_eq!(&label.canonical().parse::<Label>().unwrap(), &label);
        prop_assert_eq!(&label.to_string().parse::<Label>().unwrap(), &label);
        let json = serde_json::to_string(&(&tag, &label)).unwrap();
        prop_assert_eq!(serde_json::from_str::<(Tag, Label)>(&json).unwrap(), (tag, label));
    }
}

/// `count` tags of which none covers another.
fn apart(count: usize) -> impl Iterator<Item = Tag> {
    (0..count).map(|n| Tag::provider(Category::Bank, provider(&format!("p{n}"))))
}

#[test]
fn a_label_of_data_past_the_limit_is_for_the_owner_alone() {
    assert_eq!(Label::of(apart(LABEL_TAGS_MAX)).tags().count(), LABEL_TAGS_MAX);
    assert_eq!(Label::of(apart(LABEL_TAGS_MAX + 1)), Label::everything());
    let (all, one) = (Label::of(apart(LABEL_TAGS_MAX)), support::label("health@self"));
    assert!(all.join(&one).is_everything());
}

#[test]
fn a_clearance_past_the_limit_is_refused() {
    assert!(Label::bounded(apart(LABEL_TAGS_MAX)).is_ok());
    let too_many = Err(LabelError::TooManyTags(LABEL_TAGS_MAX + 1));
    assert_eq!(Label::bounded(apart(LABEL_TAGS_MAX + 1)), too_many);
    let stored = serde_json::to_string(&apart(LABEL_TAGS_MAX + 1).collect::<Vec<_>>()).unwrap();
    assert!(serde_json::from_str::<Label>(&stored).is_err(), "a stored one isn't widened");
}

#[test]
fn a_meet_past_the_limit_leaves_tags_out() {
    let providers = Label::of((0..8).map(|n| Tag::all_from(provider(&format!("p{n}")))));
    let categories = Label::of(Category::ALL.map(Tag::anywhere));
    let met = providers.meet(&categories);
    assert_eq!(met.tags().count(), LABEL_TAGS_MAX);
    assert!(met.flows_to(&providers) && met.flows_to(&categories));
}

#[test]
fn a_star_covers_what_it_stands_for() {
    for (low, high) in [
        ("bank@acme", "bank@*"),
        ("bank@self", "bank@*"),
        ("bank@acme", "*@acme"),
        ("bank@*", "*@*"),
        ("*@acme", "*@*"),
        ("", "bank@acme"),
    ] {
        let (low, high) = (support::label(low), support::label(high));
        assert!(low.flows_to(&high), "{low} flows to {high}");
        assert!(!high.flows_to(&low), "{high} does not flow to {low}");
    }
    for (a, b) in [("bank@acme", "bank@self"), ("bank@acme", "bank@evil"), ("bank@*", "*@acme")] {
        let (a, b) = (support::label(a), support::label(b));
        assert!(!a.flows_to(&b) && !b.flows_to(&a), "{a} and {b} are apart");
    }
}

#[test]
fn the_canonical_text_names_the_compartment() {
    let label = support::label("notes@self bank@acme bank@*");
    assert_eq!(label.canonical(), "bank@* notes@self");
    assert_eq!(Label::nothing().canonical(), "");
    assert_eq!(Label::nothing().to_string(), "nothing private");
    assert_eq!(Label::everything().canonical(), "*@*");
}

#[test]
fn what_is_no_tag_is_named() {
    assert_eq!("money@acme".parse::<Tag>(), Err(LabelError::Category("money".to_owned())));
    assert_eq!("bank".parse::<Tag>(), Err(LabelError::Tag("bank".to_owned())));
    for text in ["bank@", "bank@Acme", "@acme", "bank@a b", "bank@acme@x", "bank@-a", "bank@a-"] {
        assert!(text.parse::<Tag>().is_err(), "{text}");
    }
    assert!("bank@acme  notes@self".parse::<Label>().is_err());
    assert!(serde_json::from_str::<Label>("[\"bank\"]").is_err());
}
