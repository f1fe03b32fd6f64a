//! The `[[grant]]` tables: what is asked for, line by line.

use std::collections::BTreeSet;

use domicile_policy::{Action, Category, GrantLine};
use serde_json::Value;

use super::error::CategoryProblem;
use super::limits::*;
use super::section::{Section, shown};
use super::{Kind, ManifestError, ManifestGrant};
use crate::doctype::{DoctypeSpec, Doctypes};
use crate::suggest;

const KNOWN: &[&str] = &["doctype", "actions", "with", "fields", "rows", "why"];

const ACTIONS: [(&str, Action); 4] = [
    ("read", Action::Read),
    ("query", Action::Query),
    ("write", Action::Write),
    ("deposit", Action::Deposit),
];

/// Read all grants, in the order of the manifest.
pub(super) fn read_all(
    root: &Section<'_>,
    kind: Kind,
    doctypes: &Doctypes,
) -> Result<Vec<ManifestGrant>, ManifestError> {
    let mut grants: Vec<ManifestGrant> = Vec::new();
    for section in root.tables("grant", GRANTS_MAX, KNOWN)? {
        let grant = read(&section, kind, doctypes)?;
        if grants.iter().any(|other| other.line.doctype == grant.line.doctype) {
            let (key, doctype) = (section.key("doctype"), grant.line.doctype);
            return Err(ManifestError::DoctypeTwice { key, doctype });
        }
        grants.push(grant);
    }
    Ok(grants)
}

fn read(
    section: &Section<'_>,
    kind: Kind,
    doctypes: &Doctypes,
) -> Result<ManifestGrant, ManifestError> {
    let spec = doctype(section, doctypes)?;
    let Some(category) = spec.category else {
        let (key, doctype) = (section.key("doctype"), spec.name.clone());
        return Err(ManifestError::InternalDoctype { key, doctype });
    };
    let line = GrantLine {
        doctype: spec.name.clone(),
        category,
        actions: actions(section, kind)?,
        with: with(section, category)?,
        fields: fields(section)?,
        rows: rows(section)?,
    };
    let narrowing = ["with", "fields", "rows"];
    if let Some(name) = section.names().find(|name| narrowing.contains(name))
        && !line.looks()
    {
        return Err(ManifestError::NothingSeen { key: section.key(name) });
    }
    Ok(ManifestGrant { line, why: section.text("why", WHY_LENGTH_MAX)? })
}

fn doctype<'a>(
    section: &Section<'_>,
    doctypes: &'a Doctypes,
) -> Result<&'a DoctypeSpec, ManifestError> {
    let example = "doctype = \"io.cozy.bank.operations\"";
    let text = section.string("doctype", example, FIELD_LENGTH_MAX)?;
    let spec = text.parse().ok().and_then(|name| doctypes.get(&name));
    spec.ok_or_else(|| ManifestError::UnknownDoctype {
        key: section.key("doctype"),
        found: shown(&text),
        hint: suggest::hint(&text, doctypes.grantable()),
    })
}

fn actions(section: &Section<'_>, kind: Kind) -> Result<BTreeSet<Action>, ManifestError> {
    let words = section.strings("actions", WORDS_MAX)?.unwrap_or_default();
    if words.is_empty() {
        let example =
            if kind.deposits() { "`actions = [\"deposit\"]`" } else { "`actions = [\"read\"]`" };
        return Err(section.missing("actions", example));
    }
    let mut actions = BTreeSet::new();
    for word in words {
        let action = section.pick("actions", &word, &ACTIONS)?;
        if (action == Action::Deposit) != kind.deposits() {
            return Err(ManifestError::Action { key: section.key("actions"), action, kind });
        }
        actions.insert(action);
    }
    Ok(actions)
}

fn with(section: &Section<'_>, own: Category) -> Result<BTreeSet<Category>, ManifestError> {
    let problem = |problem| ManifestError::Category { key: section.key("with"), problem };
    let mut categories = BTreeSet::new();
    for word in section.strings("with", WORDS_MAX)?.unwrap_or_default() {
        let category =
            shown(&word).parse().map_err(|error| problem(CategoryProblem::from(error)))?;
        if category == own {
            return Err(problem(CategoryProblem::Own(own)));
        }
        categories.insert(category);
    }
    Ok(categories)
}

fn fields(section: &Section<'_>) -> Result<Option<BTreeSet<String>>, ManifestError> {
    let Some(paths) = section.strings("fields", FIELDS_MAX)? else { return Ok(None) };
    if paths.is_empty() {
        return Err(ManifestError::Empty { key: section.key("fields") });
    }
    let is_path = |path: &&String| path.split('.').all(is_field);
    if let Some(found) = paths.iter().find(|path| !is_path(path)) {
        let (key, found) = (section.key("fields"), shown(found));
        return Err(ManifestError::Field { key, found });
    }
    Ok(Some(paths.into_iter().collect()))
}

fn is_field(name: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    !name.is_empty() && !name.starts_with('_') && name.chars().all(letter)
}

/// The selector in one canonical text, so that two versions of a manifest can be compared.
fn rows(section: &Section<'_>) -> Result<Option<String>, ManifestError> {
    let Some(text) = section.optional_string("rows", ROWS_BYTES_MAX)? else { return Ok(None) };
    let problem = |problem: String| ManifestError::Rows { key: section.key("rows"), problem };
    let value: Value = serde_json::from_str(&text)
        .map_err(|error| problem(format!("it is not JSON at column {}", error.column())))?;
    if !value.is_object() {
        return Err(problem("it is no object".to_owned()));
    }
    let depth = depth(&value);
    if depth > ROWS_DEPTH_MAX {
        return Err(problem(format!("it has {depth} levels, more than {ROWS_DEPTH_MAX}")));
    }
    Ok(Some(value.to_string()))
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Object(object) => 1 + object.values().map(depth).max().unwrap_or(0),
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
