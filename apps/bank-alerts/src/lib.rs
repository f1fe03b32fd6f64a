//! The service that tells of what the owner wants to be warned of at the bank.
//!
//! In flow accounts, operations, and the bounds and budgets that the owner set in Banks. Out flow
//! notices, and in those settings which of them were told. Never: a notice without a bound of the
//! owner's; one that is told twice while it stands, or by two runs; a setting of the owner's that
//! is changed.

mod kept;
mod standing;
mod tell;
#[cfg(test)]
mod tests;
mod words;

use domicile_sdk::docs::DocsError;
use domicile_sdk::{Trigger, Viewer};

domicile_sdk::service! { manifest: "manifest.toml", task: run }

/// What started it says nothing of what is to be done: all is looked at.
fn run(_: Trigger) -> Result<(), String> {
    match tell::tell(&Viewer::current()) {
        // The owner does not let it see one of the doctypes: there is nothing to tell.
        Ok(()) | Err(DocsError::Absent) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}
