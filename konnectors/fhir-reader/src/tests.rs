//! Hostile bundles; whole ones are tried in `konnectors/fhir-file`.

use domicile_sdk::importer::{Deposits, Progress};
use domicile_sdk::testing::Home;
use konnector_shared::Intake;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// Doctype, key and body.
type Deposited = (String, String, Value);

fn taken(bytes: &[u8]) -> Result<(Page, Vec<Deposited>), String> {
    let home = Home::new();
    let mut out = Deposits::default();
    let progress = Progress::default();
    let page = read(bytes, str::to_owned, &mut Intake::new(&mut out, &progress));
    out.flush().map_err(|error| error.to_string())?;
    Ok((page.map_err(|said| said.en)?, home.deposits()))
}

fn one(resource: Value) -> Option<Value> {
    let (_, mut found) = taken(resource.to_string().as_bytes()).unwrap();
    found.pop().map(|(_, _, body)| body)
}

#[test]
fn a_page_says_where_it_goes_on() {
    let bundle = json!({
        "resourceType": "Bundle",
        "meta": {"lastUpdated": "2026-11-20T10:00:00Z"},
        "link": [{"relation": "self", "url": "a"}, {"relation": "next", "url": "b"}],
    });
    let (page, found) = taken(bundle.to_string().as_bytes()).unwrap();
    assert_eq!(
        (page.next.as_deref(), page.updated.as_deref()),
        (Some("b"), Some("2026-11-20T10:00:00Z"))
    );
    assert!(found.is_empty());
    let refused = json!({"resourceType": "OperationOutcome", "issue": [{"diagnostics": "No"}]});
    assert_eq!(taken(refused.to_string().as_bytes()).unwrap_err(), "the server says: \"No\"");
    for text in ["", "{}", "[]", "<Bundle/>", "{\"resourceType\": 5}"] {
        assert!(taken(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn a_bill_has_what_a_bill_needs() {
    let whole = json!({
        "resourceType": "ExplanationOfBenefit", "id": "1", "created": "2026-11-02T10:00:00+01:00",
        "insurer": {"display": "Mutuelle"},
        "total": [{"category": {"coding": [{"code": "benefit"}]}, "amount": {"value": 5, "currency": "EUR"}}],
    });
    assert_eq!(one(whole.clone()).unwrap()["date"], "2026-11-02T09:00:00Z");
    for (pointer, odd) in [
        ("/created", json!("2026")),
        ("/insurer", json!({})),
        ("/insurer", json!({"display": "\u{200b}"})),
        ("/total", json!([])),
        ("/total/0/amount/value", json!(-1)),
        ("/total/0/amount/value", json!("5")),
    ] {
        let mut less = whole.clone();
        *less.pointer_mut(pointer).unwrap() = odd;
        assert!(one(less).is_none(), "{pointer}");
    }
}

#[test]
fn fields_of_another_type_are_not_there() {
    let record = json!({
        "resourceType": "Observation", "id": 7, "status": ["x"], "code": {"text": "Poids", "coding": "y"},
        "effectiveDateTime": "2026-02-30", "valueQuantity": {"value": "72", "unit": 3}, "component": {"code": 1},
        "subject": "me", "performer": [[1]], "note": {"text": "one"},
    });
    let expected = json!({"kind": "observation", "title": "Poids", "dateWritten": "2026-02-30", "note": "one"});
    assert_eq!(one(record).unwrap(), expected);
}

/// JSON of the names that are looked for, with values of any type.
fn anything() -> impl Strategy<Value = Value> {
    const NAMES: [&str; 24] = [
        "resourceType",
        "id",
        "status",
        "code",
        "text",
        "coding",
        "display",
        "entry",
        "resource",
        "fullUrl",
        "valueQuantity",
        "value",
        "unit",
        "effectiveDateTime",
        "component",
        "subject",
        "reference",
        "contained",
        "total",
        "amount",
        "payment",
        "date",
        "created",
        "category",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "(Bundle|Observation|Claim|ExplanationOfBenefit|Condition|#x|benefit|2026(-11(-20(T10:00:00Z)?)?)?|[a-z ]{0,9})"
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        let object = prop::collection::vec((prop::sample::select(&NAMES), inner.clone()), 0..6);
        let list = prop::collection::vec(inner, 0..4).prop_map(Value::from);
        let object = object.prop_map(|pairs| {
            pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Value>()
        });
        prop_oneof![object, list]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = taken(&bytes);
    }

    #[test]
    fn any_json_is_read_or_refused(value in anything()) {
        let _ = taken(value.to_string().as_bytes());
        let _ = taken(json!({"resourceType": "Bundle", "entry": [value]}).to_string().as_bytes());
    }
}
