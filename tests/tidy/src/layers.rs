//! Which room may name what. In: manifests and sources. Out: names that are in the wrong room.
//! Never here: a rule that ARCHITECTURE.md does not print.

use crate::tree::{File, Finding, Tree, has_word};

/// Packages whose dependencies are a closed list: what decides and what parses does no I/O.
const CLOSED: &[(&str, &[&str])] = &[
    ("runtime/policy/Cargo.toml", &["serde", "thiserror"]),
    (
        "runtime/proto/Cargo.toml",
        &[
            "domicile-policy",
            "idna",
            "serde",
            "serde_json",
            "thiserror",
            "toml",
            "wasmparser",
            "wasm-encoder",
        ],
    ),
];

/// Names that only some rooms may use: the names, the rooms, why.
struct Owned {
    names: &'static [&'static str],
    rooms: &'static [&'static str],
    reason: &'static str,
}

const OWNED: &[Owned] = &[
    Owned {
        names: &["wasmtime", "wasmtime_wasi", "wasmtime_wasi_http"],
        rooms: &["runtime/host/src/engine/", "runtime/host/src/caps/"],
        reason: "only engine/ and caps/ name wasmtime",
    },
    Owned {
        names: &["TcpListener", "TcpStream", "UdpSocket", "hyper", "hyper_util", "reqwest"],
        rooms: &["runtime/host/src/front/", "runtime/host/src/egress/"],
        reason: "only front/ and egress/ own a connection",
    },
    Owned {
        names: &["redb", "tokio_postgres"],
        rooms: &["runtime/store/src/"],
        reason: "only store/ names a database",
    },
];

/// What reaches outside: never in a pure crate, nor in a capability.
const OUTSIDE: &[&str] =
    &["std::fs", "std::net", "std::env", "std::process", "tokio::fs", "tokio::net", "File::"];
const CLOCK: &[&str] = &["SystemTime", "Instant", "std::thread", "tokio"];

/// The rooms of the host from the outside in; a room names those of its own rank and below it.
const RANKS: &[&[&str]] = &[
    &["cli"],
    &["front", "gateways", "jobs"],
    &["runs"],
    &["registry", "identity"],
    &["engine", "caps"],
    &["flow"],
    &["egress"],
];
/// A room's constants, which any other may name.
const NEUTRAL: &str = "limits";

/// Lints that every host crate denies.
const GUARDS: &[&str] =
    &["clippy::unwrap_used", "clippy::expect_used", "clippy::panic", "clippy::indexing_slicing"];

const HOST: &str = "runtime/host/src/";

/// Closed dependency lists; no engine under the tests of the pure crates; no second way out.
pub fn manifests(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, allowed) in CLOSED {
        for name in names_in(tree, path, "dependencies").unwrap_or_default() {
            if !allowed.contains(&name.as_str()) {
                findings.push(Finding::at(path, format!("`{name}` is not on its closed list")));
            }
        }
    }
    for room in ["policy", "proto", "store"] {
        let path = format!("runtime/{room}/Cargo.toml");
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for name in names_in(tree, &path, table).unwrap_or_default() {
                if name.starts_with("wasmtime") || name == "domicile" {
                    findings.push(Finding::at(&path, format!("its tests would link `{name}`")));
                }
            }
        }
    }
    let root = tree.get("Cargo.toml");
    if root.is_some_and(|root| root.text.contains("default-send-request")) {
        findings.push(Finding::at("Cargo.toml", "guests get no HTTP client of the engine's"));
    }
    findings
}

fn names_in(tree: &Tree, path: &str, table: &str) -> Option<Vec<String>> {
    let manifest: toml::Table = tree.get(path)?.text.parse().ok()?;
    Some(manifest.get(table)?.as_table()?.keys().cloned().collect())
}

/// Names in rooms that don't own them.
pub fn names(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in sources(tree) {
        for (number, line) in file.code() {
            for owned in OWNED {
                let at_home = owned.rooms.iter().any(|room| file.path.starts_with(room));
                if !at_home && owned.names.iter().any(|name| has_word(line, name)) {
                    findings.push(Finding::new(file, number, owned.reason));
                }
            }
            let pure =
                file.path.starts_with("runtime/policy/") || file.path.starts_with("runtime/proto/");
            if pure && OUTSIDE.iter().chain(CLOCK).any(|name| line.contains(name)) {
                findings.push(Finding::new(file, number, "policy and proto do no I/O"));
            }
            let capability = file.path.starts_with("runtime/host/src/caps/");
            if capability && OUTSIDE.iter().any(|name| line.contains(name)) {
                findings.push(Finding::new(file, number, "a capability asks flow, then the store"));
            }
        }
    }
    findings
}

/// `use crate::room` from a lower room to a higher one.
pub fn arrows(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in sources(tree).filter(|file| file.path.starts_with(HOST)) {
        let Some(own) = rank(&file.path[HOST.len()..]) else { continue };
        for (number, line) in file.code() {
            let Some((_, named)) = line.split_once("crate::") else { continue };
            let neutral = named.split("::").nth(1).is_some_and(|inner| inner.starts_with(NEUTRAL));
            if rank(named).is_some_and(|rank| rank < own) && !neutral {
                let room = named.split([':', ';', '}']).next().unwrap_or(named);
                findings.push(Finding::new(file, number, format!("arrow back to `{room}`")));
            }
        }
    }
    findings
}

fn rank(path: &str) -> Option<usize> {
    let room = path.split(['/', '.', ':', ';', ',', '}']).next()?;
    RANKS.iter().position(|rooms| rooms.contains(&room))
}

