use std::sync::LazyLock;

use konnector_statement::{FILE_BYTES_MAX, golden, node};
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

static SAMPLES: LazyLock<Vec<Vec<u8>>> =
    LazyLock::new(|| golden::samples(concat!(env!("CARGO_MANIFEST_DIR"), "/samples"), "ofx"));

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
        damage in prop::collection::vec((any::<usize>(), any::<u8>(), 0u8..3), 1..8),
    ) {
        golden::assert_damage_is_bounded(pick.get::<Vec<u8>>(&SAMPLES), damage, read);
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
