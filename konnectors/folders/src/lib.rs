//! A provider's folders and files, brought home folder by folder: all of them once, then what is
//! new or changed. What does not fit into a run waits for the next.
//!
//! In: lists of folders. Out: the order to bring a file, and what the owner is told. Never here: a
//! file's bytes, a request that changes something at the provider, an order to forget what is gone
//! there.

mod marks;
#[cfg(test)]
mod tests;
mod walk;

use domicile_sdk::konnector::{Failure, FetchError};

pub use walk::collect;

/// Something in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    /// Changes with what it holds, as the provider says.
    pub mark: String,
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A file, with its length and type if the provider tells them.
    File { size: Option<u64>, mime: Option<String> },
    /// A folder. `deep`: its mark changes with anything below it.
    Folder { deep: bool },
}

/// What came of asking for a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    Entries(Vec<Entry>),
    /// The provider does not tell.
    Kept,
    /// This run has asked enough.
    Later,
}

/// Where files come from.
pub trait Source {
    /// Folders that one run asks for, below the requests that it may make.
    const FOLDERS_MAX: usize = 150;

    /// The folder of the home that its files go into.
    fn name(&self) -> &str;

    /// What tells its files from those of other accounts.
    fn place(&self) -> &str;

    /// Changes with anything that it has, if the provider tells: a run that finds the same asks
    /// only for what waits.
    fn mark(&self) -> Option<&str> {
        None
    }

    /// What is in a folder; `folder` has no slash at its ends, and the top has no name.
    fn list(&self, folder: &str) -> Result<Listed, Failure>;

    /// Bring a file home, to a path and under a key. What the provider answered: 200 if it is
    /// there.
    fn bring(&self, path: &str, to: &str, key: &str, mime: &str) -> Result<u16, FetchError>;
}

/// The path of something in a folder.
pub fn within(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
