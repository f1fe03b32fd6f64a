//! Non-interference as data: small programs, two homes, and who looks on.
//!
//! In flow random choices; out flow cases, the same for the model of a home
//! (`runtime/policy/tests`) and for a real one (`tests/it`). Two homes of a case differ only above
//! the observer, and whatever the programs do, the observer must not be able to tell them apart.
//! Never here: a home, or anything that knows what its names mean. Doctypes, origins and components
//! are numbers, and each kind of home has its own table of them.

#[cfg(feature = "generate")]
pub mod case;
#[cfg(feature = "generate")]
pub mod fault;
pub mod program;

/// Doctypes, each of a category of its own.
pub const DOCTYPES: usize = 3;
/// Where documents come from: the home itself, and two providers.
pub const ORIGINS: usize = 3;

/// What a refusal and an absence look like to a program.
pub const REFUSED: u8 = 255;

/// The memory of a program that saw this too.
pub fn mix(memory: u8, seen: impl IntoIterator<Item = u8>) -> u8 {
    seen.into_iter()
        .fold(memory, |sum, byte| sum.wrapping_mul(5).wrapping_add(byte).wrapping_add(1))
}
