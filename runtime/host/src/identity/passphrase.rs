//! The owner's passphrase: judged, hashed with Argon2id, verified. Each takes 19 MiB and tens of
//! milliseconds, so it happens on a blocking thread, a few at a time.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::front::limits::HASHES_AT_ONCE_MAX;

/// A passphrase has at least so many characters.
pub const CHARS_MIN: usize = 12;
/// And at most so many: hashing a megabyte is work for nothing.
pub const CHARS_MAX: usize = 512;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

static PLACES: Semaphore = Semaphore::const_new(HASHES_AT_ONCE_MAX);

/// What is wrong with a new passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weak {
    /// Fewer than [`CHARS_MIN`] characters.
    Short,
    /// More than [`CHARS_MAX`] characters.
    Long,
    /// A few characters over and over, or a run such as `abcdefghijkl`.
    Regular,
    /// The owner's name and little else.
    Name,
}

/// Judge a new passphrase.
pub fn judge(passphrase: &str, owner: &str) -> Result<(), Weak> {
    let lower = passphrase.to_lowercase();
    let chars: Vec<char> = lower.chars().collect();
    if chars.len() < CHARS_MIN {
        return Err(Weak::Short);
    }
    if chars.len() > CHARS_MAX {
        return Err(Weak::Long);
    }
    let mut different = chars.clone();
    different.sort_unstable();
    different.dedup();
    let steps = chars.windows(2).filter(|pair| match pair {
        [a, b] => u32::from(*a).abs_diff(u32::from(*b)) <= 1,
        _ => false,
    });
    if different.len() < 5 || steps.count() * 2 > chars.len() {
        return Err(Weak::Regular);
    }
    let name = owner.trim().to_lowercase();
    if name.chars().count() >= 3 && lower.replace(&name, "").chars().count() < CHARS_MIN / 2 {
        return Err(Weak::Name);
    }
    Ok(())
}

/// A passphrase could not be hashed.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// Argon2 itself failed.
    #[error("the passphrase could not be hashed: {0}")]
    Argon2(String),
    /// The thread went away.
    #[error("the passphrase could not be hashed: the server is stopping")]
    Stopping,
}

fn argon2() -> Result<Argon2<'static>, HashError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(failure)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn failure(error: impl std::fmt::Display) -> HashError {
    HashError::Argon2(error.to_string())
}

/// What is kept of a passphrase: a PHC string with its own salt.
pub async fn hash(passphrase: String) -> Result<String, HashError> {
    blocking(move || {
        let hash = argon2()?.hash_password(passphrase.as_bytes()).map_err(failure)?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether this is the passphrase. Comparison is in constant time.
pub async fn verify(kept: String, passphrase: String) -> Result<bool, HashError> {
    if passphrase.chars().count() > CHARS_MAX {
        return Ok(false);
    }
    blocking(move || {
        let kept = PasswordHash::new(&kept).map_err(failure)?;
        Ok(argon2()?.verify_password(passphrase.as_bytes(), &kept).is_ok())
    })
    .await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
) -> Result<T, HashError> {
    let _place = PLACES.acquire().await.map_err(|_| HashError::Stopping)?;
    tokio::task::spawn_blocking(work).await.map_err(|_| HashError::Stopping)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judged() {
        assert_eq!(judge("correct horse battery", "Ann"), Ok(()));
        assert_eq!(judge("short", "Ann"), Err(Weak::Short));
        assert_eq!(judge(&"ab cd efxz".repeat(60), "Ann"), Err(Weak::Long));
        assert_eq!(judge("aaaaaaaaaaaaaa", "Ann"), Err(Weak::Regular));
        assert_eq!(judge("abcdefghijklmnop", "Ann"), Err(Weak::Regular));
        assert_eq!(judge("Marie-Claire 75", "Marie-Claire"), Err(Weak::Name));
        assert_eq!(judge("\u{e9}t\u{e9} \u{e0} la plage 7", "Zo\u{e9}"), Ok(()));
    }

    #[tokio::test]
    async fn hashed_and_verified() {
        let kept = hash("correct horse battery".to_owned()).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(verify(kept.clone(), "correct horse battery".to_owned()).await.unwrap());
        assert!(!verify(kept.clone(), "correct horse batterz".to_owned()).await.unwrap());
        assert!(!verify(kept.clone(), "x".repeat(CHARS_MAX + 1)).await.unwrap());
        let again = hash("correct horse battery".to_owned()).await.unwrap();
        assert_ne!(kept, again, "each hash has its own salt");
        assert!(verify("damaged".to_owned(), "x".to_owned()).await.is_err());
    }
}
