//! What one scope sees: the visible compartments, each document merged with its visible overlays,
//! the rows and fields that the grant shows.
//!
//! In flow a scope and ids; out flow documents. The number of keys that are asked for is a function
//! of the number of ids and of the visible compartments: a hidden, deleted, unknown or malformed id
//! costs what any other costs, and nothing of a hidden compartment is touched.

use std::borrow::Cow;

use data_encoding::BASE64URL_NOPAD;
use domicile_policy::{Influence, Label, ReadScope};

use crate::body::{self, Body, Fields, Patch};
use crate::catalogue::{Catalogue, lowest_first};
use crate::document::{Document, Provenance};
use crate::error::Fault;
use crate::id::{DocId, Handle};
use crate::keys;
use crate::query::selector::Selector;
use crate::record::{self, DocumentRecord, OverlayChange, OverlayRecord, Source, Token};
use crate::seal::HomeKeys;

/// A visible compartment.
#[derive(Clone, Debug)]
pub struct Visible {
    pub handle: Handle,
    pub label: Label,
}

/// A scope, ready to be looked through.
pub struct Lens<'a> {
    pub keys: &'a HomeKeys,
    pub scope: &'a ReadScope,
    /// The visible compartments, by handle.
    pub bases: Vec<Visible>,
    /// Those of them that may hold overlays, lowest first.
    pub overs: Vec<Visible>,
    pub rows: Option<Selector>,
    pub fields: Option<Fields>,
}

/// A document in a lens: merged, whole.
#[derive(Clone, Debug)]
pub struct Seen {
    pub id: DocId,
    /// The last compartment that had a say in it.
    pub top: Handle,
    /// The body, once it had to be taken apart.
    body: Option<Body>,
    label: Label,
    influence: Influence,
    provenance: Provenance,
    revisions: Vec<Token>,
    /// The base's text.
    text: String,
}

impl Seen {
    /// The whole body, with all that the grant may hide.
    pub fn body(&mut self) -> Result<&Body, Fault> {
        let body = match self.body.take() {
            Some(body) => body,
            None => body::parse(&self.text)?,
        };
        Ok(self.body.insert(body))
    }

    /// Bytes of the base's text.
    pub fn length(&self) -> usize {
        self.text.len()
    }

    /// What it is about, with all that had a say in it.
    pub fn label(&self) -> &Label {
        &self.label
    }

    /// Lay one more overlay over it. Whether anything is left.
    fn lay(&mut self, over: &Visible, overlay: OverlayRecord) -> Result<bool, Fault> {
        let mut body = self.body()?.clone();
        let left = apply(&mut body, &overlay.change)?;
        self.body = Some(body);
        self.top = over.handle;
        self.label = self.label.join(&over.label);
        self.influence = self.influence.join(&overlay.influence);
        self.revisions.push(overlay.revision);
        Ok(left)
    }
}

/// Overlays over one document, lowest first, with their place in [`Lens::overs`].
pub type Overlays = Vec<(usize, OverlayRecord)>;

