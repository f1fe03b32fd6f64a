use std::path::Path;
use std::sync::LazyLock;

use konnector_statement::{FILE_BYTES_MAX, node};
use proptest::prelude::*;

use super::read;

fn refused(text: &str) -> String {
    read(text.as_bytes()).unwrap_err().en
}

#[test]
fn limits_hold() {
    let too_large = vec![b' '; FILE_BYTES_MAX as usize + 1];
    assert!(read(&too_large).unwrap_err().en.contains("the most that is read is 24 MiB"));
    let deep = format!("<OFX>{}", "<A>".repeat(node::DEPTH_MAX));
    assert!(refused(&deep).starts_with("line 1: elements lie more than 64 deep"));
    let many = format!("<OFX>{}</OFX>", "<A>1".repeat(node::ELEMENTS_MAX));
    assert!(refused(&many).starts_with("the file has more than 400000 elements"));
}

/// Each would take hours if reading went back over what it has passed.
#[test]
fn no_shape_of_file_is_slow() {
    for piece in ["<", "<A ", "&", "&#", "<!--", "<![CDATA[", "</A>", "<A>1", "\r", "<?", "<A/>"] {
        let file = format!("<OFX><B>{}", piece.repeat(1 << 17));
        assert!(read(file.as_bytes()).is_err(), "{piece}");
    }
    let nested = "<A>".repeat(node::DEPTH_MAX - 2);
    let wide = format!("<OFX>{nested}{}</OFX>", "<B/>".repeat(100_000));
    assert!(refused(&wide).contains("no statement"));
}

static SAMPLES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "ofx"));
    files.map(|path| std::fs::read(path).unwrap()).collect()
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes);
        let _ = crate::recognise("x.ofx", &bytes);
        let _ = read(&[b"<OFX>".as_slice(), &bytes, b"</OFX>"].concat());
    }

    #[test]
    fn any_tags_are_read_or_refused(tags in prop::collection::vec(
        prop::sample::select(&[
            "<STMTRS>", "</STMTRS>", "<CCSTMTRS>", "<INVSTMTRS>", "</INVSTMTRS>", "<STMTTRN>",
            "</STMTTRN>", "<BANKTRANLIST>", "</BANKTRANLIST>", "<CURDEF>EUR", "<BANKACCTFROM>",
            "</BANKACCTFROM>", "<ACCTID>1", "<DTPOSTED>20260101", "<DTPOSTED>", "<TRNAMT>-1,5",
            "<NAME>\u{e9}", "<FITID>1", "<LEDGERBAL>", "</LEDGERBAL>", "<BALAMT>1", "<MEMO>",
            "<INVBANKTRAN>", "</INVBANKTRAN>", "<INVBAL>", "<AVAILCASH>1", "&", "<", "x",
        ]), 0..60)) {
        let _ = read(format!("<OFX>{}</OFX>", tags.concat()).as_bytes());
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
        assert!(crate::recognise("download.ofx", head) >= 30);
        let is_ofx = read(sample).is_ok();
        assert!(!is_ofx || crate::recognise("download", head) >= 90);
    }
    assert_eq!(crate::recognise("notes.txt", b"We talked about OFX"), 0);
    assert_eq!(crate::recognise("statement.xml", b"<?xml version=\"1.0\"?><Document>"), 0);
}
