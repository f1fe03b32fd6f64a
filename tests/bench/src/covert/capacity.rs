//! From bits that were sent and what was read meanwhile to a capacity in bits a second.
//!
//! In: symbols. Out: the rate of a binary symmetric channel, times 1 - H2(error), with the bounds
//! of a 99 % confidence interval. Never here: an error that the receiver's rule was learned from.

use std::time::Duration;

/// Of the standard normal distribution, for 99 %, both sides.
const Z: f64 = 2.576;
/// What is left of 99 %.
const DOUBT: f64 = 0.01;

/// One bit, and what the receiver noticed while it was sent.
#[derive(Clone, Copy)]
pub struct Symbol {
    pub sent: bool,
    pub read: f64,
}

/// How much gets through.
#[derive(Clone, Copy, Debug)]
pub struct Capacity {
    /// Bits that were guessed.
    pub symbols: usize,
    /// Wrongly.
    pub errors: usize,
    /// Symbols a second.
    pub rate: f64,
    /// Bits a second, at least.
    pub low: f64,
    /// Bits a second, as measured.
    pub measured: f64,
    /// Bits a second, at most.
    pub high: f64,
}

impl Capacity {
    /// The first half of the symbols teaches the receiver, who then guesses the second half.
    pub fn of(symbols: &[Symbol], time: Duration) -> Capacity {
        let rate = symbols.len() as f64 / time.as_secs_f64();
        let (known, unknown) = symbols.split_at(symbols.len() / 2);
        let rule = Rule::learn(known);
        let errors = unknown.iter().filter(|one| rule.guess(one.read) != one.sent).count();
        let is_constant = symbols.windows(2).all(|pair| pair[0].read == pair[1].read);
        let (low, measured, high) = if is_constant {
            // No reading told anything; if one in so many does, that many would have shown it.
            (0.0, 0.0, 1.0 - DOUBT.powf(1.0 / symbols.len() as f64))
        } else {
            bounds(errors, unknown.len())
        };
        let [low, measured, high] = [low, measured, high].map(|bits| bits * rate);
        Capacity { symbols: unknown.len(), errors, rate, low, measured, high }
    }

    /// Whether it is proven to carry more; if neither is, whether it seems to.
    pub fn beats(&self, other: &Capacity) -> bool {
        (self.low, self.measured) > (other.low, other.measured)
    }
}

/// A threshold, and on which side of it a 1 is.
struct Rule {
    threshold: f64,
    ones_above: bool,
}

impl Rule {
    /// The one with the fewest errors.
    fn learn(known: &[Symbol]) -> Rule {
        let mut known = known.to_vec();
        known.sort_by(|one, other| one.read.total_cmp(&other.read));
        let ones = known.iter().filter(|one| one.sent).count();
        // With the threshold below all: everything is above it.
        let mut wrong_ones_above = known.len() - ones;
        let mut best = (0, Rule { threshold: f64::NEG_INFINITY, ones_above: true });
        let mut consider = |wrong: usize, rule: Rule| {
            let right = known.len() - wrong;
            if right > best.0 {
                best = (right, rule);
            }
        };
        for (at, one) in known.iter().enumerate() {
            wrong_ones_above = if one.sent { wrong_ones_above + 1 } else { wrong_ones_above - 1 };
            let next = known.get(at + 1).map_or(f64::INFINITY, |next| next.read);
            if next > one.read {
                let threshold = one.read.midpoint(next.min(f64::MAX));
                consider(wrong_ones_above, Rule { threshold, ones_above: true });
                let wrong = known.len() - wrong_ones_above;
                consider(wrong, Rule { threshold, ones_above: false });
            }
        }
        best.1
    }

    fn guess(&self, read: f64) -> bool {
        (read > self.threshold) == self.ones_above
    }
}

/// Bits of one symbol when so many of so many were wrong: at least, as counted, at most.
fn bounds(errors: usize, symbols: usize) -> (f64, f64, f64) {
    if symbols == 0 {
        return (0.0, 0.0, 1.0);
    }
    let (below, above) = wilson(errors, symbols);
    let (one, other) = (information(below), information(above));
    let low = if below <= 0.5 && above >= 0.5 { 0.0 } else { one.min(other) };
    (low, information(errors as f64 / symbols as f64), one.max(other))
}

