//! The events to come, from one run to the next: calendars drop what is over, and nobody misses it;
//! what is still to come and not told any more was called off. In: keys and last days. Out: how
//! many are gone. Never here: more than the nearest ones, if there are thousands.

use std::collections::BTreeMap;

use domicile_sdk::konnector::Failure;
use domicile_sdk::{Date, state};
use konnector_shared::failure::no_state;
use sha2::{Digest, Sha256};

/// Where they are kept.
const AHEAD: &str = "ahead";
/// How many are: a value of state holds 64 KiB.
pub const AHEAD_MAX: usize = 2_500;

/// Short hashes of keys, each with a day as `20261224`.
type Days = BTreeMap<u32, u32>;

/// The events to come of one run.
pub struct Ahead {
    today: u32,
    days: Days,
}

impl Ahead {
    /// Those from this day on.
    pub fn of(today: Date) -> Ahead {
        let month = u32::from(today.month.year) * 100 + u32::from(today.month.month);
        Ahead { today: month * 100 + u32::from(today.day), days: Days::new() }
    }

    /// Of two keys that meet, one is not missed; that costs a line in a report.
    pub fn note(&mut self, key: &str, last_day: u32) {
        if last_day >= self.today {
            let hash = Sha256::digest(key);
            let short = hash.iter().take(4).fold(0, |all, byte| all << 8 | u32::from(*byte));
            self.days.insert(short, last_day);
        }
    }

    /// Keeps these in place of those of the last run; how many of those are still to come and not
    /// among these.
    pub fn keep(self) -> Result<usize, Failure> {
        let before: Days = state::get(AHEAD).map_err(no_state)?.unwrap_or_default();
        let is_gone =
            |(key, day): &(&u32, &u32)| **day >= self.today && !self.days.contains_key(key);
        let gone = before.iter().filter(is_gone).count();
        let mut nearest: Vec<(u32, u32)> = self.days.into_iter().collect();
        nearest.sort_by_key(|(_, day)| *day);
        nearest.truncate(AHEAD_MAX);
        state::set(AHEAD, &nearest.into_iter().collect::<Days>()).map_err(no_state)?;
        Ok(gone)
    }
}
