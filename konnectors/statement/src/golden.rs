//! For the importers' tests: folders of files against what they are expected to become. Setting
//! `BLESS=1` writes the expectations; the difference is then for the eye.

use std::fs;
use std::path::Path;

use crate::body;
use crate::model::Statement;

/// What an importer makes of a file's bytes.
pub type Read = fn(&[u8]) -> Result<Statement, String>;

/// Everything that would be deposited and reported, one thing a line.
pub fn render(result: &Result<Statement, String>) -> String {
    let statement = match result {
        Ok(statement) => statement,
        Err(refusal) => return format!("refused: {refusal}\n"),
    };
    let mut text = format!("{}\n", statement.summary());
    let mut line = |kind: &str, rest: String| text.push_str(&format!("{kind} {rest}\n"));
    for account in &statement.accounts {
        line("account", json(&body::account(account)));
    }
    for operation in &statement.operations {
        let account_key = &statement.accounts[operation.account].key;
        let id = format!("id-of({account_key})");
        line("operation", json(&body::operation(operation, &id, account_key)));
    }
    for warning in &statement.warnings {
        line("warning", warning.clone());
    }
    text
}

fn json(body: &impl serde::Serialize) -> String {
    serde_json::to_string(body).unwrap_or_else(|error| error.to_string())
}

/// Compares every file of `inputs` with `expected/NAME.txt`; answers how many there were.
///
/// # Panics
/// When a file differs from its expectation, or an expectation has no file.
pub fn check(inputs: &Path, expected: &Path, extension: &str, read: Read) -> usize {
    let bless = std::env::var_os("BLESS").is_some();
    let mut differences = Vec::new();
    let inputs_named = names(inputs, extension);
    for name in &inputs_named {
        let bytes = fs::read(inputs.join(name)).expect(name);
        let found = render(&read(&bytes));
        let path = expected.join(format!("{name}.txt"));
        if bless {
            fs::write(&path, &found).expect(name);
        } else if fs::read_to_string(&path).unwrap_or_default() != found {
            differences.push(format!("{} should be:\n{found}", path.display()));
        }
    }
    let orphans = names(expected, &format!("{extension}.txt"))
        .into_iter()
        .filter(|name| !inputs_named.contains(&name.trim_end_matches(".txt").to_owned()));
    differences.extend(orphans.map(|name| format!("{name} is expected of no file")));
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    inputs_named.len()
}

fn names(folder: &Path, extension: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder exists");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(&format!(".{extension}")))
        .collect();
    names.sort();
    names
}
