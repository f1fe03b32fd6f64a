//! Every test, in the order that finds mistakes soonest. In: how much. Out: a table of steps. Never
//! here: a second profile (the engine is compiled once, in the dev profile), or a tool that the
//! reader has to install first.

use std::process::{Command, Stdio};

use crate::steps::{Outcome, Skip, Steps, cargo, cargo_test};
use crate::{demo, guests, outside, shell, workspace};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    Full,
    /// What needs no outside tool: no npm, Python, browser or cargo-deny.
    Quick,
}

/// All that is tested natively, always together: cargo unites the features of what it is told to
/// build, so that naming fewer packages would compile the shared dependencies once more. The guests
/// without tests are only built for wasm.
pub const NATIVE: &[&str] = &[
    "--locked",
    "--workspace",
    "--exclude",
    "domicile-programs",
    "--exclude",
    "wstd-colluder",
    "--exclude",
    "wstd-headers",
    "--exclude",
    "wstd-hello",
    "--exclude",
    "wstd-sender",
];
/// The packages that become components, with what they are made of.
const GUESTS: &[&str] = &[
    "domicile-sdk",
    "banks",
    "bank-alerts",
    "reconciler",
    "refunds",
    "konnector-ofx",
    "konnector-camt",
    "konnector-mt940",
    "konnector-cfonb",
    "konnector-qif",
    "konnector-csv",
    "konnector-vcard",
    "konnector-ics",
    "konnector-mail",
    "konnector-recipe",
    "konnector-recipe-files",
    "konnector-traces",
    "konnector-carddav",
    "konnector-caldav",
    "konnector-webdav",
    "konnector-s3",
    "konnector-git",
    "konnector-imap",
    "konnector-enedis",
    "konnector-grdf",
    "konnector-berlin-group",
    "konnector-aggregator",
    "konnector-webcal",
    "konnector-feed",
    "konnector-ofx-direct",
    "konnector-fhir",
    "konnector-fhir-file",
    "konnector-takeout",
    "konnector-cozy-export",
    "konnector-facturx",
    "konnector-enedis-file",
    "konnector-health-statement",
    "wstd-colluder",
    "wstd-headers",
    "wstd-hello",
    "wstd-sender",
];

pub fn run(extent: Extent) -> Result<(), String> {
    let mut steps = Steps::default();
    steps.step("format", || cargo(&["fmt", "--all", "--check"]));
    steps.step("tidy", || {
        cargo_test(&["test", "--locked", "--package", "tidy", "--package", "xtask"])
    });
    steps.step("guests", || {
        let build = ["build", "--locked", "--package", "domicile-guests"];
        shell::run(&mut shell::cargo(&build))
    });
    if extent == Extent::Full {
        steps.step("guest in JavaScript", guests::javascript);
        steps.step("guest in Python", guests::python);
        steps.step("servers in Python", outside::peers);
        steps.step("client of banks", outside::ofxtools);
        steps.step("mail server", outside::dovecot);
        steps.step("deny", deny);
        steps.step_skippable("advisories", Skip::AllowedInCi, advisories);
    }
    steps.step("clippy", || {
        cargo(&[&["clippy"], NATIVE, &["--all-targets", "--", "--deny", "warnings"]].concat())
    });
    steps.step("clippy of guests", clippy_of_guests);
    steps.step("unit tests", || cargo_test(&[&["test"], NATIVE, &["--lib"]].concat()));
    steps.step("integration", || cargo_test(&[&["test"], NATIVE, &["--test", "*"]].concat()));
    // The story of the README, without a browser: the tests have built the house's binary.
    steps.step("demo", || {
        // With the tests, whose features are united with theirs: alone, they would have the engine
        // compiled once more.
        let binaries = [&["build"], NATIVE, &["--test", "*"], &demo::BINARIES].concat();
        shell::run(&mut shell::cargo(&binaries)).and_then(|()| demo::tell(&["--once"]))
    });
    if extent == Extent::Full {
        steps.step("browser", browser);
    }
    steps.close()
}

fn deny() -> Result<(), String> {
    let mut check = shell::command(outside::cargo_deny()?);
    check.args(["--locked", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"]);
    shell::run(&mut check)
}

/// The list of advisories lives outside the package registry: where it can't be had, the step is
/// skipped, and a stale copy is not taken for an answer.
fn advisories() -> Outcome {
    let program = match outside::cargo_deny() {
        Ok(program) => program,
        Err(reason) => return Err(reason).into(),
    };
    let mut check = shell::command(program);
    let output = check.args(["--locked", "check", "advisories"]).stdout(Stdio::inherit()).output();
    let output = match output {
        Ok(output) => output,
        Err(error) => return Err(error.to_string()).into(),
    };
    let text = String::from_utf8_lossy(&output.stderr);
    eprint!("{text}");
    if output.status.success() {
        return Ok(()).into();
    }
    if text.contains("failed to fetch advisory database") {
        return Outcome::Skipped("the list of advisories can't be reached".into());
    }
    Err("a dependency has a known fault, or the check fell: see above".to_owned()).into()
}

/// In the guests' own target folder and for their own target: what is behind
/// `cfg(target_family = "wasm")` is not seen otherwise.
fn clippy_of_guests() -> Result<(), String> {
    let apps = GUESTS.iter().flat_map(|package| ["--package", *package]).collect();
    clippy_for_wasm("--lib", apps)?;
    clippy_for_wasm("--examples", vec!["--package", "domicile-programs"])
}

fn clippy_for_wasm(kind: &str, packages: Vec<&str>) -> Result<(), String> {
    let mut clippy = shell::cargo(&["clippy", "--locked", "--target", "wasm32-wasip2", kind]);
    clippy.args(packages).args(["--", "--deny", "warnings"]);
    shell::run(clippy.env("CARGO_TARGET_DIR", workspace::guests()))
}

fn browser() -> Outcome {
    match in_browsers(&["--test", "--test-reporter=tap"]) {
        Ok(mut test) => shell::run_tests(&mut test).into(),
        Err(reason) => Err(reason).into(),
    }
}

/// Node in `tests/e2e`, in a network of its own, with browsers to drive.
pub fn in_browsers(arguments: &[&str]) -> Result<Command, String> {
    let folder = workspace::root().join("tests/e2e");
    outside::npm_packages(&folder)?;
    outside::ip()?;
    outside::python3()?;
    let mut node = shell::command("sh");
    node.arg("alone.sh").arg(outside::node()?).args(arguments).current_dir(folder);
    node.env("CHROMIUM", outside::chromium()?).env("FIREFOX", outside::firefox()?);
    node.env("DOMICILE_COMPONENTS", workspace::components());
    node.env("DOMICILE", workspace::target().join("debug/domicile"));
    Ok(node)
}
