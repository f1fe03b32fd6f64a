//! Every component: cargo builds the Rust ones, the SDKs' own scripts the JavaScript and Python
//! ones.
//!
//! In: the sources. Out: components in `target/guests`. Never here: a flag of a foreign toolchain;
//! those belong to the script that an author runs too.

use std::path::{Path, PathBuf};

use crate::{outside, shell, workspace};

/// All of them.
pub fn run() -> Result<(), String> {
    shell::run(&mut shell::cargo(&["build", "--locked", "--package", "domicile-guests"]))?;
    javascript()?;
    python()
}

/// The example app in JavaScript: `js_notes.wasm`.
pub fn javascript() -> Result<(), String> {
    let sdk = workspace::root().join("sdk/js");
    let output = workspace::guests().join("js_notes.wasm");
    if !is_stale(&output, &[&sdk, &workspace::root().join("wit")]) {
        return Ok(());
    }
    outside::npm_packages(&sdk)?;
    let mut node = shell::command(outside::node()?);
    node.arg(sdk.join("build.mjs")).arg(sdk.join("example")).arg(&output);
    shell::run(&mut node)
}

/// The example app in Python: `py_notes.wasm`.
pub fn python() -> Result<(), String> {
    let sdk = workspace::root().join("sdk/python");
    let output = workspace::guests().join("py_notes.wasm");
    if !is_stale(&output, &[&sdk, &workspace::root().join("wit")]) {
        return Ok(());
    }
    let mut python = shell::command(outside::python("python", &sdk.join("requirements.txt"))?);
    python.arg(sdk.join("build.py")).arg(sdk.join("example")).arg(&output);
    shell::run(&mut python)
}

/// Is some file of the source folders newer than the output?
fn is_stale(output: &Path, sources: &[&Path]) -> bool {
    let mut folders: Vec<PathBuf> = sources.iter().map(|path| path.to_path_buf()).collect();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { return true };
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            let installed = path.ends_with("node_modules") || path.ends_with("__pycache__");
            if path.is_dir() && !installed {
                folders.push(path);
            } else if path.is_file() && outside::is_older(output, &path) {
                return true;
            }
        }
    }
    false
}
