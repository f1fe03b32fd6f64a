//! Whole archives, made here after what Takeout gives out, and hostile ones.

use std::io::{Cursor, Write};
use std::path::Path;

use domicile_sdk::importer::Importer;
use konnector_shared::golden::{self, Dropped, drop_on};
use proptest::prelude::*;
use zip::write::SimpleFileOptions;

use crate::Takeout;
use crate::archive::MEMBER_BYTES_MAX;

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in files {
        zip.start_file(format!("Takeout/{path}"), SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn dropped(bytes: &[u8]) -> Dropped {
    let dropped = drop_on::<Takeout>("takeout-20261126.zip", bytes, "en");
    dropped.assert_sound("archive");
    dropped
}

const KEEP: &[u8] = br#"{"title": "", "textContent": "", "isTrashed": false, "userEditedTimestampUsec": 1780000000000000,
    "createdTimestampUsec": 1770000000000000, "labels": [{"name": "Maison"}],
    "listContent": [{"text": "Pain", "isChecked": true}, {"text": "Lait", "isChecked": false}]}"#;
const WHOLE: &[u8] = include_bytes!("../samples/takeout.zip");
const PHONE: &[u8] = include_bytes!("../samples/Timeline.json");

#[test]
fn samples_become_what_is_expected() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let checked = golden::check::<Takeout>(&samples);
    assert!(checked >= 4, "only {checked} samples");
}

#[test]
fn files_are_recognised_by_their_beginning() {
    assert_eq!(Takeout::recognise("x.zip", WHOLE), 95);
    assert_eq!(Takeout::recognise("takeout-1.zip", b"PK\x03\x04"), 90);
    assert_eq!(Takeout::recognise("x.zip", b"PK\x03\x04"), 0);
    assert_eq!(Takeout::recognise("takeout.zip", b"<html>"), 0);
    assert_eq!(Takeout::recognise("x.json", PHONE), 90);
}

#[test]
fn a_bomb_is_not_unpacked() {
    let zeros = vec![b' '; MEMBER_BYTES_MAX as usize + 1];
    let large = archive(&[("a.json", &zeros), ("Keep/b.json", KEEP)]);
    assert!(large.len() < 100_000);
    let report = dropped(&large).result.unwrap();
    assert_eq!(report.summary, "1 document");
    assert!(report.warnings[0].starts_with("\"Takeout/a.json\": larger than 24 MiB"), "{report:?}");
    let mut one = zip::ZipArchive::new(Cursor::new(large)).unwrap();
    let mut many = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..11 {
        let file = one.by_index_raw(0).unwrap();
        many.raw_copy_file_rename(file, format!("{number}.json")).unwrap();
    }
    let many = many.finish().unwrap().into_inner();
    assert!(dropped(&many).result.unwrap_err().contains("more than 256 MiB"));
    let names: Vec<String> = (0..20_001).map(|number| format!("{number}.jpg")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert!(dropped(&archive(&many)).result.unwrap_err().contains("more than 20000 files"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_damage_is_read_or_refused(
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        let mut bytes = WHOLE.to_vec();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        dropped(&bytes);
    }

    #[test]
    fn any_json_is_read_or_refused(text in "(\\{|\\}|\\[|\\]|\"(locations|activitySegment|timelineObjects)\"|:|,|[0-9]{1,9}){0,30}") {
        dropped(&archive(&[("a.json", text.as_bytes())]));
    }
}
