//! Where things are. In: the folder that cargo compiled us in. Out: paths. Never here: a guess
//! about the current folder.

use std::path::{Path, PathBuf};

/// The folder of the root manifest.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// Where the outer cargo builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Where the guests are built, whatever `CARGO_TARGET_DIR` says: as `tests/guests/build.rs` does.
pub fn guests() -> PathBuf {
    std::env::var_os("DOMICILE_GUESTS_TARGET")
        .map_or_else(|| root().join("target/guests"), PathBuf::from)
}

/// The folder of the first-party components: what the binary's demo installs
/// (`DOMICILE_COMPONENTS`).
pub fn components() -> PathBuf {
    guests().join("wasm32-wasip2/guest")
}

/// Tools that the tests install for themselves.
pub fn tools() -> PathBuf {
    target().join("tools")
}

/// CI has no one to read a warning: what is skipped there has failed.
pub fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}
