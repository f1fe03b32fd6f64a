//! A hospital's server of health records: `Patient/ID/$everything` in pages, for one patient,
//! against a bearer token.
//!
//! Made after HL7 FHIR R4 (4.0.1): RESTful API, Bundle, Patient, Observation, MedicationRequest,
//! ExplanationOfBenefit, and the operation `$everything`. It leaves out search, writing, XML, SMART
//! on FHIR (the token is there already), and all other resources.

use std::sync::Mutex;
use std::sync::PoisonError;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::{Answer, Provider, query, with};

/// What opens it.
pub const TOKEN: &str = "jeton-hopital-0123456789abcdef";
/// Resources of a page, however many were asked for.
const PAGE: usize = 2;

/// Running.
#[derive(Default)]
pub struct Hospital(Mutex<Vec<String>>);

impl Hospital {
    /// What it was asked.
    pub fn seen(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Provider for Hospital {
    fn host(&self) -> &'static str {
        "fhir.hopital.example"
    }

    fn answer(&self, request: &Request<Bytes>) -> Answer {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(request.uri().to_string());
        let said = |name: &str| request.headers().get(name).and_then(|line| line.to_str().ok());
        if said("authorization") != Some(&format!("Bearer {TOKEN}")) {
            return answer(StatusCode::UNAUTHORIZED, &outcome("login", "Who are you?"));
        }
        if said("accept") != Some("application/fhir+json") {
            return answer(StatusCode::NOT_ACCEPTABLE, &outcome("not-supported", "JSON alone"));
        }
        let asked = query(request);
        let first = match (request.method(), request.uri().path()) {
            (&Method::GET, "/r4/Patient/camille/$everything") => 0,
            (&Method::GET, "/r4") => {
                let (pages, at) = (asked.get("_getpages"), asked.get("_getpagesoffset"));
                match (pages.map(String::as_str), at.and_then(|at| at.parse().ok())) {
                    (Some("c0ffee"), Some(at)) => at,
                    _ => return answer(StatusCode::GONE, &outcome("expired", "Begin again")),
                }
            }
            _ => return answer(StatusCode::NOT_FOUND, &outcome("not-found", "No such patient")),
        };
        let all = resources();
        let since = asked.get("_since").map_or("", String::as_str);
        let changed =
            |one: &&Value| one["meta"]["lastUpdated"].as_str().is_none_or(|at| at > since);
        let all: Vec<&Value> = all.iter().filter(changed).collect();
        let page = all.iter().skip(first).take(PAGE);
        let entries: Vec<Value> = page
            .map(|one| {
                let (kind, id) = (&one["resourceType"], &one["id"]);
                let url = format!("https://{}/r4/{kind}/{id}", self.host()).replace('"', "");
                json!({ "fullUrl": url, "resource": one, "search": { "mode": "match" } })
            })
            .collect();
        let next = first + PAGE;
        let further = format!("https://{}/r4?_getpages=c0ffee&_getpagesoffset={next}", self.host());
        let links = match next < all.len() {
            true => json!([{ "relation": "next", "url": further }]),
            false => json!([]),
        };
        let bundle = json!({
            "resourceType": "Bundle", "id": "c0ffee", "type": "searchset", "total": all.len(),
            "meta": { "lastUpdated": "2026-11-23T12:00:00Z" }, "link": links, "entry": entries,
        });
        answer(StatusCode::OK, &bundle)
    }
}

fn answer(status: StatusCode, body: &Value) -> Answer {
    with(status, "application/fhir+json", body.to_string())
}

fn outcome(code: &str, text: &str) -> Value {
    let issue = json!([{ "severity": "error", "code": code, "diagnostics": text }]);
    json!({ "resourceType": "OperationOutcome", "issue": issue })
}

fn resources() -> [Value; 5] {
    let meta = json!({ "lastUpdated": "2026-11-20T10:00:00Z" });
    let me = json!({ "reference": "Patient/camille", "display": "Camille Martin" });
    [
        json!({
            "resourceType": "Patient", "id": "camille", "meta": meta,
            "name": [{ "family": "Martin", "given": ["Camille"] }],
        }),
        json!({
            "resourceType": "Observation", "id": "weight-1", "meta": meta, "status": "final",
            "code": { "coding": [{ "system": "http://loinc.org", "code": "29463-7", "display": "Body weight" }] },
            "subject": me, "effectiveDateTime": "2026-11-20T10:00:00+01:00",
            "valueQuantity": { "value": 72.5, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg" },
        }),
        json!({
            "resourceType": "MedicationRequest", "id": "rx-1", "meta": meta, "status": "active",
            "intent": "order", "medicationCodeableConcept": { "text": "Amoxicilline 500 mg" },
            "subject": me, "authoredOn": "2026-11-20",
            "dosageInstruction": [{ "text": "1 matin et soir, 7 jours" }],
        }),
        json!({
            "resourceType": "Encounter", "id": "visit-1", "meta": meta, "status": "finished",
            "class": { "code": "AMB" }, "subject": me,
        }),
        json!({
            "resourceType": "ExplanationOfBenefit", "id": "eob-1", "meta": meta, "status": "active",
            "type": { "text": "professional" }, "use": "claim", "patient": me, "created": "2026-11-21",
            "insurer": { "display": "Mutuelle des Tilleuls" }, "provider": { "display": "Dr Martin" },
            "outcome": "complete", "insurance": [{ "focal": true, "coverage": { "display": "Tilleuls" } }],
            "total": [{
                "category": { "coding": [{ "code": "submitted" }] },
                "amount": { "value": 30, "currency": "EUR" },
            }],
            "payment": { "amount": { "value": 7.5, "currency": "EUR" }, "date": "2026-11-22" },
        }),
    ]
}
