//! Amounts that add up. In: a few amounts and a sum. Out: which of them make the sum, if it is the
//! only way. Never here: work that grows faster than amounts times cents.

use std::collections::BTreeSet;

use crate::books::Cents;

/// Bounds of one question: at most `ITEMS_MAX` bitmaps of `SUM_MAX` bits, and as many again for
/// each of its items; what is beyond is not asked.
pub const ITEMS_MAX: usize = 16;
pub const SUM_MAX: Cents = 500_000;
const BITS: usize = u64::BITS as usize;

/// Sums that can be reached, one bit each.
#[derive(Clone)]
struct Sums(Vec<u64>);

impl Sums {
    fn none(target: usize) -> Sums {
        let mut words = vec![0; target / BITS + 1];
        if let Some(first) = words.first_mut() {
            *first = 1;
        }
        Sums(words)
    }

    fn has(&self, sum: usize) -> bool {
        self.0.get(sum / BITS).is_some_and(|word| word >> (sum % BITS) & 1 == 1)
    }

    /// Those, and each of them with `amount`.
    fn with(&self, amount: usize) -> Sums {
        let (words, bits) = (amount / BITS, amount % BITS);
        let mut all = self.clone();
        for (at, to) in all.0.iter_mut().enumerate().skip(words) {
            let from = at - words;
            let low = self.0.get(from).copied().unwrap_or(0);
            let high = from.checked_sub(1).and_then(|from| self.0.get(from)).copied().unwrap_or(0);
            *to |= low << bits;
            if bits > 0 {
                *to |= high >> (BITS - bits);
            }
        }
        all
    }
}

/// Places of at least two of the amounts that are `target` together; `None` if there are none, or
/// other ones could be meant as well.
pub fn adding_up(amounts: &[Cents], target: Cents) -> Option<Vec<usize>> {
    if amounts.len() > ITEMS_MAX || !(1..=SUM_MAX).contains(&target) {
        return None;
    }
    let items: Vec<usize> =
        amounts.iter().map(|amount| usize::try_from(*amount).unwrap_or(usize::MAX)).collect();
    let target = usize::try_from(target).ok()?;
    let chosen = choose(&items, target)?;
    let is_whole = chosen.len() == items.len();
    let values: BTreeSet<usize> = chosen.iter().filter_map(|at| items.get(*at).copied()).collect();
    let is_only = |value: &usize| {
        let others: Vec<usize> = items.iter().copied().filter(|item| item != value).collect();
        let used = chosen.iter().filter(|at| items.get(**at) == Some(value)).count();
        // Of amounts that are the same, it is no matter which, but how many.
        let counts = (0..=items.len() - others.len()).filter(|count| *count != used);
        let mut left = counts.filter_map(|count| target.checked_sub(value.saturating_mul(count)));
        !left.any(|left| reach(&others, left))
    };
    (chosen.len() > 1 && (is_whole || values.iter().all(is_only))).then_some(chosen)
}

fn reach(items: &[usize], target: usize) -> bool {
    let fits = items.iter().filter(|item| **item > 0 && **item <= target);
    fits.fold(Sums::none(target), |sums, item| sums.with(*item)).has(target)
}

/// The first items that will do.
fn choose(items: &[usize], target: usize) -> Option<Vec<usize>> {
    let mut steps = vec![Sums::none(target)];
    for item in items {
        let last = steps.last()?;
        let next = if (1..=target).contains(item) { last.with(*item) } else { last.clone() };
        steps.push(next);
    }
    let (mut left, mut chosen) = (target, Vec::new());
    for (at, item) in items.iter().enumerate().rev() {
        if !steps.get(at)?.has(left) {
            left = left.checked_sub(*item)?;
            chosen.push(at);
        }
    }
    chosen.reverse();
    steps.last()?.has(target).then_some(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_what_is_certain_adds_up() {
        assert_eq!(adding_up(&[350, 150], 500), Some(vec![0, 1]));
        assert_eq!(adding_up(&[350, 150, 777], 500), Some(vec![0, 1]));
        assert_eq!(adding_up(&[350, 150, 200, 300], 500), None, "two ways");
        assert_eq!(adding_up(&[500, 100], 500), None, "one amount is no group");
        assert_eq!(adding_up(&[100, 100, 100], 200), Some(vec![0, 1]), "the same is the same");
        assert_eq!(adding_up(&[0, -5, i64::MAX, 5], 5), None);
        assert_eq!(adding_up(&[1; ITEMS_MAX + 1], 2), None);
        assert_eq!(adding_up(&[1, SUM_MAX], SUM_MAX + 1), None);
    }

    proptest! {
        #[test]
        fn what_is_found_is_the_only_way(
            amounts in prop::collection::vec(1i64..60, 0..9), target in 1i64..200,
        ) {
            let sum = |mask: u32| -> i64 {
                (0..).zip(&amounts).filter(|(at, _)| mask >> at & 1 == 1).map(|(_, a)| a).sum()
            };
            let picked = |mask: u32| {
                let mut all: Vec<i64> = amounts.iter().enumerate()
                    .filter(|(at, _)| mask >> at & 1 == 1).map(|(_, a)| *a).collect();
                all.sort();
                all
            };
            let mut ways: Vec<Vec<i64>> = (0..1u32 << amounts.len())
                .filter(|mask| sum(*mask) == target).map(picked).collect();
            ways.sort();
            ways.dedup();
            match adding_up(&amounts, target) {
                Some(chosen) => {
                    prop_assert_eq!(chosen.iter().map(|at| amounts[*at]).sum::<i64>(), target);
                    prop_assert!(ways.len() == 1 || chosen.len() == amounts.len());
                }
                None => prop_assert!(ways.len() != 1 || ways[0].len() < 2),
            }
        }
    }
}
