//! Names of interfaces: `domicile:docs/read@1.0.0`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The name of an imported or exported interface.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ImportName {
    /// `domicile:docs`.
    pub package: String,
    /// `read`.
    pub interface: String,
    /// `1.0.0`.
    pub version: Option<String>,
}

impl ImportName {
    /// Read a name; `None` if it is not the name of an interface.
    pub fn parse(text: &str) -> Option<ImportName> {
        let (path, version) = match text.split_once('@') {
            Some((path, version)) => (path, Some(version.to_owned())),
            None => (text, None),
        };
        let (package, interface) = path.split_once('/')?;
        package.split_once(':')?;
        Some(ImportName { package: package.to_owned(), interface: interface.to_owned(), version })
    }

    /// Whether it names this interface, in whatever version.
    pub fn is(&self, package: &str, interface: &str) -> bool {
        self.package == package && self.interface == interface
    }
}

impl fmt::Display for ImportName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.package, self.interface)?;
        match &self.version {
            Some(version) => write!(f, "@{version}"),
            None => Ok(()),
        }
    }
}
