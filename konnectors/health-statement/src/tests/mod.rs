//! Whole statements: written by our tool, real layouts where they are at hand, and hostile ones.

mod tables;
mod written;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use konnector_shared::golden::{self, Dropped, drop_on};
use proptest::prelude::*;

use crate::HealthStatement;
use written::{Block, ameli, harmonie, pdf};

const ACT: [&str; 6] = ["13/10/2026", "C GENERALISTE  Sect1 ", "25,00", "25,00", "70 %", "17,50"];
const KEPT_BACK: [&str; 6] = ["13/10/2026", "PARTICIPATION FORFAITAIRE", "", "", "", "-2,00"];

fn block<'a>(rows: &'a [[&'a str; 6]], payment: &'a str) -> Block<'a> {
    Block { name: "CAMILLE", reference: "0351 1829220000622", rows, payment }
}

static WRITTEN: LazyLock<Vec<(&str, Vec<u8>)>> = LazyLock::new(samples);

/// Names and bytes of the samples.
fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let paid = "le 19/10/2026 : 17,50 euro(s)";
    let dear = ["14/10/2026", "HOSPITALISATION 2", "1 250,00", "1 250,00", "80 %", "1 000,00"];
    let child = Block {
        name: "LOU",
        reference: "0351 1829220000700",
        ..block(&[ACT, ACT, KEPT_BACK], "le 21/10/2026 : 33,00 euro(s)")
    };
    let wide = ["13/10/2026", "ACTE NOUVEAU", "25,00", "25,00", "", "17,50"];
    let payment = "Somme virée sur le compte AGRI 062 le 20/10/2026";
    let (name, care) = ("MARTIN CAMILLE / 2 65 04 39 019 332 57", "Consultation spécialiste");
    let act = ["06/10/2026", care, "30,00", "17,50", "7,50", "5,00", "12,50"];
    let top_up = |total| {
        harmonie(&[
            &[name],
            &act,
            &act,
            &[payment, "25,00"],
            &["MONTANT TOTAL DE VOS REMBOURSEMENTS", total],
        ])
    };
    vec![
        (
            "ameli.pdf",
            ameli(&[&[block(&[ACT, dear], "le 19/10/2026 : 1 017,50 euro(s)")], &[child]]),
        ),
        ("other_sum.pdf", ameli(&[&[block(&[ACT, ACT], paid)]])),
        ("unknown_row.pdf", ameli(&[&[block(&[wide], paid)]])),
        ("no_payment.pdf", ameli(&[&[block(&[ACT], "")]])),
        ("third_party.pdf", ameli(&[&[block(&[ACT], paid), block(&[], "paiements à des tiers")]])),
        ("harmonie.pdf", top_up("25,00")),
        ("harmonie_other_total.pdf", top_up("52,90")),
        (
            "harmonie_unknown_row.pdf",
            harmonie(&[
                &[name],
                &["06/10/2026", care, "30,00", "17,50", "7,50", "12,50", ""],
                &[payment, "12,50"],
            ]),
        ),
        (
            "other_layout.pdf",
            pdf(&[vec![
                (40.0, 40.0, "Relevé de remboursements"),
                (40.0, 60.0, "13/10/2026"),
                (90.0, 60.0, "17,50"),
            ]]),
        ),
        ("no_pages.pdf", pdf(&[])),
    ]
}

#[test]
fn samples_become_what_is_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    for (name, bytes) in WRITTEN.iter() {
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(folder.join(name), bytes).unwrap();
        }
        assert_eq!(
            &std::fs::read(folder.join(name)).unwrap(),
            bytes,
            "{name} is what the tool writes"
        );
    }
    let tables = tables::samples().len();
    assert_eq!(golden::check::<HealthStatement>(&folder), WRITTEN.len() + tables);
}