impl<'a> Lens<'a> {
    pub fn new(
        keys: &'a HomeKeys,
        catalogue: &Catalogue,
        scope: &'a ReadScope,
    ) -> Result<Lens<'a>, Fault> {
        let shown = catalogue.of(&scope.doctype).iter().filter(|one| scope.shows(&one.label));
        let visible = |one: &crate::catalogue::Compartment| Visible {
            handle: one.handle,
            label: one.label.clone(),
        };
        let mut bases: Vec<Visible> = shown.clone().map(visible).collect();
        bases.sort_unstable_by_key(|one| one.handle);
        let overs = shown.filter(|one| one.overlays).map(visible).collect();
        let rows = scope.rows.as_deref().map(Selector::parse).transpose();
        Ok(Lens {
            keys,
            scope,
            bases,
            overs: lowest_first(overs, |one| &one.label),
            rows: rows.map_err(|error| Fault::Rows(scope.doctype.clone(), error.to_string()))?,
            fields: scope.fields.as_ref().map(Fields::new),
        })
    }

    /// What a cursor is bound to, whatever the question: all that decides what is seen.
    pub fn parts(&self) -> Vec<Vec<u8>> {
        let scope = self.scope;
        let fields =
            scope.fields.iter().flatten().flat_map(|field| [field.as_bytes(), &[0]].concat());
        let rows = scope.rows.as_deref().unwrap_or_default();
        vec![
            scope.doctype.as_str().as_bytes().to_vec(),
            scope.admitted.canonical().into_bytes(),
            vec![u8::from(scope.fields.is_some()), u8::from(scope.rows.is_some())],
            fields.collect(),
            rows.as_bytes().to_vec(),
        ]
    }

    /// The visible compartment with this handle.
    pub fn base(&self, handle: &Handle) -> Option<&Visible> {
        let at = self.bases.binary_search_by_key(handle, |one| one.handle).ok()?;
        self.bases.get(at)
    }

    /// The documents with these ids; `None` in place of an id is a text that is none.
    pub fn fetch(
        &self,
        source: &(impl Source + ?Sized),
        ids: &[Option<DocId>],
    ) -> Result<Vec<Option<Seen>>, Fault> {
        let visible = |id: &Option<DocId>| id.filter(|id| self.base(&id.handle).is_some());
        let ids: Vec<DocId> = ids.iter().map(|id| visible(id).unwrap_or(DocId::NOWHERE)).collect();
        let mut wanted: Vec<Vec<u8>> = ids.iter().map(keys::document).collect();
        for over in &self.overs {
            wanted.extend(ids.iter().map(|id| keys::overlay(&over.handle, id)));
        }
        let values = source.get_many(&wanted)?;
        let (documents, laid_over) = values.split_at_checked(ids.len()).unwrap_or((&values, &[]));
        let mut seen = Vec::with_capacity(ids.len());
        for (at, (id, document)) in ids.iter().zip(documents).enumerate() {
            let mut overlays = Vec::new();
            for (place, over) in self.overs.iter().enumerate() {
                if let Some(Some(bytes)) = laid_over.get(place * ids.len() + at) {
                    let key = keys::overlay(&over.handle, id);
                    overlays.push((place, record::decode(self.keys, &key, bytes)?));
                }
            }
            seen.push(match document {
                Some(bytes) => self.merge(id, bytes, overlays)?,
                None => None,
            });
        }
        Ok(seen)
    }

    /// A stored document under its visible overlays, if they leave anything and the grant's rows
    /// show it.
    pub fn merge(
        &self,
        id: &DocId,
        bytes: &[u8],
        overlays: Overlays,
    ) -> Result<Option<Seen>, Fault> {
        let base = match record::decode(self.keys, &keys::document(id), bytes)? {
            DocumentRecord::Live(base) => base,
            DocumentRecord::Deleted { .. } => return Ok(None),
        };
        let Some(compartment) = self.base(&id.handle) else { return Ok(None) };
        let mut seen = Seen {
            id: *id,
            top: id.handle,
            body: None,
            label: compartment.label.clone(),
            influence: base.influence,
            provenance: base.provenance,
            revisions: vec![base.revision],
            text: base.body,
        };
        for (place, overlay) in overlays {
            let Some(over) = self.overs.get(place) else { continue };
            if !seen.lay(over, overlay)? {
                return Ok(None);
            }
        }
        let shown = match &self.rows {
            Some(rows) => rows.matches(seen.body()?),
            None => true,
        };
        Ok(shown.then_some(seen))
    }

    /// The part of a body that the grant shows: all that a guest's question may be asked about.
    pub fn project<'b>(&self, body: &'b Body) -> Cow<'b, Body> {
        match &self.fields {
            Some(fields) => Cow::Owned(fields.project(body)),
            None => Cow::Borrowed(body),
        }
    }

    /// The revision of what this lens shows. With fields it is a hash of the shown part: a change
    /// that can't be seen doesn't show in it either.
    pub fn revision(&self, seen: &mut Seen) -> Result<String, Fault> {
        let token = match (&self.fields, seen.revisions.as_slice()) {
            (Some(fields), _) => {
                let text = body::print(&fields.project(seen.body()?));
                self.keys.view(&seen.id, &[b"fields", text.as_bytes()])
            }
            (None, [only]) => *only,
            (None, several) => {
                let parts: Vec<&[u8]> = several.iter().map(Token::as_slice).collect();
                self.keys.view(&seen.id, &parts)
            }
        };
        Ok(BASE64URL_NOPAD.encode(&token))
    }

    /// The document as it is handed out.
    pub fn show(&self, mut seen: Seen) -> Result<Document, Fault> {
        let revision = self.revision(&mut seen)?;
        let untouched = self.fields.is_none() && seen.revisions.len() == 1;
        let body = if untouched { seen.text } else { body::print(&self.project(seen.body()?)) };
        Ok(Document {
            id: seen.id.to_string(),
            doctype: self.scope.doctype.clone(),
            revision,
            label: seen.label,
            influence: seen.influence,
            provenance: seen.provenance,
            body,
        })
    }
}

/// Lay a change over a body. Whether anything is left: a tombstone, once seen, is final.
pub fn apply(body: &mut Body, change: &OverlayChange) -> Result<bool, Fault> {
    match change {
        OverlayChange::Tombstone => Ok(false),
        OverlayChange::Patch { .. } => {
            patch_of(change)?.apply(body);
            Ok(true)
        }
    }
}

/// A stored change, taken apart; a tombstone is no patch.
pub fn patch_of(change: &OverlayChange) -> Result<Patch, Fault> {
    match change {
        OverlayChange::Tombstone => Ok(Patch::default()),
        OverlayChange::Patch { set, removed } => {
            Ok(Patch { set: body::parse(set)?, removed: removed.iter().cloned().collect() })
        }
    }
}
