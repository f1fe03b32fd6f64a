//! Strategies for generated cases.

use std::collections::BTreeSet;

use domicile_policy::{
    Action, Actor, Category, Cause, GrantLine, Grants, Influence, Label, Origin, Tag, World,
};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::support::{CARE, NOTES, OPERATIONS, category, component, doctype, provider};

pub const DOCTYPES: [&str; 3] = [OPERATIONS, NOTES, CARE];
pub const CATEGORIES: [Category; 3] = [Category::Bank, Category::Notes, Category::Health];
pub const PROVIDERS: [&str; 2] = ["acme", "evil"];

/// Tags over three categories and two providers: so few that no label of them is past the limit.
pub fn tag() -> impl Strategy<Value = Tag> {
    let category = prop_oneof![1 => Just(None), 6 => select(CATEGORIES.to_vec()).prop_map(Some)];
    let origin = prop_oneof![
        2 => Just(Origin::Any),
        3 => Just(Origin::Home),
        5 => select(PROVIDERS.to_vec()).prop_map(|name| Origin::Provider(provider(name))),
    ];
    (category, origin).prop_map(|(category, origin)| Tag { category, origin })
}

pub fn label() -> impl Strategy<Value = Label> {
    vec(tag(), 0..5).prop_map(Label::of)
}

/// Labels as items have them: of a known category, from somewhere.
pub fn item_label() -> impl Strategy<Value = Label> {
    let ground = (select(CATEGORIES.to_vec()), select(vec!["self", "acme", "evil"]))
        .prop_map(|(category, origin)| format!("{category}@{origin}").parse::<Tag>().unwrap());
    vec(ground, 1..3).prop_map(Label::of)
}

/// Labels over every category and ten providers, up to the limit: joins of these overflow.
pub fn wide_label() -> impl Strategy<Value = Label> {
    let tag = (select(Category::ALL.to_vec()), 0..11u8).prop_map(|(category, number)| {
        if number == 10 {
            return Tag::anywhere(category);
        }
        Tag::provider(category, provider(&format!("p{number}")))
    });
    vec(tag, 0..=60).prop_map(Label::of)
}

pub fn influence() -> impl Strategy<Value = Influence> {
    let actor = select(vec![
        Actor::Owner,
        Actor::App(component("banks")),
        Actor::Importer(component("ofx")),
        Actor::Provider(provider("acme")),
    ]);
    btree_set(actor, 0..3).prop_map(Influence::from)
}

pub fn line_of(name: &'static str) -> impl Strategy<Value = GrantLine> {
    let actions =
        subsequence(vec![Action::Read, Action::Query, Action::Write, Action::Deposit], 1..=4);
    let with = subsequence(CATEGORIES.to_vec(), 0..=2);
    let fields =
        proptest::option::weighted(0.3, subsequence(vec!["amount", "date", "name"], 0..=3));
    let rows = proptest::option::weighted(0.3, select(vec!["{\"a\":1}", "{\"a\":2}"]));
    (actions, with, fields, rows).prop_map(move |(actions, with, fields, rows)| GrantLine {
        doctype: doctype(name),
        category: category(name),
        actions: actions.into_iter().collect(),
        with: with.into_iter().collect(),
        fields: fields.map(|paths| paths.into_iter().map(str::to_owned).collect::<BTreeSet<_>>()),
        rows: rows.map(str::to_owned),
    })
}

pub fn grants() -> impl Strategy<Value = Grants> {
    let maybe = |name| proptest::option::weighted(0.8, line_of(name));
    (maybe(OPERATIONS), maybe(NOTES), maybe(CARE))
        .prop_map(|(a, b, c)| Grants::new([a, b, c].into_iter().flatten()).unwrap())
}

pub fn world() -> impl Strategy<Value = World> {
    let from = || select(PROVIDERS.to_vec()).prop_map(provider);
    let konnector = (from(), subsequence(CATEGORIES.to_vec(), 0..=3), any::<bool>()).prop_map(
        |(provider, consented, multi_tenant)| World::Konnector {
            provider,
            consented: consented.into_iter().collect(),
            multi_tenant,
        },
    );
    prop_oneof![
        3 => Just(World::App),
        1 => Just(World::Service),
        2 => from().prop_map(|provider| World::Importer { provider }),
        3 => konnector,
    ]
}

pub fn cause() -> impl Strategy<Value = Cause> {
    let token = proptest::option::of((item_label(), influence()));
    prop_oneof![
        Just(Cause::OwnerTrusted),
        Just(Cause::Schedule),
        Just(Cause::DroppedFile),
        (token, any::<bool>(), any::<bool>()).prop_map(|(token, plain_root, typed)| Cause::Page {
            token,
            plain_root,
            typed
        }),
        (item_label(), influence())
            .prop_map(|(label, influence)| Cause::Event { label, influence }),
    ]
}
