//! Documents that look like bank operations, made from a number. In: a number. Out: the same
//! document every time, and numbers that jump about. Never here: chance that two runs don't share.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Operations of one account.
const PER_ACCOUNT: usize = 100;

/// A document to insert.
pub struct Made {
    /// JSON.
    pub body: String,
}

/// Where documents come from. Clones share their number.
#[derive(Clone)]
pub struct Draw {
    size: usize,
    next: Arc<AtomicUsize>,
}

impl Draw {
    /// For a store of this size.
    pub fn new(size: usize) -> Draw {
        Draw { size, next: Arc::default() }
    }

    /// A new document.
    pub fn next(&self) -> Made {
        self.made(self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// The account of the document that was made as the `number`th.
    pub fn account_of(&self, number: usize) -> String {
        format!("account-{:06}", number % (self.size / PER_ACCOUNT))
    }

    /// Numbers of documents that a store of this size has, for ever; others in each round.
    pub fn numbers(&self, round: usize) -> impl Iterator<Item = usize> + use<'_> {
        let mut state = round as u64 + 1;
        std::iter::repeat_with(move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % self.size
        })
    }

    /// No two documents of an account have the same month, so that their order is certain.
    fn made(&self, number: usize) -> Made {
        let months = number / (self.size / PER_ACCOUNT);
        let (year, month, day) = (1990 + months / 12, 1 + months % 12, 1 + number % 28);
        let account = self.account_of(number);
        let body = format!(
            "{{\"label\":\"CB CARREFOUR MARKET {number}\",\"date\":\"{year}-{month:02}-{day:02}\",\
             \"amount\":-{}.5,\"currency\":\"EUR\",\"account\":\"{account}\",\
             \"vendorId\":\"OFX-{number:012}\",\"type\":\"credit card\",\"toCategorize\":false}}",
            number % 1_000
        );
        Made { body }
    }
}
