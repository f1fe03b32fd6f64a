//! A clinical resource. In: JSON. Out: a record. Never here: a resource of a kind that is not
//! named.

use konnector_shared::Body;
use serde_json::Value;

use crate::value::{Names, code, date, each, number, text, words};
use crate::{Found, Record};

/// Values of one measurement.
const COMPONENTS_MAX: usize = 50;

/// The record and how many of its texts were shortened; `None` for another kind, or without a name.
pub fn record(resource: &Value, names: &Names<'_>) -> Option<(Found, usize)> {
    let at = |name: &str| resource.get(name).unwrap_or(&Value::Null);
    let mut body = Body::default();
    let (kind, concept) = match text(resource, "resourceType") {
        "Observation" => {
            let period = text(at("effectivePeriod"), "start");
            let (moment, instant) =
                (text(resource, "effectiveDateTime"), text(resource, "effectiveInstant"));
            date(&mut body, &[moment, instant, period, text(resource, "issued")]);
            value(resource, &mut body);
            let parts = each(resource, "component").take(COMPONENTS_MAX).map(component);
            body.list("components", parts);
            ("observation", at("code"))
        }
        "MedicationRequest" | "MedicationStatement" => {
            let (start, asserted) =
                (text(at("effectivePeriod"), "start"), text(resource, "dateAsserted"));
            let moment = text(resource, "effectiveDateTime");
            date(&mut body, &[text(resource, "authoredOn"), moment, start, asserted]);
            let doses =
                ["dosageInstruction", "dosage"].into_iter().flat_map(|name| each(resource, name));
            let doses: Vec<&str> = doses.map(|dose| text(dose, "text")).take(20).collect();
            body.lines("note", &doses.join("\n"), 5_000);
            body.line("practitioner", &names.referred(resource, at("requester")), 300);
            let medicine = names.referred(resource, at("medicationReference"));
            body.line("title", &medicine, 500);
            ("medication", at("medicationCodeableConcept"))
        }
        "Immunization" => {
            let told = text(resource, "occurrenceString");
            date(&mut body, &[text(resource, "occurrenceDateTime"), told]);
            ("immunization", at("vaccineCode"))
        }
        "Condition" => {
            let period = text(at("onsetPeriod"), "start");
            let (onset, noted) = (text(resource, "onsetDateTime"), text(resource, "recordedDate"));
            date(&mut body, &[onset, period, noted, text(resource, "onsetString")]);
            body.line("status", words(at("clinicalStatus")), 100);
            ("condition", at("code"))
        }
        "AllergyIntolerance" => {
            date(&mut body, &[text(resource, "onsetDateTime"), text(resource, "recordedDate")]);
            body.line("status", words(at("clinicalStatus")), 100);
            ("allergy", at("code"))
        }
        "Procedure" => {
            let period = text(at("performedPeriod"), "start");
            date(&mut body, &[text(resource, "performedDateTime"), period]);
            ("procedure", at("code"))
        }
        "DiagnosticReport" => {
            let (period, issued) = (text(at("effectivePeriod"), "start"), text(resource, "issued"));
            date(&mut body, &[text(resource, "effectiveDateTime"), period, issued]);
            body.lines("note", text(resource, "conclusion"), 5_000);
            ("report", at("code"))
        }
        _ => return None,
    };
    body.put("kind", kind);
    if body.get("title").is_none() {
        body.line("title", words(concept), 500);
    }
    code(concept, &mut body);
    rest(resource, names, &mut body);
    body.get("title")?;
    let cut = body.cut;
    Some((Found::Record(Record(body.into_value())), cut))
}

fn rest(resource: &Value, names: &Names<'_>, body: &mut Body) {
    let who = |name: &str| {
        let mut all = each(resource, name);
        all.next().map(|one| {
            // Who did something stands in an `actor` beside their part in it.
            let reference = one.get("actor").unwrap_or(one);
            names.referred(resource, reference)
        })
    };
    if body.get("status").is_none() {
        body.line("status", text(resource, "status"), 100);
    }
    if body.get("practitioner").is_none() {
        let people = ["performer", "asserter", "recorder"].into_iter().filter_map(who);
        body.line("practitioner", &people.into_iter().next().unwrap_or_default(), 300);
    }
    let patient = who("subject").or(who("patient")).unwrap_or_default();
    body.line("patient", &patient, 300);
    if body.get("note").is_none() {
        let notes: Vec<&str> =
            each(resource, "note").map(|note| text(note, "text")).take(20).collect();
        body.lines("note", &notes.join("\n"), 5_000);
    }
}

/// What was found: of the many types of a value those that people read.
fn value(holder: &Value, body: &mut Body) {
    let at = |name: &str| holder.get(name).unwrap_or(&Value::Null);
    let quantity = at("valueQuantity");
    if let Some(number) = number(quantity, "value") {
        body.put("quantity", number);
        let unit = [text(quantity, "unit"), text(quantity, "code")];
        body.line("unit", unit.into_iter().find(|unit| !unit.is_empty()).unwrap_or_default(), 100);
        body.line("value", text(quantity, "comparator"), 2_000);
    }
    if let Some(number) = number(holder, "valueInteger") {
        body.put("quantity", number);
    }
    if let Some(flag) = at("valueBoolean").as_bool() {
        body.line("value", if flag { "true" } else { "false" }, 2_000);
    }
    let said = [
        words(at("valueCodeableConcept")),
        text(holder, "valueString"),
        text(holder, "valueDateTime"),
    ];
    if let Some(said) = said.into_iter().find(|said| !said.is_empty()) {
        body.line("value", said, 2_000);
    }
}

fn component(part: &Value) -> Body {
    let mut body = Body::default();
    body.line("title", words(part.get("code").unwrap_or(&Value::Null)), 500);
    value(part, &mut body);
    body
}
