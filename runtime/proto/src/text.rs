//! A text in the two languages of the home.

pub use domicile_policy::Locale;
use serde::{Deserialize, Serialize};

/// The same sentence in English and in French.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// French.
    pub fr: String,
}

impl Text {
    /// From both languages.
    pub fn new(en: impl Into<String>, fr: impl Into<String>) -> Self {
        Text { en: en.into(), fr: fr.into() }
    }

    /// The text in one language.
    pub fn in_locale(&self, locale: Locale) -> &str {
        locale.pick(&self.en, &self.fr)
    }
}

/// A character that could make a text look like another on a trusted page: control characters,
/// invisible ones, and those that change the direction of what follows.
pub(crate) fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Foreign words, fit to be repeated in a sentence: nothing deceptive in them, and not too long.
pub fn shown(text: &str, length_max: usize) -> String {
    let mut shown: String = text.chars().take(length_max).filter(|c| !is_deceptive(*c)).collect();
    if text.chars().nth(length_max).is_some() {
        shown.push_str("...");
    }
    shown
}

/// A text for a terminal. What could move the cursor or the eye is written as JSON escapes it, so
/// that JSON stays the same value.
pub fn for_terminal(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\n' || !is_deceptive(c) {
            shown.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            shown.push_str(&format!("\\u{unit:04x}"));
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_come_from_tags() {
        for (tag, locale) in
            [("fr", Locale::Fr), ("FR-ca", Locale::Fr), ("en-GB", Locale::En), ("", Locale::En)]
        {
            assert_eq!(Locale::from_tag(tag), locale, "{tag}");
        }
        assert_eq!(Text::new("a", "b").in_locale(Locale::Fr), "b");
    }

    #[test]
    fn only_plain_characters_are_kept_for_trusted_pages() {
        assert!(
            "Op\u{e9}rations \u{2014} 12\u{a0}\u{20ac}\u{202f}!".chars().all(|c| !is_deceptive(c))
        );
        for c in ['\n', '\u{202e}', '\u{200b}', '\u{feff}', '\u{e0041}'] {
            assert!(is_deceptive(c), "{c:?}");
        }
    }

    #[test]
    fn a_terminal_is_told_letters_only() {
        assert_eq!(for_terminal("caf\u{e9}\n"), "caf\u{e9}\n");
        let hostile = "a\u{1b}[2J\u{9b}31m\r\u{202e}b\u{e0041}";
        let shown = "a\\u001b[2J\\u009b31m\\u000d\\u202eb\\udb40\\udc41";
        assert_eq!(for_terminal(hostile), shown);
        let json = format!("{{\"a\":\"{hostile}\"}}").replace(['\u{1b}', '\r'], "");
        let same = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(same(&json), same(&for_terminal(&json)));
    }

    #[test]
    fn foreign_words_are_shortened_and_made_plain() {
        assert_eq!(shown("abc", 3), "abc");
        assert_eq!(shown("abcd", 3), "abc...");
        assert_eq!(shown("a\u{1b}[31m\u{202e}b", 20), "a[31mb");
    }
}
