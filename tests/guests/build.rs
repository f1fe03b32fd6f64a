//! Builds every Rust guest with a nested cargo and writes down where the components are.
//!
//! In: the sources of the guests. Out: `guests.rs`, included by `lib.rs`, and the components in
//! `target/guests`, a target folder of their own: sharing the outer one would wait forever for the
//! lock that the outer cargo holds. Never here: wrappers or flags of the outer build (clippy sets
//! them), which would reach the guests and rebuild them each time.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const TARGET: &str = "wasm32-wasip2";
const PROFILE: &str = "guest";

/// Constant, package, and what it is allowed to weigh.
const PACKAGES: &[(&str, &str, u64)] = &[
    ("BANKS", "banks", 700_000),
    ("BANK_ALERTS", "bank-alerts", 700_000),
    ("RECONCILER", "reconciler", 2_000_000),
    ("REFUNDS", "refunds", 1_000_000),
    ("KONNECTOR_OFX", "konnector-ofx", 500_000),
    ("KONNECTOR_CAMT", "konnector-camt", 500_000),
    ("KONNECTOR_MT940", "konnector-mt940", 500_000),
    ("KONNECTOR_CFONB", "konnector-cfonb", 500_000),
    ("KONNECTOR_QIF", "konnector-qif", 500_000),
    ("KONNECTOR_CSV", "konnector-csv", 600_000),
    ("KONNECTOR_VCARD", "konnector-vcard", 500_000),
    ("KONNECTOR_ICS", "konnector-ics", 1_000_000),
    ("KONNECTOR_MAIL", "konnector-mail", 1_000_000),
    ("KONNECTOR_RECIPE", "konnector-recipe", 2_000_000),
    ("KONNECTOR_RECIPE_FILES", "konnector-recipe-files", 2_000_000),
    ("KONNECTOR_TRACES", "konnector-traces", 700_000),
    ("KONNECTOR_CARDDAV", "konnector-carddav", 700_000),
    ("KONNECTOR_CALDAV", "konnector-caldav", 1_200_000),
    ("KONNECTOR_WEBDAV", "konnector-webdav", 700_000),
    ("KONNECTOR_S3", "konnector-s3", 700_000),
    ("KONNECTOR_GIT", "konnector-git", 700_000),
    ("KONNECTOR_WEBCAL", "konnector-webcal", 1_200_000),
    ("KONNECTOR_FEED", "konnector-feed", 1_500_000),
    ("KONNECTOR_OFX_DIRECT", "konnector-ofx-direct", 700_000),
    ("KONNECTOR_FHIR", "konnector-fhir", 1_000_000),
    ("KONNECTOR_FHIR_FILE", "konnector-fhir-file", 700_000),
    ("KONNECTOR_IMAP", "konnector-imap", 1_000_000),
    ("KONNECTOR_TAKEOUT", "konnector-takeout", 2_500_000),
    ("KONNECTOR_COZY_EXPORT", "konnector-cozy-export", 1_000_000),
    ("KONNECTOR_FACTURX", "konnector-facturx", 2_000_000),
    ("KONNECTOR_ENEDIS_FILE", "konnector-enedis-file", 700_000),
    ("KONNECTOR_HEALTH_STATEMENT", "konnector-health-statement", 2_000_000),
    ("KONNECTOR_ENEDIS", "konnector-enedis", 700_000),
    ("KONNECTOR_GRDF", "konnector-grdf", 700_000),
    ("KONNECTOR_BERLIN_GROUP", "konnector-berlin-group", 700_000),
    ("KONNECTOR_AGGREGATOR", "konnector-aggregator", 700_000),
    ("WSTD_COLLUDER", "wstd-colluder", 500_000),
    ("WSTD_HEADERS", "wstd-headers", 500_000),
    ("WSTD_HELLO", "wstd-hello", 500_000),
    ("WSTD_SENDER", "wstd-sender", 500_000),
];
const PROGRAMS_PACKAGE: &str = "domicile-programs";
const PROGRAM_BYTES_MAX: u64 = 200_000;
/// Programs that hold what an app holds, and what they are allowed to weigh.
const LARGE_PROGRAMS: &[(&str, u64)] = &[("reconcile_books", 2_000_000)];

/// Components of other languages: built by `cargo xtask guests`, not by cargo.
const FOREIGN: &[(&str, &str, u64)] =
    &[("JS_NOTES", "js_notes.wasm", 1_500_000), ("PY_NOTES", "py_notes.wasm", 25_000_000)];

const SOURCES: &[&str] = &[
    "apps",
    "konnectors",
    "sdk/rust",
    "sdk/macros",
    "sdk/recipe",
    "wit",
    "tests/household",
    "tests/programs",
    "tests/property",
    "tests/wstd-colluder",
    "tests/wstd-headers",
    "tests/wstd-hello",
    "tests/wstd-sender",
    "Cargo.toml",
    "Cargo.lock",
];
/// Variables by which an outer cargo, clippy or cache would reach into the nested build.
const CLEARED: &[&str] = &[
    "RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CLIPPY_ARGS",
];

