//! What can go wrong, one type per operation. Texts name the home, the doctype or the field; what a
//! guest gets to see of them is the caller's choice, and `Invalid` texts are made of its own
//! arguments alone.

use std::path::PathBuf;

use domicile_policy::{Doctype, HomeName};

use crate::blobs::ContentError;
use crate::engine::EngineError;
use crate::limits::{FEED_COMPARTMENTS_MAX, IDS_MAX, PAGE_MAX};

/// Why a home was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file is damaged, or is no home.
    #[error(
        "the file `{path}` of the home `{home}` is damaged: {reason}; nothing was changed, restore it from a backup",
        path = path.display()
    )]
    Damaged {
        /// Whose.
        home: HomeName,
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The file is another home's, or its key is.
    #[error(
        "the key of the home `{home}` doesn't fit its file `{path}`: put back the key that belongs to it",
        path = path.display()
    )]
    Key {
        /// Whose.
        home: HomeName,
        /// Which file.
        path: PathBuf,
    },
    /// Written by a later version of this program.
    #[error(
        "the file `{path}` of the home `{home}` has format {found}, this program knows {known} and older: update it",
        path = path.display()
    )]
    Newer {
        /// Whose.
        home: HomeName,
        /// Which file.
        path: PathBuf,
        /// Of the file.
        found: u32,
        /// The newest that is known here.
        known: u32,
    },
    /// The file can't be used now.
    #[error("the file `{path}` of the home `{home}` could not be opened: {reason}", path = path.display())]
    Refused {
        /// Whose.
        home: HomeName,
        /// Which file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
}

/// Why nothing was read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// More ids than one call may name.
    #[error("{0} ids are more than the {IDS_MAX} of one read")]
    TooMany(usize),
    /// The grant's own selector is wrong: nothing is shown.
    #[error("the rows of the grant for `{doctype}` in the home `{home}` can't be read: {reason}")]
    Rows {
        /// Where.
        home: HomeName,
        /// Of which doctype.
        doctype: Doctype,
        /// What is wrong.
        reason: String,
    },
    /// What is stored is not what was written.
    #[error("the home `{home}` is damaged: {reason}; restore its file from a backup")]
    Damaged {
        /// Which one.
        home: HomeName,
        /// What is wrong.
        reason: String,
    },
    /// A file's bytes could not be read.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// The engine did not answer.
    #[error("the home `{home}` could not be read: {reason}")]
    Unavailable {
        /// Which one.
        home: HomeName,
        /// What the system said.
        reason: String,
    },
}

/// Why there is no answer to a query. All but `Read` are about the arguments.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// The selector is wrong.
    #[error(transparent)]
    Selector(#[from] SelectorError),
    /// The sort is wrong.
    #[error("the sort is wrong: {0}")]
    Sort(String),
    /// The page is too small or too large.
    #[error("a page of {0} is not possible: ask for 1 to {PAGE_MAX}")]
    Limit(usize),
    /// Not made here, or not for this question.
    #[error("this cursor belongs to another query: begin again without a cursor")]
    Cursor,
    /// The answer takes more looking than one query may do.
    #[error(
        "this query looks at more than {0} documents: narrow it by an indexed field, or sort by one"
    )]
    TooBroad(usize),
    /// The feed spans more compartments than a cursor can hold.
    #[error("this feed spans more than {FEED_COMPARTMENTS_MAX} sources: narrow it to some origins")]
    TooManySources,
    /// A feed would tell of changes that the grant's fields hide.
    #[error(
        "a grant of some fields has no feed, which would tell of changes in the others: use `find`"
    )]
    HiddenFields,
    /// The home could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// What is wrong with a selector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the selector is wrong: {0}")]
pub struct SelectorError(pub String);

/// Why nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The document was never there, is deleted, or is not the writer's to see: all the same.
    #[error("there is no such document")]
    Absent,
    /// The document is no longer as the writer last saw it.
    #[error("the document changed since: read it again and repeat the change")]
    Conflict,
    /// The arguments break a rule.
    #[error("{0}")]
    Invalid(String),
    /// The compartment is full.
    #[error(
        "the home `{home}` holds {bytes_max} bytes of `{doctype}` from one source already: delete some"
    )]
    Quota {
        /// Which home.
        home: HomeName,
        /// Of which doctype.
        doctype: Doctype,
        /// The compartment's share.
        bytes_max: u64,
    },
    /// The engine did not answer, or the home is damaged. The text names the home.
    #[error("{0}")]
    Unavailable(String),
}

/// What is wrong with an audit log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// An entry is not the one that was written, or is missing.
    #[error("the audit log of the home `{home}` was changed at entry {number}")]
    Broken {
        /// Whose.
        home: HomeName,
        /// The first one that doesn't fit.
        number: u64,
    },
    /// The log could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// What goes wrong inside, before the home's name is put to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Engine(EngineError),
    Damaged(String),
    Rows(Doctype, String),
}

impl From<EngineError> for Fault {
    fn from(error: EngineError) -> Fault {
        Fault::Engine(error)
    }
}

impl Fault {
    pub(crate) fn in_home(self, home: &HomeName) -> ReadError {
        let home = home.clone();
        match self {
            Fault::Engine(EngineError::Damaged(reason)) | Fault::Damaged(reason) => {
                ReadError::Damaged { home, reason }
            }
            Fault::Engine(error) => ReadError::Unavailable { home, reason: error.to_string() },
            Fault::Rows(doctype, reason) => ReadError::Rows { home, doctype, reason },
        }
    }
}
