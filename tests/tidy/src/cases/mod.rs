//! The list of all attacks. In: the folders of `tests/exfil`, `cases.toml` beside them, and the
//! sources that hold the tests. Out: rows, and what is wrong with them. Never here: a verdict of
//! its own; that is decided by the tests that a row names.

mod page;
mod row;

pub use page::{markdown, rewrite};
pub use row::{Kind, List, Row, Test};

use crate::tree::{File, Finding, Tree};

/// What is no folder.
pub const LIST: &str = "tests/exfil/cases.toml";
/// Where the table is printed.
pub const PAGE: &str = "SECURITY.md";

/// The cases to begin with: a letter, and how many there are. Each has a row, whatever it says.
const ASKED: [(char, u32); 6] = [('A', 17), ('B', 5), ('C', 9), ('D', 4), ('E', 6), ('F', 11)];

/// What a verdict may be.
const VERDICTS: [&str; 17] = [
    "absent",
    "bounded",
    "dropped",
    "found",
    "install",
    "label kept",
    "limit",
    "none",
    "not delivered",
    "not followed",
    "not started",
    "open",
    "overlay",
    "owner",
    "refused",
    "scrubbed",
    "stopped",
];

/// Missing rows, rows that claim what no test shows, and a page that tells another list.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let list = match List::of(tree) {
        Ok(list) => list,
        Err(finding) => return vec![finding],
    };
    let mut findings = Vec::new();
    for (letter, count) in ASKED {
        for number in (1..=count).map(|number| format!("{letter}{number:02}")) {
            if !list.rows.iter().any(|row| row.number() == number) {
                findings.push(Finding::at(LIST, format!("`{number}` has no row")));
            }
        }
    }
    for row in &list.rows {
        findings.extend(wrong(&list, row).map(|reason| Finding::at(LIST, reason)));
    }
    findings.extend(page::check(tree, &list));
    findings
}

fn wrong(list: &List, row: &Row) -> Option<String> {
    let Row { id, verdict, tests, control, kind, .. } = row;
    let others = || list.rows.iter().filter(|other| other.number() == row.number());
    let waits_in_vain = *kind == Kind::NotRun && others().count() > 1;
    let missing = tests.iter().find_map(|test| test.wrong.as_ref());
    if list.rows.iter().filter(|other| other.id == *id).count() > 1 {
        Some(format!("`{id}` is there twice"))
    } else if waits_in_vain {
        Some(format!("`{id}` is tried by now: take it out of [waits]"))
    } else if *kind != Kind::NotRun && !VERDICTS.contains(&verdict.as_str()) {
        Some(format!("`{id}`: `{verdict}` is no verdict; there are {}", VERDICTS.join(", ")))
    } else if let Some(reason) = missing {
        Some(format!("`{id}`: {reason}"))
    } else if *kind == Kind::NotRun && row.figure.is_empty() {
        Some(format!("`{id}`: say what it waits for"))
    } else if *kind == Kind::Bounded && row.figure.is_empty() {
        Some(format!("`{id}`: a bound has a figure"))
    } else if *kind != Kind::NotRun && (tests.is_empty() || control.is_empty()) {
        Some(format!("`{id}`: an attack that is tried names its tests and its control"))
    } else {
        None
    }
}

/// The one file with a test of this name: `NAME`, or `FILE: NAME` where several have it.
fn located(tree: &Tree, said: &str) -> Result<(String, String), String> {
    let in_file =
        said.split_once(": ").filter(|(file, _)| file.ends_with("rs") || file.ends_with("mjs"));
    let (within, name) = in_file.unwrap_or(("", said));
    let here = |file: &&File| file.path.ends_with(within) && has(file, name);
    let mut found = tree.files.iter().filter(here);
    match (found.next(), found.next()) {
        (Some(file), None) => Ok((name.to_owned(), file.path.clone())),
        (None, _) => Err(format!("there is no test `{said}`")),
        (Some(one), Some(other)) => {
            Err(format!("`{said}` is in {} and {}: say which", one.path, other.path))
        }
    }
}

fn has(file: &File, name: &str) -> bool {
    match file.extension() {
        // A bench says what it measures.
        "rs" if file.path.starts_with("tests/bench/") => file.text.contains(&format!("\"{name}\"")),
        "rs" => is_test(&file.text, name),
        "mjs" => ["test", "describe"]
            .iter()
            .any(|word| file.text.contains(&format!("{word}(\"{name}\""))),
        _ => false,
    }
}

/// Is there a function of this name that the harness runs?
fn is_test(text: &str, name: &str) -> bool {
    let Some(at) = text.find(&format!("fn {name}(")) else { return false };
    let before = text[..at].lines().rev().map(str::trim);
    let mut marks = before
        .skip_while(|line| ["", "async", "pub"].contains(line))
        .take_while(|line| line.starts_with("#[") || line.starts_with("//"));
    marks.any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
}

#[cfg(test)]
mod tests;
