//! The guests that the tests and the demo install.
//!
//! In: nothing at run time; `build.rs` has built the components. Out: a constant per component, its
//! path, and the list of all of them. Never here: a component that no list names.
//! With `DOMICILE_GUESTS=skip` nothing is built and every path is empty (for editors).

/// One component on disk.
#[derive(Clone, Copy, Debug)]
pub struct Guest {
    /// The constant's name in lower case.
    pub name: &'static str,
    /// Absolute; empty when the guests were skipped.
    pub path: &'static str,
    /// What it may weigh.
    pub bytes_max: u64,
    /// Not of Rust: built by `cargo xtask guests`, and perhaps not there yet.
    pub is_foreign: bool,
}

/// The manifest to pack into [`WSTD_HELLO`], which is built as its author would: without one.
pub const WSTD_HELLO_MANIFEST: &str = include_str!("../../wstd-hello/manifest.toml");

include!(concat!(env!("OUT_DIR"), "/guests.rs"));

/// The component's bytes, or a sentence that tells how to build it.
pub fn bytes(path: &str) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| {
        format!("no guest at `{path}` ({error}): run `cargo xtask guests`, and not with skip")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_guest_stays_within_its_budget() {
        for guest in ALL.iter().filter(|guest| !guest.path.is_empty()) {
            let size = match bytes(guest.path) {
                Ok(bytes) => bytes.len() as u64,
                Err(_) if guest.is_foreign => continue,
                Err(reason) => panic!("{reason}"),
            };
            println!("{:<24} {size:>9} of {:>9} bytes", guest.name, guest.bytes_max);
            assert!(size <= guest.bytes_max, "{} weighs {size} bytes", guest.name);
        }
    }
}
