//! Whole files: our own, and hostile ones.

mod files;
mod hostile;

use konnector_statement::{Said, Statement};

fn read(bytes: &[u8]) -> Result<Statement, Said> {
    crate::read(bytes)
}
