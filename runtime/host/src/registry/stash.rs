//! Uploads that wait for consent: in memory only, few, and for a short while. A restart forgets
//! them, so nothing is ever half-installed.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use data_encoding::HEXLOWER;
use jiff::{SignedDuration, Timestamp};

use super::Proposal;
use crate::house::{Home, House};

/// Uploads waiting at a time, over all homes.
const WAITING_MAX: usize = 16;
/// How long an upload waits.
const WAIT_MAX: SignedDuration = SignedDuration::from_mins(30);

struct Waiting {
    home: domicile_policy::HomeName,
    id: String,
    since: Timestamp,
    proposal: Proposal,
}

static WAITING: Mutex<VecDeque<Waiting>> = Mutex::new(VecDeque::new());

/// Keep a proposal until the owner has decided. Returns its id.
pub fn stash(house: &House, home: &Home, proposal: Proposal) -> Result<String, getrandom::Error> {
    let mut draw = [0u8; 16];
    getrandom::fill(&mut draw)?;
    let id = HEXLOWER.encode(&draw);
    let since = house.clock().now();
    let waiting = Waiting { home: home.name().clone(), id: id.clone(), since, proposal };
    let mut all = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
    all.retain(|one| since.duration_since(one.since) < WAIT_MAX);
    while all.len() >= WAITING_MAX {
        all.pop_front();
    }
    all.push_back(waiting);
    Ok(id)
}

/// The proposal that waits under this id.
pub fn stashed(house: &House, home: &Home, id: &str) -> Option<Proposal> {
    let now = house.clock().now();
    let all = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
    let waiting = all.iter().find(|one| one.id == id && one.home == *home.name())?;
    (now.duration_since(waiting.since) < WAIT_MAX).then(|| waiting.proposal.clone())
}

/// Forget a proposal: the owner has decided.
pub fn drop_stashed(home: &Home, id: &str) {
    let mut all = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
    all.retain(|one| one.id != id || one.home != *home.name());
}
