//! A component, as cards and headings show it.

use domicile_proto::manifest::{Kind, Manifest};

use super::super::texts::Texts;
use crate::house::Locale;

/// What is shown of a component everywhere.
pub struct Card {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its first letter, for want of an icon.
    pub letter: String,
    /// What it does.
    pub description: String,
    /// What it is.
    pub kind: &'static str,
}

impl Card {
    /// From a manifest.
    pub fn of(manifest: &Manifest, locale: Locale, t: &Texts) -> Card {
        let name = manifest.name.in_locale(locale).to_owned();
        Card {
            id: manifest.id.to_string(),
            letter: name.chars().take(1).flat_map(char::to_uppercase).collect(),
            name,
            description: manifest.description.in_locale(locale).to_owned(),
            kind: match manifest.kind {
                Kind::App => t.kind_app,
                Kind::Service => t.kind_service,
                Kind::Importer => t.kind_importer,
                Kind::Konnector => t.kind_konnector,
            },
        }
    }
}
