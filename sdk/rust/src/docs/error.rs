//! What can go wrong with documents.

use crate::bindings::app::domicile::docs::types::Error as Raw;
use std::fmt;

/// Why documents could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocsError {
    /// Not granted, hidden, deleted or never there: the home tells no difference.
    Absent,
    /// Changed by somebody else since it was read: read it again.
    Conflict,
    /// The arguments break a rule that the text names: a schema, a selector, a limit.
    Invalid(String),
    /// The home could not answer now; nothing was changed.
    Unavailable,
    /// A document does not fit the type it was read as.
    Shape {
        /// Of the document.
        doctype: String,
        /// Of the document.
        id: String,
        /// What serde says.
        why: String,
    },
}

impl From<Raw> for DocsError {
    fn from(raw: Raw) -> Self {
        match raw {
            Raw::Absent => DocsError::Absent,
            Raw::Conflict => DocsError::Conflict,
            Raw::Invalid(why) => DocsError::Invalid(why),
            Raw::Unavailable => DocsError::Unavailable,
        }
    }
}

impl fmt::Display for DocsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DocsError::Absent => f.write_str("there is no such document, or it was not granted"),
            DocsError::Conflict => {
                f.write_str("the document changed meanwhile: read it again and repeat the change")
            }
            DocsError::Invalid(why) => write!(f, "refused by the home: {why}"),
            DocsError::Unavailable => f.write_str("the home could not answer, try again"),
            DocsError::Shape { doctype, id, why } => {
                write!(f, "document `{id}` of `{doctype}` has an unexpected shape: {why}")
            }
        }
    }
}

impl std::error::Error for DocsError {}
