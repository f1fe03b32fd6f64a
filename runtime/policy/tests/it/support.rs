//! Short names for what tests build.

use std::collections::BTreeSet;

use domicile_policy::{
    Action, Category, Cause, ComponentId, Doctype, GrantLine, Grants, Label, ProviderId, Run, World,
};

pub const OPERATIONS: &str = "io.cozy.bank.operations";
pub const NOTES: &str = "io.cozy.notes.pages";
pub const CARE: &str = "app.domicile.health.care";

pub fn doctype(text: &str) -> Doctype {
    text.parse().unwrap()
}

pub fn provider(text: &str) -> ProviderId {
    text.parse().unwrap()
}

pub fn component(text: &str) -> ComponentId {
    text.parse().unwrap()
}

pub fn label(text: &str) -> Label {
    text.parse().unwrap()
}

/// The category of the doctypes that tests use.
pub fn category(doctype: &str) -> Category {
    match doctype {
        OPERATIONS => Category::Bank,
        NOTES => Category::Notes,
        CARE => Category::Health,
        other => panic!("no category for {other}"),
    }
}

/// `line(NOTES, "read write")`.
pub fn line(name: &str, actions: &str) -> GrantLine {
    GrantLine {
        doctype: doctype(name),
        category: category(name),
        actions: actions.split_whitespace().map(action).collect(),
        with: BTreeSet::new(),
        fields: None,
        rows: None,
    }
}

fn action(word: &str) -> Action {
    serde_json::from_value(word.into()).unwrap()
}

pub fn grants(lines: impl IntoIterator<Item = GrantLine>) -> Grants {
    Grants::new(lines).unwrap()
}

/// All grants that an app can use for these doctypes.
pub fn full(doctypes: &[&str]) -> Grants {
    grants(doctypes.iter().map(|name| line(name, "read query write")))
}

pub fn importer(from: &str) -> World {
    World::Importer { provider: provider(from) }
}

pub fn konnector(to: &str, consented: &[Category]) -> World {
    let consented = consented.iter().copied().collect();
    World::Konnector { provider: provider(to), consented, multi_tenant: false }
}

/// The first visit of an app's first page.
pub const VISIT: Cause = Cause::Page { token: None, plain_root: true, typed: false };

pub fn app(grants: Grants) -> Run {
    Run::start(component("banks"), World::App, grants, VISIT).unwrap()
}

/// The code of a refusal and its rule.
pub fn refused<T: std::fmt::Debug>(
    result: Result<T, domicile_policy::Denial>,
) -> (domicile_policy::Rule, &'static str) {
    let denial = result.unwrap_err();
    (denial.rule, denial.code())
}
