//! The brake on guessing: after a few failures each further try has to wait, twice as long each
//! time. Per home, so that guesses from many places slow down; per address, for longer, so that
//! one place can't keep the owner out for long.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use domicile_policy::HomeName;
use jiff::{SignedDuration, Timestamp};

/// Failures before the first wait.
const FREE: u32 = 5;
/// The longest wait of an address.
const ADDRESS_WAIT_MAX: SignedDuration = SignedDuration::from_mins(60);
/// The longest wait of a home: its owner may be among those who wait.
const HOME_WAIT_MAX: SignedDuration = SignedDuration::from_secs(30);
/// After this long without a failure everything is forgotten.
const MEMORY: SignedDuration = SignedDuration::from_hours(24);
/// Addresses and homes remembered; those that failed longest ago go first.
const REMEMBERED_MAX: usize = 10_000;

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: Timestamp,
}

impl Failures {
    fn until(self, wait_max: SignedDuration) -> Timestamp {
        let Some(doublings) = self.count.checked_sub(FREE) else { return self.last };
        let wait = SignedDuration::from_secs(1_i64 << doublings.min(20)).min(wait_max);
        self.last.saturating_add(wait).unwrap_or(self.last)
    }
}

/// Recent failures.
#[derive(Debug, Default)]
pub struct Throttle {
    homes: Mutex<HashMap<HomeName, Failures>>,
    addresses: Mutex<HashMap<IpAddr, Failures>>,
}

impl Throttle {
    /// How long a sign-in still has to wait; `None` if it may be tried now.
    pub fn wait(&self, now: Timestamp, home: &HomeName, from: IpAddr) -> Option<SignedDuration> {
        let home = until(&self.homes, home, HOME_WAIT_MAX);
        let address = until(&self.addresses, &network(from), ADDRESS_WAIT_MAX);
        let until = home.max(address)?;
        (until > now).then(|| until.duration_since(now))
    }

    /// A try, before its outcome is known: it counts as failed, so that tries at the same time
    /// can't all slip through.
    pub fn tried(&self, now: Timestamp, home: &HomeName, from: IpAddr) {
        failed(&self.homes, home.clone(), now);
        failed(&self.addresses, network(from), now);
    }

    /// It was the owner: forget.
    pub fn succeeded(&self, home: &HomeName, from: IpAddr) {
        self.homes.lock().unwrap_or_else(PoisonError::into_inner).remove(home);
        self.addresses.lock().unwrap_or_else(PoisonError::into_inner).remove(&network(from));
    }
}

/// One household has 2^64 IPv6 addresses: they count as one.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        address => address,
    }
}

fn until<K: Eq + Hash>(
    table: &Mutex<HashMap<K, Failures>>,
    key: &K,
    wait_max: SignedDuration,
) -> Option<Timestamp> {
    let table = table.lock().unwrap_or_else(PoisonError::into_inner);
    table.get(key).map(|failures| failures.until(wait_max))
}

fn failed<K: Eq + Hash + Clone>(table: &Mutex<HashMap<K, Failures>>, key: K, now: Timestamp) {
    let mut table = table.lock().unwrap_or_else(PoisonError::into_inner);
    if !table.contains_key(&key) && table.len() >= REMEMBERED_MAX {
        table.retain(|_, failures| now.duration_since(failures.last) < MEMORY);
        if table.len() >= REMEMBERED_MAX {
            let oldest = table.iter().min_by_key(|(_, failures)| failures.last);
            let oldest = oldest.map(|(key, _)| key.clone());
            oldest.and_then(|key| table.remove(&key));
        }
    }
    let failures = table.entry(key).or_insert(Failures { count: 0, last: now });
    if now.duration_since(failures.last) >= MEMORY {
        failures.count = 0;
    }
    failures.count = failures.count.saturating_add(1);
    failures.last = now;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> HomeName {
        "home".parse().unwrap()
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    #[test]
    fn each_failure_doubles_the_wait() {
        let throttle = Throttle::default();
        let mut now = 0;
        for _ in 0..FREE - 1 {
            assert_eq!(throttle.wait(at(now), &home(), address(1)), None);
            throttle.tried(at(now), &home(), address(1));
        }
        for wait in [1, 2, 4, 8, 16, 32, 64] {
            throttle.tried(at(now), &home(), address(1));
            let expected = SignedDuration::from_secs(wait);
            assert_eq!(throttle.wait(at(now), &home(), address(1)), Some(expected));
            now += wait;
            assert_eq!(throttle.wait(at(now), &home(), address(1)), None);
        }
    }

    #[test]
    fn guesses_from_many_places_slow_the_home_but_not_for_long() {
        let throttle = Throttle::default();
        for last in 0..200 {
            throttle.tried(at(0), &home(), address(last));
        }
        assert_eq!(throttle.wait(at(0), &home(), address(250)), Some(HOME_WAIT_MAX));
        assert_eq!(throttle.wait(at(30), &home(), address(250)), None);
        let other = "other".parse().unwrap();
        assert_eq!(throttle.wait(at(0), &other, address(250)), None);
    }

    #[test]
    fn one_place_waits_longest_and_a_success_forgets() {
        let throttle = Throttle::default();
        for _ in 0..100 {
            throttle.tried(at(0), &home(), address(1));
        }
        assert_eq!(throttle.wait(at(0), &home(), address(1)), Some(ADDRESS_WAIT_MAX));
        throttle.succeeded(&home(), address(1));
        assert_eq!(throttle.wait(at(0), &home(), address(1)), None);
    }

    #[test]
    fn the_table_stays_small_and_a_day_heals() {
        let throttle = Throttle::default();
        for number in 0..u32::try_from(REMEMBERED_MAX).unwrap() + 10 {
            throttle.tried(at(0), &home(), IpAddr::from(number.to_be_bytes()));
        }
        assert_eq!(throttle.addresses.lock().unwrap().len(), REMEMBERED_MAX);
        throttle.tried(at(24 * 3600), &home(), address(1));
        assert_eq!(throttle.wait(at(24 * 3600), &home(), address(1)), None);
    }

    #[test]
    fn a_household_counts_as_one() {
        let throttle = Throttle::default();
        for last in 0..10u16 {
            throttle.tried(at(0), &home(), IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, last]));
        }
        let neighbour = IpAddr::from([0x2001, 0xdb8, 0, 1, 9, 9, 9, 9]);
        assert!(throttle.wait(at(40), &"other".parse().unwrap(), neighbour).is_none());
        assert!(throttle.wait(at(10), &"other".parse().unwrap(), neighbour).is_some());
    }
}