/// Wilson's interval for a share.
fn wilson(part: usize, whole: usize) -> (f64, f64) {
    let (whole, z2) = (whole as f64, Z * Z);
    let share = part as f64 / whole;
    let middle = (share + z2 / (2.0 * whole)) / (1.0 + z2 / whole);
    let spread = (share * (1.0 - share) / whole + z2 / (4.0 * whole * whole)).sqrt();
    let half = Z * spread / (1.0 + z2 / whole);
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// 1 - H2: what a bit tells that is wrong with this probability.
fn information(error: f64) -> f64 {
    let term = |share: f64| if share <= 0.0 { 0.0 } else { share * share.log2() };
    1.0 + term(error) + term(1.0 - error)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn symbols(count: usize, read: impl Fn(usize, bool) -> f64) -> Vec<Symbol> {
        // Xorshift (Marsaglia 2003): as many 1 as 0, without a period.
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let mut sent = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state >> 63 == 1
        };
        let symbol = |at| {
            let sent = sent();
            Symbol { sent, read: read(at, sent) }
        };
        (0..count).map(symbol).collect()
    }

    #[test]
    fn information_is_one_bit_at_no_error_and_none_at_even_odds() {
        assert_eq!(information(0.0), 1.0);
        assert_eq!(information(1.0), 1.0);
        assert!(information(0.5).abs() < 1e-12);
        // H2(0.11) is 0.4999.
        assert!((information(0.11) - 0.5).abs() < 1e-3);
    }

    #[test]
    fn wilson_agrees_with_its_table() {
        // 10 of 100 at z = 2.576: 0.0460 to 0.2038.
        let (below, above) = wilson(10, 100);
        assert!((below - 0.0460).abs() < 1e-3 && (above - 0.2038).abs() < 1e-3, "{below} {above}");
        assert_eq!(wilson(0, 100).0, 0.0);
    }

    #[test]
    fn a_clean_channel_has_its_rate_whatever_its_polarity() {
        for sign in [1.0, -1.0] {
            let symbols = symbols(2000, |_, sent| sign * f64::from(u8::from(sent)));
            let capacity = Capacity::of(&symbols, SECOND);
            assert_eq!((capacity.errors, capacity.symbols), (0, 1000));
            assert_eq!(capacity.measured, 2000.0);
            assert!(capacity.low > 1800.0 && capacity.high == 2000.0, "{capacity:?}");
        }
    }

    #[test]
    fn a_channel_with_known_noise_has_a_known_capacity() {
        // One reading in ten is of the other bit.
        let symbols = symbols(20_000, |at, sent| f64::from(u8::from(sent != (at % 10 == 9))));
        let capacity = Capacity::of(&symbols, SECOND);
        let expected = 20_000.0 * information(0.1);
        assert!((capacity.measured - expected).abs() < 0.02 * expected, "{capacity:?}");
        assert!(capacity.low < expected && expected < capacity.high, "{capacity:?}");
    }

    #[test]
    fn nothing_is_claimed_for_noise_and_little_for_silence() {
        let noise = symbols(4000, |at, _| ((at * 7919) % 1009) as f64);
        let noise = Capacity::of(&noise, SECOND);
        assert_eq!(noise.low, 0.0, "{noise:?}");
        assert!(noise.high < 0.02 * noise.rate, "{noise:?}");
        let silence = Capacity::of(&symbols(4000, |_, _| 1.0), SECOND);
        assert_eq!((silence.low, silence.measured), (0.0, 0.0));
        // ln(100) bits in all that time.
        assert!((silence.high - 4.6).abs() < 0.1, "{silence:?}");
    }

    #[test]
    fn the_better_one_is_proven_to_carry_more() {
        let clean = Capacity::of(&symbols(2000, |_, sent| f64::from(u8::from(sent))), SECOND);
        let silent = Capacity::of(&symbols(9000, |_, _| 1.0), SECOND);
        assert!(clean.beats(&silent) && !silent.beats(&clean));
    }
}
