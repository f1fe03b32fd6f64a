//! Coverage-guided fuzzing of all that reads a stranger's bytes.
//!
//! In: a target, or none for all of them, and for how long. Out: what the fuzzer says; bytes that
//! break something, in `target/fuzz/crashes`. Never here: a target; those are of `tests/hostile`.

use std::fs;
use std::path::Path;

use crate::{outside, shell, workspace};

/// For each target, when nobody says otherwise.
const SECONDS: u64 = 30;

/// Run the named target, or all.
pub fn run(arguments: &[&str]) -> Result<(), String> {
    let folder = workspace::root().join("tests/fuzz");
    let known = names(&folder.join("seeds"))?;
    let (name, seconds) = read(arguments)?;
    if let Some(unknown) = name.filter(|name| !known.iter().any(|known| known == name)) {
        return Err(format!("no target is called `{unknown}`: there are {}", known.join(", ")));
    }
    let program = outside::cargo_fuzz()?;
    // The versions of the main build; what only the fuzzer needs comes on top.
    let lock = workspace::root().join("Cargo.lock");
    fs::copy(lock, folder.join("Cargo.lock")).map_err(|error| error.to_string())?;
    let mut broken = Vec::new();
    for name in known.into_iter().filter(|known| name.is_none_or(|name| name == known)) {
        if let Err(reason) = one(&program, &folder, &name, seconds) {
            eprintln!("{reason}");
            broken.push(name);
        }
    }
    if broken.is_empty() { Ok(()) } else { Err(format!("broken: {}", broken.join(", "))) }
}

fn one(program: &Path, folder: &Path, name: &str, seconds: u64) -> Result<(), String> {
    let of = |what: &str| workspace::target().join("fuzz").join(what).join(name);
    let (corpus, crashes) = (of("corpus"), of("crashes"));
    for folder in [&corpus, &crashes] {
        fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    }
    let mut fuzz = shell::command(program);
    // Stable Rust has no sanitizer; unsafe code is the engine's alone.
    fuzz.args(["run", "--sanitizer", "none", "--fuzz-dir"]).arg(folder);
    fuzz.arg("--target-dir").arg(workspace::target().join("fuzz/build"));
    fuzz.arg("any").arg(corpus).arg(folder.join("seeds").join(name));
    fuzz.args(["--", "-timeout=10", "-rss_limit_mb=4096", "-print_final_stats=1"]);
    fuzz.arg(format!("-max_total_time={seconds}"));
    fuzz.arg(format!("-artifact_prefix={}/", crashes.display()));
    shell::run(fuzz.env("DOMICILE_FUZZ_TARGET", name))
}

/// Each target has a folder of seeds; a test of `tests/hostile` holds that.
fn names(seeds: &Path) -> Result<Vec<String>, String> {
    let folders = fs::read_dir(seeds).map_err(|error| error.to_string())?;
    let mut names: Vec<String> =
        folders.filter_map(|folder| folder.ok()?.file_name().into_string().ok()).collect();
    names.sort_unstable();
    Ok(names)
}

fn read<'a>(arguments: &[&'a str]) -> Result<(Option<&'a str>, u64), String> {
    let seconds =
        |text: &str| text.parse().map_err(|_| format!("`{text}` is no number of seconds"));
    match arguments {
        [] => Ok((None, SECONDS)),
        ["--seconds", given] => Ok((None, seconds(given)?)),
        [name] => Ok((Some(name), SECONDS)),
        [name, "--seconds", given] => Ok((Some(name), seconds(given)?)),
        _ => Err("use: cargo xtask fuzz [NAME] [--seconds N]".to_owned()),
    }
}
