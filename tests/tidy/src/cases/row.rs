//! Rows. In: texts. Out: one row for each attack, by id. Never here: a case that is not run and
//! counts for one that is.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use super::{LIST, located};
use crate::tree::{File, Finding, Tree};

const FOLDER: &str = "tests/exfil/";
const FILE: &str = "/attack.toml";
/// Where each rule that can be off says what happens then.
const FAULTS: &str = "runtime/policy/src/fault.rs";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    #[serde(rename = "case", default)]
    cases: Vec<Case>,
    #[serde(default)]
    waits: BTreeMap<String, Waits>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    title: String,
    verdict: String,
    /// How much, and where that is measured.
    #[serde(default)]
    figure: String,
    tests: Vec<String>,
    control: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Waits {
    title: String,
    needs: String,
}

/// As much of a folder as a row says.
#[derive(Deserialize)]
struct Attack {
    title: String,
    verdict: String,
    story: toml::Table,
}

/// How a row counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Blocked,
    /// It works, and a figure says how well.
    Bounded,
    Open,
    NotRun,
}

/// A test, or why there is none.
#[derive(Debug)]
pub struct Test {
    pub name: String,
    pub path: String,
    pub wrong: Option<String>,
}

/// One attack.
#[derive(Debug)]
pub struct Row {
    pub id: String,
    pub title: String,
    pub verdict: String,
    pub kind: Kind,
    /// How much of a bounded one, what one that is not run waits for.
    pub figure: String,
    pub tests: Vec<Test>,
    pub control: String,
}

impl Row {
    /// `A01` of `A01-note`.
    pub fn number(&self) -> &str {
        self.id.split('-').next().unwrap_or(&self.id)
    }

    /// Whether it is data that the peers are told too.
    pub fn is_folder(&self) -> bool {
        self.tests.iter().any(|test| test.path.ends_with(FILE))
    }
}

/// All of them, by id.
pub struct List {
    pub rows: Vec<Row>,
}

impl List {
    /// What the workspace holds.
    pub fn of(tree: &Tree) -> Result<List, Finding> {
        let text = tree.get(LIST).map(|file| file.text.as_str()).unwrap_or_default();
        let listed: Listed =
            toml::from_str(text).map_err(|error| Finding::at(LIST, error.to_string()))?;
        let folders = tree.under(FOLDER).filter(|file| file.path.ends_with(FILE));
        let mut rows: Vec<Row> =
            folders.map(|file| of_folder(tree, file)).collect::<Result<_, _>>()?;
        rows.extend(listed.cases.into_iter().map(|case| of_case(tree, case)));
        rows.extend(listed.waits.into_iter().map(of_waits));
        rows.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(List { rows })
    }

    /// How many there are of a kind.
    pub fn count(&self, kind: Kind) -> usize {
        self.rows.iter().filter(|row| row.kind == kind).count()
    }

    /// `blocked 70, bounded 12, open 0, not run 9`.
    pub fn score(&self) -> String {
        let [blocked, bounded, open, not_run] =
            [Kind::Blocked, Kind::Bounded, Kind::Open, Kind::NotRun].map(|kind| self.count(kind));
        format!("blocked {blocked}, bounded {bounded}, open {open}, not run {not_run}")
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Row { id, verdict, title, figure, .. } = self;
        write!(f, "{id:<24} {verdict:<11} {title}")?;
        if figure.is_empty() { Ok(()) } else { write!(f, ": {figure}") }
    }
}

fn of_folder(tree: &Tree, file: &File) -> Result<Row, Finding> {
    let id = file.path[FOLDER.len()..].trim_end_matches(FILE).to_owned();
    let attack: Attack =
        toml::from_str(&file.text).map_err(|error| Finding::at(&file.path, error.to_string()))?;
    let test = Test { name: id.clone(), path: file.path.clone(), wrong: None };
    let control = control(tree, &attack.story);
    let (title, verdict) = (attack.title, attack.verdict);
    let (kind, figure) = (Kind::Blocked, String::new());
    Ok(Row { id, title, verdict, kind, figure, tests: vec![test], control })
}

fn of_case(tree: &Tree, case: Case) -> Row {
    let tests = case.tests.iter().map(|said| match located(tree, said) {
        Ok((name, path)) => Test { name, path, wrong: None },
        Err(wrong) => Test { name: said.clone(), path: String::new(), wrong: Some(wrong) },
    });
    let kind = match case.verdict.as_str() {
        "bounded" => Kind::Bounded,
        "open" => Kind::Open,
        _ => Kind::Blocked,
    };
    let tests = tests.collect();
    let Case { id, title, verdict, figure, control, .. } = case;
    Row { id, title, verdict, kind, figure, tests, control }
}

fn of_waits((id, Waits { title, needs }): (String, Waits)) -> Row {
    let verdict = "not run".to_owned();
    let (kind, control) = (Kind::NotRun, String::new());
    Row { id, title, verdict, kind, figure: needs, tests: Vec::new(), control }
}

/// When the attack of a folder succeeds: the first of its rules is off, or nothing holds it.
fn control(tree: &Tree, story: &toml::Table) -> String {
    let told = || story.values().filter_map(toml::Value::as_table);
    let said = |key: &str| told().find_map(|told| told.get(key));
    let first = said("without").and_then(|without| match without.as_array() {
        Some(faults) => faults.first()?.as_str(),
        None => without.as_str(),
    });
    if let Some(fault) = first {
        return fault_words(tree, fault).unwrap_or_else(|| format!("without `{fault}`"));
    }
    if let Some(check) = said("off").and_then(toml::Value::as_str) {
        return format!("the check `{check}` is off");
    }
    match said("reaches").and_then(toml::Value::as_str) {
        Some(sink) => format!("an ordinary runtime: it reaches its {sink}"),
        None if story.contains_key("ids") => "the reader's own id".to_owned(),
        None => "its folder tells".to_owned(),
    }
}

/// `taint`: a run that looks at something learns nothing by it.
fn fault_words(tree: &Tree, fault: &str) -> Option<String> {
    let words = fault.split('-').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    });
    let name = words.collect::<String>() + " \"";
    let lines = tree.get(FAULTS)?.text.lines().map(str::trim);
    let line = lines.into_iter().find(|line| line.starts_with(&name))?;
    let text = line.split('"').nth(3)?.trim_end_matches('.');
    let (first, rest) = text.split_at(text.len().min(1));
    Some(first.to_lowercase() + rest)
}
