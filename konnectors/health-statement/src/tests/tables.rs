//! Tables: those beside the statements, each refusal, and hostile ones.

use std::path::Path;
use std::time::{Duration, Instant};

use konnector_shared::golden::{Dropped, drop_on};
use proptest::prelude::*;
use serde_json::Value;

use domicile_sdk::importer::Importer as _;

use crate::HealthStatement;

const HEAD: &str = "Date des soins;Acte;D\u{e9}pense;Remboursement;Organisme\n";
const ROW: &str = "06/10/2026;Consultation;30,00;12,50;Bleue Sant\u{e9}\n";

/// Names and bytes of the tables among the samples.
pub fn samples() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let tables = files.filter(|path| path.extension().is_some_and(|ending| ending == "csv"));
    let read = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read(path).unwrap())
    };
    tables.map(read).collect()
}

fn dropped(text: &[u8]) -> Dropped {
    let dropped = drop_on::<HealthStatement>("x.csv", text, "en");
    dropped.assert_sound("table");
    dropped
}

/// The bills, and what was told beside them.
fn read(text: &str) -> (Vec<Value>, Vec<String>) {
    let found = dropped(text.as_bytes());
    let warnings = found.result.unwrap().warnings;
    (found.deposits.into_iter().map(|(.., body)| body).collect(), warnings)
}

fn refused(text: &str) -> String {
    let found = dropped(text.as_bytes());
    assert!(found.deposits.is_empty());
    found.result.unwrap_err()
}

#[test]
fn one_payer_has_the_bills_of_its_statement_in_pdf() {
    let act = "06/10/2026;Consultation sp\u{e9}cialiste;MARTIN CAMILLE;30,00;17,50;12,50;20/10/2026;Harmonie Mutuelle\n";
    let head = "Date des soins;Acte;B\u{e9}n\u{e9}ficiaire;Frais engag\u{e9}s;Remboursement RO;Montant rembours\u{e9};\
                Date de paiement;Organisme\n";
    let table = dropped(format!("{head}{act}{act}").as_bytes());
    let statement = include_bytes!("../../samples/harmonie.pdf");
    let statement = drop_on::<HealthStatement>("x.pdf", statement, "en");
    let keys =
        |found: &Dropped| found.deposits.iter().map(|(_, key, _)| key.clone()).collect::<Vec<_>>();
    assert_eq!(keys(&table), keys(&statement));
    assert_eq!(table.result.unwrap().summary, "2 refunds of Harmonie Mutuelle");
}

#[test]
fn what_is_kept_back_lowers_what_was_transferred() {
    let head = "Date des soins;Acte;D\u{e9}pense;Part AMO;Date de paiement\n";
    let act = "13/10/2026;Consultation;25,00;17,50;19/10/2026\n";
    let kept_back = "13/10/2026;Participation forfaitaire;;-2,00;19/10/2026\n";
    let (bills, _) = read(&format!("{head}{act}{kept_back}"));
    let [bill] = bills.as_slice() else { panic!("{bills:?}") };
    let sums = ["amount", "groupAmount", "originalAmount"].map(|name| bill[name].as_f64().unwrap());
    assert_eq!((bill["vendor"].as_str(), sums), (Some("Ameli"), [17.5, 15.5, 25.0]));
    // Nobody transfers less than nothing.
    let (bills, warnings) = read(&format!("{head}{act}{}", kept_back.replace("-2", "-20")));
    assert!(bills[0].get("groupAmount").is_none());
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(
        refused(&format!("{head}{}", kept_back.replace(";;", ";25,00;")))
            .contains("line 2: a row of a kind")
    );
}

