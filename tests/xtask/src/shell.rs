//! Runs other programs. In: a command. Out: its output on our own, line by line as it comes, and
//! the tests that it counted. Never here: a shell, or an argument that passes through one.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::ops::AddAssign;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::workspace;

/// Tests that a program says it ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// A command in the workspace's root.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(workspace::root());
    command
}

/// The cargo that runs us.
pub fn cargo(arguments: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = command(cargo);
    command.args(arguments);
    command
}

/// Runs it to its end; an error names the command.
pub fn run(command: &mut Command) -> Result<(), String> {
    announce(command);
    let status = command.status().map_err(|error| format!("{}: {error}", line(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{}: {status}", line(command))) }
}

/// Runs it to its end and adds up the lines by which test runners close.
pub fn run_tests(command: &mut Command) -> Result<Tally, (String, Tally)> {
    announce(command);
    let (status, tally) =
        stream(command).map_err(|error| (format!("{}: {error}", line(command)), fallen()))?;
    if status && tally.failed == 0 {
        return Ok(tally);
    }
    let failed = tally.failed.max(1);
    Err((line(command), Tally { failed, ..tally }))
}

/// Runs it silently; `None` when it can't start or fails, its output otherwise.
pub fn ask(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

/// Is there a program of this name?
pub fn find(program: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// A command that did not start counts as one failure.
fn fallen() -> Tally {
    Tally { passed: 0, failed: 1 }
}

fn stream(command: &mut Command) -> std::io::Result<(bool, Tally)> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let mut tally = Tally::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line?;
            println!("{line}");
            tally += closing(&line);
        }
    }
    Ok((child.wait()?.success(), tally))
}

/// What a closing line counts: `test result: ok. 3 passed; 0 failed; ...` of cargo test, `# pass 3`
/// and `# fail 0` of node's runner.
fn closing(line: &str) -> Tally {
    if let Some(result) = line.trim().strip_prefix("test result: ") {
        let count = |word: &str| {
            let words: Vec<&str> = result.split([' ', ';', '.']).collect();
            let at = words.iter().position(|found| *found == word)?;
            words.get(at.checked_sub(1)?)?.parse().ok()
        };
        return Tally {
            passed: count("passed").unwrap_or(0),
            failed: count("failed").unwrap_or(0),
        };
    }
    let of = |word: &str| line.strip_prefix(word).and_then(|count| count.trim().parse().ok());
    Tally { passed: of("# pass ").unwrap_or(0), failed: of("# fail ").unwrap_or(0) }
}

fn announce(command: &Command) {
    println!("$ {}", line(command));
}

/// The command as one would type it: programs by their name alone.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_counted() {
        let cargo = "test result: FAILED. 12 passed; 2 failed; 0 ignored; 0 measured; 0 filtered";
        assert_eq!(closing(cargo), Tally { passed: 12, failed: 2 });
        assert_eq!(closing("# pass 7"), Tally { passed: 7, failed: 0 });
        assert_eq!(closing("# fail 1"), Tally { passed: 0, failed: 1 });
        assert_eq!(closing("# passive 9"), Tally::default());
        assert_eq!(closing("we passed 9"), Tally::default());
    }

    #[test]
    fn a_command_that_fails_without_a_count_is_one_failure() {
        let (reason, tally) = run_tests(&mut command("false")).unwrap_err();
        assert_eq!((reason.as_str(), tally), ("false", Tally { passed: 0, failed: 1 }));
    }
}
