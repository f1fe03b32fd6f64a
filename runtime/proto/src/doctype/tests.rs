use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::check::{DEPTH_MAX, KEY_LENGTH_MAX, VALUES_MAX, VIOLATIONS_MAX};
use super::*;

fn spec(name: &str) -> DoctypeSpec {
    Doctypes::builtin().get(&name.parse().unwrap()).unwrap().clone()
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn operation(more: Value) -> Map<String, Value> {
    let mut body = json!({"label": "CARD 12", "date": "2026-11-23", "amount": -12.5});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body.as_object().unwrap().clone()
}

fn violations(name: &str, body: Map<String, Value>) -> Vec<String> {
    match spec(name).validate(&body) {
        Ok(()) => Vec::new(),
        Err(SchemaError::Violations { violations, .. }) => {
            violations.iter().map(Violation::to_string).collect()
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn documents_as_a_cozy_writes_them_fit() {
    let fits = [
        ("io.cozy.bank.operations", operation(json!({}))),
        ("io.cozy.bank.operations", operation(json!({
            "date": "2019-05-21T12:00:00.000Z", "currency": "EUR", "manualCategoryId": "400110",
            "bills": ["io.cozy.bills:abc"], "account": null, "somethingElse": {"kept": [1, null]},
            "reimbursements": [{"billId": "io.cozy.bills:abc", "amount": 12.5, "operationId": "o"}],
            "relationships": {"recurrence": {"data": {"_id": "r", "_type": "io.cozy.bank.recurrence"}}},
        }))),
        ("io.cozy.bank.accounts", json!({
            "label": "Compte", "type": "Checkings", "balance": 1200.5, "vendorId": "1",
            "loan": {"rate": 1.2, "maturityDate": "2030-01-01", "nbPaymentsLeft": 12},
        }).as_object().unwrap().clone()),
        ("io.cozy.contacts", json!({
            "fullname": "Ada", "email": [{"address": "ada@example.org", "primary": true}],
            "address": [{"number": 12, "city": "Lyon"}],
        }).as_object().unwrap().clone()),
        ("io.cozy.files", json!({
            "type": "file", "name": "a.pdf", "size": "1234", "created_at": "2026-01-01T00:00:00Z",
            "metadata": {"qualification": {"label": "phone_invoice", "subjects": ["phone"]}},
        }).as_object().unwrap().clone()),
    ];
    for (name, body) in fits {
        assert_eq!(violations(name, body), Vec::<String>::new(), "{name}");
    }
}

/// Each body breaks one rule: what is said about it.
fn check(cases: impl IntoIterator<Item = (&'static str, Value, &'static str)>) {
    for (name, body, sentence) in cases {
        let body = if name == OPERATIONS { operation(body) } else { object(body) };
        assert_eq!(violations(name, body), [sentence]);
    }
}

const OPERATIONS: &str = "io.cozy.bank.operations";

#[test]
fn a_wrong_type_says_where_what_and_what_to_write() {
    check([
        (OPERATIONS, json!({"amount": "12"}), "`amount` is the text \"12\"; write a number"),
        (OPERATIONS, json!({"amount": null}), "`amount` is missing; write a number"),
        (OPERATIONS, json!({"label": true}), "`label` is true; write a text"),
        (OPERATIONS, json!({"bills": {}}), "`bills` is an object; write a list"),
        (OPERATIONS, json!({"bills": ["a", 3]}), "`bills[1]` is the number 3; write a text"),
        (
            OPERATIONS,
            json!({"date": "23/11/2026"}),
            "`date` is the text \"23/11/2026\"; write a date such as \"2026-11-23\" or a date and \
             time such as \"2026-11-23T09:30:00Z\"",
        ),
        (
            OPERATIONS,
            json!({"toCategorize": "yes"}),
            "`toCategorize` is the text \"yes\"; write `true` or `false`",
        ),
        (
            OPERATIONS,
            json!({"reimbursements": [{}, {"amount": []}]}),
            "`reimbursements[1].amount` is a list of 0 entries; write a number",
        ),
        (
            "io.cozy.bank.accounts",
            json!({"label": "a", "loan": {"nbPaymentsLeft": 1.5}}),
            "`loan.nbPaymentsLeft` is the number 1.5; write a whole number",
        ),
        ("io.cozy.contacts", json!({"email": [{}]}), "`email[0].address` is missing; write a text"),
    ]);
}

#[test]
fn a_broken_bound_says_where_what_and_what_to_write() {
    check([
        (
            OPERATIONS,
            json!({"label": "x".repeat(1001)}),
            "`label` is a text of 1001 characters; write at most 1000 characters",
        ),
        (
            OPERATIONS,
            json!({"bills": vec!["b"; 101]}),
            "`bills` is a list of 101 entries; write at most 100 entries",
        ),
        (
            "io.cozy.bills",
            json!({"vendor": "Free", "date": "2026-11-23", "amount": -1}),
            "`amount` is the number -1; write 0 or more",
        ),
        (
            "io.cozy.calendar.events",
            json!({"summary": "s", "start": "2026-11-23", "status": "DONE"}),
            "`status` is the text \"DONE\"; write one of `CONFIRMED`, `TENTATIVE` and `CANCELLED`",
        ),
    ]);
}

#[test]
fn a_wrong_name_says_where_what_and_what_to_write() {
    check([
        (
            OPERATIONS,
            json!({"_id": "x"}),
            "`_id` is a field; write it without `_` in front: such names are the home's own",
        ),
        (
            OPERATIONS,
            json!({"x": {"a.b": 1}}),
            "`x.a.b` is a field; write a name that isn't empty, has no `.` and no `$` in front",
        ),
        (
            OPERATIONS,
            json!({"$gt": 1}),
            "`$gt` is a field; write a name that isn't empty, has no `.` and no `$` in front",
        ),
        (
            OPERATIONS,
            json!({"": 1}),
            "`` is a field; write a name that isn't empty, has no `.` and no `$` in front",
        ),
    ]);
}

#[test]
fn size_and_depth_are_bounded() {
    let spec = spec("io.cozy.bank.operations");
    let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!({"a": inner}));
    assert!(spec.validate(&operation(json!({"x": nested(DEPTH_MAX - 1)}))).is_ok());
    let deep = violations(spec.name.as_str(), operation(json!({"x": nested(DEPTH_MAX)})));
    assert!(deep[0].ends_with("is 33 levels deep; write at most 32 levels"), "{deep:?}");

    // Four fields and the list itself are values too.
    assert!(spec.validate(&operation(json!({"x": vec![0; VALUES_MAX - 4]}))).is_ok());
    let rich = violations(spec.name.as_str(), operation(json!({"x": vec![0; VALUES_MAX - 3]})));
    assert_eq!(rich, ["`x[9996]` is value 10001; write at most 10000"]);

    let key = "k".repeat(KEY_LENGTH_MAX + 1);
    let long = violations(spec.name.as_str(), operation(json!({key: 1})));
    assert!(
        long[0].ends_with("is a name of 201 characters; write at most 200 characters"),
        "{long:?}"
    );

    let many: Map<String, Value> = (0..50).map(|i| (format!("_{i}"), json!(1))).collect();
    assert_eq!(violations(spec.name.as_str(), many).len(), VIOLATIONS_MAX);

    let text = format!("{{\"label\":\"{}\"}}", "x".repeat(BODY_BYTES_MAX));
    let error = spec.parse(&text).unwrap_err().to_string();
    assert!(error.ends_with("bytes, more than 262144: split it, or keep less"), "{error}");
}

#[test]
fn a_text_is_read_and_checked_at_once() {
    let spec = spec("io.cozy.notes");
    assert_eq!(spec.parse(r#"{"title": "t"}"#).unwrap()["title"], "t");
    for (text, sentence) in [
        ("{\n x", "a document of `io.cozy.notes` is not JSON at line 2, column 2"),
        ("[]", "a document of `io.cozy.notes` is no JSON object: write `{...}`"),
        ("{}", "a document of `io.cozy.notes` breaks its schema: `title` is missing; write a text"),
    ] {
        assert_eq!(spec.parse(text).unwrap_err().to_string(), sentence);
    }
    assert!(spec.parse(&"[".repeat(100_000)).is_err());
}

#[test]
fn internal_doctypes_are_not_offered() {
    let doctypes = Doctypes::builtin();
    assert!(doctypes.iter().any(DoctypeSpec::is_internal));
    assert!(doctypes.grantable().all(|name| !name.starts_with("app.domicile.")));
    let text = "name = 'a.b.c'\ninternal = true\ntitle = { en = 'a', fr = 'a' }\n[fields]\n";
    let error = Doctypes::from_texts([text, text]).unwrap_err().to_string();
    assert_eq!(error, "the doctype `a.b.c` is described twice: keep one of the files");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(|number| json!(f64::from(number) / 4.0)),
        "\\PC{0,20}".prop_map(Value::from),
        Just(json!("2026-11-23")),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let key = prop_oneof![Just("label".to_owned()), Just("fields".to_owned()), "\\PC{0,6}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..6)
                .prop_map(|object| Value::Object(object.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_fits_fits_as_text_too(value in any_json()) {
        for spec in Doctypes::builtin().iter() {
            let Value::Object(body) = &value else { continue };
            let printed = spec.parse(&value.to_string());
            prop_assert_eq!(spec.validate(body).is_ok(), printed.is_ok());
            if let Ok(read) = printed {
                prop_assert_eq!(Value::Object(read), value.clone());
            }
        }
    }

    #[test]
    fn a_field_that_nobody_knows_is_kept(key in "[a-z]{12,20}", value in any_json()) {
        let body = operation(json!({ &key: value.clone() }));
        let spec = spec("io.cozy.bank.operations");
        if let Ok(read) = spec.parse(&Value::Object(body).to_string()) {
            prop_assert_eq!(&read[&key], &value);
        }
    }
}
