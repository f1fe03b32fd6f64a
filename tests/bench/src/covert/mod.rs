//! What two parties who collude could tell each other by time, contention and shared limits.
//!
//! A sender's run knows a secret and says one random bit at a time by what it does; a receiver who
//! may not know it reads a number. The bench keeps both in step, which favours them: it says when a
//! bit begins and ends, and the receiver learns from half of the bits what to look for. What
//! remains is a binary symmetric channel, and its capacity a bound on what this pair can do by
//! this way of looking; a better code or a sharper look may do more.
//!
//! Of several lengths of a bit the best is told. Each number of ours is the upper end of a 99 %
//! interval and each of the peer the lower end, so that a ratio claims no more than was seen. The
//! peer is the same without the countermeasure; where there is none, it is ours.
//!
//! No run has a clock. Unless told otherwise the clock is a client's, who asks the receiver's home
//! for pages: its owner, or somebody who has an account in the same house.

mod capacity;
mod clock;
mod contention;
mod install;
mod limits;
mod parties;
mod plain;
mod release;
mod size;
mod store;
mod welch;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use tempfile::TempDir;

use crate::report::{Report, Unit};
use capacity::{Capacity, Symbol};
pub use parties::{request, text};

/// What stands where there is no peer.
const NONE: &str = "no countermeasure";
/// Answers of the house with a quantum leave at multiples of this.
const QUANTUM: Duration = Duration::from_millis(20);

/// The programs that the bench starts.
#[derive(Args)]
pub struct Programs {
    /// The release build of the server, which compiles components
    #[arg(long)]
    domicile: PathBuf,
}

/// How long to measure.
#[derive(Clone, Copy)]
pub struct Pace {
    /// One way to say a bit.
    time: Duration,
    /// No fewer bits than this, however long they take.
    symbols_min: usize,
}

impl Pace {
    /// Say random bits until the time is over.
    fn measure(
        self,
        mut symbol: impl FnMut(bool) -> anyhow::Result<f64>,
    ) -> anyhow::Result<Capacity> {
        let mut symbols = Vec::new();
        let start = Instant::now();
        while start.elapsed() < self.time || symbols.len() < self.symbols_min {
            let sent = bit()?;
            symbols.push(Symbol { sent, read: symbol(sent)? });
        }
        Ok(Capacity::of(&symbols, start.elapsed()))
    }
}

fn bit() -> anyhow::Result<bool> {
    let mut byte = [0];
    getrandom::fill(&mut byte)?;
    Ok(byte[0] & 1 == 1)
}

/// How a bit was said, and how much got through.
struct Found {
    way: String,
    capacity: Capacity,
}

/// The best of several ways.
fn best<W: Copy>(
    ways: &[W],
    name: impl Fn(W) -> String,
    mut measure: impl FnMut(W) -> anyhow::Result<Capacity>,
) -> anyhow::Result<Found> {
    let mut best: Option<Found> = None;
    for &way in ways {
        let found = Found { way: name(way), capacity: measure(way)? };
        best = match best {
            Some(best) if !found.capacity.beats(&best.capacity) => Some(best),
            _ => Some(found),
        };
    }
    best.ok_or_else(|| anyhow::anyhow!("no way to say a bit"))
}

/// Lengths of a bit, in words.
fn milliseconds(time: Duration) -> String {
    format!("{} ms a bit", time.as_secs_f64() * 1e3)
}

/// The report, and what it does not hold, on the terminal.
struct Table {
    report: Report,
}

impl Table {
    /// A channel with its countermeasure and without.
    fn pair(&mut self, case: &str, ours: &Found, peer: &str, theirs: &Found) {
        print(case, ours);
        print(&format!("  {peer}"), theirs);
        let (high, low) = (ours.capacity.high, theirs.capacity.low);
        self.report.row(case.to_owned(), Unit::Less("bit/s"), high, peer, low);
    }

    /// A channel that nothing is done about.
    fn open(&mut self, case: &str, found: &Found) {
        print(case, found);
        let high = found.capacity.high;
        self.report.row(case.to_owned(), Unit::Less("bit/s"), high, NONE, high);
    }
}

fn print(case: &str, found: &Found) {
    let Capacity { symbols, errors, rate, low, high, .. } = found.capacity;
    let way = &found.way;
    println!(
        "{case:<50} {way:<18} {rate:>9.1} symbols/s {errors:>6} of {symbols:>6} wrong  \
         {low:>10.3} to {high:>10.3} bit/s"
    );
}

/// Measure.
pub fn run(programs: &Programs, folder: &TempDir, quick: bool) -> anyhow::Result<Report> {
    let pace = if quick {
        Pace { time: Duration::from_millis(500), symbols_min: 16 }
    } else {
        Pace { time: Duration::from_secs(5), symbols_min: 60 }
    };
    let mut table = Table { report: Report::new("covert") };
    let meet = |name: &str, quantum| {
        parties::Parties::meet(&folder.path().join(name), &programs.domicile, quantum)
    };
    let parties = meet("at-once", Duration::ZERO)?;
    let plain = plain::Plain::new()?;
    clock::measure(&mut table, pace, &parties, &plain)?;
    contention::measure(&mut table, pace, &parties)?;
    limits::measure(&mut table, pace, &parties, &plain, folder)?;
    install::measure(&mut table, pace, &parties)?;
    store::measure(&mut table, pace, &parties)?;
    size::measure(&mut table, pace, &parties)?;
    let quantised = meet("quantised", QUANTUM)?;
    release::measure(&mut table, pace, &parties, &quantised)?;
    Ok(table.report)
}
