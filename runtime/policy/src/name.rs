//! Names of components, providers and doctypes: short, lower-case, safe in a path, a host name and
//! a label.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A provider's or component's name is no longer than this.
pub const NAME_LENGTH_MAX: usize = 40;
/// A doctype's name is no longer than this.
pub const DOCTYPE_LENGTH_MAX: usize = 80;

/// A text that is no name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Neither a component's nor a provider's name.
    #[error(
        "`{0}` is no name; use 1 to {NAME_LENGTH_MAX} of a-z, 0-9 and `-`, beginning with a letter"
    )]
    Name(String),
    /// Not a reverse-DNS doctype.
    #[error("`{0}` is no doctype; use dotted lower-case words such as `io.cozy.bank.operations`")]
    Doctype(String),
}

fn is_name(text: &str) -> bool {
    text.len() <= NAME_LENGTH_MAX
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && text != "self"
}

fn is_doctype(text: &str) -> bool {
    let word = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    text.len() <= DOCTYPE_LENGTH_MAX && text.split('.').count() >= 3 && text.split('.').all(word)
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $check:ident, $error:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $type(String);

        impl $type {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $type {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let text = text.to_owned();
                if $check(&text) { Ok($type(text)) } else { Err(NameError::$error(text)) }
            }
        }

        impl TryFrom<String> for $type {
            type Error = NameError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> String {
                name.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name! {
    /// The canonical id of a provider: its origins are listed in the manifest that names it.
    ProviderId, is_name, Name
}
name! {
    /// The id of a component (app, service, konnector or importer) within a home.
    ComponentId, is_name, Name
}
name! {
    /// The name of a home: the first part of its host name.
    HomeName, is_name, Name
}
name! {
    /// The kind of a document: `io.cozy.bank.operations`.
    Doctype, is_doctype, Doctype
}
