//! For the importers' tests: a folder of files against what they are expected to become. Setting
//! `BLESS=1` writes the expectations; the difference is then for the eye.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use domicile_proto::doctype::Doctypes;
use domicile_sdk::importer::{self, Importer, Report};
use domicile_sdk::testing::Home;
use serde_json::Value;

use crate::warnings::{WARNING_CHARS_MAX, WARNINGS_MAX};

/// Doctype, key and body.
type Deposit = (String, String, Value);

/// One file dropped on an importer.
pub struct Dropped {
    pub result: Result<Report, String>,
    pub deposits: Vec<Deposit>,
}

/// Drops a file in a home of this language.
pub fn drop_on<T: Importer>(name: &str, bytes: &[u8], locale: &str) -> Dropped {
    let home = Home::new();
    home.viewer(locale, "2026-11-23");
    home.drop_file(name, bytes);
    let result = importer::run::<T>();
    Dropped { result, deposits: home.deposits() }
}

impl Dropped {
    /// Whatever the bytes are: documents that fit, one for each key, or a reason and nothing.
    ///
    /// # Panics
    /// When one of that isn't so.
    pub fn assert_sound(&self, name: &str) {
        let doctypes = Doctypes::builtin();
        let keys: BTreeSet<_> =
            self.deposits.iter().map(|(doctype, key, _)| (doctype, key)).collect();
        assert_eq!(keys.len(), self.deposits.len(), "{name}: two documents under one key");
        for (doctype, key, body) in &self.deposits {
            assert!((1..=500).contains(&key.chars().count()), "{name}: {key}");
            let spec = doctypes.get(&doctype.parse().expect(doctype)).expect(doctype);
            spec.parse(&body.to_string()).expect(name);
        }
        match &self.result {
            Ok(report) => {
                assert!(report.warnings.len() <= WARNINGS_MAX, "{name}");
                let short = |line: &String| line.chars().count() <= WARNING_CHARS_MAX;
                assert!(report.warnings.iter().all(short), "{name}");
            }
            Err(reason) => assert!(!reason.is_empty(), "{name}: refused without a reason"),
        }
    }

    /// Everything that is deposited and reported, one thing a line.
    fn render(&self) -> String {
        let report = match &self.result {
            Ok(report) => report,
            Err(reason) => return format!("refused: {reason}\n"),
        };
        let mut text = format!("{}\n", report.summary);
        for (doctype, key, body) in &self.deposits {
            text.push_str(&format!("{doctype} {key} {body}\n"));
        }
        for warning in &report.warnings {
            text.push_str(&format!("warning {warning}\n"));
        }
        text
    }
}

/// Compares every file of `samples` but notes with its `NAME.txt`; answers how many there were.
///
/// # Panics
/// When a file becomes something else, or an expectation has no file.
pub fn check<T: Importer>(samples: &Path) -> usize {
    let bless = std::env::var_os("BLESS").is_some();
    let mut differences = Vec::new();
    let (expected, files): (Vec<String>, Vec<String>) =
        names(samples).into_iter().partition(|name| name.ends_with(".txt"));
    for name in &files {
        let bytes = fs::read(samples.join(name)).expect(name);
        let dropped = drop_on::<T>(name, &bytes, "en");
        dropped.assert_sound(name);
        assert_french::<T>(name, &bytes, &dropped);
        let found = dropped.render();
        let path = samples.join(format!("{name}.txt"));
        if bless {
            fs::write(&path, &found).expect(name);
        } else if fs::read_to_string(&path).unwrap_or_default() != found {
            differences.push(format!("{} should be:\n{found}", path.display()));
        }
    }
    let orphans =
        expected.iter().filter(|name| !files.iter().any(|file| format!("{file}.txt") == **name));
    differences.extend(orphans.map(|name| format!("{name} is expected of no file")));
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    files.len()
}

/// The same documents, and every sentence in the other language.
fn assert_french<T: Importer>(name: &str, bytes: &[u8], english: &Dropped) {
    let french = drop_on::<T>(name, bytes, "fr");
    assert_eq!(french.deposits, english.deposits, "{name}");
    match (&french.result, &english.result) {
        (Ok(french), Ok(english)) => {
            assert_eq!(french.warnings.len(), english.warnings.len(), "{name}");
            for (fr, en) in french.warnings.iter().zip(&english.warnings) {
                assert_ne!(fr, en, "{name}: in one language only");
            }
        }
        (Err(french), Err(english)) => assert_ne!(french, english, "{name}"),
        _ => panic!("{name}: refused in one language only"),
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder exists");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.') && !name.ends_with(".md"))
        .collect();
    names.sort();
    names
}
