//! Chance, from a seed. In: a seed. Out: numbers that are the same on every machine. Never here:
//! the machine's own randomness or its clock.

use std::ops::RangeInclusive;

use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

/// A die with as many sides as one asks for.
pub struct Dice(ChaCha8Rng);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(ChaCha8Rng::seed_from_u64(seed))
    }

    /// One of the range; its start where it is empty.
    pub fn between(&mut self, range: RangeInclusive<i64>) -> i64 {
        if range.is_empty() { *range.start() } else { self.0.random_range(range) }
    }

    pub fn chance(&mut self, percent: i64) -> bool {
        self.between(1..=100) <= percent
    }

    /// Below `len`; 0 where that is 0.
    pub fn index(&mut self, len: usize) -> usize {
        let last = i64::try_from(len).unwrap_or(i64::MAX) - 1;
        usize::try_from(self.between(0..=last)).unwrap_or(0)
    }

    /// One of a list that is not empty.
    pub fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.index(all.len())]
    }

    /// An id that tells nothing.
    pub fn id(&mut self) -> String {
        format!("{:016x}", self.0.random::<u64>())
    }

    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        all.shuffle(&mut self.0);
    }
}