#[test]
fn each_of_two_payers_has_its_own_bill() {
    let head =
        "Date des soins;Acte;D\u{e9}pense;Part AMO;Part mutuelle;Date de paiement;Organisme\n";
    let row = "06/10/2026;Consultation;30,00;17,50;12,50;20/10/2026;Bleue\n";
    let (bills, warnings) = read(&format!("{head}{row}"));
    let said = |bill: &Value| {
        ["vendor", "date"].map(|name| bill[name].as_str().unwrap().to_owned()).join(" ")
    };
    assert_eq!(
        bills.iter().map(said).collect::<Vec<_>>(),
        ["Ameli 2026-10-06", "Bleue 2026-10-20"]
    );
    assert!(bills[0].get("groupAmount").is_none() && bills[1]["groupAmount"] == 12.5);
    assert_eq!(bills[1]["socialSecurityRefund"], 17.5);
    assert!(warnings[0].starts_with("without a day of payment"), "{warnings:?}");
    let no_payer =
        refused(&format!("{}{}", head.replace(";Organisme", ""), row.replace(";Bleue", "")));
    assert!(no_payer.contains("add a column \"Organisme\""), "{no_payer}");
    let paid_out = head.replace("Organisme", "Organisme;Tiers payant");
    let row = row.replace("Bleue", "Bleue;oui");
    assert!(refused(&format!("{paid_out}{row}")).contains("make a table of each insurer"));
}

#[test]
fn every_doubt_about_a_row_is_a_refusal() {
    for (from, to, why) in [
        ("06/10/2026", "06/10/26", "line 2: a row of a kind that is not known"),
        ("06/10/2026", "31/09/2026", "line 2: a row of a kind that is not known"),
        ("06/10/2026", "2026-10-06T00:00", "line 2: a row of a kind that is not known"),
        ("Consultation", "", "line 2: a row of a kind that is not known"),
        ("30,00", "", "line 2: a row of a kind that is not known"),
        ("30,00", "-30,00", "line 2: a row of a kind that is not known"),
        ("12,50", "", "line 2: a row of a kind that is not known"),
        ("12,50", "12.50", "the amounts of the table are not sure"),
        ("12,50", "12,50 $", "is no amount in euros"),
        ("12,50", "12,50 CHF", "is no amount in euros"),
        ("12,50", "12,505", "is no amount in euros"),
        ("12,50", "1e3", "is no amount in euros"),
        ("12,50", "999999999999,00", "is no amount in euros"),
        ("Bleue Sant\u{e9}", "", "does not name who paid"),
        ("Bleue Sant\u{e9}", "7,50 EUR", "does not name who paid"),
        ("Bleue Sant\u{e9}", "Bleue;1", "a value under no name of a column"),
        (";Bleue Sant\u{e9}", "", "fewer cells than columns"),
        ("Consultation", "\"Consultation\"s", "a quotation mark opens a cell"),
    ] {
        let said = refused(&format!("{HEAD}{}", ROW.replace(from, to)));
        assert!(said.contains(why), "{to}: {said}");
    }
    let currency = |code: &str| {
        let head = HEAD.replace("Organisme", "Organisme;Devise");
        dropped(format!("{head}{}", ROW.replace('\n', &format!(";{code}\n"))).as_bytes()).result
    };
    assert!(currency("EUR").is_ok() && currency("\u{20ac}").is_ok() && currency("").is_ok());
    assert!(currency("$").is_err() && currency("XPF").is_err());
}

#[test]
fn every_doubt_about_a_column_is_a_refusal() {
    for (from, to, why) in [
        (
            "Acte",
            "Numero",
            "no column of the table has a known name for: the act (\"Acte\"); its columns are \"Date",
        ),
        ("Organisme", "Libell\u{e9}", "the columns \"Acte\" and \"Libell\u{e9}\" mean the same"),
        (
            "Organisme",
            "Part mutuelle",
            "the columns \"Remboursement\" and \"Part mutuelle\" mean the same",
        ),
        ("Organisme", "Nom", "add a column \"Organisme\""),
        (
            "Remboursement",
            "Rembours\u{e9} ($)",
            "no column of the table has a known name for: what was refunded",
        ),
        // What the public insurance paid, of somebody else; and the other way round.
        ("Remboursement", "Part AMO", "Bleue Sant\u{e9} is not an insurer"),
    ] {
        let said = refused(&format!("{}{ROW}", HEAD.replace(from, to)));
        assert!(said.contains(why), "{to}: {said}");
    }
    let top_up = HEAD.replace("Remboursement", "Part mutuelle");
    let said = refused(&format!("{top_up}{}", ROW.replace("Bleue Sant\u{e9}", "CPAM 75")));
    assert!(said.contains("CPAM 75 is not an insurer"), "{said}");
    assert!(refused(HEAD).contains("the table has no rows"));
    assert!(refused("nothing").contains("no table of refunds"));
}

