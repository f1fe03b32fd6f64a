//! The contract's hashes. In: `wit/` and `wit/frozen.toml`. Out: interfaces that changed without
//! saying so. Never here: a new hash for a released interface; its next version is a new folder.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::tree::{Finding, Tree};

const LIST: &str = "wit/frozen.toml";
const HEADER: &str = "\
# A hash of every interface, so that none changes by accident. `cargo xtask wit freeze` writes those
# under [unreleased]. A release moves its lines to [released], where nothing changes any more.
";

type Hashes = BTreeMap<String, String>;

#[derive(Default)]
struct Frozen {
    released: Hashes,
    unreleased: Hashes,
}

/// Files that changed, came or went since the list was written.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let list = tree.get(LIST).map(|file| file.text.as_str()).unwrap_or_default();
    let frozen = match parse(list) {
        Ok(frozen) => frozen,
        Err(reason) => return vec![Finding::at(LIST, reason)],
    };
    let now = hashes(tree);
    let mut findings = Vec::new();
    for (path, hash) in &now {
        let listed = frozen.released.get(path).or_else(|| frozen.unreleased.get(path));
        if frozen.released.contains_key(path) && listed != Some(hash) {
            findings.push(Finding::at(path, "released, so it can't change: write a new version"));
        } else if listed != Some(hash) {
            findings.push(Finding::at(path, "changed: run `cargo xtask wit freeze`"));
        }
    }
    let listed = frozen.released.keys().chain(frozen.unreleased.keys());
    for path in listed.filter(|path| !now.contains_key(*path)) {
        findings.push(Finding::at(path, "listed, but gone"));
    }
    findings
}

/// Writes the list anew; says how many files it names.
pub fn rewrite(root: &Path) -> Result<usize, String> {
    let tree = Tree::of_workspace()?;
    let list = tree.get(LIST).map(|file| file.text.as_str()).unwrap_or_default();
    let now = hashes(&tree);
    let text = renewed(&parse(list)?, &now)?;
    std::fs::write(root.join(LIST), text).map_err(|error| format!("{LIST}: {error}"))?;
    Ok(now.len())
}

fn renewed(old: &Frozen, now: &Hashes) -> Result<String, String> {
    for (path, hash) in &old.released {
        if now.get(path) != Some(hash) {
            return Err(format!("{path} is released and can't change: write a new version"));
        }
    }
    let mut text = String::from(HEADER);
    let (released, unreleased): (Vec<_>, Vec<_>) =
        now.iter().partition(|(path, _)| old.released.contains_key(*path));
    for (table, entries) in [("released", released), ("unreleased", unreleased)] {
        let _ = writeln!(text, "\n[{table}]");
        for (path, hash) in entries {
            let _ = writeln!(text, "\"{path}\" = \"{hash}\"");
        }
    }
    Ok(text)
}

fn parse(list: &str) -> Result<Frozen, String> {
    let table: toml::Table = list.parse().map_err(|error| format!("not TOML: {error}"))?;
    let mut frozen = Frozen::default();
    for (name, entries) in &table {
        let hashes = match name.as_str() {
            "released" => &mut frozen.released,
            "unreleased" => &mut frozen.unreleased,
            other => return Err(format!("unknown table `{other}`")),
        };
        for (path, hash) in entries.as_table().into_iter().flatten() {
            hashes.insert(path.clone(), hash.as_str().unwrap_or_default().to_owned());
        }
    }
    Ok(frozen)
}

fn hashes(tree: &Tree) -> Hashes {
    let interfaces = tree.under("wit/").filter(|file| file.extension() == "wit");
    let hash = |text: &str| blake3::hash(text.as_bytes()).to_hex().to_string();
    interfaces.map(|file| (file.path.clone(), hash(&file.text))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCS: (&str, &str) = ("wit/docs.wit", "package domicile:docs;\n");

    fn list(table: &str) -> String {
        let hash = blake3::hash(DOCS.1.as_bytes()).to_hex();
        format!("[{table}]\n\"{}\" = \"{hash}\"\n", DOCS.0)
    }

    fn reasons(files: &[(&str, &str)]) -> Vec<String> {
        check(&Tree::sample(files)).into_iter().map(|found| found.reason).collect()
    }

    #[test]
    fn a_listed_interface_passes_and_a_changed_one_is_found() {
        let (released, unreleased) = (list("released"), list("unreleased"));
        assert!(reasons(&[DOCS, (LIST, &unreleased)]).is_empty());
        assert!(reasons(&[DOCS, (LIST, &released)]).is_empty());
        let changed = (DOCS.0, "package domicile:other;\n");
        assert!(reasons(&[changed, (LIST, &unreleased)])[0].contains("freeze"));
        assert!(reasons(&[changed, (LIST, &released)])[0].contains("new version"));
        assert_eq!(reasons(&[(LIST, &released)]), ["listed, but gone"]);
        assert!(reasons(&[DOCS])[0].contains("freeze"));
    }

    #[test]
    fn freezing_keeps_what_is_released_and_refuses_to_change_it() {
        let old = parse(&list("released")).unwrap();
        let mut now = hashes(&Tree::sample(&[DOCS, ("wit/new.wit", "x")]));
        let text = renewed(&old, &now).unwrap();
        assert!(text.contains("[released]\n\"wit/docs.wit\""), "{text}");
        assert!(text.contains("[unreleased]\n\"wit/new.wit\""), "{text}");
        now.insert(DOCS.0.into(), "other".into());
        assert!(renewed(&old, &now).unwrap_err().contains("wit/docs.wit"));
    }
}
