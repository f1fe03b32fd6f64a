//! What a component is and asks for, from its bytes alone: nothing is compiled, nothing is run.
//!
//! Hostile bytes flow in; facts and refusals flow out. It must never panic, and a component that
//! imports what the catalogue doesn't hold, or what its manifest doesn't declare, must never pass.

#[cfg(test)]
pub(crate) mod fixture;
mod french;
mod name;
mod refusal;
#[cfg(test)]
mod tests;
mod walk;

use domicile_policy::Action;

pub use name::ImportName;
pub use refusal::Refusal;
pub use walk::{EXPORTS_MAX, FEATURES, IMPORTS_MAX, NESTING_MAX};

use crate::catalogue::{self, Entrance, Permission};
use crate::doctype::FILES;
use crate::manifest::{Kind, Manifest, ManifestError};
use walk::{Anatomy, Import};

/// A component has at most this many bytes.
pub const COMPONENT_BYTES_MAX: usize = 64 * 1024 * 1024;
/// The custom section that holds the manifest.
pub const MANIFEST_SECTION: &str = "domicile:manifest";

/// A component that this host would accept.
#[derive(Debug)]
pub struct Inspection {
    /// Its manifest.
    pub manifest: Manifest,
    /// The manifest as it was written.
    pub manifest_text: String,
    /// Through which door the host calls it.
    pub entrance: Entrance,
    /// The interfaces that it imports.
    pub imports: Vec<ImportName>,
    /// The names that it exports, interfaces or not.
    pub exports: Vec<String>,
    /// Its length.
    pub size_bytes: usize,
    /// What its linear memories take at the start.
    pub memory_bytes: u64,
}

/// A component that this host refuses.
#[derive(Debug, thiserror::Error)]
#[error("the component is refused: {}", sentences(refusals))]
pub struct InspectError {
    /// Every reason, at least one.
    pub refusals: Vec<Refusal>,
}

fn sentences(refusals: &[Refusal]) -> String {
    refusals.iter().map(Refusal::to_string).collect::<Vec<_>>().join("; ")
}

/// Interfaces that go with the grants of files alone.
const FILES_PACKAGE: &str = "domicile:files/";

/// All that can be said of some bytes, whether they would be accepted or not.
#[derive(Debug, Default)]
pub struct Survey {
    /// Its manifest, if there is exactly one and it can be read.
    pub manifest: Option<Manifest>,
    /// The manifest as it was written.
    pub manifest_text: Option<String>,
    /// Through which door the host would call it.
    pub entrance: Option<Entrance>,
    /// Every import at the top, with what it allows or why it is refused.
    pub imports: Vec<SurveyedImport>,
    /// The names that it exports, interfaces or not.
    pub exports: Vec<String>,
    /// Its length.
    pub size_bytes: usize,
    /// What its linear memories take at the start.
    pub memory_bytes: u64,
    /// Declared actions that no import could use.
    pub over_declared: Vec<OverDeclared>,
    /// Every reason against it; none means that it would be accepted.
    pub refusals: Vec<Refusal>,
}

/// An import at the top of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyedImport {
    /// As it is written in the component.
    pub name: String,
    /// What it allows; `None` if it is refused, or if no manifest says who imports it.
    pub permission: Option<Permission>,
}

/// An action that the manifest asks for and the component can't use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverDeclared {
    /// On which doctype.
    pub doctype: domicile_policy::Doctype,
    /// Which action.
    pub action: Action,
    /// The interface that is not imported.
    pub interface: String,
}

/// Inspect a component for installation: a refusal of any kind is an error that holds them all.
pub fn inspect(bytes: &[u8]) -> Result<Inspection, InspectError> {
    survey(bytes).accept()
}

/// Look at any bytes and say all that there is to say.
pub fn survey(bytes: &[u8]) -> Survey {
    let mut survey = Survey { size_bytes: bytes.len(), ..Survey::default() };
    let anatomy = match walk::walk(bytes) {
        Ok(anatomy) => anatomy,
        Err(refusal) => {
            survey.refusals.push(refusal);
            return survey;
        }
    };
    survey.memory_bytes = anatomy.memory_bytes;
    survey.exports.clone_from(&anatomy.exports);
    match manifest(&anatomy) {
        Ok((text, manifest)) => {
            survey.manifest_text = Some(text);
            survey.manifest = Some(manifest);
        }
        Err(refusal) => survey.refusals.push(refusal),
    }
    let kind = survey.manifest.as_ref().map(|manifest| manifest.kind);
    if let Some(kind) = kind {
        survey.enter(kind);
    }
    for import in &anatomy.imports {
        survey.import(kind, import);
    }
    survey.compare();
    survey
}