fn main() {
    let root = workspace();
    println!("cargo::rerun-if-env-changed=DOMICILE_GUESTS");
    println!("cargo::rerun-if-env-changed=DOMICILE_GUESTS_TARGET");
    println!("cargo::rerun-if-changed=build.rs");
    for source in SOURCES {
        println!("cargo::rerun-if-changed={}", root.join(source).display());
    }
    let programs = programs(&root);
    let target = if env::var("DOMICILE_GUESTS").as_deref() == Ok("skip") {
        None
    } else {
        let target = env::var_os("DOMICILE_GUESTS_TARGET")
            .map_or_else(|| root.join("target/guests"), PathBuf::from);
        build(&root, &target);
        watch_removal(&target);
        Some(target)
    };
    let text = constants(target.as_deref(), &programs);
    let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("guests.rs"), text).expect("OUT_DIR is writable");
}

fn workspace() -> PathBuf {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets the folder"));
    here.ancestors().nth(2).expect("tests/guests is two folders down").to_path_buf()
}

/// The names of the test programs: one file in `tests/programs/examples` each.
fn programs(root: &Path) -> Vec<String> {
    let folder = root.join("tests/programs/examples");
    let entries = fs::read_dir(&folder).expect("tests/programs/examples can be read");
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".rs").map(str::to_owned))
        .collect();
    names.sort();
    names
}

/// Twice, for cargo counts examples among the tests: naming them beside the apps would build the
/// apps with what only their tests need.
fn build(root: &Path, target: &Path) {
    require_target();
    let apps = PACKAGES.iter().flat_map(|(_, package, _)| ["--package", package]);
    cargo(root, target, "--lib", apps.collect());
    cargo(root, target, "--examples", vec!["--package", PROGRAMS_PACKAGE]);
}

fn cargo(root: &Path, target: &Path, kind: &str, packages: Vec<&str>) {
    let mut cargo = Command::new(env::var_os("CARGO").expect("cargo sets CARGO"));
    cargo.current_dir(root).args(["build", "--locked", "--profile", PROFILE, "--target", TARGET]);
    cargo.arg(kind).args(packages).env("CARGO_TARGET_DIR", target);
    for name in CLEARED {
        cargo.env_remove(name);
    }
    let status = cargo.status().expect("cargo starts");
    if !status.success() {
        stop("the guests do not compile: the errors are above");
    }
}

/// rustc says where the target's library would be; a missing folder means that it was never added.
fn require_target() {
    let mut rustc = Command::new(env::var_os("RUSTC").expect("cargo sets RUSTC"));
    let output = rustc.args(["--print", "target-libdir", "--target", TARGET]).output();
    let folder = output.expect("rustc starts").stdout;
    if !Path::new(String::from_utf8_lossy(&folder).trim()).is_dir() {
        stop(&format!("guests need the target {TARGET}: run `rustup target add {TARGET}`"));
    }
}

/// Asks cargo to run this script again once somebody removed the guests' folder. The mark is dated
/// long ago, for cargo would take a file that is newer than the script's start for a change.
fn watch_removal(target: &Path) {
    let mark = target.join("built-by-domicile-guests");
    let file = fs::File::create(&mark).expect("the guests' folder is writable");
    file.set_modified(std::time::UNIX_EPOCH).expect("the file system keeps times");
    println!("cargo::rerun-if-changed={}", mark.display());
}

/// The constants: where each component is, or an empty path when the guests are skipped.
fn constants(target: Option<&Path>, programs: &[String]) -> String {
    let built = format!("{TARGET}/{PROFILE}");
    let mut list = List { target, text: String::new(), all: String::new() };
    for (name, package, bytes_max) in PACKAGES {
        let file = format!("{built}/{}.wasm", package.replace('-', "_"));
        list.declare(name, &file, *bytes_max, false);
    }
    for (name, file, bytes_max) in FOREIGN {
        list.declare(name, file, *bytes_max, true);
    }
    list.text.push_str("/// The test programs of `tests/programs`, one behaviour each.\n");
    list.text.push_str("pub mod programs {\n");
    for program in programs {
        let file = format!("{built}/examples/{program}.wasm");
        let large = LARGE_PROGRAMS.iter().find(|(name, _)| name == program);
        let bytes_max = large.map_or(PROGRAM_BYTES_MAX, |(_, bytes_max)| *bytes_max);
        list.declare(&program.to_uppercase(), &file, bytes_max, false);
    }
    list.text.push_str("}\n");
    format!("{}/// Every guest.\npub const ALL: &[Guest] = &[\n{}];\n", list.text, list.all)
}

struct List<'a> {
    target: Option<&'a Path>,
    text: String,
    all: String,
}

impl List<'_> {
    fn declare(&mut self, name: &str, file: &str, bytes_max: u64, is_foreign: bool) {
        let path = self.target.map_or_else(PathBuf::new, |target| target.join(file));
        let path = path.to_str().expect("the workspace's path is UTF-8");
        let key = name.to_lowercase();
        writeln!(self.text, "pub const {name}: &str = {path:?};").expect("a string grows");
        writeln!(
            self.all,
            "    Guest {{ name: {key:?}, path: {path:?}, bytes_max: {bytes_max}, \
             is_foreign: {is_foreign} }},"
        )
        .expect("a string grows");
    }
}

fn stop(remedy: &str) -> ! {
    eprintln!("{remedy}");
    std::process::exit(1)
}
