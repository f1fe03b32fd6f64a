//! Speed and side channels, side by side with named peers on one machine in one run.
//!
//! In: which bench, and the programs that it measures. Out: a table, and `NAME.json`. Never here: a
//! number that was not measured in this run, or a path to the product that its users don't have.

mod covert;
mod exfil;
mod http;
mod konnector;
mod page;
mod reconcile;
mod report;
mod server;
mod store;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// What `cargo xtask bench` runs.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Subcommand)]
enum Bench {
    /// Pages of apps against `wasmtime serve` and a native server
    Page {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        programs: page::Programs,
    },
    /// The attacks of `tests/exfil` against `wasmtime serve` and Node with Cozy's permissions
    Exfil {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        programs: exfil::Programs,
    },
    /// Documents against SQLite
    Store {
        #[command(flatten)]
        common: Common,
    },
    /// What colluding components could tell each other by time and contention
    Covert {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        programs: covert::Programs,
    },
    /// Runs of a konnector against a process of Node for each
    Konnector {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        programs: konnector::Programs,
    },
    /// Missing refunds against Cozy's published rules, and what finding them takes
    Reconcile {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        programs: reconcile::Programs,
    },
    /// The house of `konnector`: collects whenever it is told to
    #[command(hide = true)]
    House(konnector::Options),
    /// The native peer of `page`: prints its address and serves until it is killed
    #[command(hide = true)]
    Hello,
}

#[derive(Args)]
struct Common {
    /// Where the report goes, and the data while it runs
    #[arg(long)]
    out: PathBuf,
    /// Shorter and smaller
    #[arg(long)]
    quick: bool,
}

/// Run the bench that the arguments name.
pub fn main() -> anyhow::Result<()> {
    let (common, report) = match Cli::parse().bench {
        Bench::Hello => return page::hello::serve(),
        Bench::House(options) => return konnector::serve(&options),
        Bench::Page { common, programs } => {
            let report = page::run(&programs, &common.folder()?, common.quick)?;
            (common, report)
        }
        Bench::Exfil { common, programs } => {
            let report = exfil::run(&programs, &common.folder()?)?;
            return report.save(&common.out);
        }
        Bench::Covert { common, programs } => {
            let report = covert::run(&programs, &common.folder()?, common.quick)?;
            (common, report)
        }
        Bench::Konnector { common, programs } => {
            let report = konnector::run(&programs, &common.folder()?, common.quick)?;
            (common, report)
        }
        Bench::Reconcile { common, programs } => {
            let report = reconcile::run(&programs, &common.folder()?, common.quick)?;
            (common, report)
        }
        Bench::Store { common } => {
            let report = store::run(&common.folder()?, common.quick)?;
            (common, report)
        }
    };
    report.write(&common.out)
}

impl Common {
    /// A folder on the disk that is measured: what is temporary to the system may be memory.
    fn folder(&self) -> anyhow::Result<tempfile::TempDir> {
        std::fs::create_dir_all(&self.out)?;
        Ok(tempfile::tempdir_in(&self.out)?)
    }
}
