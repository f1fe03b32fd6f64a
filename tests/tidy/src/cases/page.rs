//! The table of a page. In: the list. Out: the same list between two marks of SECURITY.md. Never
//! here: a word of the page outside of them.

use std::fmt::Write as _;
use std::path::Path;

use super::{Kind, List, PAGE, Row};
use crate::tree::{Finding, Tree};

pub(super) const BEGIN: &str = "<!-- attacks: written by `cargo xtask exfil --write` -->\n";
pub(super) const END: &str = "<!-- end of attacks -->\n";

/// The page tells another list.
pub fn check(tree: &Tree, list: &List) -> Option<Finding> {
    let text = tree.get(PAGE).map(|file| file.text.as_str()).unwrap_or_default();
    match renewed(text, list) {
        Ok(new) if new == text => None,
        Ok(_) => Some(Finding::at(PAGE, "tells another list: run `cargo xtask exfil --write`")),
        Err(reason) => Some(Finding::at(PAGE, reason)),
    }
}

/// Writes the table anew.
pub fn rewrite(root: &Path) -> Result<(), String> {
    let tree = Tree::of_workspace()?;
    let list = List::of(&tree).map_err(|finding| finding.to_string())?;
    let text = tree.get(PAGE).map(|file| file.text.as_str()).unwrap_or_default();
    std::fs::write(root.join(PAGE), renewed(text, &list)?).map_err(|error| error.to_string())
}

pub(super) fn renewed(text: &str, list: &List) -> Result<String, String> {
    let marks = || {
        let (before, rest) = text.split_once(BEGIN)?;
        Some((before, rest.split_once(END)?.1))
    };
    let (before, after) = marks().ok_or_else(|| format!("the marks are gone: `{BEGIN}`"))?;
    Ok(format!("{before}{BEGIN}{}{END}{after}", markdown(list)))
}

/// The table and its sum.
pub fn markdown(list: &List) -> String {
    let mut text = format!("\n{} attacks: {}.\n\n", list.rows.len(), list.score());
    text.push_str("| attack | what is tried | verdict | test | it succeeds when |\n");
    text.push_str("|---|---|---|---|---|\n");
    for row in &list.rows {
        let Row { id, title, control, .. } = row;
        let (verdict, tests) = (verdict(row), tests(row));
        let _ = writeln!(text, "| {id} | {title} | {verdict} | {tests} | {control} |");
    }
    text.push('\n');
    text
}

fn verdict(row: &Row) -> String {
    match row.kind {
        Kind::Blocked => row.verdict.clone(),
        Kind::Bounded | Kind::Open => format!("{}: {}", row.verdict, row.figure),
        Kind::NotRun => format!("not run: needs {}", row.figure),
    }
}

fn tests(row: &Row) -> String {
    if row.is_folder() {
        return format!("[folder](tests/exfil/{}/attack.toml)", row.id);
    }
    let link = |test: &super::Test| format!("[`{}`]({})", test.name, test.path);
    row.tests.iter().map(link).collect::<Vec<_>>().join(", ")
}
