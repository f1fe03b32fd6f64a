use std::sync::LazyLock;

use konnector_statement::ledger::ITEMS_MAX;
use konnector_statement::{FILE_BYTES_MAX, golden};
use proptest::prelude::*;

use super::read;

const HEAD: &str = ":20:A\n:25:FR1420041010050500013M02606\n:60F:C260101EUR0,\n";

fn refused(text: &str) -> String {
    read(format!("{HEAD}{text}").as_bytes()).unwrap_err().en
}

#[test]
fn limits_hold() {
    let too_large = vec![b' '; FILE_BYTES_MAX as usize + 1];
    assert!(read(&too_large).unwrap_err().en.contains("the most that is read is 24 MiB"));
    let rows = ":61:260102C1,NTRF\n".repeat(ITEMS_MAX + 2);
    assert!(refused(&rows).starts_with("the file has more than 50000 accounts and operations"));
    let broken = ":61:x\n".repeat(ITEMS_MAX + 2);
    assert!(refused(&broken).starts_with("the file has more than 50000 accounts and operations"));
}

/// Each would take hours if reading went back over what it has passed.
#[test]
fn no_shape_of_file_is_slow() {
    for piece in [":", "\n", "-\n", "?20", "x", "\0", "{4:", ":86:\n", ":86:020?20?20\n", "EREF+"] {
        let file = format!("{HEAD}:61:260102C1,NTRF\n:86:020?20{}", piece.repeat(1 << 18));
        assert!(read(file.as_bytes()).is_err(), "{piece}");
    }
}

#[test]
fn a_statement_that_is_cut_off_is_refused_with_its_line() {
    let why = refused(":61:260102C1,NTRF\n:86:020?20Ren");
    assert!(why.starts_with("line 1: the statement that begins here stops"), "{why}");
    let why = refused(":61:260102C1,NTRF\n:25:166?00\n:62F:C260102EUR1,\n");
    assert!(why.starts_with("line 5: field 25: a second one"), "{why}");
    let why = refused(":62F:C260102EURx\n");
    assert!(why.starts_with("line 4: field 62F: \"x\" is not an amount"), "{why}");
}

static SAMPLES: LazyLock<Vec<Vec<u8>>> =
    LazyLock::new(|| golden::samples(concat!(env!("CARGO_MANIFEST_DIR"), "/samples"), "sta"));

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes);
        let _ = crate::recognise("x.sta", &bytes);
        let _ = read(&[HEAD.as_bytes(), b":61:", &bytes, b"\n:62F:C260102EUR1,"].concat());
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
    assert_eq!(crate::recognise("notes.txt", b"At :20: we talked"), 0);
    assert_eq!(crate::recognise("x.sta", b"<html>"), 30);
}
