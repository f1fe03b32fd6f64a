//! Languages: words, numbers, money and dates as the owner writes them. Pure: the owner's choice
//! comes from [`Viewer`](crate::Viewer).

mod catalog;
mod date;
mod number;
#[cfg(test)]
mod tests;

pub use date::{Date, Month};
pub use number::currency_sign;

/// The languages of a home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Locale {
    /// English, and for whoever speaks neither.
    #[default]
    En,
    /// French.
    Fr,
}

impl Locale {
    /// From `fr`, `fr-CA`, `en`; what is unknown is English.
    pub fn parse(text: &str) -> Self {
        let language = text.split(['-', '_']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("fr") { Locale::Fr } else { Locale::En }
    }

    /// `en` or `fr`.
    pub fn as_str(self) -> &'static str {
        self.pick("en", "fr")
    }

    /// The one of two that this language wants.
    pub fn pick<T>(self, en: T, fr: T) -> T {
        match self {
            Locale::En => en,
            Locale::Fr => fr,
        }
    }

    /// Does `count` take the singular? French counts none as one.
    pub fn is_singular(self, count: u64) -> bool {
        count == 1 || (count == 0 && self == Locale::Fr)
    }
}