/// `ring` in one file per crate; `unsafe` allowed in one file of the host, where the engine loads
/// machine code that it sealed itself.
pub fn single_files(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for room in ["runtime/policy/", "runtime/proto/", "runtime/store/", HOST] {
        let here = || sources(tree).filter(|file| file.path.starts_with(room));
        // The chart of that shape says the word in quotes.
        let names_ring = |line: &str| has_word(&line.replace("\"ring\"", ""), "ring");
        let ring = here().filter(|file| file.code().any(|(_, line)| names_ring(line)));
        for second in ring.skip(1) {
            findings.push(Finding::new(second, 0, "a second file names ring"));
        }
        let open = here().filter(|file| {
            file.code().any(|(_, line)| line.contains("allow(unsafe_code)"))
                && file.path != "runtime/host/src/engine/cache.rs"
        });
        findings.extend(open.map(|file| Finding::new(file, 0, "unsafe outside engine/cache.rs")));
    }
    findings
}

/// Host crates refuse, outside tests, what would end a server that a stranger's bytes reach.
pub fn guards(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for room in ["policy", "proto", "store", "host"] {
        let path = format!("runtime/{room}/src/lib.rs");
        let Some(file) = tree.get(&path) else { continue };
        for guard in GUARDS.iter().filter(|guard| !file.text.contains(*guard)) {
            findings.push(Finding::new(file, 0, format!("does not deny `{guard}`")));
        }
    }
    findings
}

/// What ships in the host, without its tests.
fn sources(tree: &Tree) -> impl Iterator<Item = &File> {
    tree.under("runtime/").filter(|file| file.extension() == "rs" && !file.is_test())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn finds(rule: fn(&Tree) -> Vec<Finding>, path: &str, text: &str, reason: &str) {
        let findings = rule(&Tree::sample(&[(path, text)]));
        assert!(findings.iter().any(|found| found.reason.contains(reason)), "{findings:?}");
    }

    #[track_caller]
    fn allows(rule: fn(&Tree) -> Vec<Finding>, path: &str, text: &str) {
        let findings = rule(&Tree::sample(&[(path, text)]));
        assert!(findings.is_empty(), "{findings:?}");
    }

    #[test]
    fn an_async_runtime_in_policy_is_found() {
        let manifest = "[dependencies]\nserde.workspace = true\ntokio = \"1\"\n";
        finds(manifests, "runtime/policy/Cargo.toml", manifest, "closed list");
        allows(manifests, "runtime/policy/Cargo.toml", "[dependencies]\nserde = \"1\"\n");
    }

    #[test]
    fn an_engine_under_the_stores_tests_is_found() {
        let manifest = "[dev-dependencies]\nwasmtime = \"48\"\n";
        finds(manifests, "runtime/store/Cargo.toml", manifest, "would link");
    }

    #[test]
    fn the_engines_http_client_is_found() {
        finds(manifests, "Cargo.toml", "features = [\"default-send-request\"]", "HTTP client");
    }

    #[test]
    fn names_outside_their_room_are_found() {
        let engine = "use wasmtime::Store;\n";
        finds(names, "runtime/host/src/front/page.rs", engine, "name wasmtime");
        allows(names, "runtime/host/src/engine/mod.rs", engine);
        allows(names, "runtime/host/src/front/page.rs", "// wasmtime is elsewhere\n");
        let socket = "let listener = TcpListener::bind(address);\n";
        finds(names, "runtime/host/src/caps/net.rs", socket, "own a connection");
        allows(names, "runtime/host/src/front/listen.rs", socket);
        finds(names, "runtime/host/src/house.rs", "use redb::Database;\n", "names a database");
        finds(names, "runtime/host/src/caps/file.rs", "std::fs::read(path)\n", "asks flow");
        finds(names, "runtime/policy/src/run.rs", "let now = Instant::now();\n", "no I/O");
        let tested = "//! x\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n";
        allows(names, "runtime/proto/src/manifest.rs", tested);
    }

    #[test]
    fn an_arrow_back_is_found() {
        finds(arrows, "runtime/host/src/flow/session.rs", "use crate::front::Page;\n", "back to");
        finds(arrows, "runtime/host/src/engine.rs", "use crate::cli;\n", "back to `cli`");
        allows(arrows, "runtime/host/src/front/page.rs", "use crate::flow::Session;\n");
        allows(arrows, "runtime/host/src/flow/session.rs", "use crate::engine::limits;\n");
    }

    #[test]
    fn a_host_crate_that_may_panic_is_found() {
        let all = format!("deny({})", GUARDS.join(", "));
        allows(guards, "runtime/store/src/lib.rs", &all);
        let fewer = format!("deny({})", GUARDS[1..].join(", "));
        finds(guards, "runtime/store/src/lib.rs", &fewer, "unwrap_used");
    }

    #[test]
    fn a_second_file_with_ring_or_unsafe_is_found() {
        let ring = "use ring::hmac;\n";
        let two = [("runtime/host/src/a.rs", ring), ("runtime/host/src/b.rs", ring)];
        assert_eq!(single_files(&Tree::sample(&two)).len(), 1);
        allows(single_files, "runtime/host/src/a.rs", ring);
        let open = "#[allow(unsafe_code)]\n";
        finds(single_files, "runtime/host/src/front/page.rs", open, "unsafe");
        allows(single_files, "runtime/host/src/engine/cache.rs", open);
    }
}
