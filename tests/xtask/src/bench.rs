//! The benches: they build what users get, and measure it beside its peers.
//!
//! In: a bench's name. Out: a table, and `target/bench/NAME.json`. Never here: a number; those are
//! of `tests/bench`.

use std::path::PathBuf;

use crate::test::in_browsers;
use crate::{exfil, outside, shell, workspace};

/// The benches there are.
const NAMES: &[&str] = &["covert", "exfil", "konnector", "page", "reconcile", "store"];

/// The attacks against a home, each with its control.
const VERDICTS: [&str; 8] = [
    "test",
    "--locked",
    "--package",
    "domicile",
    "--test",
    "it",
    "--",
    "exfil::every_attack_has_its_verdict",
];

/// Run those that are named; all when none is.
pub fn run(arguments: &[&str]) -> Result<(), String> {
    let (options, names): (Vec<&str>, Vec<&str>) =
        arguments.iter().partition(|word| word.starts_with("--"));
    if options.iter().any(|option| *option != "--quick") {
        return Err(format!("unknown option among `{}`: there is --quick", options.join(" ")));
    }
    if let Some(unknown) = names.iter().find(|name| !NAMES.contains(*name)) {
        return Err(format!("no bench is called `{unknown}`: there are {}", NAMES.join(", ")));
    }
    let names = if names.is_empty() { NAMES } else { &names };
    // One after the other: together they would unite the features of their dependencies, and the
    // server would not be the one that is measured elsewhere.
    release("domicile")?;
    release("domicile-bench")?;
    for name in names {
        let mut bench = shell::command(workspace::target().join("release/domicile-bench"));
        bench.arg(name).arg("--out").arg(workspace::target().join("bench")).args(&options);
        if *name == "konnector" {
            bench.arg("--peers").arg(workspace::root().join("tests/bench/peers"));
        }
        if matches!(*name, "covert" | "konnector" | "page" | "reconcile") {
            bench.arg("--domicile").arg(workspace::target().join("release/domicile"));
        }
        if *name == "page" {
            bench.arg("--wasmtime").arg(wasmtime()?).arg("--wrk").arg(outside::wrk()?);
        }
        if *name == "exfil" {
            // Our own verdicts: the table is printed only if each of them holds.
            shell::run(&mut shell::cargo(&VERDICTS))?;
            bench.arg("--attacks").arg(workspace::root().join("tests/exfil"));
            bench.arg("--peers").arg(workspace::root().join("tests/bench/peers"));
            bench.arg("--wasmtime").arg(wasmtime()?);
        }
        shell::run(&mut bench)?;
        if *name == "exfil" {
            exfil::without_peers()?;
            pages()?;
        }
    }
    Ok(())
}

/// The attacks on pages: ours first, which have to hold, then what the peers deliver.
fn pages() -> Result<(), String> {
    shell::run(&mut in_browsers(&["--test", "exfil.test.mjs"])?)?;
    let mut peers = in_browsers(&["../bench/peers/pages.mjs"])?;
    peers.arg(workspace::target().join("bench/exfil-pages.json"));
    peers.arg(wasmtime()?).arg(workspace::components().join("wstd_headers.wasm"));
    shell::run(&mut peers)
}

fn release(package: &str) -> Result<(), String> {
    shell::run(&mut shell::cargo(&["build", "--locked", "--release", "--package", package]))
}

/// The peer: one that is there already (`DOMICILE_BENCH_WASMTIME`), or one of our own.
fn wasmtime() -> Result<PathBuf, String> {
    match std::env::var_os("DOMICILE_BENCH_WASMTIME") {
        Some(program) => outside::is_wasmtime(&program).map(|()| program.into()),
        None => outside::wasmtime(),
    }
}
