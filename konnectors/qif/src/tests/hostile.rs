use std::path::Path;
use std::sync::LazyLock;

use konnector_statement::ledger::ITEMS_MAX;
use konnector_statement::{FILE_BYTES_MAX, Said, Statement};
use proptest::prelude::*;

fn read(bytes: &[u8]) -> Result<Statement, Said> {
    crate::read("x.qif", bytes)
}

static SAMPLES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "qif"));
    files.map(|path| std::fs::read(path).unwrap()).collect()
});

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
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..3), 1..8),
    ) {
        let mut file = pick.get(&SAMPLES).clone();
        for (place, byte, how) in damage {
            let at = place.index(file.len());
            match how {
                0 => file[at] = byte,
                1 => file.insert(at, byte),
                _ => file.truncate(at.max(1)),
            }
        }
        if let Ok(statement) = read(&file) {
            prop_assert!(statement.operations.iter().all(|operation| operation.key.len() < 2000));
            prop_assert!(statement.warnings.len() <= 100);
        }
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
