use std::sync::LazyLock;

use konnector_statement::ledger::ITEMS_MAX;
use konnector_statement::{FILE_BYTES_MAX, Said, Statement, golden};
use proptest::prelude::*;

fn read(bytes: &[u8]) -> Result<Statement, Said> {
    crate::read("x.qif", bytes)
}

static SAMPLES: LazyLock<Vec<Vec<u8>>> =
    LazyLock::new(|| golden::samples(concat!(env!("CARGO_MANIFEST_DIR"), "/samples"), "qif"));

#[test]
fn limits_hold() {
    let too_large = vec![b' '; FILE_BYTES_MAX as usize + 1];
    assert!(read(&too_large).unwrap_err().en.contains("the most that is read is 24 MiB"));
    let many = format!("!Type:Bank\n{}", "D1/1/26\nT1\n^\n".repeat(ITEMS_MAX + 1));
    let many = read(many.as_bytes()).unwrap_err().en;
    assert!(many.starts_with("the file has more than 50000 accounts and operations"), "{many}");
    let accounts: String = (0..=ITEMS_MAX).map(|at| format!("!Account\nN{at}\n^\n")).collect();
    assert!(read(accounts.as_bytes()).is_err());
}

/// Each would take hours if reading went back over what it has passed.
#[test]
fn no_shape_of_file_is_slow() {
    for piece in
        ["!", "^\n", "S\n", "E", "\0\n", "!Type:Bank\n", "!Account\n", "!Type:X\n", "D1/1/26\n"]
    {
        let file = format!("!Type:Bank\nD1/1/26\nT1\nP{}", piece.repeat(1 << 18));
        let read = read(file.as_bytes());
        assert!(read.is_err() || piece == "^\n", "{piece}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes);
        let _ = crate::recognise("x.qif", &bytes);
        let _ = read(&[b"!Type:Bank\n".as_slice(), &bytes].concat());
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
            assert_eq!(crate::recognise("download.txt", head), 95);
        }
    }
    assert_eq!(crate::recognise("notes.txt", b"We talked!Type:Bank"), 0);
    assert_eq!(crate::recognise("x.qif", b"<html>"), 30);
}
