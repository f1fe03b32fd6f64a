//! HL7 FHIR R4 (4.0.1) bundles to `io.domicile.health.records` and `io.cozy.bills`.
//!
//! In: a bundle, as a file or as one page of a server's answer. Out: what is in it that people
//! read, each under a key that stays the same when it is read again, and the names of what has no
//! place. Never here: where the bytes come from; the narrative (HTML), an attachment, an address to
//! fetch.

mod bill;
mod bundle;
mod record;
mod value;

use domicile_sdk::docs::Document;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use bundle::{ENTRIES_MAX, Page, read, recognise};

/// A document of `io.domicile.health.records`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Record(Value);

impl Document for Record {
    const DOCTYPE: &'static str = "io.domicile.health.records";
}

/// A document of `io.cozy.bills`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bill(Value);

impl Document for Bill {
    const DOCTYPE: &'static str = "io.cozy.bills";
}

/// What one resource becomes.
#[derive(Debug)]
pub enum Found {
    Record(Record),
    Bill(Bill),
}

#[cfg(test)]
mod tests;
