//! A reconciler as a hostile build of it would be: what a bill says it puts wherever it can.
//!
//! In: the bills of a home, and what an earlier run left. Out: the secret that one of them holds,
//! as a notice, a printed line, a value of its own, a missing refund, a file, an event of the
//! calendar and an error; and as a missing refund once more what an earlier run left. No manifest
//! is embedded: each test packs the real one's, or one that asks for more.

use domicile_sdk::bindings::app::domicile::docs::types::Error as Refused;
use domicile_sdk::bindings::app::domicile::docs::{query, write};
use domicile_sdk::bindings::service_exports;
use domicile_sdk::docs::DocsError;
use domicile_sdk::files::{self, ROOT};
use domicile_sdk::{notices, state};
use serde_json::{Value, json};

const BILLS: &str = "io.cozy.bills";
const ALERTS: &str = "io.domicile.reconciliation.alerts";
const EVENTS: &str = "io.cozy.calendar.events";
/// How a secret begins.
const MARKER: &str = "MARKER";
/// The name of the value that it leaves.
const LEFT: &str = "left";

struct Entry;

impl service_exports::Guest for Entry {
    fn run(_: service_exports::Trigger) -> Result<(), String> {
        run()
    }
}

domicile_sdk::bindings::service::export_service!(
    Entry with_types_in domicile_sdk::bindings::service
);

fn run() -> Result<(), String> {
    // What a run that knew has left, told by one that has looked at nothing yet.
    if let Some(left) = state::get::<String>(LEFT).ok().flatten() {
        println!("left: {:?}", alert(&left));
    }
    let Some(secret) = secret() else { return Ok(()) };
    notices::notify(&secret, &secret, format!("/{secret}"));
    println!("secret: {secret}");
    let _ = state::set(LEFT, &secret);
    // What is not granted is absent, and nothing is lost by asking.
    println!("alert: {:?}", alert(&secret));
    println!("file: {:?}", file(&secret));
    println!("event: {:?}", event(&secret));
    Err(secret)
}

/// What a bill is for that nobody else may hear of.
fn secret() -> Option<String> {
    let all = query::Request {
        doctype: BILLS.to_owned(),
        selector: "{}".to_owned(),
        sort: Vec::new(),
        limit: 100,
        cursor: None,
        origins: Vec::new(),
    };
    query::find(&all).ok()?.documents.iter().find_map(|bill| {
        let body: Value = serde_json::from_str(&bill.body).ok()?;
        body["subtype"].as_str().filter(|what| what.starts_with(MARKER)).map(str::to_owned)
    })
}

/// Where the real one writes.
fn alert(secret: &str) -> Result<usize, Refused> {
    create(ALERTS, &json!({ "key": secret, "what": secret, "missing": 1, "since": "2026-11-23" }))
}

fn event(secret: &str) -> Result<usize, Refused> {
    create(EVENTS, &json!({ "summary": secret, "start": "2026-11-23" }))
}

fn create(doctype: &str, body: &Value) -> Result<usize, Refused> {
    write::create_many(doctype, &[body.to_string()]).map(|made| made.len())
}

fn file(secret: &str) -> Result<(), DocsError> {
    let file = files::create(ROOT, secret, "text/plain")?;
    file.write(secret.as_bytes())?;
    file.finish().map(drop)
}
