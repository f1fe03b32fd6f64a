//! What the owner is told, in both languages of a home. In: values and a sentence in each. Out: the
//! two sentences, filled. Never here: a sentence that is there in one language only.

use std::fmt::Display;

use domicile_sdk::Locale;

/// A sentence in English and in French.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub en: String,
    pub fr: String,
}

impl Said {
    pub fn into_text(self, locale: Locale) -> String {
        locale.pick(self.en, self.fr)
    }
}

/// What can stand in a sentence: another one, in the same language, or what is written alike in
/// both.
pub trait Spoken {
    fn spoken(&self, locale: Locale) -> String;
}

impl Spoken for Said {
    fn spoken(&self, locale: Locale) -> String {
        locale.pick(&self.en, &self.fr).clone()
    }
}

impl<T: Display> Spoken for T {
    fn spoken(&self, _: Locale) -> String {
        self.to_string()
    }
}

/// `say!(line, why; "line {line}: {why}", "ligne {line} : {why}")`
#[macro_export]
macro_rules! say {
    ($($value:ident),*; $en:literal, $fr:literal $(,)?) => {{
        #[allow(unused_imports)]
        use $crate::say::Spoken as _;
        let en = {
            $(let $value = $value.spoken($crate::say::EN);)*
            format!($en)
        };
        let fr = {
            $(let $value = $value.spoken($crate::say::FR);)*
            format!($fr)
        };
        $crate::Said { en, fr }
    }};
    ($en:literal, $fr:literal $(,)?) => { $crate::say!(; $en, $fr) };
}

#[doc(hidden)]
pub const EN: Locale = Locale::En;
#[doc(hidden)]
pub const FR: Locale = Locale::Fr;

/// A noun in the singular and the plural.
pub type Noun = [&'static str; 2];

/// `1 account`, `2 accounts`; `0 compte`, `2 comptes`.
pub fn count(number: usize, en: Noun, fr: Noun) -> Said {
    let of = |locale: Locale, [one, many]: Noun| {
        let noun = if locale.is_singular(number as u64) { one } else { many };
        format!("{number} {noun}")
    };
    Said { en: of(Locale::En, en), fr: of(Locale::Fr, fr) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_hold_sentences() {
        let rows = count(2, ["row", "rows"], ["ligne", "lignes"]);
        let line = 7;
        let said = say!(rows, line; "{rows} from line {line}", "{rows} dès la ligne {line}");
        assert_eq!(said.en, "2 rows from line 7");
        assert_eq!(said.into_text(Locale::Fr), "2 lignes dès la ligne 7");
    }

    #[test]
    fn none_is_plural_in_english_and_singular_in_french() {
        let none = count(0, ["row", "rows"], ["ligne", "lignes"]);
        assert_eq!((none.en.as_str(), none.fr.as_str()), ("0 rows", "0 ligne"));
    }
}
