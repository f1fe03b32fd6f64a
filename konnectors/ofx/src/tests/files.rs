use std::path::Path;

use konnector_statement::golden;

use super::read;

const HERE: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn samples_become_what_is_expected() {
    let folder = Path::new(HERE).join("samples");
    let checked = golden::check(&folder, &folder, "ofx", read);
    assert!(checked >= 15, "only {checked} samples");
}

#[test]
fn real_files_become_what_is_expected() {
    let inputs = Path::new(HERE).join("../../../shared/data/bank/ofx");
    if !inputs.is_dir() {
        eprintln!("SKIPPED: real OFX files are not at {}", inputs.display());
        return;
    }
    let checked = golden::check(&inputs, &Path::new(HERE).join("expected/real"), "ofx", read);
    assert_eq!(checked, 12);
}
