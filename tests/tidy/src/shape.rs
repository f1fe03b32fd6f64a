//! Length, width and header of files. In: sources. Out: those out of shape. Never here: an
//! exception.

use crate::tree::{File, Finding, Tree};

const LINES_MAX: usize = 800;
const TEST_LINES_MAX: usize = 1_000;
const COLUMNS_MAX: usize = 100;

/// A line that holds a text, which is better read in one piece; in a test it may be of any length.
const TEXT_COLUMNS_MAX: usize = 120;

/// Sources with a length and a width.
const SOURCES: &[&str] = &["rs", "js", "mjs", "py", "css"];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| SOURCES.contains(&file.extension())) {
        findings.extend(length(file));
        findings.extend(width(file));
        findings.extend(header(file));
    }
    findings
}

fn length(file: &File) -> Option<Finding> {
    let max = if file.is_test() { TEST_LINES_MAX } else { LINES_MAX };
    let lines = file.text.lines().count();
    (lines > max).then(|| Finding::new(file, 0, format!("{lines} lines; at most {max}")))
}

fn width(file: &File) -> impl Iterator<Item = Finding> {
    let wide = |(at, line): (usize, &str)| {
        let columns = line.chars().count();
        let max = match line.contains('"') && !line.trim_start().starts_with("//") {
            true if file.is_test() => return None,
            true => TEXT_COLUMNS_MAX,
            false => COLUMNS_MAX,
        };
        let reason = format!("{columns} columns; at most {max}");
        (columns > max).then(|| Finding::new(file, at + 1, reason))
    };
    file.text.lines().enumerate().filter_map(wide)
}

/// A module begins with what flows in, what flows out and what must never happen there; a file of
/// unit tests has its module's header.
fn header(file: &File) -> Option<Finding> {
    let of_units = file.path.ends_with("/tests.rs") || file.path.contains("/src/tests/");
    let bare = file.extension() == "rs" && !of_units && !file.text.starts_with("//!");
    bare.then(|| Finding::new(file, 1, "no `//!` header: in, out, never"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        check(&Tree::sample(&[(path, text)])).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn a_long_file_is_found_and_a_test_may_be_longer() {
        let text = format!("//! x\n{}", "\n".repeat(LINES_MAX));
        assert_eq!(findings("runtime/host/src/a.rs", &text).len(), 1);
        assert!(findings("runtime/host/src/a/tests.rs", &text).is_empty());
        let text = format!("//! x\n{}", "\n".repeat(TEST_LINES_MAX));
        assert_eq!(findings("tests/it/main.rs", &text).len(), 1);
    }

    #[test]
    fn a_wide_line_is_found_by_its_characters() {
        let wide = "x".repeat(COLUMNS_MAX + 1);
        assert_eq!(findings("web/a.css", &wide), ["web/a.css:1: 101 columns; at most 100"]);
        assert!(findings("web/a.css", &"\u{e9}".repeat(COLUMNS_MAX)).is_empty());
        let text = |length| format!("//! x\nlet x = \"{}\";\n", "x".repeat(length));
        assert!(findings("runtime/a.rs", &text(COLUMNS_MAX)).is_empty());
        assert_eq!(findings("runtime/a.rs", &text(TEXT_COLUMNS_MAX)).len(), 1);
        assert!(findings("runtime/a/tests.rs", &text(TEXT_COLUMNS_MAX)).is_empty());
    }

    #[test]
    fn a_missing_header_is_found() {
        assert_eq!(findings("apps/a/src/lib.rs", "fn f() {}\n").len(), 1);
        assert!(findings("apps/a/src/lib.rs", "//! In: x.\nfn f() {}\n").is_empty());
    }
}
