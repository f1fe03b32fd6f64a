//! Who is asking: the owner's passphrase, sessions, one-time links, and the brake on guessing.
//!
//! In flow secrets that a browser sends; out flow sessions. Secrets are compared in constant
//! time, kept as hashes only, and never logged or shown.

pub mod once;
pub mod passphrase;
pub mod session;
pub mod throttle;

use data_encoding::BASE64URL_NOPAD;

/// No randomness could be had: nothing secret can be made.
#[derive(Debug, thiserror::Error)]
#[error("the system gave no random bytes: {0}")]
pub struct RandomError(#[from] getrandom::Error);

/// A fresh secret of 32 bytes, as text.
pub fn secret() -> Result<String, RandomError> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(BASE64URL_NOPAD.encode(&bytes))
}
