//! What FHIR's data types say in words. In: JSON of any shape. Out: texts, days, numbers. Never
//! here: trust that a field is of the type that the specification gives it.

use std::collections::HashMap;

use domicile_sdk::Date;
use jiff::Timestamp;
use konnector_shared::Body;
use serde_json::Value;

/// Names that one bundle gives to people and places.
const NAMES_MAX: usize = 10_000;

/// A text, or nothing.
pub fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default().trim()
}

/// Each of a list, or the one that stands in its place.
pub fn each<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    let found = value.get(name);
    let list = found.and_then(Value::as_array).map(Vec::as_slice);
    list.or(found.map(std::slice::from_ref)).unwrap_or_default().iter()
}

/// The words of a CodeableConcept.
pub fn words(concept: &Value) -> &str {
    let said = text(concept, "text");
    if !said.is_empty() {
        return said;
    }
    let codings = || each(concept, "coding");
    let shown = codings().map(|coding| text(coding, "display")).find(|words| !words.is_empty());
    let code = || codings().map(|coding| text(coding, "code")).find(|code| !code.is_empty());
    shown.or_else(code).unwrap_or_default()
}

/// Its first code, into `code` and `codeSystem`.
pub fn code(concept: &Value, body: &mut Body) {
    if let Some(coding) = each(concept, "coding").find(|coding| !text(coding, "code").is_empty()) {
        body.line("code", text(coding, "code"), 100);
        body.line("codeSystem", text(coding, "system"), 300);
    }
}

/// A number that can be told from any other.
pub fn number(value: &Value, name: &str) -> Option<f64> {
    value.get(name).and_then(Value::as_f64).filter(|number| number.is_finite())
}

/// A day or a moment; `None` for less than a day.
pub fn when(written: &str) -> Option<String> {
    if let Some(day) = Date::parse(written).filter(|_| written.len() == 10) {
        return Some(day.to_string());
    }
    let at: Timestamp = written.parse().ok()?;
    Timestamp::from_second(at.as_second()).ok().map(|at| at.to_string())
}

/// The first of these that says a day, into `date`; else the first that says anything.
pub fn date(body: &mut Body, written: &[&str]) {
    match written.iter().find_map(|written| when(written)) {
        Some(date) => body.put("date", date),
        None => {
            let some = written.iter().find(|written| !written.is_empty());
            body.line("dateWritten", some.unwrap_or(&""), 40);
        }
    }
}

/// What people, places and medicines are called, by how the bundle refers to them.
#[derive(Default)]
pub struct Names<'a>(HashMap<String, &'a Value>);

impl<'a> Names<'a> {
    pub fn of(entries: &[&'a Value]) -> Names<'a> {
        let mut names = HashMap::new();
        for entry in entries {
            let resource = entry.get("resource").unwrap_or(entry);
            let kind = text(resource, "resourceType");
            let named = ["Organization", "Practitioner", "Medication", "Patient", "Location"];
            if !named.contains(&kind) || names.len() >= NAMES_MAX {
                continue;
            }
            names.insert(text(entry, "fullUrl").to_owned(), resource);
            names.insert(format!("{kind}/{}", text(resource, "id")), resource);
        }
        Names(names)
    }

    /// The words of a reference from `resource`.
    pub fn referred(&self, resource: &Value, reference: &Value) -> String {
        let shown = text(reference, "display");
        if !shown.is_empty() {
            return shown.to_owned();
        }
        let to = text(reference, "reference");
        let contained = to
            .strip_prefix('#')
            .and_then(|id| each(resource, "contained").find(|one| text(one, "id") == id));
        let found = contained.or_else(|| self.0.get(to).copied());
        found.map(name).unwrap_or_default()
    }
}

fn name(resource: &Value) -> String {
    if let Some(code) = resource.get("code") {
        return words(code).to_owned();
    }
    let said = text(resource, "name");
    if !said.is_empty() {
        return said.to_owned();
    }
    let Some(human) = each(resource, "name").next() else { return String::new() };
    let whole = text(human, "text");
    if !whole.is_empty() {
        return whole.to_owned();
    }
    let given = each(human, "given").filter_map(Value::as_str);
    let parts: Vec<&str> =
        given.chain([text(human, "family")]).filter(|one| !one.is_empty()).collect();
    parts.join(" ")
}
