//! Grants: what a component may do with which documents.
//!
//! In flow the lines that an owner agreed to; out flows their order (which line holds at most what
//! another holds) and the labels that they reach. A comparison that can't be decided, such as two
//! different row selectors, must never come out as "covered".

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::label::{Category, Label, Tag};
use crate::name::Doctype;

/// A component has at most this many grant lines.
pub const GRANT_LINES_MAX: usize = 64;

/// What a grant line allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Read documents whose ids are known.
    Read,
    /// Find, count and follow documents.
    Query,
    /// Create documents, and change those that it may see.
    Write,
    /// Put in what came from a provider, seeing nothing of what is there.
    Deposit,
}

impl Action {
    /// The word used in manifests and pages.
    pub fn word(self) -> &'static str {
        match self {
            Action::Read => "read",
            Action::Query => "query",
            Action::Write => "write",
            Action::Deposit => "deposit",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One line of consent. An unknown key is an error: it could be a restriction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantLine {
    /// The kind of documents.
    pub doctype: Doctype,
    /// The doctype's category, as the host's catalogue of doctypes says.
    pub category: Category,
    /// What may be done with them.
    pub actions: BTreeSet<Action>,
    /// Further categories: documents of this doctype that were derived from them are seen too.
    #[serde(default)]
    pub with: BTreeSet<Category>,
    /// The paths that may be seen; `None` is the whole document.
    #[serde(default)]
    pub fields: Option<BTreeSet<String>>,
    /// A Mango selector in JSON that documents must match; `None` is all of them.
    #[serde(default)]
    pub rows: Option<String>,
}

impl GrantLine {
    /// Whether the line allows any way of looking.
    pub fn looks(&self) -> bool {
        self.actions.contains(&Action::Read) || self.actions.contains(&Action::Query)
    }

    /// Whether the line allows to follow what is written: all that it shows is all that there is.
    pub fn hears(&self) -> bool {
        self.actions.contains(&Action::Query) && self.fields.is_none() && self.rows.is_none()
    }

    /// The category and those of `with`.
    pub fn categories(&self) -> impl Iterator<Item = Category> {
        std::iter::once(self.category).chain(self.with.iter().copied())
    }

    /// Every tag that the line alone admits, wherever it came from.
    pub fn reach(&self) -> Label {
        Label::of(self.categories().map(Tag::anywhere))
    }

    /// Whether `other` allows nothing that this line doesn't.
    pub fn covers(&self, other: &GrantLine) -> bool {
        let fields = match (&self.fields, &other.fields) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(mine), Some(theirs)) => theirs.is_subset(mine),
        };
        self.doctype == other.doctype
            && self.category == other.category
            && other.actions.is_subset(&self.actions)
            && other.with.is_subset(&self.with)
            && fields
            && (self.rows.is_none() || self.rows == other.rows)
    }

    /// What both lines allow; `None` if that is nothing or can't be told.
    pub fn meet(&self, other: &GrantLine) -> Option<GrantLine> {
        if self.doctype != other.doctype || self.category != other.category {
            return None;
        }
        let fields = match (&self.fields, &other.fields) {
            (None, fields) | (fields, None) => fields.clone(),
            (Some(mine), Some(theirs)) => Some(mine & theirs),
        };
        let rows = match (&self.rows, &other.rows) {
            (None, rows) | (rows, None) => rows.clone(),
            (Some(mine), Some(theirs)) if mine == theirs => Some(mine.clone()),
            // Two selectors: what both match is not decided here, so nothing is.
            _ => return None,
        };
        let actions = &self.actions & &other.actions;
        if actions.is_empty() {
            return None;
        }
        let with = &self.with & &other.with;
        Some(GrantLine {
            doctype: self.doctype.clone(),
            category: self.category,
            actions,
            with,
            fields,
            rows,
        })
    }
}

/// A set of lines, at most one for each doctype.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<GrantLine>", into = "Vec<GrantLine>")]
pub struct Grants(BTreeMap<Doctype, GrantLine>);

/// Lines that make no set of grants.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// Two lines speak of one doctype.
    #[error("`{0}` is granted twice; join the two lines into one")]
    Twice(Doctype),
    /// A line without an action.
    #[error(
        "the grant of `{0}` allows nothing; name at least one of read, query, write and deposit"
    )]
    NoAction(Doctype),
    /// More than a component may have.
    #[error("{0} grant lines are more than the {GRANT_LINES_MAX} that a component may have")]
    TooMany(usize),
}

impl Grants {
    /// No line at all.
    pub fn none() -> Self {
        Grants::default()
    }

    /// The set of `lines`.
    pub fn new(lines: impl IntoIterator<Item = GrantLine>) -> Result<Self, GrantError> {
        let mut set = BTreeMap::new();
        for line in lines {
            if line.actions.is_empty() {
                return Err(GrantError::NoAction(line.doctype));
            }
            if let Some(twice) = set.insert(line.doctype.clone(), line) {
                return Err(GrantError::Twice(twice.doctype));
            }
        }
        if set.len() > GRANT_LINES_MAX {
            return Err(GrantError::TooMany(set.len()));
        }
        Ok(Grants(set))
    }

    /// The line of a doctype.
    pub fn line(&self, doctype: &Doctype) -> Option<&GrantLine> {
        self.0.get(doctype)
    }

    /// The lines, in the order of their doctypes.
    pub fn iter(&self) -> impl Iterator<Item = &GrantLine> {
        self.0.values()
    }

    /// Whether there is no line.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same without the line of `doctype`.
    #[must_use]
    pub fn revoke(&self, doctype: &Doctype) -> Grants {
        let mut lines = self.0.clone();
        lines.remove(doctype);
        Grants(lines)
    }

    /// The lines of one category.
    #[must_use]
    pub fn of(&self, category: Category) -> Grants {
        let lines = self.0.iter().filter(|(_, line)| line.category == category);
        Grants(lines.map(|(doctype, line)| (doctype.clone(), line.clone())).collect())
    }

    /// The same with `line` in the place of the one of its doctype.
    pub(crate) fn with(&self, line: GrantLine) -> Grants {
        let mut lines = self.0.clone();
        lines.insert(line.doctype.clone(), line);
        Grants(lines)
    }

    /// Whether each line is covered by a line of `other`.
    pub fn is_subset_of(&self, other: &Grants) -> bool {
        self.iter().all(|line| other.line(&line.doctype).is_some_and(|wider| wider.covers(line)))
    }

    /// What both sets allow.
    #[must_use]
    pub fn meet(&self, other: &Grants) -> Grants {
        let common = self.iter().filter_map(|line| line.meet(other.line(&line.doctype)?));
        Grants(common.map(|line| (line.doctype.clone(), line)).collect())
    }

    /// The categories of the lines, those of `with` left out.
    pub fn categories(&self) -> BTreeSet<Category> {
        self.iter().map(|line| line.category).collect()
    }

    /// Every tag that the lines admit together, wherever it came from.
    pub fn reach(&self) -> Label {
        Label::of(self.iter().flat_map(GrantLine::categories).map(Tag::anywhere))
    }
}

impl From<Grants> for Vec<GrantLine> {
    fn from(grants: Grants) -> Vec<GrantLine> {
        grants.0.into_values().collect()
    }
}

impl TryFrom<Vec<GrantLine>> for Grants {
    type Error = GrantError;

    fn try_from(lines: Vec<GrantLine>) -> Result<Self, Self::Error> {
        Grants::new(lines)
    }
}
