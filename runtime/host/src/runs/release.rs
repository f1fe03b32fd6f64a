//! When an answer leaves: after a whole number of quanta, so that who watches the network learns
//! how many and no more. In: when it was asked for. Out: nothing but time. Never here: what it
//! says.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Wait until a multiple of `quantum` has passed since `asked`; not at all if it is zero.
pub async fn at_quantum(asked: Instant, quantum: Duration) {
    if !quantum.is_zero() {
        sleep_until(asked + due(asked.elapsed(), quantum)).await;
    }
}

/// The next multiple, at least one.
fn due(spent: Duration, quantum: Duration) -> Duration {
    let quanta = spent.as_nanos().div_ceil(quantum.as_nanos().max(1)).max(1);
    quantum.saturating_mul(u32::try_from(quanta).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_leave_at_multiples_only() {
        let quantum = Duration::from_millis(20);
        for (spent_us, due_ms) in [(0, 20), (1, 20), (20_000, 20), (20_001, 40), (99_000, 100)] {
            let due = due(Duration::from_micros(spent_us), quantum);
            assert_eq!(due, Duration::from_millis(due_ms), "{spent_us} us");
        }
    }
}
