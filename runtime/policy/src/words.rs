//! What people call categories, labels and actors, in the languages of a home.
//!
//! In flow names and sets, out flow words for the owner's pages and log. Nothing reads them back:
//! what is stored and compared is printed by `Display`.

use serde::{Deserialize, Serialize};

use crate::influence::{Actor, Influence};
use crate::label::{Category, Label, Origin, Tag};

/// The languages that Domicile speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

impl Locale {
    /// From a language tag such as `fr-CA`; what is not French is English.
    pub fn from_tag(tag: &str) -> Self {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("fr") { Locale::Fr } else { Locale::En }
    }

    /// `en` or `fr`.
    pub fn tag(self) -> &'static str {
        self.pick("en", "fr")
    }

    /// The one of two that is in this language.
    pub fn pick<T>(self, en: T, fr: T) -> T {
        match self {
            Locale::En => en,
            Locale::Fr => fr,
        }
    }
}

impl Category {
    /// What people call it; in French with its article.
    pub fn words(self, locale: Locale) -> &'static str {
        if locale == Locale::En {
            return self.word();
        }
        match self {
            Category::Bank => "la banque",
            Category::Bills => "les factures",
            Category::Calendar => "le calendrier",
            Category::Contacts => "les contacts",
            Category::Energy => "l'énergie",
            Category::Files => "les fichiers",
            Category::Health => "la santé",
            Category::Identity => "l'identité",
            Category::Mail => "le courrier",
            Category::Notes => "les notes",
            Category::Passwords => "les mots de passe",
            Category::School => "l'école",
            Category::Trips => "les déplacements",
        }
    }
}

impl Tag {
    fn words(&self, locale: Locale) -> String {
        let everything = locale.pick("everything", "tout");
        let what = self.category.map_or(everything, |category| category.words(locale));
        match &self.origin {
            Origin::Any => what.to_owned(),
            Origin::Home => format!("{what} ({})", locale.pick("from you", "de vous")),
            Origin::Provider(provider) => {
                format!("{what} ({} {provider})", locale.pick("from", "de"))
            }
        }
    }
}

impl Label {
    /// As a person reads it: `bank (from ofx-file), health`.
    pub fn words(&self, locale: Locale) -> String {
        if self.is_nothing() {
            return locale.pick("nothing private", "rien de privé").to_owned();
        }
        let words: Vec<String> = self.tags().map(|tag| tag.words(locale)).collect();
        words.join(", ")
    }
}

impl Actor {
    fn words(&self, locale: Locale) -> String {
        let named = |kind: &str, name: &str| format!("{kind} `{name}`");
        match self {
            Actor::Anyone => locale.pick("anyone", "n'importe qui").to_owned(),
            Actor::Owner => locale.pick("you", "vous").to_owned(),
            Actor::App(id) => named(locale.pick("the app", "l'application"), id.as_str()),
            Actor::Importer(id) => named(locale.pick("the importer", "l'importateur"), id.as_str()),
            Actor::Provider(id) => {
                named(locale.pick("the provider", "le fournisseur"), id.as_str())
            }
        }
    }
}

impl Influence {
    /// As a person reads it: ``you, the app `banks` ``.
    pub fn words(&self, locale: Locale) -> String {
        let words: Vec<String> = self.actors().map(|actor| actor.words(locale)).collect();
        if words.is_empty() {
            return locale.pick("nobody", "personne").to_owned();
        }
        words.join(", ")
    }
}
