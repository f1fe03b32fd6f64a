//! Whole files: real ones where they lie beside the checkout, our own, and hostile ones.

mod files;
mod hostile;
mod keys;

use konnector_statement::Statement;

fn read(bytes: &[u8]) -> Result<Statement, String> {
    crate::read(bytes).map_err(|refusal| refusal.to_string())
}
