//! The attacks by themselves: every test that their list names, then the list and its score.
//!
//! In: how much of it. Out: the table; a failure where a verdict does not hold or a channel is
//! open. Never here: a verdict; `tests/exfil` and the tests that it names have them.

use std::collections::BTreeSet;

use tidy::cases::{self, Kind, List, Row};
use tidy::tree::{Finding, Tree};

use crate::test::{NATIVE, in_browsers};
use crate::{shell, workspace};

/// The test that runs all folders.
const FOLDERS: &str = "every_attack_has_its_verdict";

/// Try them, or write their table into the page that tells of them.
pub fn run(arguments: &[&str]) -> Result<(), String> {
    match arguments {
        ["--write"] => cases::rewrite(&workspace::root()),
        [] => tried(true),
        ["--quick"] => tried(false),
        other => Err(format!("unknown option among `{}`", other.join(" "))),
    }
}

/// The rows that are no folder, as the bench prints those that are: no peer has the like.
pub fn without_peers() -> Result<(), String> {
    let list = listed()?;
    for row in list.rows.iter().filter(|row| !row.is_folder()) {
        let Row { id, verdict, title, .. } = row;
        println!("{id:<24} {verdict:<13} {:<19} {:<27} {title}", "-", "-");
    }
    println!("\nDomicile: {}", list.score());
    Ok(())
}

fn listed() -> Result<List, String> {
    let tree = Tree::of_workspace()?;
    let wrong: Vec<String> = cases::check(&tree).iter().map(Finding::to_string).collect();
    if !wrong.is_empty() {
        return Err(wrong.join("\n"));
    }
    List::of(&tree).map_err(|finding| finding.to_string())
}

fn tried(with_browsers: bool) -> Result<(), String> {
    let list = listed()?;
    let tests = || list.rows.iter().flat_map(|row| &row.tests);
    let native =
        tests().filter(|test| test.path.ends_with(".rs") && !test.path.starts_with("tests/bench/"));
    let names: BTreeSet<&str> = native.map(|test| test.name.as_str()).chain([FOLDERS]).collect();
    let mut cargo = shell::cargo(&[&["test"], NATIVE, &["--lib", "--test", "*", "--"]].concat());
    let run = shell::run_tests(cargo.args(&names)).map_err(|(reason, _)| reason)?;
    if run.passed < names.len() as u64 {
        return Err(format!("{} tests were to run, {} did", names.len(), run.passed));
    }
    if with_browsers {
        let scripts = tests().filter(|test| test.path.ends_with(".mjs"));
        let files: BTreeSet<&str> =
            scripts.filter_map(|test| test.path.rsplit('/').next()).collect();
        let files: Vec<&str> = ["--test"].into_iter().chain(files).collect();
        shell::run(&mut in_browsers(&files)?)?;
    }
    println!();
    list.rows.iter().for_each(|row| println!("{row}"));
    println!("\n{}", list.score());
    match list.count(Kind::Open) {
        0 => Ok(()),
        open => Err(format!("{open} are open")),
    }
}