#[test]
fn a_total_stands_below_all_rows_and_is_theirs() {
    let (bills, _) = read(&format!("{HEAD}{ROW}{ROW}Total;;;25,00\n"));
    assert_eq!(bills.len(), 2);
    for (rows, why) in [
        (
            format!("{ROW}Total;;;12,51;\n"),
            "line 3: the total of the column \"Remboursement\" is \"12,51\"",
        ),
        (format!("{ROW}Total;;31,00;12,50;\n"), "line 3: the total of the column \"D\u{e9}pense\""),
        (format!("{ROW}Total;;30,00;;\n"), "line 3: a total without what was refunded"),
        (format!("{ROW}Total;12,50\n"), "line 3: a total without what was refunded"),
        (format!("{ROW}Total;;;12,50;\n{ROW}"), "line 3: a row of a kind that is not known"),
        (format!("{ROW}Sous-total;;;12,50;\n"), "line 3: a row of a kind that is not known"),
    ] {
        let said = refused(&format!("{HEAD}{rows}"));
        assert!(said.contains(why), "{said}");
    }
    // An insurer of that name is none.
    let swapped = "Organisme;Date des soins;Acte;D\u{e9}pense;Remboursement\nTotal;06/10/2026;C;30,00;12,50\n";
    assert_eq!(read(swapped).0[0]["vendor"], "Total");
}

#[test]
fn a_refund_that_went_to_somebody_else_says_so() {
    let head = HEAD.replace("Organisme", "Organisme;Tiers payant");
    let row = |word: &str| format!("{head}{}", ROW.replace('\n', &format!(";{word}\n")));
    assert_eq!(read(&row("OUI")).0[0]["isThirdPartyPayer"], true);
    assert!(read(&row("non")).0[0].get("isThirdPartyPayer").is_none());
    for word in ["", "peut-\u{ea}tre", "1"] {
        assert!(refused(&row(word)).contains("does not tell who got the refund"), "{word}");
    }
}

#[test]
fn nobodys_number_is_kept() {
    let head =
        HEAD.replace("Organisme", "Organisme;Patient;Num\u{e9}ro de s\u{e9}curit\u{e9} sociale");
    let row = ROW.replace('\n', ";LOU MARTIN (2 65 04 39 019 332 57);265043901933257\n");
    let (bills, warnings) = read(&format!("{head}{row}"));
    assert_eq!(bills[0]["beneficiary"], "LOU MARTIN");
    assert!(
        warnings.iter().any(|told| told.contains("not taken: \"Num\u{e9}ro de")),
        "{warnings:?}"
    );
}

#[test]
fn a_table_is_known_by_its_header_and_by_nothing_else() {
    let sure = |name: &str, head: &[u8]| HealthStatement::recognise(name, head);
    assert_eq!(sure("x.CSV", HEAD.as_bytes()), 90);
    assert_eq!(sure("x.csv", b"Date;Libelle;Debit;Credit\n01/01/2026;A;1,00;\n"), 0);
    assert_eq!(sure("x.csv", b"Date,Debited,Account,Label,Amount,Label of the bank\n"), 0);
    assert_eq!(sure("x.csv", b""), 0);
    assert_eq!(sure("x.txt", HEAD.as_bytes()), 0);
    assert_eq!(sure("x.csv", "Date des soins;Montant\n".as_bytes()), 10);
    assert_eq!(sure("x.csv", b"%PDF-1.4\n"), 30);
    // A head is cut anywhere, also within a letter.
    let long = format!("{HEAD}{}", ROW.repeat(9));
    for end in HEAD.len()..long.len() {
        assert_eq!(sure("x.csv", &long.as_bytes()[..end]), 90);
    }
    for (name, bytes) in samples() {
        let taken = drop_on::<HealthStatement>(&name, &bytes, "en").result.is_ok();
        assert!(!taken || sure(&name, &bytes) == 90, "{name}");
    }
}

