//! A table of the manifest, read key by key, with sentences that name the whole path.

use std::collections::BTreeSet;
use std::str::FromStr;

use domicile_policy::NameError;
use toml::{Table, Value};

use super::limits::FIELD_LENGTH_MAX;
use super::{Kind, ManifestError};
use crate::text::is_deceptive;
use crate::{Text, suggest};

/// Characters of a foreign word that a sentence repeats.
const SHOWN_LENGTH_MAX: usize = 80;

/// One table and where it is.
pub(super) struct Section<'a> {
    path: String,
    table: &'a Table,
}

impl<'a> Section<'a> {
    /// The whole manifest.
    pub fn root(table: &'a Table, known: &[&str]) -> Result<Self, ManifestError> {
        Section::open(String::new(), table, known)
    }

    /// Refuses keys that are not `known`.
    fn open(path: String, table: &'a Table, known: &[&str]) -> Result<Self, ManifestError> {
        let section = Section { path, table };
        match table.keys().find(|key| !known.contains(&key.as_str())) {
            None => Ok(section),
            Some(key) => Err(ManifestError::UnknownKey {
                key: section.key(&shown(key)),
                hint: suggest::hint(key, known.iter().copied()),
            }),
        }
    }

    /// Where the section is.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole path of one of its keys.
    pub fn key(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    pub fn missing(&self, name: &str, example: &str) -> ManifestError {
        ManifestError::Missing { key: self.key(name), example: example.to_owned() }
    }

    fn wrong_type(&self, name: &str, value: &Value, wanted: &'static str) -> ManifestError {
        ManifestError::WrongType { key: self.key(name), found: type_words(value), wanted }
    }

    /// The names of its keys.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.table.keys().map(String::as_str)
    }