/// Whether a component has a manifest, readable or not.
pub(crate) fn has_manifest(bytes: &[u8]) -> Result<bool, Refusal> {
    Ok(!walk::walk(bytes)?.manifests.is_empty())
}

fn manifest(anatomy: &Anatomy<'_>) -> Result<(String, Manifest), Refusal> {
    let bytes = match anatomy.manifests.as_slice() {
        [] => return Err(Refusal::NoManifest),
        [one] => *one,
        several => return Err(Refusal::Manifests { count: several.len() }),
    };
    let text = std::str::from_utf8(bytes).map_err(|_| ManifestError::NotText)?;
    Ok((text.to_owned(), Manifest::parse(text)?))
}

impl Survey {
    /// The same as an inspection; a refusal of any kind is an error that holds them all.
    pub fn accept(self) -> Result<Inspection, InspectError> {
        if !self.refusals.is_empty() {
            return Err(InspectError { refusals: self.refusals });
        }
        // A survey without refusals has all three.
        let (Some(manifest), Some(manifest_text), Some(entrance)) =
            (self.manifest, self.manifest_text, self.entrance)
        else {
            return Err(InspectError { refusals: vec![Refusal::NoManifest] });
        };
        let imports = self.imports.iter().filter_map(|import| ImportName::parse(&import.name));
        Ok(Inspection {
            manifest,
            manifest_text,
            entrance,
            imports: imports.collect(),
            exports: self.exports,
            size_bytes: self.size_bytes,
            memory_bytes: self.memory_bytes,
        })
    }

    /// Find the entrance.
    fn enter(&mut self, kind: Kind) {
        let names: Vec<ImportName> =
            self.exports.iter().filter_map(|export| ImportName::parse(export)).collect();
        self.entrance = catalogue::entrance(kind, &names);
        if self.entrance.is_none() {
            let wanted = catalogue::entrances(kind);
            self.refusals.push(Refusal::Entrance { kind, wanted });
        }
    }

    /// Hold one import against the catalogue.
    fn import(&mut self, kind: Option<Kind>, import: &Import<'_>) {
        let name = import.name.to_owned();
        let found = match ImportName::parse(import.name).filter(|_| import.is_interface) {
            None => Err(Refusal::NoInterface { import: name.clone() }),
            // Without a manifest, look with the eyes of an app: what no kind may have still shows.
            Some(name) => catalogue::look_up(&name, kind.unwrap_or(Kind::App), self.entrance),
        };
        let permission = match found {
            Ok(entry) => Some(entry.permission),
            Err(Refusal::Kind { .. } | Refusal::HttpTypes) if kind.is_none() => None,
            Err(refusal) => {
                self.refusals.push(refusal);
                None
            }
        };
        self.imports.push(SurveyedImport { name, permission });
    }

    /// Hold the imports and the grants against each other.
    fn compare(&mut self) {
        let Some(manifest) = &self.manifest else { return };
        let mut imported = Vec::new();
        for import in &self.imports {
            let Some(Permission::Action(action)) = import.permission else { continue };
            imported.push(action);
            let name = import.name.clone();
            if name.starts_with(FILES_PACKAGE) {
                if !manifest.allows_on(FILES, action) {
                    self.refusals.push(Refusal::UndeclaredFiles { import: name, action });
                }
            } else if !manifest.allows(action) {
                let import = name;
                self.refusals.push(Refusal::Undeclared { import, action });
            }
        }
        for grant in &manifest.grants {
            for action in grant.line.actions.iter().filter(|action| !imported.contains(action)) {
                self.over_declared.push(OverDeclared {
                    doctype: grant.line.doctype.clone(),
                    action: *action,
                    interface: catalogue::interface_of(*action),
                });
            }
        }
    }
}
