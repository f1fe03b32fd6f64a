//! Test programs. In: `tests/programs` and the tests. Out: programs that are not built as
//! components or that no test names. Never here: what a program does.

use crate::tree::{File, Finding, Tree, has_word};

const FOLDER: &str = "tests/programs/examples/";
const MANIFEST: &str = "tests/programs/Cargo.toml";
/// Where a program may be named.
const TESTS: &[&str] = &["tests/bench/", "tests/it/", "tests/exfil/", "tests/e2e/"];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let tests: Vec<&File> = TESTS.iter().flat_map(|folder| tree.under(folder)).collect();
    let mut findings = Vec::new();
    let programs = tree.under(FOLDER).filter(|file| file.extension() == "rs");
    for file in programs {
        let name = file.path[FOLDER.len()..].trim_end_matches(".rs");
        if !is_component(tree, name) {
            findings.push(Finding::new(file, 0, format!("no cdylib example in {MANIFEST}")));
        }
        let constant = name.to_uppercase();
        let quoted = format!("\"{name}\"");
        let named = |test: &&File| has_word(&test.text, &constant) || test.text.contains(&quoted);
        if !tests.iter().any(named) {
            let reason = format!("no test names it: `programs::{constant}` or \"{name}\"");
            findings.push(Finding::new(file, 0, reason));
        }
    }
    findings
}

fn is_component(tree: &Tree, name: &str) -> bool {
    let find = || {
        let manifest: toml::Table = tree.get(MANIFEST)?.text.parse().ok()?;
        let examples = manifest.get("example")?.as_array()?.clone();
        examples.into_iter().find(|example| {
            let kinds = example.get("crate-type").and_then(|kinds| kinds.as_array());
            example.get("name").and_then(|found| found.as_str()) == Some(name)
                && kinds
                    .is_some_and(|kinds| kinds.iter().any(|kind| kind.as_str() == Some("cdylib")))
        })
    };
    find().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAM: (&str, &str) = ("tests/programs/examples/docs_read.rs", "//! x\n");
    const LISTED: (&str, &str) =
        (MANIFEST, "example = [{ name = \"docs_read\", crate-type = [\"cdylib\"] }]\n");

    #[test]
    fn a_program_that_no_test_names_is_found() {
        let named = ("tests/it/docs.rs", "install(programs::DOCS_READ)");
        assert!(check(&Tree::sample(&[PROGRAM, LISTED, named])).is_empty());
        let as_text = ("tests/exfil/a/case.toml", "program = \"docs_read\"");
        assert!(check(&Tree::sample(&[PROGRAM, LISTED, as_text])).is_empty());
        let in_a_browser = ("tests/e2e/case.test.mjs", "component(\"docs_read\")");
        assert!(check(&Tree::sample(&[PROGRAM, LISTED, in_a_browser])).is_empty());
        let longer = ("tests/it/docs.rs", "programs::DOCS_READ_ALL, \"docs_read_all\"");
        assert_eq!(check(&Tree::sample(&[PROGRAM, LISTED, longer])).len(), 1);
    }

    #[test]
    fn a_program_that_is_not_built_is_found() {
        let named = ("tests/it/docs.rs", "install(programs::DOCS_READ)");
        assert_eq!(check(&Tree::sample(&[PROGRAM, named])).len(), 1);
        let bin = (MANIFEST, "example = [{ name = \"docs_read\" }]\n");
        assert_eq!(check(&Tree::sample(&[PROGRAM, bin, named])).len(), 1);
    }
}
