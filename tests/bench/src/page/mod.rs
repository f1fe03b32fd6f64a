//! Pages per second, how long the slowest of a hundred takes, and what one costs.
//!
//! Ours: `domicile up` as its users start it, signed in as a browser is. Each request brings the
//! session's cookie and the token of the page before it, runs the app in a fresh instance, has its
//! answer checked and printed by the host, carries a label, and leaves a line in the audit trail;
//! afterwards the trail is asked whether it has them all.
//! - *20 documents*: an app that asks for 20 bank operations out of 200 and lists them.
//! - *hello*: an app that says hello and reads nothing.
//! - *hello, the peer's component*: the very file that `wasmtime serve` serves, with a manifest
//!   packed into it. Its HTML is parsed and printed anew.
//!
//! The peers say hello, and neither signs anybody in nor keeps a trail:
//! - `wasmtime serve` 48 on an ordinary component, with the pooling allocator, a fresh instance
//!   for each request (its default for WASI 0.2, and what Domicile does).
//! - axum in this program: no sandbox at all.
//!
//! All servers run at once and are loaded in turn. The load's own program shares the processors
//! with them; p99 is under that load, where every connection always waits for an answer. The
//! processor time of a page is the server's own: it says least about what else the machine did.
//! Beside it stands what its line in the audit trail costs, at the rate at which pages were served.

pub mod hello;
mod home;
mod trail;
mod wrk;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::ensure;
use clap::Args;
use tempfile::TempDir;

use crate::http::Target;
use crate::report::{Report, Unit, median};
use crate::server::{self, Process, Server};
use home::Running;
use wrk::Load;

const WARM_UP: Duration = Duration::from_secs(2);
const ROUND: Duration = Duration::from_secs(5);
const ROUNDS: usize = 3;

/// The programs that the bench starts.
#[derive(Args)]
pub struct Programs {
    /// The release build of the server
    #[arg(long)]
    domicile: PathBuf,
    /// The peer
    #[arg(long)]
    wasmtime: PathBuf,
    /// The load
    #[arg(long)]
    wrk: PathBuf,
}

/// Somebody who answers, and what was measured.
struct Case {
    name: &'static str,
    target: Target,
    process: Process,
    rounds: Vec<Round>,
}

struct Round {
    load: Load,
    /// Of the server, for one page.
    processor_us: f64,
}

impl Case {
    fn new(name: &'static str, target: Target, server: &Server) -> Case {
        Case { name, target, process: server.process(), rounds: Vec::new() }
    }

    fn measure(&mut self, programs: &Programs, time: Duration) -> anyhow::Result<()> {
        let before = self.process.processor_time()?;
        let load = wrk::run(&programs.wrk, &self.target, time)?;
        let spent = self.process.processor_time()? - before;
        let processor_us = spent.as_secs_f64() * 1e6 / load.requests as f64;
        let (name, second, p99) = (self.name, load.per_second, load.p99_ms);
        println!("{name:<36} {second:>8.0} requests/s  p99 {p99:.2} ms  {processor_us:.0} us each");
        self.rounds.push(Round { load, processor_us });
        Ok(())
    }

    fn median(&self, of: impl Fn(&Round) -> f64) -> f64 {
        median(self.rounds.iter().map(of).collect())
    }
}

/// Measure.
pub fn run(programs: &Programs, folder: &TempDir, quick: bool) -> anyhow::Result<Report> {
    let running = Running::start(&programs.domicile, folder.path())?;
    let (wasmtime_server, wasmtime) = wasmtime(programs)?;
    let (axum_server, axum) = hello::start()?;
    let mut ours = vec![
        Case::new("page of 20 documents", running.enter("page-list")?, &running.server),
        Case::new("hello page", running.enter("page-hello")?, &running.server),
        Case::new(
            "hello page, the peer's component",
            running.enter("hello-http")?,
            &running.server,
        ),
    ];
    let listed = ours[0].target.get()?.body.matches("<li").count();
    ensure!(listed == 20, "the page lists {listed} documents");
    let mut peers = vec![
        Case::new("wasmtime serve 48", wasmtime, &wasmtime_server),
        Case::new("axum", axum, &axum_server),
    ];
    let before = running.audit_lines()?;
    measure(programs, ours.iter_mut().chain(&mut peers), quick)?;
    let seen = running.audit_lines()? - before;
    let sent: u64 =
        ours.iter().flat_map(|case| &case.rounds).map(|round| round.load.requests).sum();
    ensure!(seen >= sent, "{sent} pages were shown, and the audit trail has {seen}");
    println!("the audit trail has a line for each of {sent} pages, and its chain holds");
    let mut report = report(&ours, &peers);
    let (listing, time) = (&ours[0], if quick { WARM_UP } else { ROUND });
    let page = listing.median(|round| round.processor_us);
    let line = trail::line_us(folder, listing.median(|round| round.load.per_second), time)?;
    println!(
        "its line takes {line:.1} of the {page:.0} us of a page: {:.1} %",
        100.0 * line / page
    );
    let (case, unit) = ("audit line of a page, processor".to_owned(), Unit::Less("us/line"));
    report.row(case, unit, line, "the whole page of 20 documents", page);
    Ok(report)
}

/// In turn, so that what changes on the machine meanwhile changes it for all.
fn measure<'a>(
    programs: &Programs,
    cases: impl Iterator<Item = &'a mut Case>,
    quick: bool,
) -> anyhow::Result<()> {
    let mut cases: Vec<&mut Case> = cases.collect();
    let (rounds, round) = if quick { (1, WARM_UP) } else { (ROUNDS, ROUND) };
    for case in &cases {
        wrk::run(&programs.wrk, &case.target, WARM_UP)?;
    }
    for number in 1..=rounds {
        println!("round {number} of {rounds}");
        for case in &mut cases {
            case.measure(programs, round)?;
        }
    }
    Ok(())
}

fn report(ours: &[Case], peers: &[Case]) -> Report {
    let mut report = Report::new("page");
    for peer in peers {
        let name = format!("{}, hello", peer.name);
        for case in ours {
            let mut row = |what: &str, unit: Unit, of: &dyn Fn(&Round) -> f64| {
                let label = format!("{}{what}", case.name);
                report.row(label, unit, case.median(of), &name, peer.median(of));
            };
            row("", Unit::PerSecond("requests/s"), &|round| round.load.per_second);
            row(", p99", Unit::Less("ms"), &|round| round.load.p99_ms);
            row(", processor", Unit::Less("us/page"), &|round| round.processor_us);
        }
    }
    report
}

/// The peer, as its users start it when they want speed; `cli` because Rust's standard library
/// imports it.
fn wasmtime(programs: &Programs) -> anyhow::Result<(Server, Target)> {
    let address = server::free_address()?;
    let mut command = std::process::Command::new(&programs.wasmtime);
    command.args(["serve", "-O", "pooling-allocator=y", "-S", "cli=y", "--addr"]);
    command.arg(address.to_string()).arg(domicile_guests::WSTD_HELLO);
    let server = Server::start(&mut command)?;
    let target = Target::new(address);
    target.wait()?;
    Ok((server, target))
}
