//! Whether two secrets make a difference to a time. In: times under each. Out: Welch's t, whose
//! size is below 4.5 where none is found. Never here: a time that was left out.

/// Above this, the two are told apart.
pub const TOLD_APART: f64 = 4.5;

/// Mean and variance, one value at a time (Welford).
#[derive(Clone, Copy, Debug, Default)]
pub struct Sample {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Sample {
    pub fn add(&mut self, value: f64) {
        self.count += 1.0;
        let from_old = value - self.mean;
        self.mean += from_old / self.count;
        self.squares += from_old * (value - self.mean);
    }

    pub fn count(&self) -> u64 {
        self.count as u64
    }

    fn error(&self) -> f64 {
        self.squares / (self.count - 1.0) / self.count
    }

    /// Welch's t of two samples.
    pub fn t(&self, other: &Sample) -> f64 {
        (self.mean - other.mean) / (self.error() + other.error()).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(values: impl IntoIterator<Item = f64>) -> Sample {
        let mut sample = Sample::default();
        values.into_iter().for_each(|value| sample.add(value));
        sample
    }

    #[test]
    fn it_agrees_with_a_worked_example() {
        let one = sample([17.2, 20.9, 22.6, 18.1, 21.7, 21.4, 23.5, 24.2, 14.7, 23.9]);
        let other = sample([21.5, 22.8, 21.0, 23.0, 21.6, 23.6, 22.5, 20.7, 23.4, 21.8]);
        // Means 20.82 and 22.19, variances 10.0373 and 1.0210.
        assert!((one.t(&other) + 1.3028).abs() < 1e-4, "{}", one.t(&other));
        assert_eq!(one.t(&other), -other.t(&one));
    }

    #[test]
    fn equal_times_are_not_told_apart_and_shifted_ones_are() {
        let noise = |at: usize| ((at * 7919) % 1009) as f64;
        let one = sample((0..50_000).map(noise));
        let same = sample((50_000..100_000).map(noise));
        let shifted = sample((0..50_000).map(|at| noise(at) + 20.0));
        assert!(one.t(&same).abs() < TOLD_APART, "{}", one.t(&same));
        assert!(one.t(&shifted).abs() > TOLD_APART, "{}", one.t(&shifted));
        assert_eq!(one.count(), 50_000);
    }
}
