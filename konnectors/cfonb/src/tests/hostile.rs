use std::sync::LazyLock;

use konnector_statement::ledger::ITEMS_MAX;
use konnector_statement::{FILE_BYTES_MAX, golden};
use proptest::prelude::*;

use super::read;

static SAMPLES: LazyLock<Vec<Vec<u8>>> =
    LazyLock::new(|| golden::samples(concat!(env!("CARGO_MANIFEST_DIR"), "/samples"), "cfonb"));

fn records(number: usize) -> Vec<u8> {
    let two_days = include_bytes!("../../samples/two_days.cfonb");
    let lines: Vec<&[u8]> = two_days.split_inclusive(|byte| *byte == b'\n').collect();
    [lines[0], &lines[1].repeat(number), lines[2]].concat()
}

#[test]
fn limits_hold() {
    let too_large = vec![b' '; FILE_BYTES_MAX as usize + 1];
    assert!(read(&too_large).unwrap_err().en.contains("the most that is read is 24 MiB"));
    let many = read(&records(ITEMS_MAX + 2)).unwrap_err().en;
    assert!(many.starts_with("the file has more than 50000 accounts and operations"), "{many}");
    let long = [records(0), vec![b'0'; 1 << 20]].concat();
    assert!(read(&long).unwrap_err().en.starts_with("line 3: longer than 120 characters"));
}

#[test]
fn no_shape_of_file_is_slow() {
    for piece in ["0", "\n", "05\n", "\0", "01", "\u{e9}"] {
        assert!(read(piece.repeat(1 << 22).as_bytes()).is_err(), "{piece}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes);
        let _ = crate::recognise("x.txt", &bytes);
        let _ = read(&[b"01".as_slice(), &bytes].concat());
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
    assert_eq!(crate::recognise("notes.txt", b"01 is the first of January"), 0);
    assert_eq!(crate::recognise("x.cfonb", b"<html>"), 30);
}
