//! The benches. In: a name, or none for all. Out: what `tests/bench` prints and `target/bench`.
//! Never here: a number.

use crate::shell;

/// Builds with the release profile: a bench of a dev build says nothing.
pub fn run(arguments: &[&str]) -> Result<(), String> {
    shell::run(&mut shell::cargo(&["build", "--locked", "--package", "domicile-guests"]))?;
    let bench = ["run", "--locked", "--release", "--package", "domicile-bench", "--"];
    shell::run(shell::cargo(&bench).args(arguments))
}