#[test]
fn too_much_is_refused() {
    let cell = format!("{HEAD}{}", ROW.replace("Consultation", &"x".repeat(10 << 20)));
    assert!(refused(&cell).contains("the most that is read is 4 MiB"));
    let cell = format!("{HEAD}{}", ROW.replace("Consultation", &"x".repeat(3 << 20)));
    assert!(refused(&cell).contains("line 2: a cell of more than 2000 bytes"));
    let rows = format!("{HEAD}{}", ROW.repeat(1_000_000));
    assert!(refused(&rows).contains("the most that is read is"));
    let short = format!("{HEAD}{}", "1;\n".repeat(1_000_000));
    assert!(refused(&short).contains("line 2: fewer cells"));
    let rows = format!("{HEAD}{}", ROW.repeat(10_001));
    assert!(refused(&rows).contains("more than 10000 rows"));
    let columns = format!("{HEAD}{}", ";".repeat(3 << 20));
    assert!(refused(&columns).contains("line 2: more than 40 columns"));
    let payers: String = (0..11).map(|at| ROW.replace("Bleue", &format!("Bleue {at}"))).collect();
    assert!(refused(&format!("{HEAD}{payers}")).contains("more than 10 payers"));
}

#[test]
fn ten_thousand_rows_are_taken() {
    let head = "Date des soins;Acte;D\u{e9}pense;Part AMO;Part mutuelle;Organisme\n";
    let row = "06/10/2026;Consultation;30,00;17,50;12,50;Bleue\n";
    let found = drop_on::<HealthStatement>(
        "x.csv",
        format!("{head}{}", row.repeat(10_000)).as_bytes(),
        "en",
    );
    assert_eq!(found.deposits.len(), 20_000);
}

/// Each would take hours if reading went back over what it has passed.
#[test]
fn no_shape_of_table_is_slow() {
    let began = Instant::now();
    for piece in
        ["\"", "\"\"", "\"\n", "\n", "\0", "\u{301}", "\r", "\"a\";", ";;;;\n", ROW, "de la ", "-"]
    {
        for head in ["", HEAD, "Date des soins"] {
            let file = format!("{head}{}", piece.repeat((1 << 20) / piece.len()));
            dropped(file.as_bytes());
        }
    }
    assert!(began.elapsed() < Duration::from_secs(300));
}

#[test]
fn control_characters_are_kept_nowhere() {
    let row = ROW
        .replace("Consultation", "Con\u{1b}[31m\0\u{202e}sult")
        .replace("Bleue", "\u{7}Bleue\u{200b}");
    let (bills, _) = read(&format!("{HEAD}{row}"));
    assert_eq!(
        (&bills[0]["subtype"], &bills[0]["vendor"]),
        (&"Con [31m sult".into(), &"Bleue Sant\u{e9}".into())
    );
    let said = refused(&format!("{HEAD}\u{1b};\u{202e};;;\n"));
    assert!(said.contains("line 2: a row") && !said.contains(['\u{1b}', '\u{202e}']), "{said}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        HealthStatement::recognise("x.csv", &bytes);
        dropped(&bytes);
        dropped(&[HEAD.as_bytes(), &bytes].concat());
    }

    #[test]
    fn damaged_samples_are_read_or_refused(
        pick in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        how in 0u8..3,
    ) {
        let samples = samples();
        let mut file = pick.get(&samples).1.clone();
        let at = at.index(file.len());
        match how {
            0 => file[at] = byte,
            1 => file.insert(at, byte),
            _ => file.truncate(at),
        }
        HealthStatement::recognise("x.csv", &file);
        dropped(&file);
    }

    #[test]
    fn any_cells_are_read_or_refused(
        rows in prop::collection::vec(prop::collection::vec(
            "(06/10/2026|-?[0-9]{1,3},50|0,00|Bleue|Ameli|oui|Total|\"|)", 8..9,
        ), 0..5),
        both in any::<bool>(),
    ) {
        let second = if both { "Part mutuelle" } else { "Montant rembours\u{e9}" };
        let mut file = format!(
            "Date des soins;Acte;D\u{e9}pense;Part AMO;{second};Date de paiement;Organisme;Tiers payant\n",
        );
        for row in rows {
            file.push_str(&format!("06/10/2026;A;{}\n", row[2..].join(";")));
        }
        dropped(file.as_bytes());
    }
}
