//! A home's store against SQLite.
//!
//! Equal: the disk; one process; the documents, their count and their bytes (JSON of about 200
//! bytes); ids of 43 characters that nobody can guess; one index over account and date; 16 MiB of
//! page cache; every commit is on the disk (`fsync`) before it is answered; each batch is whole.
//! SQLite is set up for speed under that promise: write-ahead log with `synchronous = FULL`,
//! prepared statements, an index over expressions on the JSON, a connection of its own for reading.
//!
//! Not equal, and ours pays for it: a body is checked against its doctype, bound to its key by a
//! keyed hash that every read checks, and kept with label, influence, provenance, revision and an
//! entry in the change feed; a read is a function of what its scope admits. Not equal, and SQLite
//! pays for it: it parses SQL (once), and 64 writers that each want a commit wait in line for one
//! connection, since SQLite commits one at a time; ours puts those who wait into one commit.
//!
//! Before anything is timed, both have given the same answers. Reads come before single writes:
//! those let the store grow.

mod draw;
mod ours;
mod sqlite;

use std::time::{Duration, Instant};

use anyhow::ensure;
use serde_json::Value;
use tempfile::TempDir;

use crate::report::{Report, Unit, median};
use draw::{Draw, Made};
use ours::Ours;
use sqlite::Sqlite;

const SIZES: &[usize] = &[1_000, 100_000, 1_000_000];
const QUICK_SIZES: &[usize] = &[1_000, 100_000];
/// Documents in one commit while the store is filled.
const BATCH: usize = 1_000;
/// Writers at a time, each with one document a commit.
const WRITERS: usize = 64;
/// Documents on one page.
const PAGE: usize = 20;
const CACHE_BYTES: usize = 16 << 20;
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(1);
/// Questions that both have to answer alike.
const CHECKS: usize = 50;

/// What both can do.
trait Store {
    /// One commit.
    fn insert(&mut self, batch: &[Made]) -> anyhow::Result<()>;
    /// The body of a document that was inserted as the `number`th.
    fn get(&mut self, number: usize) -> anyhow::Result<String>;
    /// The newest documents of an account.
    fn page(&mut self, account: &str) -> anyhow::Result<Vec<String>>;
    /// Many writers for so long, each a document a commit. Returns how many were written.
    fn insert_at_once(&mut self, made: &Draw, time: Duration) -> anyhow::Result<u64>;
}

/// Measure.
pub fn run(folder: &TempDir, quick: bool) -> anyhow::Result<Report> {
    let mut report = Report::new("store");
    for &size in if quick { QUICK_SIZES } else { SIZES } {
        measure(&mut report, folder, size)?;
    }
    Ok(report)
}

fn measure(report: &mut Report, folder: &TempDir, size: usize) -> anyhow::Result<()> {
    let name = format!("SQLite {}", rusqlite::version());
    let draw = Draw::new(size);
    let mut ours = Ours::open(&folder.path().join(format!("{size}.home")))?;
    let mut peer = Sqlite::open(&folder.path().join(format!("{size}.sqlite")))?;
    let per_second = Unit::PerSecond("documents/s");
    let mut row = |what: &str, unit: Unit, (ours, peer): (f64, f64)| {
        let case = format!("{what}, {size} documents");
        println!("{case:<44} {ours:>10.0} {peer:>10.0}");
        report.row(case, unit, ours, &name, peer);
    };

    row("insert in batches of 1000", per_second, fill(&draw, size, &mut ours, &mut peer)?);
    compare(&draw, &mut ours, &mut peer)?;
    let gets = both(&mut ours, &mut peer, |store, round| {
        let numbers = draw.numbers(round);
        repeat(numbers, |number| store.get(number).map(drop))
    })?;
    row("read by id", Unit::PerSecond("reads/s"), gets);
    let pages = both(&mut ours, &mut peer, |store, round| {
        let accounts = draw.numbers(round).map(|number| draw.account_of(number));
        repeat(accounts, |account| store.page(&account).map(drop))
    })?;
    row("page of 20 by index", Unit::PerSecond("pages/s"), pages);
    let singles = both(&mut ours, &mut peer, |store, _| {
        repeat(std::iter::repeat_with(|| draw.next()), |made| store.insert(&[made]))
    })?;
    row("insert one by one", per_second, singles);
    let at_once = both(&mut ours, &mut peer, |store, _| {
        let start = Instant::now();
        let written = store.insert_at_once(&draw, ROUND)?;
        Ok(written as f64 / start.elapsed().as_secs_f64())
    })?;
    row("insert, 64 writers", per_second, at_once);
    Ok(())
}

/// Fill both, a tenth after the other. Returns documents per second.
fn fill(
    draw: &Draw,
    size: usize,
    ours: &mut Ours,
    peer: &mut Sqlite,
) -> anyhow::Result<(f64, f64)> {
    let (mut our_time, mut peer_time) = Default::default();
    let chunk = (size / 10).max(BATCH);
    for filled in (0..size).step_by(chunk) {
        let made: Vec<Made> = (0..chunk).map(|_| draw.next()).collect();
        our_time += insert(ours, &made)?;
        peer_time += insert(peer, &made)?;
        println!("{} of {size} documents", filled + chunk);
    }
    let per_second = |time: Duration| size as f64 / time.as_secs_f64();
    Ok((per_second(our_time), per_second(peer_time)))
}

fn insert(store: &mut dyn Store, made: &[Made]) -> anyhow::Result<Duration> {
    let start = Instant::now();
    for batch in made.chunks(BATCH) {
        store.insert(batch)?;
    }
    Ok(start.elapsed())
}

/// Both give the same answers, or there is nothing to compare.
fn compare(draw: &Draw, ours: &mut Ours, peer: &mut Sqlite) -> anyhow::Result<()> {
    let read = |body: &String| serde_json::from_str::<Value>(body);
    for number in draw.numbers(0).take(CHECKS) {
        let (one, other) = (ours.get(number)?, peer.get(number)?);
        ensure!(read(&one)? == read(&other)?, "document {number}: {one} and {other}");
        let account = draw.account_of(number);
        let (one, other) = (ours.page(&account)?, peer.page(&account)?);
        ensure!(one.len() == PAGE, "a page of {} documents", one.len());
        let bodies = |page: &[String]| page.iter().map(read).collect::<Result<Vec<_>, _>>();
        ensure!(bodies(&one)? == bodies(&other)?, "{account}: {one:?} and {other:?}");
    }
    Ok(())
}

/// Measure both in turn. Returns the median of each.
fn both(
    ours: &mut Ours,
    peer: &mut Sqlite,
    measure: impl Fn(&mut dyn Store, usize) -> anyhow::Result<f64>,
) -> anyhow::Result<(f64, f64)> {
    let (mut our_rounds, mut peer_rounds) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        our_rounds.push(measure(ours, round)?);
        peer_rounds.push(measure(peer, round)?);
    }
    Ok((median(our_rounds), median(peer_rounds)))
}

/// How often in a second.
fn repeat<T>(
    things: impl Iterator<Item = T>,
    mut work: impl FnMut(T) -> anyhow::Result<()>,
) -> anyhow::Result<f64> {
    let start = Instant::now();
    let mut done = 0;
    for thing in things {
        work(thing)?;
        done += 1;
        if start.elapsed() >= ROUND {
            break;
        }
    }
    Ok(f64::from(done) / start.elapsed().as_secs_f64())
}
