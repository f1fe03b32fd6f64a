use std::path::{Path, PathBuf};

use domicile_proto::manifest::{Kind, Manifest};
use domicile_sdk::importer::Input;
use konnector_statement::golden;

use crate::{Csv, recognise};

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
fn a_table_of_health_refunds_is_no_statement() {
    let table = "Date des soins;Acte;Dépense;Remboursement;Organisme\n\
                 03/07/2026;Consultation;30,00;19,50;Ameli\n";
    assert_eq!(recognise("refunds.csv", table.as_bytes()), 0);
    assert!(recognise("bank.csv", table.replace("Date des soins", "Date").as_bytes()) > 0);
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
