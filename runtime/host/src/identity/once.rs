//! One-time secrets: the link on the terminal, the link of the demo, the ticket with which a frame
//! enters an app's origin. Kept as hashes, in memory, for a short while.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::RandomError;

/// Secrets waiting at a time; the oldest go first.
const WAITING_MAX: usize = 1_024;

struct Waiting<P> {
    purpose: P,
    until: Timestamp,
}

/// The secrets of one server, each for a purpose.
pub struct Once<P> {
    waiting: Mutex<HashMap<blake3::Hash, Waiting<P>>>,
}

impl<P> Default for Once<P> {
    fn default() -> Self {
        Once { waiting: Mutex::default() }
    }
}

impl<P: Clone> Once<P> {
    /// Make a secret that is good for `purpose`, once, until `now + lifetime`.
    pub fn issue(
        &self,
        now: Timestamp,
        lifetime: SignedDuration,
        purpose: P,
    ) -> Result<String, RandomError> {
        let secret = super::secret()?;
        let until = now.saturating_add(lifetime).unwrap_or(now);
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, one| one.until > now);
        while waiting.len() >= WAITING_MAX {
            let oldest = waiting.iter().min_by_key(|(_, one)| one.until).map(|(hash, _)| *hash);
            oldest.and_then(|hash| waiting.remove(&hash));
        }
        waiting.insert(blake3::hash(secret.as_bytes()), Waiting { purpose, until });
        Ok(secret)
    }

    /// What the secret is good for; it stays good.
    pub fn peek(&self, now: Timestamp, secret: &str) -> Option<P> {
        // Looked up by hash: how long it takes says nothing about the secret.
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let one = waiting.get(&blake3::hash(secret.as_bytes()))?;
        (one.until > now).then(|| one.purpose.clone())
    }

    /// What the secret is good for; afterwards it is good for nothing.
    pub fn take(&self, now: Timestamp, secret: &str) -> Option<P> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let one = waiting.remove(&blake3::hash(secret.as_bytes()))?;
        (one.until > now).then_some(one.purpose)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: SignedDuration = SignedDuration::from_mins(1);

    #[test]
    fn good_once_and_for_a_while() {
        let once = Once::default();
        let now = Timestamp::UNIX_EPOCH;
        let secret = once.issue(now, MINUTE, 7).unwrap();
        assert_eq!(once.peek(now, &secret), Some(7));
        assert_eq!(once.take(now, &secret), Some(7));
        assert_eq!(once.take(now, &secret), None);
        let late = once.issue(now, MINUTE, 8).unwrap();
        assert_eq!(once.peek(now + MINUTE, &late), None);
        assert_eq!(once.take(now + MINUTE, &late), None);
        assert_eq!(once.take(now, "guess"), None);
    }

    #[test]
    fn the_oldest_go_first() {
        let once = Once::default();
        let now = Timestamp::UNIX_EPOCH;
        let first = once.issue(now, MINUTE, 0).unwrap();
        let later = now + SignedDuration::from_secs(1);
        let rest: Vec<String> =
            (0..WAITING_MAX).map(|at| once.issue(later, MINUTE, at).unwrap()).collect();
        assert_eq!(once.take(later, &first), None);
        assert_eq!(once.take(later, rest.last().unwrap()), Some(WAITING_MAX - 1));
    }
}
