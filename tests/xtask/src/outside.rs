//! Tools that the tests and benches drive and that cargo does not build: installed when they are
//! missing.
//!
//! In: a tool's name. Out: the path of its program. Never here: a version that is not pinned by a
//! file of this repository (a lock, a requirement, a constant), or an install outside `target/` but
//! for Debian's packages.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{shell, workspace};

const CARGO_DENY: &str = "0.20.2";
const CARGO_FUZZ: &str = "0.13.2";
const WASMTIME: &str = "48.0.8";
/// What `wasmtime serve` needs, and nothing that it does not.
const WASMTIME_FEATURES: &str =
    "run,serve,cranelift,pooling-allocator,parallel-compilation,component-model-async";

/// `cargo deny`, built once into `target/tools`.
pub fn cargo_deny() -> Result<PathBuf, String> {
    cargo_tool("cargo-deny", CARGO_DENY)
}

/// `cargo fuzz`, built once into `target/tools`.
pub fn cargo_fuzz() -> Result<PathBuf, String> {
    cargo_tool("cargo-fuzz", CARGO_FUZZ)
}

fn cargo_tool(name: &str, wanted: &str) -> Result<PathBuf, String> {
    let tools = workspace::tools();
    let program = tools.join("bin").join(name);
    let version = shell::ask(shell::command(&program).arg("--version"));
    if version.is_some_and(|text| text.ends_with(wanted)) {
        return Ok(program);
    }
    // The dev profile: a run takes a second either way, and an optimised build takes minutes.
    let mut install = shell::cargo(&["install", name, "--locked", "--profile", "dev"]);
    install.args(["--version", wanted, "--root"]).arg(&tools);
    install.env("CARGO_TARGET_DIR", tools.join("build"));
    shell::run(&mut install)?;
    std::fs::remove_dir_all(tools.join("build")).map_err(|error| error.to_string())?;
    Ok(program)
}

/// The `wasmtime` of the benches, built once into `target/peers`.
pub fn wasmtime() -> Result<PathBuf, String> {
    let peers = workspace::target().join("peers");
    let program = peers.join("bin/wasmtime");
    if is_wasmtime(&program).is_ok() {
        return Ok(program);
    }
    println!("building wasmtime {WASMTIME} to measure against: once, for about ten minutes");
    let mut install = shell::cargo(&["install", "wasmtime-cli", "--locked"]);
    install.args(["--version", WASMTIME, "--no-default-features"]);
    install.args(["--features", WASMTIME_FEATURES, "--root"]).arg(&peers);
    install.env("CARGO_TARGET_DIR", peers.join("build"));
    shell::run(&mut install)?;
    std::fs::remove_dir_all(peers.join("build")).map_err(|error| error.to_string())?;
    Ok(program)
}

/// Whether a program is the one that the benches name.
pub fn is_wasmtime(program: impl AsRef<OsStr>) -> Result<(), String> {
    let program = program.as_ref();
    let version = shell::ask(shell::command(program).arg("--version"));
    if version.is_some_and(|text| text.starts_with(&format!("wasmtime {WASMTIME}"))) {
        return Ok(());
    }
    Err(format!("`{}` is not wasmtime {WASMTIME}", Path::new(program).display()))
}

/// The benches' load.
pub fn wrk() -> Result<PathBuf, String> {
    program("wrk", "wrk")
}

/// Chromium, from Debian when there is none.
pub fn chromium() -> Result<PathBuf, String> {
    program("chromium", "chromium")
}

/// Firefox, from Debian when there is none.
pub fn firefox() -> Result<PathBuf, String> {
    program("firefox-esr", "firefox-esr")
}

/// What a network of their own is made with (`tests/e2e/alone.sh`).
pub fn ip() -> Result<PathBuf, String> {
    program("ip", "iproute2")
}

/// What watches that network's packets (`tests/e2e/packets.py`).
pub fn python3() -> Result<PathBuf, String> {
    program("python3", "python3")
}

