//! What the parts of one open home share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use domicile_policy::{Doctype, HomeName};
use domicile_proto::doctype::{DoctypeSpec, Doctypes};

use crate::body::{Body, Fields, Path};
use crate::catalogue::Catalogue;
use crate::engine::Engine;
use crate::error::WriteError;
use crate::index::Index;
use crate::limits::{KEY_CHARS_MAX, Limits};
use crate::seal::HomeKeys;

/// The field that names a document's content.
pub const CONTENT: &str = "content";
/// What a writer is told that sets it on its own.
pub const NOT_YOURS: &str =
    "`content` and `size` of a file are the home's to set: write the file instead";

/// An open home's engine, keys and rules.
pub struct Context {
    pub engine: Box<dyn Engine>,
    pub home: HomeName,
    pub keys: HomeKeys,
    pub doctypes: Arc<Doctypes>,
    pub limits: Limits,
    indexes: HashMap<Doctype, Vec<Index>>,
    catalogue: RwLock<Arc<Catalogue>>,
    broken: AtomicBool,
}

impl Context {
    pub fn new(
        engine: Box<dyn Engine>,
        home: HomeName,
        keys: HomeKeys,
        doctypes: Arc<Doctypes>,
        limits: Limits,
    ) -> Context {
        let of = |indexes: &[Vec<String>]| indexes.iter().map(|one| Index::new(one)).collect();
        let indexes = doctypes.iter().map(|spec| (spec.name.clone(), of(&spec.indexes))).collect();
        let (catalogue, broken) = Default::default();
        Context { engine, home, keys, doctypes, limits, indexes, catalogue, broken }
    }

    /// The compartments that there are. Ask after taking a snapshot.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        Arc::clone(&self.catalogue.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Tell readers of new compartments. Call before committing them.
    pub fn publish(&self, catalogue: Catalogue) {
        *self.catalogue.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(catalogue);
    }

    /// A commit failed: nobody knows whether it happened, so nothing more is written.
    pub fn set_broken(&self) {
        self.broken.store(true, Ordering::Release);
    }

    pub fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Acquire)
    }

    /// The rules of a doctype.
    pub fn spec(&self, doctype: &Doctype) -> Result<&DoctypeSpec, WriteError> {
        self.doctypes
            .get(doctype)
            .ok_or_else(|| WriteError::Invalid(format!("`{doctype}` is no known doctype")))
    }

    /// The share of one compartment of a doctype.
    pub fn bytes_max(&self, doctype: &Doctype) -> u64 {
        match self.doctypes.get(doctype) {
            Some(spec) if spec.contents => self.limits.compartment_file_bytes_max,
            _ => self.limits.compartment_bytes_max,
        }
    }

    /// The indexes of a doctype.
    pub fn indexes(&self, doctype: &Doctype) -> &[Index] {
        self.indexes.get(doctype).map_or(&[], Vec::as_slice)
    }

    /// A new body: it fits its doctype.
    pub fn body(&self, doctype: &Doctype, text: &str) -> Result<Body, WriteError> {
        let parsed = self.spec(doctype)?.parse(text);
        parsed.map_err(|error| WriteError::Invalid(error.to_string()))
    }

    /// A body that comes without bytes can't name any.
    pub fn no_content(&self, doctype: &Doctype, body: &Body) -> Result<(), WriteError> {
        match self.spec(doctype)?.contents && body.contains_key(CONTENT) {
            true => Err(WriteError::Invalid(NOT_YOURS.to_owned())),
            false => Ok(()),
        }
    }

    /// The part of a new body that a grant of these fields writes.
    pub fn part(&self, doctype: &Doctype, text: &str, fields: &Fields) -> Result<Body, WriteError> {
        let is_part = |path: &str| fields.show(&Path::new(path));
        let parsed = self.spec(doctype)?.parse_part(text, is_part);
        parsed.map_err(|error| WriteError::Invalid(error.to_string()))
    }
}

/// A depositor's own name for a document.
pub fn check_key(key: &str) -> Result<(), WriteError> {
    match key.chars().count() {
        1..=KEY_CHARS_MAX => Ok(()),
        length => {
            let text = format!("a key has 1 to {KEY_CHARS_MAX} characters, this one has {length}");
            Err(WriteError::Invalid(text))
        }
    }
}
