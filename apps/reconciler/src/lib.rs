//! The service that looks for refunds that never came.
//!
//! In flow bills, operations, accounts and the owner's decisions, whole, and what earlier runs
//! kept. Out flow documents, one for each expense and each alert, and notices. A run that finds
//! nothing new writes nothing. Never: a document of anybody else's that is changed; an alert that
//! is lost because a run ended early, or that several runs tell of.
//!
//! Runs may be at work side by side: one that heard of bills, and one that heard of operations.
//! None waits for another. Each writes until what is stored is what it found, and what it read is
//! still so; whoever is last is right.

mod inputs;
mod keep;
mod tell;
#[cfg(test)]
mod tests;

use domicile_sdk::docs::DocsError;
use domicile_sdk::{Trigger, Viewer};
use inputs::Inputs;
use reconcile::record::{AlertRecord, ExpenseRecord, bodies};
use reconcile::{Day, Outcome, reconcile};

domicile_sdk::service! { manifest: "manifest.toml", task: run }

/// Times that what is stored is compared anew, while others write beside this run.
const ROUNDS_MAX: usize = 8;

/// Why nothing came of a run.
#[derive(Debug)]
enum Failure {
    Docs(DocsError),
    /// More documents of this kind than the run has memory for.
    TooMany(&'static str),
    /// Others changed what it works on for as long as it tried.
    Restless,
}

impl From<DocsError> for Failure {
    fn from(error: DocsError) -> Self {
        Failure::Docs(error)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Docs(error) => error.fmt(f),
            Failure::TooMany(doctype) => write!(f, "too many documents of {doctype} for one run"),
            Failure::Restless => f.write_str("documents change faster than they are compared"),
        }
    }
}

/// What started it says nothing of what is to be done: all is looked at.
fn run(_: Trigger) -> Result<(), String> {
    work().map_err(|failure| failure.to_string())
}

fn work() -> Result<(), Failure> {
    let viewer = Viewer::current();
    let today = Day::from(viewer.today);
    let mut inputs = Inputs::read()?;
    let mut outcome = look(&inputs, today)?;
    for _ in 0..ROUNDS_MAX {
        let (expenses, alerts) = bodies(&outcome);
        let wrote = keep::sync::<ExpenseRecord>(&expenses)? | keep::sync::<AlertRecord>(&alerts)?;
        if inputs.follow()? {
            outcome = look(&inputs, today)?;
        } else if !wrote {
            tell::tell(&outcome.alerts, today, viewer.locale)?;
            return Ok(());
        }
    }
    Err(Failure::Restless)
}

fn look(inputs: &Inputs, today: Day) -> Result<Outcome, Failure> {
    let memory =
        reconcile::Memory { decisions: inputs.decisions(), notices: keep::notices(today)? };
    Ok(reconcile(&inputs.books, today, &memory))
}
