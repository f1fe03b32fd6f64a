//! Doctypes: what a document of a given name holds, what it is about, and how it is found.
//!
//! The data files in `doctypes/` flow in, specifications flow out. A document that breaks its
//! schema must never be stored; what the schema doesn't name is kept as it is.

mod builtin;
mod check;
mod moment;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use domicile_policy::{Category, Doctype};
use serde_json::{Map, Value};

pub use check::{SchemaError, Violation};
pub(crate) use moment::is_date;
pub use schema::{DoctypeError, Field, Kind, Schema};

use crate::Text;

/// A document's body is at most this many bytes of JSON.
pub const BODY_BYTES_MAX: usize = 256 * 1024;

/// The doctype of files and folders.
pub const FILES: &str = "io.cozy.files";

/// `2026-11-23`.
const DAY_BYTES: usize = 10;

/// One doctype.
#[derive(Clone, Debug, PartialEq)]
pub struct DoctypeSpec {
    /// `io.cozy.bank.operations`.
    pub name: Doctype,
    /// What such documents are about. `None` for the home's own records, which no
    /// manifest can name.
    pub category: Option<Category>,
    /// What people call it, in the plural.
    pub title: Text,
    /// Field paths that are indexed together, in order.
    pub indexes: Vec<Vec<String>>,
    /// The field with the day or moment of what a deposit tells: an older one never replaces a
    /// newer.
    pub newest_by: Option<String>,
    /// Whether a document may have a content: bytes beside it, which its field `content` names and
    /// its field `size` counts.
    pub contents: bool,
    /// What a body must look like.
    pub schema: Schema,
}

impl DoctypeSpec {
    /// Whether only the home itself keeps such documents: never granted.
    pub fn is_internal(&self) -> bool {
        self.category.is_none()
    }

    /// Whether a deposit of `new` would take the place of something newer.
    pub fn is_outdated(&self, new: &Map<String, Value>, stored: &Map<String, Value>) -> bool {
        let Some(field) = &self.newest_by else { return false };
        let (new, stored) = (new.get(field), stored.get(field));
        let (new, stored) = (new.and_then(Value::as_str), stored.and_then(Value::as_str));
        // Moments in UTC are in order as texts. Else the day counts: a date and a moment of the
        // same day are equally new.
        let is_utc = |text: Option<&str>| text.is_some_and(|text| text.ends_with('Z'));
        if is_utc(new) && is_utc(stored) {
            return new < stored;
        }
        new.and_then(|text| text.get(..DAY_BYTES)) < stored.and_then(|text| text.get(..DAY_BYTES))
    }

    /// Check a body against the schema.
    pub fn validate(&self, body: &Map<String, Value>) -> Result<(), SchemaError> {
        check::body(&self.name, &self.schema, body)
    }

    /// Read a body from its text: at most [`BODY_BYTES_MAX`], a JSON object that fits the schema.
    pub fn parse(&self, text: &str) -> Result<Map<String, Value>, SchemaError> {
        let body = self.object(text)?;
        self.validate(&body)?;
        Ok(body)
    }

    /// Read the part of a body that lies at the paths which `is_part` names: what the schema says
    /// of others is no matter of its author's.
    pub fn parse_part(
        &self,
        text: &str,
        is_part: impl Fn(&str) -> bool,
    ) -> Result<Map<String, Value>, SchemaError> {
        let body = self.object(text)?;
        match self.validate(&body) {
            Err(SchemaError::Violations { doctype, mut violations }) => {
                violations.retain(|one| is_part(one.path.split('[').next().unwrap_or_default()));
                if violations.is_empty() {
                    return Ok(body);
                }
                Err(SchemaError::Violations { doctype, violations })
            }
            result => result.map(|()| body),
        }
    }

    fn object(&self, text: &str) -> Result<Map<String, Value>, SchemaError> {
        if text.len() > BODY_BYTES_MAX {
            return Err(SchemaError::TooLong { doctype: self.name.clone(), bytes: text.len() });
        }
        let value: Value = serde_json::from_str(text).map_err(|error| SchemaError::NotJson {
            doctype: self.name.clone(),
            line: error.line(),
            column: error.column(),
        })?;
        match value {
            Value::Object(body) => Ok(body),
            _ => Err(SchemaError::NotObject { doctype: self.name.clone() }),
        }
    }
}

/// The doctypes that a home knows.
#[derive(Clone, Debug, Default)]
pub struct Doctypes(BTreeMap<Doctype, DoctypeSpec>);

impl Doctypes {
    /// The doctypes that come with Domicile.
    pub fn builtin() -> Arc<Doctypes> {
        static BUILTIN: LazyLock<Arc<Doctypes>> = LazyLock::new(|| Arc::new(builtin::load()));
        Arc::clone(&BUILTIN)
    }

    /// Read doctypes from the texts of their data files.
    pub fn from_texts<'a>(
        texts: impl IntoIterator<Item = &'a str>,
    ) -> Result<Doctypes, DoctypeError> {
        let mut doctypes = Doctypes::default();
        for text in texts {
            doctypes.add(schema::parse(text)?)?;
        }
        Ok(doctypes)
    }

    fn add(&mut self, spec: DoctypeSpec) -> Result<(), DoctypeError> {
        if self.0.contains_key(&spec.name) {
            return Err(DoctypeError::Twice(spec.name));
        }
        self.0.insert(spec.name.clone(), spec);
        Ok(())
    }

    /// The specification of a doctype.
    pub fn get(&self, name: &Doctype) -> Option<&DoctypeSpec> {
        self.0.get(name)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = &DoctypeSpec> {
        self.0.values()
    }

    /// The names that a manifest may ask for.
    pub fn grantable(&self) -> impl Iterator<Item = &str> {
        self.0.values().filter(|spec| !spec.is_internal()).map(|spec| spec.name.as_str())
    }
}
