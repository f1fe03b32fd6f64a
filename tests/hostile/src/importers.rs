//! Bank statements. In: bytes that should be one. Out: they are read within limits, or refused.
//! Never here: the importers' packages, which are components and can't be linked; of one these are
//! the sources.

use konnector_statement::Statement;

#[path = "../../../konnectors/camt/src"]
mod camt_source {
    mod account;
    mod details;
    mod entry;
    mod read;
    mod refusal;
    mod xml;
    pub use read::{read, recognise};
}

/// An OFX statement.
pub fn ofx(bytes: &[u8]) {
    let _ = konnector_ofx_reader::recognise("a.ofx", &bytes[..bytes.len().min(4096)]);
    check(konnector_ofx_reader::read(bytes).ok());
    if let Ok(listing) = konnector_ofx_reader::listing(bytes) {
        assert!(listing.places.len() <= 100);
    }
}

/// A CAMT.053 statement.
pub fn camt(bytes: &[u8]) {
    let _ = camt_source::recognise("a.xml", &bytes[..bytes.len().min(4096)]);
    check(camt_source::read(bytes).ok());
}

fn check(statement: Option<Statement>) {
    let Some(statement) = statement else { return };
    assert!(statement.operations.iter().all(|operation| operation.key.len() < 2_000));
    assert!(statement.warnings.len() <= 100);
}
