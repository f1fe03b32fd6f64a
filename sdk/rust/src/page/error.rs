//! What a page can fail with, and the page that the owner sees then.

use super::Response;
use crate::docs::DocsError;
use crate::form::FormError;
use crate::locale::Locale;
use crate::state::StateError;
use crate::view;
use std::fmt;

/// What a handler answers.
pub type Result<T = Response, E = Error> = std::result::Result<T, E>;

/// Why there is no page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// There is no such page.
    NotFound,
    /// Documents could not be read or written.
    Docs(DocsError),
    /// A form or a query does not fit.
    Form(FormError),
    /// The app's state could not be read or written.
    State(StateError),
    /// Something else, in words for the owner.
    Other(String),
}

impl Error {
    /// The page that says so. What is absent looks like a page that never was.
    pub fn into_response(self, locale: Locale) -> Response {
        let (title, text) = match &self {
            Error::NotFound | Error::Docs(DocsError::Absent) => return Response::not_found(),
            Error::Docs(DocsError::Conflict) => (
                locale.pick("Changed meanwhile", "Modifié entre-temps"),
                locale.pick(
                    "Somebody changed this while you were looking at it. Open it again, then \
                     repeat your change.",
                    "Quelqu'un a modifié ceci pendant que vous le consultiez. Ouvrez-le \
                     de nouveau, puis refaites votre modification.",
                ),
            ),
            Error::Docs(DocsError::Unavailable) | Error::State(StateError::Unavailable) => (
                locale.pick("Not available", "Indisponible"),
                locale.pick(
                    "Your home could not answer. Nothing was changed: try again.",
                    "Votre domicile n'a pas pu répondre. Rien n'a été modifié : réessayez.",
                ),
            ),
            _ => (
                locale.pick("That did not work", "Cela n'a pas fonctionné"),
                locale.pick("Nothing was changed.", "Rien n'a été modifié."),
            ),
        };
        let detail = match &self {
            Error::Docs(DocsError::Conflict | DocsError::Unavailable) => None,
            Error::State(StateError::Unavailable) => None,
            other => Some(other.to_string()),
        };
        let back = locale.pick("Back to the start", "Retour à l'accueil");
        let page = view! {
            section.page {
                h1 { (title) }
                div.card.stack {
                    p { (text) }
                    @if let Some(detail) = detail { p.muted.small { (detail) } }
                    p { a.secondary go="/" { (back) } }
                }
            }
        };
        Response::page(title, page)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotFound => f.write_str("there is no such page"),
            Error::Docs(error) => error.fmt(f),
            Error::Form(error) => error.fmt(f),
            Error::State(error) => error.fmt(f),
            Error::Other(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Error {}

impl From<DocsError> for Error {
    fn from(error: DocsError) -> Self {
        Error::Docs(error)
    }
}

impl From<FormError> for Error {
    fn from(error: FormError) -> Self {
        Error::Form(error)
    }
}

impl From<StateError> for Error {
    fn from(error: StateError) -> Self {
        Error::State(error)
    }
}
