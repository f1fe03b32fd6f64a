//! A konnector's runs: how many in a second, what one costs, how soon it asks its provider.
//!
//! Ours: the recipe konnector, installed in a home, for an account. A run asks ten times over TLS,
//! each time for ten bills, along a declared route with the account's key put in by the host, and
//! deposits a hundred: checked, labelled and kept on the disk, with a line in the audit trail.
//! The house is a process of its own, as a server is; its runs are started one after the other.
//!
//! The peer is what Cozy does: `node` runs a script in a process of its own for each run. It asks
//! the same provider the same ten times and prints the documents. It is spared what surrounds such
//! a script: Cozy's libraries, its sandbox, and the requests by which it stores what it found. Its
//! connection is kept for all ten requests or made anew for each, as ours always is.
//!
//! The provider is in this program and shares the processors with both. *Until it asks* is from the
//! start of a run to its first request's arrival. *Memory* is the most that the peer's process had,
//! and by how much the house's grew over what it had before.

mod house;
mod provider;

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Args;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::report::{Report, Unit, median};
use crate::server::Process;
pub use house::{Options, serve};
use provider::{KEY, Pages, REQUESTS};

const ROUNDS: usize = 3;
const RUNS: usize = 40;
const RUNS_QUICK: usize = 5;
/// Documents of a run.
const DOCUMENTS: usize = 100;

/// The programs that the bench starts.
#[derive(Args)]
pub struct Programs {
    /// The release build of the server
    #[arg(long)]
    domicile: PathBuf,
    /// Where the peer's script is
    #[arg(long)]
    peers: PathBuf,
}

/// One run.
struct Ran {
    start: Instant,
    took: Duration,
    until_it_asks: Duration,
    /// Of our own process in steps of 10 ms: good for a mean alone.
    processor: Duration,
    memory_kib: u64,
}

/// Whoever collects.
trait Collector {
    fn name(&self) -> &'static str;
    /// One run; when it asked, the provider knows.
    fn run(&mut self) -> anyhow::Result<Ran>;
}

/// Measure.
pub fn run(programs: &Programs, folder: &TempDir, quick: bool) -> anyhow::Result<Report> {
    let runtime = Runtime::new()?;
    let pages = Arc::new(Pages::default());
    let served = runtime.block_on(provider::start(Arc::clone(&pages), folder.path()))?;
    let script = programs.peers.join("konnector.mjs");
    let node = |name, keep| Node { name, keep, script: script.clone(), served: served.clone() };
    let mut all: [Box<dyn Collector>; 3] = [
        Box::new(Ours::start(&programs.domicile, folder.path(), &served)?),
        Box::new(node("Node, one connection", "yes")),
        Box::new(node("Node, a connection a request", "no")),
    ];
    let mut runs: [Vec<Ran>; 3] = Default::default();
    let (rounds, count) = if quick { (1, RUNS_QUICK) } else { (ROUNDS, RUNS) };
    for collector in &mut all {
        one(collector.as_mut(), &pages).with_context(|| collector.name())?;
    }
    for round in 1..=rounds {
        println!("round {round} of {rounds}");
        for (collector, runs) in all.iter_mut().zip(&mut runs) {
            let before = runs.len();
            for _ in 0..count {
                runs.push(one(collector.as_mut(), &pages)?);
            }
            let took: Duration = runs.iter().skip(before).map(|run| run.took).sum();
            let second = count as f64 / took.as_secs_f64();
            println!("{:<30} {second:>8.2} runs/s", collector.name());
        }
    }
    Ok(report(&all, &runs))
}

/// One run, which has to have asked as often as it should.
fn one(collector: &mut dyn Collector, pages: &Pages) -> anyhow::Result<Ran> {
    pages.forget();
    let ran = collector.run()?;
    let asked = pages.asked();
    ensure!(asked.len() == REQUESTS, "{} asked {} times", collector.name(), asked.len());
    let first = asked.first().context("a first request")?;
    Ok(Ran { until_it_asks: first.duration_since(ran.start), ..ran })
}

