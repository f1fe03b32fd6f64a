//! Every path out of the sandbox, from the contract itself, and every address of the front door,
//! from its routes: each has a rule, and something that tries to abuse it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use domicile_policy::Rule;
use serde::Deserialize;
use wit_parser::{Resolve, TypeDefKind};

use super::attack;

/// Before the name of a response header.
const HEADER: &str = "header ";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Paths {
    path: BTreeMap<String, Decided>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decided {
    rule: Rule,
    #[serde(default)]
    tried: Vec<String>,
    unused: Option<String>,
}

#[test]
fn every_path_has_its_rule() {
    let text = fs::read_to_string(attack::folder().join("paths.toml")).unwrap();
    let Paths { path: paths } = toml::from_str(&text).unwrap();
    let listed: BTreeSet<&str> = paths.keys().map(String::as_str).collect();
    let there = [in_the_contract(), in_the_routes()].concat();
    let there: BTreeSet<&str> = there.iter().map(String::as_str).collect();
    let headers = listed.iter().filter(|name| name.starts_with(HEADER)).copied();
    let listed: BTreeSet<&str> = listed.difference(&headers.collect()).copied().collect();
    assert_eq!(listed, there, "tests/exfil/paths.toml lists what wit/ and the front door have");
    let tests = tests();
    for (name, Decided { rule, tried, unused }) in &paths {
        assert!(Rule::ALL.contains(rule));
        assert_eq!(tried.is_empty(), unused.is_some(), "{name}: tried, or unused and why");
        for attack in tried {
            let known =
                attack::folder().join(attack).exists() || tests.contains(&format!("fn {attack}("));
            assert!(known, "{name}: there is no `{attack}`");
        }
    }
}

/// Functions by interface, and what a page may be made of.
fn in_the_contract() -> Vec<String> {
    let mut resolve = Resolve::default();
    resolve.push_dir(root().join("wit")).unwrap();
    let mut paths = Vec::new();
    for (_, interface) in &resolve.interfaces {
        let Some(package) = interface.package.map(|id| &resolve.packages[id].name) else {
            continue;
        };
        if package.namespace != "domicile" {
            continue;
        }
        let of = interface.name.as_deref().unwrap_or_default();
        let named = |function: &String| format!("domicile:{}/{of}.{function}", package.name);
        paths.extend(interface.functions.keys().map(named));
        for name in ["content", "node"] {
            let of = interface.types.get(name).map(|id| &resolve.types[*id].kind);
            if let Some(TypeDefKind::Variant(of)) = of {
                paths.extend(of.cases.iter().map(|case| format!("{name}.{}", case.name)));
            }
        }
    }
    paths
}

/// The arms by which the front door takes requests: `(false, ["apps", id])` is `GET home/apps/*`.
fn in_the_routes() -> Vec<String> {
    let front = root().join("runtime/host/src/front");
    let trusted = fs::read_to_string(front.join("trusted/mod.rs")).unwrap();
    let arms = trusted.lines().filter_map(|line| line.trim().split_once(") => "));
    let arms = arms.filter_map(|(arm, _)| arm.strip_prefix('(')?.split_once(", "));
    let mut routes: Vec<String> = arms
        .filter_map(|(post, path)| {
            let method = if post.parse().ok()? { "POST" } else { "GET" };
            let parts = path.trim_matches(['[', ']']).split(", ");
            let named = |part: &str| match part.strip_prefix('"') {
                Some(name) => name.trim_end_matches('"').trim_start_matches('/').to_owned(),
                None => "*".to_owned(),
            };
            Some(format!("{method} home/{}", parts.map(named).collect::<Vec<_>>().join("/")))
        })
        .collect();
    routes.extend(
        [
            "GET home/shared/*",
            "GET home/gate/*",
            "POST home/hooks/*",
            "GET root/",
            "GET app/-/enter",
            "GET app/*",
            "POST app/*",
        ]
        .map(str::to_owned),
    );
    routes
}

/// Names of response headers that `paths.toml` knows: the crawl meets no other.
pub fn headers() -> BTreeSet<String> {
    let text = fs::read_to_string(attack::folder().join("paths.toml")).unwrap();
    let Paths { path: paths } = toml::from_str(&text).unwrap();
    paths.keys().filter_map(|name| name.strip_prefix(HEADER)).map(str::to_owned).collect()
}

/// The text of all tests in Rust.
fn tests() -> String {
    let mut text = String::new();
    let mut folders = vec![root().join("tests/it"), root().join("runtime/policy/tests/it")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => text.push_str(&fs::read_to_string(path).unwrap()),
            }
        }
    }
    text
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
