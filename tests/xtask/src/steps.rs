//! A list of steps with their times. In: steps, one after the other. Out: a table and the closing
//! line `N passed, N failed`. Never here: a step that is left out in silence; a skip is printed,
//! and in CI it has failed.

use std::time::{Duration, Instant};

use crate::shell::{self, Tally};
use crate::workspace;

/// How one step ended.
pub enum Outcome {
    /// What its runner counted; a step that counts nothing is one passed test.
    Passed(Tally),
    Failed(String, Tally),
    /// Why it could not run here.
    Skipped(String),
}

impl From<Result<(), String>> for Outcome {
    fn from(result: Result<(), String>) -> Outcome {
        match result {
            Ok(()) => Outcome::Passed(Tally { passed: 1, failed: 0 }),
            Err(reason) => Outcome::Failed(reason, Tally { passed: 0, failed: 1 }),
        }
    }
}

impl From<Result<Tally, (String, Tally)>> for Outcome {
    fn from(result: Result<Tally, (String, Tally)>) -> Outcome {
        match result {
            Ok(Tally { passed: 0, .. }) => {
                Outcome::Failed("it ran no test".into(), Tally { passed: 0, failed: 1 })
            }
            Ok(tally) => Outcome::Passed(tally),
            Err((reason, tally)) => Outcome::Failed(reason, tally),
        }
    }
}

/// May this step be skipped where no one reads the warning?
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Skip {
    FailsInCi,
    AllowedInCi,
}

#[derive(Default)]
pub struct Steps {
    rows: Vec<(String, Duration, Outcome)>,
}

impl Steps {
    /// Runs one step. The next ones run whatever its end: one run shows all that is wrong.
    pub fn step<T: Into<Outcome>>(&mut self, name: &str, work: impl FnOnce() -> T) {
        self.step_skippable(name, Skip::FailsInCi, || work().into());
    }

    pub fn step_skippable(&mut self, name: &str, skip: Skip, work: impl FnOnce() -> Outcome) {
        println!("\n== {name}");
        let start = Instant::now();
        let mut outcome = work();
        if let Outcome::Skipped(reason) = &outcome {
            println!("!! SKIPPED: {name}: {reason}");
            if skip == Skip::FailsInCi && workspace::in_ci() {
                let tally = Tally { passed: 0, failed: 1 };
                outcome = Outcome::Failed(format!("skipped in CI: {reason}"), tally);
            }
        }
        let elapsed = start.elapsed();
        println!("-- {name}: {:.1} s", elapsed.as_secs_f64());
        self.rows.push((name.to_owned(), elapsed, outcome));
    }

    /// The table, the reasons, and last of all the sum.
    pub fn close(self) -> Result<(), String> {
        println!("\n{:<24} {:>8}  end", "step", "seconds");
        let mut total = Tally::default();
        let mut seconds = 0.0;
        for (name, elapsed, outcome) in &self.rows {
            let end = match outcome {
                Outcome::Passed(tally) => {
                    total += *tally;
                    format!("{} passed", tally.passed)
                }
                Outcome::Failed(reason, tally) => {
                    total += *tally;
                    format!(
                        "FAILED ({} of {}): {reason}",
                        tally.failed,
                        tally.passed + tally.failed
                    )
                }
                Outcome::Skipped(reason) => format!("SKIPPED: {reason}"),
            };
            seconds += elapsed.as_secs_f64();
            println!("{name:<24} {:>8.1}  {end}", elapsed.as_secs_f64());
        }
        println!("{:<24} {seconds:>8.1}", "all");
        println!("\n{} passed, {} failed", total.passed, total.failed);
        if total.failed == 0 { Ok(()) } else { Err("not everything passed".into()) }
    }
}

/// A step that is one command of cargo, counted as one.
pub fn cargo(arguments: &[&str]) -> Outcome {
    shell::run(&mut shell::cargo(arguments)).into()
}

/// A step that is a test runner of cargo.
pub fn cargo_test(arguments: &[&str]) -> Outcome {
    shell::run_tests(&mut shell::cargo(arguments)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_fails_the_run_and_a_run_without_tests_is_a_failure() {
        let mut steps = Steps::default();
        steps.step("good", || Ok::<(), String>(()));
        assert!(steps.close().is_ok());
        let mut steps = Steps::default();
        steps.step("good", || Ok::<(), String>(()));
        steps.step("empty", || Ok::<Tally, (String, Tally)>(Tally::default()));
        assert!(steps.close().is_err());
    }
}
