//! The refund that never came: how much of it is found, how much of what is told is so, and what it
//! takes.
//!
//! *Quality*: households whose truth is known (`tests/household`), with all the noise that there
//! is, and none of them among those that tests look at. A match counts by pairs of a bill and an
//! operation, an alert by payer, act and amount. The peer is Cozy's published rules, written anew
//! from their description; they know no payer: an alert of theirs is right by its act alone.
//!
//! *Speed*: one household of each size, its documents in memory. Beside the published rules ours
//! reads the documents too, as they do. *Put together* is without the reading; *one more* is all
//! of it anew with one operation and one bill more: nothing is kept that would make it cheaper, as
//! the reading takes longer than the rest.
//!
//! *In the sandbox*: the test program `reconcile_books`, which weighs and is built as an app is, in
//! a home, asked for pages. It has no clock; the bench has, around the page. One page makes the
//! household, one also reads the books, one also puts them together, and one does that with what
//! the owner was told before and one more. What a thing takes is the difference of two pages asked
//! for one after the other; the median of the differences is told. *Memory* is the size of the
//! linear memory at the end, which never shrinks: the household that the program made is in it.

mod native;
mod quality;
mod sandbox;

use std::path::PathBuf;

use anyhow::ensure;
use clap::Args;
use domicile::engine::limits::MEMORY_BYTES_MAX;
use domicile_household::{Household, Shape};
use tempfile::TempDir;

use crate::report::{Report, Unit, median};
use native::{Found, Times};
use sandbox::Sandbox;

/// Operations and bills.
type Size = (usize, usize);
const SIZES: [Size; 2] = [(3_000, 100), (20_000, 1_000)];
/// What putting the larger books together may take in the sandbox, in milliseconds.
const BUDGET_MS: f64 = 100.0;
const SEED: u64 = 1;
const ROUNDS: usize = 15;
const ROUNDS_QUICK: usize = 3;
/// The peer.
const RULES: &str = "Cozy's published rules";

/// The programs that the bench starts.
#[derive(Args)]
pub struct Programs {
    /// The release build of the server, which compiles components
    #[arg(long)]
    domicile: PathBuf,
}

/// Measure.
pub fn run(programs: &Programs, folder: &TempDir, quick: bool) -> anyhow::Result<Report> {
    let mut report = Report::new("reconcile");
    quality::measure(&mut report, quick)?;
    let sandbox = Sandbox::open(&folder.path().join("house"), &programs.domicile)?;
    let rounds = if quick { ROUNDS_QUICK } else { ROUNDS };
    for size in SIZES {
        let found = speed(&mut report, size, rounds)?;
        in_the_sandbox(&mut report, &sandbox, size, rounds, found)?;
    }
    Ok(report)
}

/// On the processor itself, beside the rules. Returns what was found, and how long without reading.
fn speed(
    report: &mut Report,
    (operations, bills): Size,
    rounds: usize,
) -> anyhow::Result<(Found, f64)> {
    let household = Household::new(SEED, &Shape::sized(operations, bills));
    let (mut ours, mut rules) = (Vec::new(), Vec::new());
    let mut found = Found::default();
    for _ in 0..rounds {
        let (times, all) = native::ours(&household)?;
        ours.push(times);
        found = all;
        rules.push(native::rules(&household));
    }
    let (rules, full) = (median(rules), middle(&ours, |times| times.full));
    let case = |what: &str| format!("{what}, {operations} with {bills}");
    let both = middle(&ours, |times| times.read + times.full);
    report.row(case("read, put together"), Unit::Less("ms"), both, RULES, rules);
    let next = middle(&ours, |times| times.next);
    report.row(case("one more"), Unit::Less("ms"), next, "put together", full);
    Ok((found, full))
}

/// The same as a component.
fn in_the_sandbox(
    report: &mut Report,
    sandbox: &Sandbox,
    (operations, bills): Size,
    rounds: usize,
    (found, native): (Found, f64),
) -> anyhow::Result<()> {
    let (mut times, mut memory_mib) = (Vec::new(), 0.0_f64);
    for round in sandbox.ask((operations, bills), rounds)? {
        ensure!(round.found == found, "{:?} in the sandbox, {found:?} outside", round.found);
        memory_mib = memory_mib.max(round.memory_mib);
        times.push(round.times);
    }
    let (full, next) = (middle(&times, |times| times.full), middle(&times, |times| times.next));
    let read = middle(&times, |times| times.read);
    println!("in the sandbox, {operations} with {bills}: reading the books takes {read:.1} ms");
    let mut row = |what: &str, unit: Unit, value: f64, peer: &str, peer_value: f64| {
        let case = format!("sandbox: {what}, {operations} with {bills}");
        report.row(case, unit, value, peer, peer_value);
    };
    row("put together", Unit::Less("ms"), full, "put together natively", native);
    if Some(&(operations, bills)) == SIZES.last() {
        row("put together", Unit::Less("ms"), full, "the budget", BUDGET_MS);
    }
    row("one more", Unit::Less("ms"), next, "put together in the sandbox", full);
    let most = MEMORY_BYTES_MAX as f64 / f64::from(1 << 20);
    row("memory", Unit::Less("MiB"), memory_mib, "what a run may have", most);
    Ok(())
}

fn middle(all: &[Times], of: impl Fn(&Times) -> f64) -> f64 {
    median(all.iter().map(of).collect())
}