/// The CalDAV and CardDAV server that the konnectors are tried against, where `tests/it/dav.rs`
/// looks for it.
pub fn radicale() -> Result<(), String> {
    python("radicale", &workspace::root().join("tests/it/radicale.txt")).map(drop)
}

/// The client of OFX Direct Connect that a bank of our own is tried with, where
/// `tests/it/direct.rs` looks for it.
pub fn ofxtools() -> Result<(), String> {
    python("ofxtools", &workspace::root().join("tests/it/ofxtools.txt")).map(drop)
}

/// The mail server that the konnector of mail is tried against (`tests/it/imap.rs`).
pub fn dovecot() -> Result<(), String> {
    program("dovecot", "dovecot-imapd").map(drop)
}

/// A Python with what `requirements` pins, in an environment of that name under `target/tools`.
pub fn python(name: &str, requirements: &Path) -> Result<PathBuf, String> {
    let system = python3()?;
    let folder = workspace::tools().join(name);
    let python = folder.join("bin/python");
    let mark = folder.join("requirements.txt");
    let wanted = std::fs::read(requirements).map_err(|error| error.to_string())?;
    if python.is_file() && std::fs::read(&mark).is_ok_and(|had| had == wanted) {
        return Ok(python);
    }
    let venv = |system: &Path| {
        shell::run(shell::command(system).args(["-m", "venv", "--clear"]).arg(&folder))
    };
    venv(&system).or_else(|_| apt("python3-venv").and_then(|()| venv(&system)))?;
    let mut pip = shell::command(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(requirements);
    shell::run(&mut pip)?;
    std::fs::write(&mark, wanted).map_err(|error| error.to_string())?;
    Ok(python)
}

/// The packages that the lock of an npm package names, when they are not there yet. Not `npm ci`:
/// it refuses a lock without packages that were never published, and componentize-qjs names three
/// such for other platforms. What the lock names is checked against its hashes either way.
pub fn npm_packages(folder: &Path) -> Result<(), String> {
    let npm = program("npm", "npm")?;
    let (lock, installed) =
        (folder.join("package-lock.json"), folder.join("node_modules/.package-lock.json"));
    if !is_older(&installed, &lock) {
        return Ok(());
    }
    let mut install = Command::new(npm);
    install.current_dir(folder).args(["install", "--no-save", "--no-audit", "--no-fund"]);
    shell::run(&mut install)
}

pub fn node() -> Result<PathBuf, String> {
    program("node", "nodejs")
}

/// Was `file` written before `than`, or never?
pub fn is_older(file: &Path, than: &Path) -> bool {
    let written = |path: &Path| path.metadata().and_then(|data| data.modified()).ok();
    match (written(file), written(than)) {
        (Some(file), Some(than)) => file < than,
        _ => true,
    }
}

/// A program on the path, or from the Debian package that brings it.
fn program(name: &str, package: &str) -> Result<PathBuf, String> {
    if let Some(found) = shell::find(name) {
        return Ok(found);
    }
    apt(package)?;
    shell::find(name).ok_or_else(|| format!("`{package}` is installed, but brought no `{name}`"))
}

/// Debian's packages need root; without it the error is the line to type.
fn apt(package: &str) -> Result<(), String> {
    let remedy = format!("`{package}` is missing: run `apt-get install {package}` as root");
    let user = shell::ask(shell::command("id").arg("-u"));
    let before: &[&str] = match user.as_deref() {
        Some("0") => &["apt-get"],
        _ if shell::ask(shell::command("sudo").args(["-n", "true"])).is_some() => {
            &["sudo", "-n", "apt-get"]
        }
        _ => return Err(remedy),
    };
    let apt_get = |arguments: &[&str]| {
        let (program, rest) = before.split_first().unwrap_or((&"apt-get", &[]));
        let mut command = shell::command(program);
        command.args(rest).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        shell::run(&mut command)
    };
    apt_get(&["update", "--quiet"])
        .and_then(|()| {
            apt_get(&["install", "--yes", "--quiet", "--no-install-recommends", package])
        })
        .map_err(|reason| format!("{remedy} ({reason})"))
}
