//! Bytes to text, and text to labels. In: whatever an export wrote, under whatever name of a
//! character set. Out: text without control characters and of bounded length. Never here: trust in
//! what a header says over what the bytes are.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::{Said, say};

/// Longest quotation of the file in a warning, in characters.
const QUOTE_CHARS_MAX: usize = 60;

/// The text of a file, with a warning if reading it took a guess.
pub struct Decoded<'a> {
    pub text: Cow<'a, str>,
    pub warning: Option<Said>,
}

/// A byte order mark wins, then validity as UTF-8 (no other text of any length passes for it by
/// chance), then what the file declares, then the set that old exports use without saying so.
pub fn decode<'a>(bytes: &'a [u8], declared: Option<&str>) -> Decoded<'a> {
    if let Some((encoding, mark_bytes)) = Encoding::for_bom(bytes) {
        return decode_as(encoding, bytes.get(mark_bytes..).unwrap_or_default());
    }
    match bytes {
        [b'<' | b'O', 0, ..] => return decode_as(UTF_16LE, bytes),
        [0, b'<' | b'O', ..] => return decode_as(UTF_16BE, bytes),
        _ => {}
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { text: Cow::Borrowed(text), warning: None };
    }
    let known = declared.and_then(encoding_named).filter(|encoding| *encoding != UTF_8);
    if let Some(encoding) = known {
        return decode_as(encoding, bytes);
    }
    let mut decoded = decode_as(WINDOWS_1252, bytes);
    let declared = declared.map(quote);
    let guess = match declared {
        Some(declared) => say!(
            declared;
            "the file says {declared} about its character set: read as Windows-1252",
            "le fichier annonce le jeu de caractères {declared} : lu comme Windows-1252",
        ),
        None => say!(
            "the file says nothing about its character set: read as Windows-1252",
            "le fichier ne dit rien de son jeu de caractères : lu comme Windows-1252",
        ),
    };
    decoded.warning = Some(guess);
    decoded
}

fn decode_as<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Decoded<'a> {
    let (text, malformed) = encoding.decode_without_bom_handling(bytes);
    let name = encoding.name();
    let warning = malformed.then(|| {
        say!(
            name;
            "some characters are not {name}: shown as \u{fffd}",
            "certains caractères ne sont pas en {name} : affichés comme \u{fffd}",
        )
    });
    Decoded { text, warning }
}

/// OFX says `1252` and `8859-1` where the rest of the world says `windows-1252` and `iso-8859-1`.
fn encoding_named(name: &str) -> Option<&'static Encoding> {
    let name = name.trim();
    Encoding::for_label(name.as_bytes())
        .or_else(|| Encoding::for_label(format!("windows-{name}").as_bytes()))
        .or_else(|| Encoding::for_label(format!("iso-{name}").as_bytes()))
}

/// One line of at most `chars_max` characters: runs of blanks become one, what has no shape or
/// turns the direction of writing disappears.
pub fn clean(text: &str, chars_max: usize) -> String {
    let mut cleaned = String::new();
    let mut chars = 0;
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        let mut word = word.chars().filter(|c| !is_invisible(*c)).peekable();
        if word.peek().is_none() {
            continue;
        }
        if chars > 0 {
            cleaned.push(' ');
            chars += 1;
        }
        for c in word {
            if chars >= chars_max {
                return cleaned.trim_end().to_owned();
            }
            cleaned.push(c);
            chars += 1;
        }
    }
    cleaned
}

/// Marks that could make one label read as another: bidirectional controls, zero-width characters.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{ad}')
}

/// In small letters and without the marks of French: names of columns and months are written so
/// and so.
pub fn plain(text: &str) -> String {
    let unmarked = |c: char| match c {
        'à' | 'â' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' => 'o',
        'û' | 'ù' => 'u',
        'ç' => 'c',
        other => other,
    };
    text.to_lowercase().chars().map(unmarked).collect()
}

/// For warnings: a short piece of the file between quotation marks.
pub fn quote(text: &str) -> String {
    format!("\"{}\"", clean(text, QUOTE_CHARS_MAX))
}

