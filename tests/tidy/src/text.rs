//! What a source says. In: sources and documents. Out: other alphabets where none is wanted, notes
//! to oneself, and talk of anything but the project. Never here: the words themselves in one piece.

use std::ops::RangeInclusive;

use crate::tree::{File, Finding, Tree};

/// Plain ASCII, so that a look-alike letter or a hidden direction mark can't hide in a review.
const ASCII: &[&str] = &["rs", "js", "mjs", "py", "css", "wit", "sh", "md"];
/// What people read in French may stand in a source: every letter of that language and its visible
/// marks. Spaces that don't break are written as escapes.
const FRENCH: &[RangeInclusive<char>] = &[
    '\u{c0}'..='\u{d6}',
    '\u{d8}'..='\u{f6}',
    '\u{f8}'..='\u{ff}',
    '\u{152}'..='\u{153}',
    '\u{178}'..='\u{178}',
    '\u{ab}'..='\u{ab}',
    '\u{bb}'..='\u{bb}',
    '\u{b7}'..='\u{b7}',
    '\u{2019}'..='\u{2019}',
    '\u{2026}'..='\u{2026}',
    '\u{20ac}'..='\u{20ac}',
];
/// Data of tests: as its maker wrote it.
const ANY_ALPHABET: &[&str] = &["/data/", "/snapshots/"];

/// What is looked through for words: all sources and what describes them.
const WORDED: &[&str] = &["rs", "js", "mjs", "py", "css", "wit", "sh", "md", "toml", "json"];

/// Word, and why it has no place here.
const BANNED: &[(&str, &str)] = &[
    (concat!("FIX", "ME"), "mend it now"),
    (concat!("TO", "DO"), "do it now"),
    (concat!("XX", "X"), "say what is meant"),
    (concat!("db", "g!"), "debugging left behind"),
    (concat!("to", "do!"), "nothing is left to do"),
    (concat!("unimple", "mented!"), "nothing is left to do"),
    (concat!("#[ig", "nore"), "a test runs or goes"),
    (concat!("iss", "ue #"), "say the reason itself"),
    (concat!("/ro", "ot/"), "a folder of one machine"),
    (concat!("/wo", "rk/"), "a folder of one machine"),
    (concat!("/ho", "me/user"), "a folder of one machine"),
    (concat!("registry.", "npm"), "a registry's host: lock without it"),
    (concat!("\"resol", "ved\": \"http"), "a registry's host: lock without it"),
];

pub fn check(tree: &Tree) -> Vec<Finding> {
    tree.files.iter().flat_map(|file| alphabet(file).into_iter().chain(words(file))).collect()
}

fn alphabet(file: &File) -> Vec<Finding> {
    let any = ANY_ALPHABET.iter().any(|part| file.path.contains(part));
    if any || !ASCII.contains(&file.extension()) {
        return Vec::new();
    }
    let foreign = |(at, line): (usize, &str)| {
        let spoken = |letter: &char| FRENCH.iter().any(|range| range.contains(letter));
        let letter = line.chars().find(|letter| !letter.is_ascii() && !spoken(letter))?;
        let reason = format!("`{}` is not ASCII", letter.escape_unicode());
        Some(Finding::new(file, at + 1, reason))
    };
    file.text.lines().enumerate().filter_map(foreign).collect()
}

fn words(file: &File) -> Vec<Finding> {
    if !WORDED.contains(&file.extension()) || file.path.contains("/data/") {
        return Vec::new();
    }
    let banned = |(at, line): (usize, &str)| {
        let (word, reason) = BANNED.iter().find(|(word, _)| has(line, word))?;
        Some(Finding::new(file, at + 1, format!("`{word}`: {reason}")))
    };
    file.text.lines().enumerate().filter_map(banned).collect()
}

/// Whether a line has a word by itself, and not as the end of another one.
fn has(line: &str, word: &str) -> bool {
    let begins = |at: usize| !line[..at].ends_with(|before: char| before.is_alphanumeric());
    let any_end = !word.starts_with(char::is_alphanumeric);
    line.match_indices(word).any(|(at, _)| any_end || begins(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> usize {
        check(&Tree::sample(&[(path, text)])).len()
    }

    #[test]
    fn each_banned_word_is_found() {
        for (word, _) in BANNED {
            assert_eq!(findings("runtime/a.rs", &format!("// so {word} then")), 1, "{word}");
        }
        assert_eq!(findings("runtime/a.rs", "// nothing to say"), 0);
        assert_eq!(findings("runtime/a.rs", concat!("// a task, VTO", "DO")), 0);
    }

    #[test]
    fn other_alphabets_are_found_but_where_french_is_spoken() {
        assert_eq!(findings("runtime/a.rs", "// a \u{2192} b"), 1);
        assert_eq!(findings("runtime/a.rs", "let x = \"\u{202e}\";"), 1);
        assert_eq!(findings("runtime/a.rs", "let x = \"\u{43e}\u{a0}\";"), 1);
        assert_eq!(findings("runtime/a.rs", "let x = \"caf\u{e9}\";"), 0);
        assert_eq!(findings("tests/it/data/a.xml", "caf\u{e9}"), 0);
    }
}
