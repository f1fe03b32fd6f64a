//! Exact sums. In: the fractions of documents. Out: thousandths, so that sums of cents stay sums of
//! cents, and totals that never add one currency to another.

use domicile_sdk::Locale;
use std::collections::BTreeMap;
use std::ops::{Add, AddAssign, Neg};

/// An amount in thousandths of its currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(i64);

impl Amount {
    /// From a document. What is not a number, or beyond all money, is nothing.
    pub fn new(value: f64) -> Self {
        const MOST: f64 = 1e15;
        if value.is_finite() && value.abs() < MOST {
            Amount((value * 1000.0).round() as i64)
        } else {
            Amount(0)
        }
    }

    pub fn is_negative(self) -> bool {
        self.0 < 0
    }

    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub fn as_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// `-12.34`: two decimals, three where there are three.
    pub fn decimal(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / 1000, self.0.unsigned_abs() % 1000);
        match rest % 10 {
            0 => format!("{sign}{whole}.{:02}", rest / 10),
            _ => format!("{sign}{whole}.{rest:03}"),
        }
    }

    pub fn format(self, locale: Locale, currency: &str) -> String {
        locale.money(self.as_f64(), currency)
    }
}

impl Add for Amount {
    type Output = Amount;

    fn add(self, other: Amount) -> Amount {
        Amount(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Amount {
    fn add_assign(&mut self, other: Amount) {
        *self = *self + other;
    }
}

impl Neg for Amount {
    type Output = Amount;

    fn neg(self) -> Amount {
        Amount(self.0.saturating_neg())
    }
}

/// A total for each currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals(BTreeMap<String, Amount>);

impl Totals {
    pub fn add(&mut self, currency: &str, amount: Amount) {
        match self.0.get_mut(currency) {
            Some(total) => *total += amount,
            None => {
                self.0.insert(currency.to_owned(), amount);
            }
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, Amount)> {
        self.0.iter().map(|(currency, amount)| (currency.as_str(), *amount))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cents_add_up() {
        let sum = (0..1000).fold(Amount::default(), |sum, _| sum + Amount::new(0.1));
        assert_eq!(sum.as_f64(), 100.0);
        assert!((Amount::new(0.1) + Amount::new(0.2) + Amount::new(-0.3)).is_zero());
    }

    #[test]
    fn nonsense_is_nothing() {
        for nonsense in [f64::NAN, f64::INFINITY, 1e300, -1e15] {
            assert!(Amount::new(nonsense).is_zero(), "{nonsense}");
        }
    }

    #[test]
    fn currencies_are_not_mixed() {
        let mut totals = Totals::default();
        for (currency, value) in [("EUR", 1.0), ("USD", 2.0), ("EUR", 3.0)] {
            totals.add(currency, Amount::new(value));
        }
        let all: Vec<_> = totals.iter().map(|(c, a)| (c, a.as_f64())).collect();
        assert_eq!(all, [("EUR", 4.0), ("USD", 2.0)]);
    }
}
