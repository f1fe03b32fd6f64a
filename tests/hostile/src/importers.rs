//! Bank statements. In: bytes that should be one. Out: they are read within limits, or refused.
//! Never here: the importers' packages, which are components and can't be linked; these are their
//! sources.

use konnector_statement::Statement;

#[path = "../../../konnectors/ofx/src"]
mod ofx_source {
    mod account;
    mod investment;
    mod read;
    mod refusal;
    mod row;
    mod token;
    mod tree;
    pub use read::{read, recognise};
}

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
    let _ = ofx_source::recognise("a.ofx", &bytes[..bytes.len().min(4096)]);
    check(ofx_source::read(bytes).ok());
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
