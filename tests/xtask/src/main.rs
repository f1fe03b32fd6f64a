//! The project's own commands: `cargo xtask test|demo|exfil|bench|fuzz|guests|wit`.
//!
//! In: a command and its arguments. Out: other programs' output, as it comes, and an exit code: 0
//! done, 1 failed, 2 wrong use. Never here: a rule or a test of its own; xtask only runs them.

mod bench;
mod demo;
mod exfil;
mod fuzz;
mod guests;
mod outside;
mod shell;
mod steps;
mod test;
mod workspace;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask test [--quick]   every test, installing what they need; --quick: without outside tools
cargo xtask demo [--once]    a family's home with data in it, and links to it
cargo xtask exfil [--quick]  every attack, and the table of them; --quick: without browsers
cargo xtask exfil --write    write that table into SECURITY.md
cargo xtask bench [NAME] [--quick]
                             konnector, page, reconcile, store: beside peers,
                             into target/bench/NAME.json
cargo xtask fuzz [NAME] [--seconds N]
                             what reads strangers' bytes, and bytes that find new ways through it
cargo xtask guests           every component, the JavaScript and Python ones too
cargo xtask wit freeze       write the hashes of the unreleased interfaces";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["test"] => test::run(test::Extent::Full),
        ["test", "--quick"] => test::run(test::Extent::Quick),
        ["demo", rest @ ..] => demo::run(rest),
        ["exfil", rest @ ..] => exfil::run(rest),
        ["bench", rest @ ..] => bench::run(rest),
        ["fuzz", rest @ ..] => fuzz::run(rest),
        ["guests"] => guests::run(),
        ["wit", "freeze"] => freeze(),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("unknown command `{}`\n\n{USAGE}", words.join(" "));
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

/// Hashes of released interfaces never change: a new version of a package is a new folder.
fn freeze() -> Result<(), String> {
    let written = tidy::frozen::rewrite(&workspace::root())?;
    println!("wit/frozen.toml: {written} files");
    Ok(())
}