/// Real layouts of persons who do not exist; they can't be part of the project.
fn real(name: &str) -> Option<Dropped> {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/health");
    let Ok(bytes) = std::fs::read(folder.join(name)) else {
        let _ = writeln!(std::io::stderr(), "SKIPPED: no real statements at {}", folder.display());
        return None;
    };
    let dropped = drop_on::<HealthStatement>(name, &bytes, "en");
    dropped.assert_sound(name);
    Some(dropped)
}

#[test]
fn a_real_statement_of_ameli_is_read() {
    let Some(found) = real("ameli_2019_17.50.pdf") else { return };
    assert_eq!(found.result.unwrap().summary, "1 refund of Ameli");
    let bill = &found.deposits[0].2;
    let said = ["date", "originalDate", "beneficiary", "subtype", "vendorRef"]
        .map(|name| bill[name].as_str().unwrap());
    assert_eq!(
        said,
        ["2019-02-19", "2018-10-13", "ISABELLE", "C GENERALISTE Sect1 ( G )", "0351 1829220000622"]
    );
    let sums = ["amount", "groupAmount", "originalAmount"].map(|name| bill[name].as_f64().unwrap());
    assert_eq!(sums, [17.5, 17.5, 25.0]);
}

#[test]
fn a_real_statement_of_harmonie_is_read_between_what_its_printer_is_told() {
    let Some(found) = real("harmonie_2019_7.50.pdf") else { return };
    let report = found.result.unwrap();
    assert_eq!(report.summary, "2 refunds of Harmonie Mutuelle");
    // Its makers left out rows, and not the total.
    assert!(report.warnings[0].contains("the total is another"), "{report:?}");
    let sums = |at: usize| {
        ["amount", "originalAmount", "socialSecurityRefund"]
            .map(|name| found.deposits[at].2[name].as_f64().unwrap())
    };
    assert_eq!((sums(0), sums(1)), ([7.5, 25.0, 17.5], [12.5, 30.0, 17.5]));
    assert_eq!(found.deposits[0].2["beneficiary"], "DURAND ISABELLE");
    assert!(
        !found.deposits.iter().any(|(.., body)| body.to_string().contains("019 332")),
        "no number of anybody"
    );
}

#[test]
fn too_much_is_refused() {
    let refused =
        |bytes: &[u8]| drop_on::<HealthStatement>("x.pdf", bytes, "en").result.unwrap_err();
    let cell = (10.0, 10.0, "a");
    assert!(refused(&pdf(&vec![vec![cell]; 101])).contains("more than any statement"));
    assert!(refused(&pdf(&[vec![cell; 20_001]])).contains("more than any statement"));
    let long = "a".repeat(2 << 20);
    let bomb = pdf(&[vec![(10.0, 10.0, long.as_str())]]);
    assert!(bomb.len() < 100_000 && refused(&bomb).contains("more than any statement"));
    assert!(refused(&vec![b' '; (16 << 20) + 1]).contains("the most that is read is 16 MiB"));
    assert!(refused(b"%PDF-1.4\n").contains("no whole PDF"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn any_damage_is_read_or_refused(
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        for name in ["ameli.pdf", "harmonie.pdf"] {
            let mut bytes = WRITTEN.iter().find(|one| one.0 == name).unwrap().1.clone();
            let at = at.index(bytes.len());
            if cut { bytes.truncate(at) } else { bytes[at] = byte }
            drop_on::<HealthStatement>("x.pdf", &bytes, "fr").assert_sound("damaged");
        }
    }

    #[test]
    fn any_cells_are_read_or_refused(
        cells in prop::collection::vec("(13/10/2026|le 19/10/2026 : 17,50 euro\\(s\\)|-?[0-9]{1,2},50|70 %|tiers|pour A né\\(e\\) le B|réf 1)", 0..6),
        payment in "(le 19/10/2026 : [0-9]{2},50 euro\\(s\\)|x)",
    ) {
        let mut row = [""; 6];
        row.iter_mut().zip(&cells).for_each(|(cell, text)| *cell = text);
        drop_on::<HealthStatement>("x.pdf", &ameli(&[&[block(&[row], &payment)]]), "en").assert_sound("cells");
    }
}
