//! A document and everything that lies over it, whoever may see it: what the indexes are made of.
//!
//! Only the writer looks through all compartments, and nothing of it comes out but index entries in
//! the compartment of each overlay.

use domicile_policy::{Doctype, Label};

use crate::body::Body;
use crate::catalogue::{Catalogue, lowest_first};
use crate::error::Fault;
use crate::id::{DocId, Handle};
use crate::keys;
use crate::lens;
use crate::record::{self, OverlayChange, OverlayRecord, Source};
use crate::seal::HomeKeys;

/// An overlay and its compartment.
#[derive(Clone, Debug)]
pub struct Layer {
    pub handle: Handle,
    pub label: Label,
    pub overlay: OverlayRecord,
}

/// A base body and its overlays, lowest first.
#[derive(Clone, Debug)]
pub struct Stack {
    pub base: Option<Body>,
    pub layers: Vec<Layer>,
}

impl Stack {
    /// A document that nothing is known of yet.
    pub fn empty() -> Stack {
        Stack { base: None, layers: Vec::new() }
    }

    /// What lies over a document with this body.
    pub fn read(
        source: &(impl Source + ?Sized),
        keys: &HomeKeys,
        catalogue: &Catalogue,
        doctype: &Doctype,
        id: &DocId,
        base: Option<Body>,
    ) -> Result<Stack, Fault> {
        let overs: Vec<_> = catalogue.of(doctype).iter().filter(|one| one.overlays).collect();
        let wanted: Vec<Vec<u8>> =
            overs.iter().map(|over| keys::overlay(&over.handle, id)).collect();
        let mut layers = Vec::new();
        for ((over, key), bytes) in overs.iter().zip(&wanted).zip(source.get_many(&wanted)?) {
            if let Some(bytes) = bytes {
                let overlay = record::decode(keys, key, &bytes)?;
                layers.push(Layer { handle: over.handle, label: over.label.clone(), overlay });
            }
        }
        Ok(Stack { base, layers: lowest_first(layers, |layer| &layer.label) })
    }

    /// The document as the compartment of a layer sees it.
    pub fn view(&self, top: &Layer) -> Result<Option<Body>, Fault> {
        let Some(mut body) = self.base.clone() else { return Ok(None) };
        for layer in self.layers.iter().filter(|layer| layer.label.flows_to(&top.label)) {
            if !lens::apply(&mut body, &layer.overlay.change)? {
                return Ok(None);
            }
        }
        Ok(Some(body))
    }

    /// What each layer's compartment sees.
    pub fn views(&self) -> Result<Vec<(Handle, Option<Body>)>, Fault> {
        self.layers.iter().map(|layer| Ok((layer.handle, self.view(layer)?))).collect()
    }
}

/// What an overlay counts for in its compartment.
pub fn size(change: &OverlayChange) -> u64 {
    match change {
        OverlayChange::Tombstone => 0,
        OverlayChange::Patch { set, removed } => {
            (set.len() + removed.iter().map(String::len).sum::<usize>()) as u64
        }
    }
}
