//! What a component says of itself. In: bytes that should be a manifest or a component. Out: they
//! are read, or refused in words. Never here: a component that passes without its manifest.

use domicile_proto::audit::Audit;
use domicile_proto::inspect::inspect;
use domicile_proto::manifest::Manifest;

/// A manifest's text.
pub fn manifest(bytes: &[u8]) {
    match Manifest::parse(&String::from_utf8_lossy(bytes)) {
        Ok(manifest) => drop((manifest.requested(), manifest.world(), manifest.powers())),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// A component's bytes.
pub fn component(bytes: &[u8]) {
    let audit = Audit::of(bytes);
    match inspect(bytes) {
        Ok(inspection) => {
            let read = Manifest::parse(&inspection.manifest_text);
            assert_eq!(read.as_ref(), Ok(&inspection.manifest));
        }
        Err(error) => {
            assert!(!error.refusals.is_empty());
            assert!(!audit.passes(), "refused at install, and passes an audit");
        }
    }
}
