use std::sync::LazyLock;

use domicile_sdk::importer::Input;
use konnector_statement::ledger::ITEMS_MAX;
use konnector_statement::{FILE_BYTES_MAX, Said, Statement, golden};
use proptest::prelude::*;

fn read(bytes: &[u8]) -> Result<Statement, Said> {
    crate::read("x.csv", bytes, &Input::current())
}

static SAMPLES: LazyLock<Vec<Vec<u8>>> =
    LazyLock::new(|| golden::samples(concat!(env!("CARGO_MANIFEST_DIR"), "/samples"), "csv"));

#[test]
fn limits_hold() {
    let too_large = vec![b' '; FILE_BYTES_MAX as usize + 1];
    assert!(read(&too_large).unwrap_err().en.contains("the most that is read is 24 MiB"));
    let many = format!("{HEAD}{}", "01/01/26;A;-1\n".repeat(ITEMS_MAX + 1));
    let many = read(many.as_bytes()).unwrap_err().en;
    assert!(many.starts_with("the file has more than 50000 accounts and operations"), "{many}");
    let separators = format!("{HEAD}{}", ";".repeat(10 << 20));
    assert!(
        read(separators.as_bytes()).unwrap_err().en.starts_with("line 2: more than 100 columns")
    );
    let banks = "Date,Debited,Account,Label,Amount,Label of the bank\n";
    let accounts: String =
        (0..=500).map(|at| format!("2026-01-01,2026-01-01,{at},A,-1,A\n")).collect();
    assert!(
        read(format!("{banks}{accounts}").as_bytes())
            .unwrap_err()
            .en
            .contains("more than 500 accounts")
    );
}

/// Each would take hours if reading went back over what it has passed.
#[test]
fn no_shape_of_file_is_slow() {
    for piece in ["\"", "\"\"", "\"\n", "\n", "\0", "x", "01/01/26;\n", "\"a\";", "\r", "1;2;3\n"] {
        let file = format!("{HEAD}01/01/26;A;-1\n{}", piece.repeat(1 << 18));
        let _ = read(file.as_bytes());
    }
}

const HEAD: &str = "Date;Libelle;Montant\n";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes);
        let _ = crate::recognise("x.csv", &bytes);
        let _ = read(&[HEAD.as_bytes(), &bytes].concat());
    }

    #[test]
    fn damaged_samples_are_read_or_refused(
        pick in any::<prop::sample::Index>(),
        damage in prop::collection::vec((any::<usize>(), any::<u8>(), 0u8..3), 1..8),
    ) {
        golden::assert_damage_is_bounded(pick.get::<Vec<u8>>(&SAMPLES), damage, read);
    }
}

#[test]
fn every_sample_is_recognised() {
    for sample in SAMPLES.iter() {
        let head = &sample[..sample.len().min(4096)];
        if read(sample).is_ok() {
            assert!(crate::recognise("download.csv", head) >= 70);
        }
    }
    assert_eq!(crate::recognise("notes.txt", b"Date, label and amount"), 0);
    assert_eq!(crate::recognise("x.csv", b"<html>"), 10);
}
