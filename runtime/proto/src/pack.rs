//! Put a manifest into a component that was built without one.
//!
//! Bytes and a text flow in, bytes flow out. A manifest that is there already must never be
//! replaced: it belongs to who built the component.

use wasm_encoder::{ComponentSection, CustomSection};

use crate::inspect::{self, MANIFEST_SECTION, Refusal};
use crate::manifest::{Manifest, ManifestError};

/// A component that gets no manifest.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The text is no manifest.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The bytes are no component.
    #[error("the component can't be packed: {0}")]
    Component(Refusal),
    /// There is a manifest.
    #[error("the component has a manifest already: rebuild it without one to give it another")]
    Twice,
}

/// Append the custom section `domicile:manifest`.
pub fn pack(component: &[u8], manifest: &str) -> Result<Vec<u8>, PackError> {
    Manifest::parse(manifest)?;
    if inspect::has_manifest(component).map_err(PackError::Component)? {
        return Err(PackError::Twice);
    }
    let section = CustomSection { name: MANIFEST_SECTION.into(), data: manifest.as_bytes().into() };
    let mut packed = component.to_vec();
    section.append_to_component(&mut packed);
    Ok(packed)
}