fn report(all: &[Box<dyn Collector>], runs: &[Vec<Ran>]) -> Report {
    let mut report = Report::new("konnector");
    let middle = |runs: &[Ran], of: fn(&Ran) -> f64| median(runs.iter().map(of).collect());
    let mean = |runs: &[Ran]| {
        let all: Duration = runs.iter().map(|run| run.processor).sum();
        all.as_secs_f64() * 1e3 / runs.len() as f64
    };
    let Some((ours, peers)) = runs.split_first() else { return report };
    for (peer, theirs) in all.iter().skip(1).zip(peers) {
        let mut row = |case: &str, unit: Unit, one: f64, other: f64| {
            report.row(case.to_owned(), unit, one, peer.name(), other);
        };
        let both = |of| (middle(ours, of), middle(theirs, of));
        let (one, other) = both(|run| 1.0 / run.took.as_secs_f64());
        row("runs", Unit::PerSecond("runs/s"), one, other);
        let (one, other) = both(|run| run.until_it_asks.as_secs_f64() * 1e3);
        row("until it asks", Unit::Less("ms"), one, other);
        row("processor", Unit::Less("ms/run"), mean(ours), mean(theirs));
        let (one, other) = both(|run| run.memory_kib as f64);
        row("memory", Unit::Less("KiB"), one, other);
    }
    report
}

/// A house in a process of its own.
struct Ours {
    child: Child,
    orders: ChildStdin,
    said: BufReader<ChildStdout>,
}

impl Ours {
    fn start(domicile: &Path, folder: &Path, served: &provider::Served) -> anyhow::Result<Ours> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("house").arg("--domicile").arg(domicile).arg("--hosts").arg(&served.hosts);
        command.arg("--data").arg(folder.join("house"));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let orders = child.stdin.take().context("its input")?;
        let said = BufReader::new(child.stdout.take().context("its output")?);
        let mut ours = Ours { child, orders, said };
        ours.hear("ready")?;
        Ok(ours)
    }

    fn hear(&mut self, word: &str) -> anyhow::Result<()> {
        let mut line = String::new();
        self.said.read_line(&mut line)?;
        ensure!(line.trim() == word, "the house said `{}` instead of `{word}`", line.trim());
        Ok(())
    }
}

impl Collector for Ours {
    fn name(&self) -> &'static str {
        "Domicile"
    }

    fn run(&mut self) -> anyhow::Result<Ran> {
        let process = Process::of(self.child.id());
        let (before, had) = (process.processor_time()?, process.forget_most_memory()?);
        let start = Instant::now();
        self.orders.write_all(b"run\n")?;
        self.hear("ran")?;
        let took = start.elapsed();
        let processor = process.processor_time()? - before;
        let memory_kib = process.most_memory_kib()?.saturating_sub(had);
        Ok(Ran { start, took, until_it_asks: took, processor, memory_kib })
    }
}

impl Drop for Ours {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A process for each run.
struct Node {
    name: &'static str,
    keep: &'static str,
    script: PathBuf,
    served: provider::Served,
}

impl Collector for Node {
    fn name(&self) -> &'static str {
        self.name
    }

    fn run(&mut self) -> anyhow::Result<Ran> {
        let start = Instant::now();
        let mut command = Command::new("node");
        command.arg(&self.script).env("KEEP", self.keep).env("KEY", KEY);
        command.env("PORT", self.served.address.port().to_string());
        let output = command.env("AUTHORITY", &self.served.authority).output()?;
        let took = start.elapsed();
        let said = String::from_utf8(output.stdout)?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let (documents, last) = said.trim_end().rsplit_once('\n').context("what it took")?;
        let found = documents.lines().count();
        ensure!(found == DOCUMENTS, "the peer found {found} documents");
        let spent = last.strip_prefix("took ").and_then(|spent| spent.split_once(' '));
        let (memory, processor) = spent.with_context(|| format!("the peer said `{last}`"))?;
        let (memory_kib, processor) = (memory.parse()?, Duration::from_micros(processor.parse()?));
        Ok(Ran { start, took, until_it_asks: took, processor, memory_kib })
    }
}
