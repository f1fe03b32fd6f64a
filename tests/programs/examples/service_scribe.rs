//! A service that writes down each of its runs, in a note or a contact as far as it may, and then
//! does what a note with the title `order` says: `fail TEXT`, `panic`, or nothing. No manifest is
//! embedded: each test packs its own.

use domicile_sdk::Trigger;
use domicile_sdk::bindings::app::domicile::docs::{query, write};
use domicile_sdk::bindings::service_exports;
use serde_json::{Value, json};

const NOTES: &str = "io.cozy.notes";
const CONTACTS: &str = "io.cozy.contacts";

struct Entry;

impl service_exports::Guest for Entry {
    fn run(trigger: service_exports::Trigger) -> Result<(), String> {
        run(&trigger.into())
    }
}

domicile_sdk::bindings::service::export_service!(
    Entry with_types_in domicile_sdk::bindings::service
);

fn run(trigger: &Trigger) -> Result<(), String> {
    let said = format!("ran by {trigger:?}");
    // What is not granted is absent, and nothing is lost by asking.
    let _ = write::create_many(NOTES, &[json!({ "title": said }).to_string()]);
    let _ = write::create_many(CONTACTS, &[json!({ "displayName": said }).to_string()]);
    println!("{said}");
    match order() {
        Some(order) if order == "panic" => panic!("as ordered"),
        Some(order) => order.strip_prefix("fail ").map_or(Ok(()), |text| Err(text.to_owned())),
        None => Ok(()),
    }
}

fn order() -> Option<String> {
    let orders = query::Request {
        doctype: NOTES.to_owned(),
        selector: json!({ "title": "order" }).to_string(),
        sort: Vec::new(),
        limit: 1,
        cursor: None,
        origins: Vec::new(),
    };
    let found = query::find(&orders).ok()?.documents.into_iter().next()?;
    let order: Value = serde_json::from_str(&found.body).ok()?;
    order["content"].as_str().map(str::to_owned)
}
