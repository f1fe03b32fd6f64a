use std::io::Write;
use std::path::{Path, PathBuf};

use domicile_proto::manifest::{Kind, Manifest};
use konnector_statement::golden;

use super::read;
use crate::Mt940;

const HERE: &str = env!("CARGO_MANIFEST_DIR");

fn samples() -> PathBuf {
    Path::new(HERE).join("samples")
}

/// Where the files of real banks lie, if they do. Past the test harness, which hides what a test
/// that passes prints.
fn real_files() -> Option<PathBuf> {
    let folder = Path::new(HERE).join("../../../shared/data/bank/mt940");
    if folder.is_dir() {
        return Some(folder);
    }
    let _ = writeln!(std::io::stderr(), "SKIPPED: no real MT940 files at {}", folder.display());
    None
}

#[test]
fn samples_become_what_is_expected() {
    let checked = golden::check(&samples(), &samples(), "sta", read);
    assert!(checked >= 9, "only {checked} samples");
}

#[test]
fn real_files_become_what_is_expected() {
    let Some(folder) = real_files() else { return };
    let expected = Path::new(HERE).join("expected/real");
    assert_eq!(golden::check(&folder, &expected, "sta", read), 26);
}

#[test]
fn deposits_fit_their_doctypes() {
    assert!(golden::check_deposits::<Mt940>(&samples(), "sta") >= 7);
    let Some(folder) = real_files() else { return };
    assert!(golden::check_deposits::<Mt940>(&folder, "sta") >= 12);
}

#[test]
fn the_manifest_asks_for_deposits_alone() {
    let manifest = Manifest::parse(include_str!("../../manifest.toml")).unwrap();
    assert_eq!((manifest.id.as_str(), manifest.kind), ("mt940", Kind::Importer));
    let provider = manifest.provider.as_ref().unwrap();
    assert_eq!(provider.id.as_str(), "mt940-file");
    let doctypes: Vec<&str> =
        manifest.grants.iter().map(|grant| grant.line.doctype.as_str()).collect();
    assert_eq!(doctypes, ["io.cozy.bank.accounts", "io.cozy.bank.operations"]);
    assert!(!manifest.allows(domicile_policy::Action::Read));
}