    /// A table within, if it is there.
    pub fn table(&self, name: &str, known: &[&str]) -> Result<Option<Section<'a>>, ManifestError> {
        match self.table.get(name) {
            None => Ok(None),
            Some(Value::Table(table)) => Section::open(self.key(name), table, known).map(Some),
            Some(other) => Err(self.wrong_type(name, other, "a table")),
        }
    }

    /// A table whose keys are free, if it is there.
    pub fn free_table(&self, name: &str) -> Result<Option<Section<'a>>, ManifestError> {
        match self.table.get(name) {
            None => Ok(None),
            Some(Value::Table(table)) => Ok(Some(Section { path: self.key(name), table })),
            Some(other) => Err(self.wrong_type(name, other, "a table")),
        }
    }

    /// A table whose words are the component's own, as JSON.
    pub fn json(&self, name: &str, bytes_max: usize) -> Result<Option<String>, ManifestError> {
        let Some(section) = self.free_table(name)? else { return Ok(None) };
        let text = serde_json::to_string(section.table).unwrap_or_default();
        self.within(name, text.len(), bytes_max)?;
        Ok(Some(text))
    }

    /// The tables of a list of tables: `[[name]]`.
    pub fn tables(
        &self,
        name: &str,
        max: usize,
        known: &[&str],
    ) -> Result<Vec<Section<'a>>, ManifestError> {
        let wanted = "a list of tables, each under a double bracket";
        let values = match self.table.get(name) {
            None => return Ok(Vec::new()),
            Some(Value::Array(values)) => values,
            Some(other) => return Err(self.wrong_type(name, other, wanted)),
        };
        self.within(name, values.len(), max)?;
        let open = |(index, value): (usize, &'a Value)| {
            let path = format!("{name}[{index}]");
            match value {
                Value::Table(table) => Section::open(self.key(&path), table, known),
                other => Err(self.wrong_type(&path, other, "a table")),
            }
        };
        values.iter().enumerate().map(open).collect()
    }

    /// The same, read one by one, no two of one name.
    pub fn named_tables<T>(
        &self,
        name: &str,
        max: usize,
        known: &[&str],
        read: impl Fn(&Section<'a>) -> Result<(String, T), ManifestError>,
    ) -> Result<Vec<T>, ManifestError> {
        let mut seen = BTreeSet::new();
        let one = |section: Section<'a>| {
            let (found, one) = read(&section)?;
            match seen.insert(found.clone()) {
                true => Ok(one),
                false => Err(ManifestError::Twice { key: self.key(name), found }),
            }
        };
        self.tables(name, max, known)?.into_iter().map(one).collect()
    }

    /// A table that only one kind of component has.
    pub fn only_in(&self, its: Kind, kind: Kind, why: &'static str) -> Result<(), ManifestError> {
        if kind == its {
            return Ok(());
        }
        Err(ManifestError::Kind { key: self.path.clone(), kind, why })
    }

    fn within(&self, name: &str, count: usize, max: usize) -> Result<(), ManifestError> {
        if count > max {
            return Err(ManifestError::TooMany { key: self.key(name), count, max });
        }
        Ok(())
    }

    /// A text, if it is there: not empty, not too long, nothing deceptive in it.
    pub fn optional_string(
        &self,
        name: &str,
        length_max: usize,
    ) -> Result<Option<String>, ManifestError> {
        match self.table.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => self.checked(name, text, length_max).map(Some),
            Some(other) => Err(self.wrong_type(name, other, "a text in quotes")),
        }
    }

    /// A whole number that must be there.
    pub fn integer(&self, name: &str, example: &str) -> Result<i64, ManifestError> {
        match self.table.get(name) {
            None => Err(self.missing(name, example)),
            Some(Value::Integer(number)) => Ok(*number),
            Some(other) => Err(self.wrong_type(name, other, "a whole number")),
        }
    }

    /// A text that must be there.
    pub fn string(
        &self,
        name: &str,
        example: &str,
        length_max: usize,
    ) -> Result<String, ManifestError> {
        let text = self.optional_string(name, length_max)?;
        text.ok_or_else(|| self.missing(name, &format!("`{example}`")))
    }

    fn checked(&self, name: &str, text: &str, max: usize) -> Result<String, ManifestError> {
        if text.trim().is_empty() {
            return Err(ManifestError::Empty { key: self.key(name) });
        }
        let length = text.chars().count();
        if length > max {
            return Err(ManifestError::TextLength { key: self.key(name), length, max });
        }
        if let Some(character) = text.chars().find(|c| is_deceptive(*c)) {
            return Err(ManifestError::Character { key: self.key(name), character });
        }
        Ok(text.to_owned())
    }

    /// Whether a key says `true`.
    pub fn flag(&self, name: &str) -> Result<bool, ManifestError> {
        match self.table.get(name) {
            None => Ok(false),
            Some(Value::Boolean(flag)) => Ok(*flag),
            Some(other) => Err(self.wrong_type(name, other, "true or false")),
        }
    }

    /// A list of different texts, if it is there.
    pub fn strings(&self, name: &str, max: usize) -> Result<Option<Vec<String>>, ManifestError> {
        let wanted = "a list of texts";
        let values = match self.table.get(name) {
            None => return Ok(None),
            Some(Value::Array(values)) => values,
            Some(other) => return Err(self.wrong_type(name, other, wanted)),
        };
        self.within(name, values.len(), max)?;
        let mut seen = BTreeSet::new();
        for value in values {
            let Value::String(text) = value else {
                return Err(self.wrong_type(name, value, "texts in quotes"));
            };
            self.checked(name, text, FIELD_LENGTH_MAX)?;
            if !seen.insert(text) {
                return Err(ManifestError::Twice { key: self.key(name), found: text.clone() });
            }
        }
        Ok(Some(values.iter().filter_map(Value::as_str).map(str::to_owned).collect()))
    }

    /// A text in English and French: `{ en = "...", fr = "..." }`.
    pub fn text(&self, name: &str, length_max: usize) -> Result<Text, ManifestError> {
        let example = format!("`{name} = {{ en = \"...\", fr = \"...\" }}`");
        let section = self.table(name, &["en", "fr"])?;
        let section = section.ok_or_else(|| self.missing(name, &example))?;
        Ok(Text {
            en: section.string("en", "en = \"...\"", length_max)?,
            fr: section.string("fr", "fr = \"...\"", length_max)?,
        })
    }

    /// The name of a component or provider.
    pub fn name<T: FromStr<Err = NameError>>(
        &self,
        name: &str,
        example: &str,
    ) -> Result<T, ManifestError> {
        let text = self.string(name, example, FIELD_LENGTH_MAX)?;
        text.parse().map_err(|problem| ManifestError::Name { key: self.key(name), problem })
    }

    /// One of a few words.
    pub fn word<T: Copy, const N: usize>(
        &self,
        name: &str,
        example: &str,
        words: [(&'static str, T); N],
    ) -> Result<T, ManifestError> {
        let text = self.string(name, example, FIELD_LENGTH_MAX)?;
        self.pick(name, &text, &words)
    }

    /// What `text` means among `words`.
    pub fn pick<T: Copy>(
        &self,
        name: &str,
        text: &str,
        words: &[(&'static str, T)],
    ) -> Result<T, ManifestError> {
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
        found.ok_or_else(|| ManifestError::Word {
            key: self.key(name),
            found: shown(text),
            hint: suggest::hint(text, words.iter().map(|(word, _)| *word)),
        })
    }
}

/// A word of the manifest, fit to be repeated in a sentence.
pub(super) fn shown(text: &str) -> String {
    crate::text::shown(text, SHOWN_LENGTH_MAX)
}

fn type_words(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::Integer(_) | Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}
