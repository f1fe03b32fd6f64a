//! How far a folder was read. In: a folder's numbers as the server has them now. Out: which of them
//! to take, the newest first, and how many of those that were taken are gone. Never here: the
//! numbers themselves from run to run, of which there may be a hundred thousand.

use serde::{Deserialize, Serialize};

/// What is kept of a folder between two runs: what lies from `low` to `high` was taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Under which the numbers mean the same messages.
    validity: u32,
    low: u64,
    high: u64,
    /// How many messages that is.
    kept: usize,
}

/// What a folder has to give.
#[derive(Debug, PartialEq, Eq)]
pub struct Plan {
    /// Behind the mark, upwards: they came since.
    pub newer: Vec<u32>,
    /// Before it, downwards: the run before did not get that far.
    pub older: Vec<u32>,
    /// How many were taken once and are no longer there.
    pub gone: usize,
}

impl Mark {
    /// What to take, of the numbers that are there.
    pub fn plan(&mut self, validity: u32, mut uids: Vec<u32>) -> Plan {
        uids.sort_unstable();
        uids.dedup();
        if self.validity != validity || self.high == 0 {
            let high = uids.last().copied().map_or(0, u64::from);
            *self = Mark { validity, low: high + 1, high, kept: 0 };
        }
        let newer = uids.iter().copied().filter(|uid| u64::from(*uid) > self.high).collect();
        let older: Vec<u32> =
            uids.iter().rev().copied().filter(|uid| u64::from(*uid) < self.low).collect();
        let there =
            uids.iter().filter(|uid| (self.low..=self.high).contains(&u64::from(**uid))).count();
        let gone = self.kept.saturating_sub(there);
        self.kept = there;
        Plan { newer, older, gone }
    }

    /// These were taken: of one of the two ways, in its order.
    pub fn took(&mut self, uids: &[u32]) {
        for uid in uids {
            let uid = u64::from(*uid);
            (self.low, self.high) = (self.low.min(uid), self.high.max(uid));
        }
        self.kept += uids.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_ones_come_first_and_each_once() {
        let mut mark = Mark::default();
        let plan = mark.plan(7, vec![3, 1, 2, 9, 8]);
        assert_eq!((plan.newer, plan.older, plan.gone), (vec![], vec![9, 8, 3, 2, 1], 0));
        mark.took(&[9, 8]);
        // The next run: one more came, one of those taken is gone.
        let plan = mark.plan(7, vec![1, 2, 3, 9, 12, 10]);
        assert_eq!((plan.newer, plan.older, plan.gone), (vec![10, 12], vec![3, 2, 1], 1));
        mark.took(&[10, 12]);
        mark.took(&[3, 2, 1]);
        assert_eq!(
            mark.plan(7, vec![1, 2, 3, 9, 12, 10]),
            Plan { newer: vec![], older: vec![], gone: 0 }
        );
        assert_eq!(mark.plan(7, vec![9]).gone, 5);
        assert_eq!(mark.plan(7, vec![9]).gone, 0, "it is told once");
        assert_eq!(mark.plan(7, vec![]).gone, 1);
    }

    #[test]
    fn other_numbers_begin_anew() {
        let mut mark = Mark::default();
        mark.plan(7, vec![5]);
        mark.took(&[5]);
        let plan = mark.plan(8, vec![1, 2]);
        assert_eq!((plan.older, plan.gone), (vec![2, 1], 0));
        let mut empty = Mark::default();
        empty.plan(7, vec![]);
        assert_eq!(empty.plan(7, vec![4]).older, [4]);
        let mut most = Mark::default();
        assert_eq!(most.plan(7, vec![u32::MAX]).older, [u32::MAX], "the largest number of all");
    }
}
