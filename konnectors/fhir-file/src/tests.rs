//! Whole files: our own, after the published definitions of R4.

use std::path::Path;

use domicile_sdk::importer::Importer;
use konnector_shared::golden::{self, drop_on};
use proptest::prelude::*;

use crate::FhirFile;

#[test]
fn samples_become_what_is_expected() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let checked = golden::check::<FhirFile>(&samples);
    assert!(checked >= 5, "only {checked} samples");
}

#[test]
fn resources_are_recognised_by_their_type() {
    assert_eq!(FhirFile::recognise("x", b"{\n  \"resourceType\" : \"Bundle\""), 100);
    assert_eq!(FhirFile::recognise("my-fhir.json", b"{\"a\": 1}"), 40);
    assert_eq!(
        FhirFile::recognise("x.json", b"{\"version\": \"https://jsonfeed.org/version/1\"}"),
        0
    );
    assert_eq!(FhirFile::recognise("fhir.xml", b"<Bundle/>"), 0);
}

proptest! {
    #[test]
    fn any_cut_is_read_or_refused(cut in 0usize..4_000, byte in any::<u8>()) {
        let mut bytes = include_bytes!("../samples/everything.json").to_vec();
        let at = cut % bytes.len();
        bytes[at] = byte;
        drop_on::<FhirFile>("x.json", &bytes, "en").assert_sound("changed");
        bytes.truncate(at);
        drop_on::<FhirFile>("x.json", &bytes, "fr").assert_sound("cut");
    }
}
