//! How often somebody may try: after a few wrong guesses each further one waits twice as long.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Wrong guesses that cost nothing.
const FREE: u32 = 5;
/// The longest wait.
const WAIT_MAX_SECONDS: i64 = 15 * 60;
/// Names that are remembered; beyond it the ones whose wait is over are forgotten.
const NAMES_MAX: usize = 10_000;

#[derive(Clone, Copy)]
struct Record {
    wrong: u32,
    until: Timestamp,
}

/// Wrong guesses by name: a home, an address.
#[derive(Default)]
pub struct Attempts {
    records: Mutex<HashMap<String, Record>>,
}

impl Attempts {
    /// How long `name` has to wait, if it has to.
    pub fn wait(&self, name: &str, now: Timestamp) -> Option<SignedDuration> {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let record = records.get(name)?;
        let left = record.until.duration_since(now);
        left.is_positive().then_some(left)
    }

    /// A wrong guess.
    pub fn failed(&self, name: &str, now: Timestamp) {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        if records.len() >= NAMES_MAX {
            records.retain(|_, record| record.until > now);
        }
        let record = records.entry(name.to_owned()).or_insert(Record { wrong: 0, until: now });
        record.wrong = record.wrong.saturating_add(1);
        if record.wrong >= FREE {
            let doublings = (record.wrong - FREE).min(20);
            let seconds = (1_i64 << doublings).min(WAIT_MAX_SECONDS);
            let wait = SignedDuration::from_secs(seconds);
            record.until = now.saturating_add(wait).unwrap_or(now);
        }
    }

    /// A right one.
    pub fn succeeded(&self, name: &str) {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_success_forgets() {
        let attempts = Attempts::default();
        let now = Timestamp::UNIX_EPOCH;
        for _ in 0..FREE - 1 {
            attempts.failed("home", now);
            assert_eq!(attempts.wait("home", now), None);
        }
        attempts.failed("home", now);
        assert_eq!(attempts.wait("home", now), Some(SignedDuration::from_secs(1)));
        attempts.failed("home", now);
        assert_eq!(attempts.wait("home", now), Some(SignedDuration::from_secs(2)));
        assert_eq!(attempts.wait("other", now), None);
        let later = now.saturating_add(SignedDuration::from_secs(2)).unwrap();
        assert_eq!(attempts.wait("home", later), None);
        attempts.succeeded("home");
        attempts.failed("home", now);
        assert_eq!(attempts.wait("home", now), None);
    }

    #[test]
    fn waits_are_bounded() {
        let attempts = Attempts::default();
        for _ in 0..100 {
            attempts.failed("home", Timestamp::UNIX_EPOCH);
        }
        let wait = attempts.wait("home", Timestamp::UNIX_EPOCH);
        assert_eq!(wait, Some(SignedDuration::from_secs(WAIT_MAX_SECONDS)));
    }
}
