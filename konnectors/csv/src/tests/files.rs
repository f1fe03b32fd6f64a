use std::path::{Path, PathBuf};

use domicile_proto::manifest::{Kind, Manifest};
use domicile_sdk::importer::Input;
use konnector_statement::golden;

use crate::Csv;

const HERE: &str = env!("CARGO_MANIFEST_DIR");

fn samples() -> PathBuf {
    Path::new(HERE).join("samples")
}

#[test]
fn samples_become_what_is_expected() {
    let checked = golden::check_named(&samples(), &samples(), "csv", |name, bytes| {
        crate::read(name, bytes, &Input::current())
    });
    assert!(checked >= 12, "only {checked} samples");
}

#[test]
fn deposits_fit_their_doctypes() {
    assert!(golden::check_deposits::<Csv>(&samples(), "csv") >= 8);
}

#[test]
fn the_manifest_asks_for_deposits_alone() {
    let manifest = Manifest::parse(include_str!("../../manifest.toml")).unwrap();
    assert_eq!((manifest.id.as_str(), manifest.kind), ("csv", Kind::Importer));
    let provider = manifest.provider.as_ref().unwrap();
    assert_eq!(provider.id.as_str(), "csv-file");
    let doctypes: Vec<&str> =
        manifest.grants.iter().map(|grant| grant.line.doctype.as_str()).collect();
    assert_eq!(doctypes, ["io.cozy.bank.accounts", "io.cozy.bank.operations"]);
    assert!(!manifest.allows(domicile_policy::Action::Read));
}
