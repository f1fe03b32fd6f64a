//! All that reads a stranger's bytes, as functions of bytes: the same for the fuzzer
//! (`tests/fuzz`), for its seeds and for generated cases (`tests/hostile.rs`).
//!
//! In: any bytes. Out: nothing, or a panic that names what does not hold. Never here: a check that
//! some bytes skip; what can't be read is refused by the code under test itself.

mod front;
mod importers;
pub mod page;
mod proto;
mod store;

pub use importers::{Recognise, STATEMENTS};

/// What bytes are given to.
pub type Target = fn(&[u8]);

/// All of them; each has a folder of seeds in `tests/fuzz/seeds`.
pub const TARGETS: [(&str, Target); 18] = [
    ("camt", importers::camt),
    ("cfonb", importers::cfonb),
    ("component", proto::component),
    ("cozy", importers::cozy),
    ("csv", importers::csv),
    ("enedis", importers::enedis),
    ("feed", importers::feed),
    ("form", front::form),
    ("html", page::html),
    ("invoice", importers::invoice),
    ("manifest", proto::manifest),
    ("mt940", importers::mt940),
    ("ofx", importers::ofx),
    ("qif", importers::qif),
    ("selector", store::selector),
    ("statement", importers::statement),
    ("takeout", importers::takeout),
    ("token", front::token),
];

/// The one of that name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS.iter().find(|(known, _)| *known == name).map(|(_, target)| *target)
}

/// A first line, which tells how, and the rest, which is what.
fn with_first_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    (&bytes[..end], bytes.get(end + 1..).unwrap_or_default())
}
