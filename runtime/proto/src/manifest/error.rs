//! What can be wrong with a manifest: the key, what was found, what to do.

use domicile_policy::{Action, Doctype, LabelError, NameError};

use super::limits::*;
use super::{GateError, Kind, LinkError, OriginError, RouteError};

/// A text that is no manifest.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// More than [`MANIFEST_BYTES_MAX`].
    #[error("the manifest has {bytes} bytes, more than {MANIFEST_BYTES_MAX}: shorten its texts")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// The bytes are no text.
    #[error("the manifest is not UTF-8: write it as a plain TOML text")]
    NotText,
    /// Not TOML.
    #[error("line {line} of the manifest is not TOML: {message}")]
    Syntax {
        /// From 1.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// A key that means nothing here.
    #[error("`{key}` is no key of the manifest; {hint}")]
    UnknownKey {
        /// Its path.
        key: String,
        /// The nearest known key, or all of them.
        hint: String,
    },
    /// A key that must be there.
    #[error("`{key}` is missing; write {example}")]
    Missing {
        /// Its path.
        key: String,
        /// What to write.
        example: String,
    },
    /// A value of another type.
    #[error("`{key}` is {found}; write {wanted}")]
    WrongType {
        /// Its path.
        key: String,
        /// What is there.
        found: &'static str,
        /// What belongs there.
        wanted: &'static str,
    },
    /// A text that says nothing.
    #[error("`{key}` is empty; write a text, or leave the key out if it is optional")]
    Empty {
        /// Its path.
        key: String,
    },
    /// A text with more characters than its place allows.
    #[error("`{key}` has {length} characters; write at most {max}")]
    TextLength {
        /// Its path.
        key: String,
        /// Its length.
        length: usize,
        /// What is allowed.
        max: usize,
    },
    /// A text with a character that can deceive the reader of a trusted page.
    #[error(
        "`{key}` has the character U+{:04X}, which is invisible or changes the order of text; \
         take it out",
        u32::from(*.character)
    )]
    Character {
        /// Its path.
        key: String,
        /// The character.
        character: char,
    },
    /// A list with more entries than allowed.
    #[error("`{key}` has {count} entries; write at most {max}")]
    TooMany {
        /// Its path.
        key: String,
        /// How many.
        count: usize,
        /// What is allowed.
        max: usize,
    },
    /// An entry that is there twice.
    #[error("`{key}` has `{found}` twice; take one out")]
    Twice {
        /// Its path.
        key: String,
        /// The entry.
        found: String,
    },
    /// Not one of the words that belong here.
    #[error("`{key}` has `{found}`; {hint}")]
    Word {
        /// Its path.
        key: String,
        /// What is there.
        found: String,
        /// The nearest word, or all of them.
        hint: String,
    },
    /// Not the name of a component or provider.
    #[error("`{key}`: {problem}")]
    Name {
        /// Its path.
        key: String,
        /// What is wrong with it.
        problem: NameError,
    },
    /// Not a version.
    #[error("`{key}` is `{found}`; write one to three numbers with dots, such as `0.1.0`")]
    Version {
        /// Its path.
        key: String,
        /// What is there.
        found: String,
    },
    /// A doctype that this home doesn't know.
    #[error("`{key}` names the doctype `{found}`, which nobody knows; {hint}")]
    UnknownDoctype {
        /// Its path.
        key: String,
        /// What is there.
        found: String,
        /// The nearest doctype, or all of them.
        hint: String,
    },
    /// A doctype that only the home itself uses.
    #[error(
        "`{key}` names `{doctype}`, the home's own records, which are never granted; take the grant out"
    )]
    InternalDoctype {
        /// Its path.
        key: String,
        /// Which.
        doctype: Doctype,
    },
    /// Two grants, one doctype.
    #[error("`{key}` names `{doctype}` a second time; join the two grants into one")]
    DoctypeTwice {
        /// Its path.
        key: String,
        /// Which.
        doctype: Doctype,
    },
    /// No category, or one that the grant has already.
    #[error("`{key}`: {problem}")]
    Category {
        /// Its path.
        key: String,
        /// What is wrong with it.
        problem: CategoryProblem,
    },
    /// An action that this kind of component can't have.
    #[error("`{key}` has `{action}`, but {} {}", kind.with_article(), because(*kind))]
    Action {
        /// Its path.
        key: String,
        /// Which.
        action: Action,
        /// What the component is.
        kind: Kind,
    },
    /// A key that doesn't go with the others of its grant.
    #[error(
        "`{key}` narrows or widens what is seen, but the grant neither reads nor queries; take it out"
    )]
    NothingSeen {
        /// Its path.
        key: String,
    },
    /// Not the path of a field.
    #[error(
        "`{key}` has `{found}`, which is no field; write names with dots, such as `metadata.datetime`"
    )]
    Field {
        /// Its path.
        key: String,
        /// What is there.
        found: String,
    },
    /// Not a selector.
    #[error(
        "`{key}` is no selector: {problem}; write a JSON object such as '{{\"type\": \"check\"}}'"
    )]
    Rows {
        /// Its path.
        key: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A table or key of another kind of component.
    #[error("`{key}` is in the manifest of {}, but {why}", kind.with_article())]
    Kind {
        /// Its path.
        key: String,
        /// What the component is.
        kind: Kind,
        /// Who may have it, and what to do.
        why: &'static str,
    },
    /// Not a schedule.
    #[error("`{key}` is `{found}`; {hint}")]
    Schedule {
        /// Its path.
        key: String,
        /// What is there.
        found: String,
        /// The nearest word, or all that can be written.
        hint: String,
    },
    /// Not what a webhook needs.
    #[error("`{key}` is `{found}`; {problem}")]
    Webhook {
        /// Its path.
        key: String,
        /// What is there.
        found: String,
        /// What to write.
        problem: &'static str,
    },
    /// Events of documents that the component doesn't see whole.
    #[error(
        "`{key}` names `{doctype}`, but no grant lets the service query all of it; grant `query` \
         without `fields` and `rows`, for a start would tell of what they hide"
    )]
    Event {
        /// Its path.
        key: String,
        /// Which.
        doctype: Doctype,
    },
    /// Not the ending of a file's name.
    #[error(
        "`{key}` has `{found}`; write a dot and 1 to {ENDING_LENGTH_MAX} lower-case letters or digits, such as `.ofx`"
    )]
    Ending {
        /// Its path.
        key: String,
        /// What is there.
        found: String,
    },
    /// Not a place that a konnector may talk to.
    #[error("`{key}`: {problem}")]
    Origin {
        /// Its path.
        key: String,
        /// What is wrong with it.
        problem: OriginError,
    },
    /// Not a request that a konnector may make.
    #[error("`{key}`: {problem}")]
    Route {
        /// Its path.
        key: String,
        /// What is wrong with it.
        problem: RouteError,
    },
    /// An outward link that can't be offered.
    #[error("`{key}`: {problem}")]
    Link {
        /// Its path.
        key: String,
        /// What is wrong with it.
        problem: LinkError,
    },
    /// A gate without a range.
    #[error("`{key}`: {problem}")]
    Gate {
        /// Its path.
        key: String,
        /// What is wrong with it.
        problem: GateError,
    },
}

/// What is wrong with an entry of `with`.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CategoryProblem {
    /// Not a category.
    #[error("{0}")]
    Unknown(String),
    /// The doctype's own.
    #[error("`{0}` is the category of the doctype itself, which is always seen; take it out")]
    Own(domicile_policy::Category),
}

impl From<LabelError> for CategoryProblem {
    fn from(error: LabelError) -> Self {
        CategoryProblem::Unknown(error.to_string())
    }
}

fn because(kind: Kind) -> &'static str {
    match kind {
        Kind::Importer | Kind::Konnector => {
            "only deposits: it never sees what is in the home; write `deposit` alone"
        }
        Kind::App | Kind::Service => "doesn't deposit: it creates documents with `write`",
    }
}
