//! Every path out of the sandbox, from the contract itself: each has a rule, and something that
//! tries to abuse it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use domicile_policy::Rule;
use serde::Deserialize;
use wit_parser::{Resolve, TypeDefKind};

use super::attack;

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
    let there = in_the_contract();
    let there: BTreeSet<&str> = there.iter().map(String::as_str).collect();
    assert_eq!(listed, there, "tests/exfil/paths.toml lists what wit/ declares");
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
        if let Some(TypeDefKind::Variant(content)) =
            interface.types.get("content").map(|id| &resolve.types[*id].kind)
        {
            paths.extend(content.cases.iter().map(|case| format!("content.{}", case.name)));
        }
    }
    paths
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
