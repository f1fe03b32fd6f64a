//! The schema language, and the data file that it is written in.
//!
//! A field has one type or several, may be required, and may be bounded. Fields that a schema
//! doesn't name are allowed: documents that come from a Cozy carry many, and they must survive.

use std::collections::BTreeMap;

use domicile_policy::{Category, Doctype};
use serde::Deserialize;

use super::DoctypeSpec;
use crate::Text;

/// Fields of one index, at most.
const INDEX_FIELDS_MAX: usize = 4;

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Text.
    String,
    /// Any number.
    Number,
    /// A number without fraction.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// `2026-11-23`.
    Date,
    /// `2026-11-23T09:30:00Z`: RFC 3339, with a time zone.
    Datetime,
    /// A list.
    Array,
    /// Fields with names.
    Object,
    /// Whatever JSON holds.
    Any,
}

/// The fields that a schema knows, by name.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Schema(pub BTreeMap<String, Field>);

/// What one field may hold. `null` is the same as leaving it out.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its types; any of them will do.
    #[serde(rename = "type")]
    pub kinds: Kinds,
    /// Whether a document without it is refused.
    #[serde(default)]
    pub required: bool,
    /// The texts that are allowed; empty is any.
    #[serde(default, rename = "enum")]
    pub one_of: Vec<String>,
    /// The least number.
    #[serde(default)]
    pub min: Option<f64>,
    /// Of a text, in characters.
    #[serde(default)]
    pub max_length: Option<usize>,
    /// Of a list.
    #[serde(default)]
    pub max_items: Option<usize>,
    /// What each entry of a list is.
    #[serde(default)]
    pub items: Option<Box<Field>>,
    /// The fields of an object.
    #[serde(default)]
    pub fields: Schema,
}

/// One type, or several.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Kinds {
    /// `type = "date"`.
    One(Kind),
    /// `type = ["date", "datetime"]`.
    Several(Vec<Kind>),
}

impl Kinds {
    /// All of them.
    pub fn as_slice(&self) -> &[Kind] {
        match self {
            Kinds::One(kind) => std::slice::from_ref(kind),
            Kinds::Several(kinds) => kinds,
        }
    }
}

impl Schema {
    /// The field at a path with dots, through the entries of lists.
    pub fn field(&self, path: &str) -> Option<&Field> {
        let (first, rest) = match path.split_once('.') {
            Some((first, rest)) => (first, Some(rest)),
            None => (path, None),
        };
        let field = self.0.get(first)?;
        match rest {
            None => Some(field),
            Some(rest) => field.items.as_deref().unwrap_or(field).fields.field(rest),
        }
    }
}

/// A data file that describes no doctype.
#[derive(Debug, thiserror::Error)]
pub enum DoctypeError {
    /// Not TOML, or not of this form.
    #[error("the doctype file is malformed: {0}")]
    Malformed(String),
    /// Two files, one name.
    #[error("the doctype `{0}` is described twice: keep one of the files")]
    Twice(Doctype),
    /// A doctype belongs to a category, or to the home itself.
    #[error("the doctype `{0}` needs either a category or `internal = true`")]
    Category(Doctype),
    /// An index over nothing, or over too much.
    #[error("an index of `{doctype}` has {count} fields; write 1 to {INDEX_FIELDS_MAX}")]
    IndexLength {
        /// Whose index.
        doctype: Doctype,
        /// How many fields.
        count: usize,
    },
    /// Newness by something that tells no day.
    #[error("`newest_by` of `{doctype}` names `{field}`, which is no date among its fields")]
    NewestBy {
        /// Of which doctype.
        doctype: Doctype,
        /// The field.
        field: String,
    },
    /// An index over a field that the schema doesn't know.
    #[error("an index of `{doctype}` names `{field}`, which its fields don't describe")]
    IndexField {
        /// Whose index.
        doctype: Doctype,
        /// The path.
        field: String,
    },
}

fn is_day(fields: &Schema, name: &str) -> bool {
    let is_day = |kind: &Kind| matches!(kind, Kind::Date | Kind::Datetime);
    fields.0.get(name).is_some_and(|field| field.kinds.as_slice().iter().all(is_day))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Doctype,
    category: Option<Category>,
    #[serde(default)]
    internal: bool,
    title: Text,
    #[serde(default)]
    indexes: Vec<Vec<String>>,
    newest_by: Option<String>,
    #[serde(default)]
    contents: bool,
    fields: Schema,
}

/// Read one data file.
pub(super) fn parse(text: &str) -> Result<DoctypeSpec, DoctypeError> {
    let file: File =
        toml::from_str(text).map_err(|error| DoctypeError::Malformed(error.to_string()))?;
    if file.category.is_some() == file.internal {
        return Err(DoctypeError::Category(file.name));
    }
    for index in &file.indexes {
        if index.is_empty() || index.len() > INDEX_FIELDS_MAX {
            return Err(DoctypeError::IndexLength { doctype: file.name, count: index.len() });
        }
        if let Some(field) = index.iter().find(|path| file.fields.field(path).is_none()) {
            return Err(DoctypeError::IndexField { doctype: file.name, field: field.clone() });
        }
    }
    if let Some(field) = file.newest_by.as_ref().filter(|name| !is_day(&file.fields, name)) {
        return Err(DoctypeError::NewestBy { doctype: file.name, field: field.clone() });
    }
    Ok(DoctypeSpec {
        name: file.name,
        category: file.category,
        title: file.title,
        indexes: file.indexes,
        newest_by: file.newest_by,
        contents: file.contents,
        schema: file.fields,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "name = 'io.cozy.things'\ntitle = { en = 'things', fr = 'choses' }\n";

    #[test]
    fn a_malformed_file_says_why() {
        for (tail, sentence) in [
            ("[fields]", "needs either a category or `internal = true`"),
            ("category = 'bank'\ninternal = true\n[fields]", "needs either a category"),
            ("category = 'bank'\nindexes = [[]]\n[fields]", "has 0 fields; write 1 to 4"),
            ("category = 'bank'\nindexes = [['a']]\n[fields]", "names `a`, which its fields"),
            (
                "category = 'bank'\nnewest_by = 'a'\n[fields]\na = { type = 'string' }",
                "names `a`, which is no date",
            ),
            ("category = 'bank'\n[fields]\na = { type = 'text' }", "malformed"),
            ("category = 'bank'\n[fields]\na = { type = 'string', maxlen = 3 }", "malformed"),
        ] {
            let error = parse(&format!("{HEAD}{tail}")).unwrap_err().to_string();
            assert!(error.contains(sentence), "{tail}: {error}");
        }
    }

    #[test]
    fn a_path_reaches_into_objects_and_lists() {
        let spec = parse(&format!(
            "{HEAD}category = 'bank'\nindexes = [['a.b', 'c.d']]\n[fields]
             a = {{ type = 'object', fields = {{ b = {{ type = 'string' }} }} }}
             c = {{ type = 'array', items = {{ type = 'object', fields = {{ d = {{ type = 'date' }} }} }} }}"
        ))
        .unwrap();
        assert_eq!(spec.schema.field("c.d").unwrap().kinds.as_slice(), [Kind::Date]);
        assert!(spec.schema.field("a.z").is_none());
    }
}
