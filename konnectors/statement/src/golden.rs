//! For the importers' tests: folders of files against what they are expected to become. Setting
//! `BLESS=1` writes the expectations; the difference is then for the eye.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use domicile_proto::doctype::Doctypes;
use domicile_sdk::importer::{self, Importer};
use domicile_sdk::testing::Home;

use crate::body;
use crate::model::{Statement, operations as operations_of};
use crate::{Said, count};

/// What an importer makes of a file's bytes.
pub type Read = fn(&[u8]) -> Result<Statement, Said>;

/// Everything that would be deposited and reported, one thing a line.
pub fn render(result: &Result<Statement, Said>) -> String {
    let statement = match result {
        Ok(statement) => statement,
        Err(refusal) => return format!("refused: {}\n", refusal.en),
    };
    let mut text = format!("{}\n", statement.summary().en);
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
        line("warning", warning.en.clone());
    }
    text
}

fn json(body: &impl serde::Serialize) -> String {
    serde_json::to_string(body).unwrap_or_else(|error| error.to_string())
}

/// Whatever is said is said in French too.
fn assert_french(name: &str, result: &Result<Statement, Said>) {
    let said = match result {
        Ok(statement) => statement.warnings.iter().collect(),
        Err(refusal) => vec![refusal],
    };
    for said in said {
        assert_ne!(said.en, said.fr, "{name}: in one language only");
        assert!(!said.fr.contains("not taken"), "{name}: {}", said.fr);
    }
}

/// Compares every file of `inputs` with `expected/NAME.txt`; answers how many there were.
///
/// # Panics
/// When a file differs from its expectation, or an expectation has no file.
pub fn check(inputs: &Path, expected: &Path, extension: &str, read: Read) -> usize {
    check_named(inputs, expected, extension, |_, bytes| read(bytes))
}

/// The same of an importer that looks at a file's name too.
///
/// # Panics
/// As [`check`].
pub fn check_named(
    inputs: &Path,
    expected: &Path,
    extension: &str,
    read: impl Fn(&str, &[u8]) -> Result<Statement, Said>,
) -> usize {
    let bless = std::env::var_os("BLESS").is_some();
    let mut differences = Vec::new();
    let inputs_named = names(inputs, extension);
    for name in &inputs_named {
        let bytes = fs::read(inputs.join(name)).expect(name);
        let result = read(name, &bytes);
        assert_french(name, &result);
        let found = render(&result);
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

/// Drops every sample on the importer `T` and answers how many it took: their documents fit their
/// doctypes, keys are unique and short enough, and operations point at accounts that are there.
///
/// # Panics
/// When one of that isn't so.
pub fn check_deposits<T: Importer>(folder: &Path, extension: &str) -> usize {
    let doctypes = Doctypes::builtin();
    let mut taken = 0;
    for name in names(folder, extension) {
        let home = Home::new();
        home.drop_file(&name, &fs::read(folder.join(&name)).expect(&name));
        let Ok(report) = importer::run::<T>() else {
            assert!(home.deposits().is_empty(), "{name}: refused, yet something was deposited");
            continue;
        };
        taken += 1;
        let deposits = home.deposits();
        let accounts = deposits.iter().filter(|(doctype, ..)| doctype == body::ACCOUNTS);
        let ids: Vec<String> =
            accounts.map(|(doctype, key, _)| format!("{doctype}/{key}")).collect();
        let operations = deposits.len() - ids.len();
        let accounts = count(ids.len(), ["account", "accounts"], ["compte", "comptes"]).en;
        let summary = format!("{accounts}, {}", operations_of(operations).en);
        assert_eq!(report.summary, summary, "{name}");
        let keys: BTreeSet<_> = deposits.iter().map(|(doctype, key, _)| (doctype, key)).collect();
        assert_eq!(keys.len(), deposits.len(), "{name}: two documents under one key");
        for (doctype, key, body) in &deposits {
            assert!((1..=500).contains(&key.chars().count()), "{name}: {key}");
            let spec = doctypes.get(&doctype.parse().expect(doctype)).expect(doctype);
            spec.validate(body.as_object().expect("an object")).expect(&name);
            let account = body.get("account").and_then(|id| id.as_str());
            assert!(account.is_none_or(|id| ids.iter().any(|known| known == id)), "{name}: {body}");
        }
    }
    taken
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

/// All files of a folder with this ending.
///
/// # Panics
/// When one can't be read.
pub fn samples(folder: impl AsRef<Path>, ending: &str) -> Vec<Vec<u8>> {
    let files = fs::read_dir(folder)
        .expect("the folder exists")
        .map(|entry| entry.expect("readable").path());
    let files = files.filter(|path| path.extension().is_some_and(|found| found == ending));
    files.map(|path| fs::read(path).expect("readable")).collect()
}

/// Reads a file that was damaged here and there: a place, a byte, and what is done with it.
///
/// # Panics
/// When what is read of it has no bounds.
pub fn assert_damage_is_bounded(
    file: &[u8],
    damage: Vec<(usize, u8, u8)>,
    read: impl Fn(&[u8]) -> Result<Statement, Said>,
) {
    let mut file = file.to_vec();
    for (place, byte, how) in damage {
        let at = place % file.len();
        match how {
            0 => file[at] = byte,
            1 => file.insert(at, byte),
            _ => file.truncate(at.max(1)),
        }
    }
    if let Ok(statement) = read(&file) {
        assert!(statement.operations.iter().all(|operation| operation.key.len() < 2000));
        assert!(statement.warnings.len() <= 100);
    }
}
