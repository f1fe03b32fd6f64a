//! Whole exports: our own, in the layouts of Enedis, and damaged ones.

use std::path::Path;

use domicile_sdk::importer::Importer;
use konnector_shared::golden::{self, drop_on};
use proptest::prelude::*;

use crate::EnedisFile;

#[test]
fn samples_become_what_is_expected() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let checked = golden::check::<EnedisFile>(&samples);
    assert!(checked >= 12, "only {checked} samples");
}

#[test]
fn exports_are_recognised_by_their_first_column() {
    let head = |bytes: &[u8]| EnedisFile::recognise("x.csv", bytes);
    assert_eq!(head(include_bytes!("../samples/summer_ends.csv")), 95);
    assert_eq!(head(include_bytes!("../samples/table.csv")), 95);
    assert_eq!(head(include_bytes!("../samples/other_layout.csv")), 0);
    assert_eq!(head(b"\xff\xfe\0"), 0);
}

proptest! {
    #[test]
    fn any_damage_is_read_or_refused(
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        for sample in [&include_bytes!("../samples/readings.csv")[..], include_bytes!("../samples/table.csv")] {
            let mut bytes = sample.to_vec();
            let at = at.index(bytes.len());
            if cut { bytes.truncate(at) } else { bytes[at] = byte }
            drop_on::<EnedisFile>("x.csv", &bytes, "en").assert_sound("damaged");
        }
    }

    #[test]
    fn any_cells_are_read_or_refused(
        cells in "(;|\n|Horodate|Valeur|Identifiant PRM|12345678901234|Courbe de charge|W|Wh|2026-10-25T02:00:00\\+0[12]:00|[0-9]{1,3}){0,60}",
    ) {
        let head = "Identifiant PRM;Type de donnees;Grandeur metier;Unite\n12345678901234;Courbe de charge;CONS;W\nHorodate;Valeur\n";
        drop_on::<EnedisFile>("x.csv", cells.as_bytes(), "en").assert_sound("cells");
        drop_on::<EnedisFile>("x.csv", format!("{head}{cells}").as_bytes(), "fr").assert_sound("cells");
    }
}