/// A part of a path, whoever wrote it: letters, digits and a few marks, none at its ends that hides
/// a file or leads elsewhere.
pub fn path_part(text: &str, chars_max: usize) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || " -_.&'()".contains(c);
    let plain: String = text.chars().map(|c| if is_plain(c) { c } else { '-' }).collect();
    let name = clean(&plain, chars_max);
    let name = name.trim_matches(['.', ' ']);
    if name.is_empty() { "-".to_owned() } else { name.to_owned() }
}

/// Lines of together at most `chars_max` characters: each as [`clean`] makes it, with at most one
/// empty line between two.
pub fn clean_lines(text: &str, chars_max: usize) -> String {
    let mut cleaned = String::new();
    let mut chars = 0;
    let mut breaks = 0;
    for line in text.split(['\n', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']) {
        if chars + breaks >= chars_max {
            break;
        }
        let line = clean(line, chars_max - chars - breaks);
        if !line.is_empty() {
            cleaned.extend(std::iter::repeat_n('\n', breaks));
            cleaned.push_str(&line);
            chars += breaks + line.chars().count();
            breaks = 0;
        }
        breaks = if cleaned.is_empty() { 0 } else { (breaks + 1).min(2) };
    }
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bytes_win_over_declarations() {
        let e_acute = |bytes: &[u8], declared| decode(bytes, declared).text.into_owned();
        assert_eq!(e_acute(b"caf\xc3\xa9", Some("1252")), "caf\u{e9}");
        assert_eq!(e_acute(b"caf\xe9 \x80", Some("1252")), "caf\u{e9} \u{20ac}");
        assert_eq!(e_acute(b"caf\xe9", Some("8859-1")), "caf\u{e9}");
        assert_eq!(e_acute(b"caf\xe9", Some("ISO-8859-1")), "caf\u{e9}");
        assert_eq!(e_acute(b"\xef\xbb\xbfcaf\xc3\xa9", None), "caf\u{e9}");
        assert_eq!(e_acute(b"\xff\xfe<\0\xe9\0", None), "<\u{e9}");
        assert_eq!(e_acute(b"<\0\xe9\0", None), "<\u{e9}");
        assert_eq!(e_acute(b"\0<\0\xe9", None), "<\u{e9}");
        assert_eq!(e_acute(b"\xb1", Some("1250")), "\u{b1}");
        assert_eq!(e_acute(b"\xb9", Some("1250")), "\u{105}");
    }

    #[test]
    fn a_lie_is_reported() {
        let decoded = decode(b"caf\xe9", Some("UTF-8"));
        assert_eq!(decoded.text, "caf\u{e9}");
        let expected = "the file says \"UTF-8\" about its character set: read as Windows-1252";
        assert_eq!(decoded.warning.map(|said| said.en).as_deref(), Some(expected));
        assert!(decode(b"caf\xc3\xa9", Some("1252")).warning.is_none());
    }

    #[test]
    fn labels_are_one_line() {
        assert_eq!(clean("  A \t\r\n B\0C  ", 10), "A B C");
        assert_eq!(clean("paid \u{202e}gpj.exe", 40), "paid gpj.exe");
        assert_eq!(clean("abcdef", 3), "abc");
        assert_eq!(clean("ab cdef", 3), "ab");
        assert_eq!(clean("\u{200b} \u{feff}", 3), "");
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(clean_lines("\r\n A\tB \r\n\n\n\nC\u{202e}\n \n", 20), "A B\n\nC");
        assert_eq!(clean_lines("AB\nCD", 4), "AB\nC");
        assert_eq!(clean_lines("AB\nCD", 3), "AB");
        assert_eq!(clean_lines("\n\n", 3), "");
    }

    #[test]
    fn a_part_of_a_path_leads_nowhere() {
        for (text, part) in [
            ("../..", "-"),
            ("a/../../b", "a-..-..-b"),
            ("..\\x", "-x"),
            (".", "-"),
            ("\0", "-"),
            ("Eau & Cie (Sud).", "Eau & Cie (Sud)"),
        ] {
            assert_eq!(path_part(text, 80), part);
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_keeps_its_bounds(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let decoded = decode(&bytes, Some("koi8-r"));
            prop_assert!(clean(&decoded.text, 20).chars().count() <= 20);
            prop_assert!(clean_lines(&decoded.text, 20).chars().count() <= 20);
        }
    }
}
