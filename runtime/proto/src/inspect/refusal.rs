//! Why a component is refused, in words for its author and its owner.

use domicile_policy::Action;

use super::walk::NESTING_MAX;
use super::{COMPONENT_BYTES_MAX, ImportName, MANIFEST_SECTION};
use crate::Text;
use crate::catalogue;
use crate::manifest::{Kind, ManifestError};
use crate::suggest::listed;

/// One reason.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Too many bytes.
    #[error("it has {bytes} bytes, more than {COMPONENT_BYTES_MAX}: make it smaller")]
    Size {
        /// Its length.
        bytes: usize,
    },
    /// Neither component nor module.
    #[error("it is no WebAssembly: give the `.wasm` file of a component")]
    NotWasm,
    /// WebAssembly in its text form.
    #[error("it is WebAssembly as text: give the binary `.wasm` file")]
    Text,
    /// A module without component around it.
    #[error("it is a core WebAssembly module, not a component: build it for `wasm32-wasip2`")]
    CoreModule,
    /// Malformed, or beyond what is allowed.
    #[error("it is no valid component: {message} (at byte {offset})")]
    Invalid {
        /// Where.
        offset: usize,
        /// What the validator says.
        message: String,
    },
    /// Components in components.
    #[error("it has more than {NESTING_MAX} components and modules inside each other")]
    Nesting,
    /// Too many imports or exports.
    #[error("it has more than {max} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many are allowed.
        max: usize,
    },
    /// Nothing says what it is.
    #[error("it has no manifest: add a custom section `{MANIFEST_SECTION}`")]
    NoManifest,
    /// More than one manifest.
    #[error("it has {count} manifests: keep exactly one custom section `{MANIFEST_SECTION}`")]
    Manifests {
        /// How many.
        count: usize,
    },
    /// The manifest can't be read.
    #[error("its manifest is refused: {0}")]
    Manifest(#[from] ManifestError),
    /// It can't be called.
    #[error("{} must export {}, and this one doesn't", kind.with_article(), wanted.join(" or "))]
    Entrance {
        /// What it says it is.
        kind: Kind,
        /// What it could export.
        wanted: Vec<String>,
    },
    /// It imports something that is no interface.
    #[error("it imports `{import}`, which is no interface: import interfaces of the host only")]
    NoInterface {
        /// The import.
        import: String,
    },
    /// It imports sockets.
    #[error("it imports `{import}`: components have no network, and sockets don't exist here")]
    Sockets {
        /// The import.
        import: ImportName,
    },
    /// It imports an HTTP client.
    #[error(
        "it imports `{import}`: components that see your data have no network and send no requests"
    )]
    OutgoingHttp {
        /// The import.
        import: ImportName,
    },
    /// It imports a file system.
    #[error("it imports `{import}`: there is no file system; documents come from `domicile:docs`")]
    FileSystem {
        /// The import.
        import: ImportName,
    },
    /// It imports HTTP types without serving HTTP.
    #[error(
        "it imports `wasi:http/types`, which only an app that exports `wasi:http/incoming-handler` may"
    )]
    HttpTypes,
    /// It imports what nobody knows.
    #[error("it imports `{import}`, which this host doesn't offer{}", did_you_mean(nearest))]
    Unknown {
        /// The import.
        import: ImportName,
        /// The nearest interface that there is.
        nearest: Option<String>,
    },
    /// It imports another version of what there is.
    #[error("it imports `{import}`, but this host has {linked}: build it against that version")]
    Version {
        /// The import.
        import: ImportName,
        /// What there is.
        linked: String,
    },
    /// It imports what its kind may not have.
    #[error("it imports `{import}`, which {} can't have: {}", kind.with_article(), reserved(import))]
    Kind {
        /// The import.
        import: ImportName,
        /// What it says it is.
        kind: Kind,
    },
    /// It imports files, and its manifest asks for none.
    #[error(
        "it imports `{import}`, but no grant of `io.cozy.files` in its manifest has the action `{action}`: \
         declare it or drop the import"
    )]
    UndeclaredFiles {
        /// The import.
        import: String,
        /// What the import allows.
        action: Action,
    },
    /// It imports more than its manifest asks for.
    #[error(
        "it imports `{import}`, but no grant of its manifest has the action `{action}`: declare it or drop the import"
    )]
    Undeclared {
        /// The import.
        import: String,
        /// What the import allows.
        action: Action,
    },
}

impl Refusal {
    /// The sentence in both languages.
    pub fn text(&self) -> Text {
        Text::new(self.to_string(), super::french::sentence(self))
    }

    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::Size { .. } => "size",
            Refusal::NotWasm => "not-wasm",
            Refusal::Text => "text",
            Refusal::CoreModule => "core-module",
            Refusal::Invalid { .. } => "invalid",
            Refusal::Nesting => "nesting",
            Refusal::TooMany { .. } => "too-many",
            Refusal::NoManifest => "no-manifest",
            Refusal::Manifests { .. } => "manifests",
            Refusal::Manifest(_) => "manifest",
            Refusal::Entrance { .. } => "entrance",
            Refusal::NoInterface { .. } => "no-interface",
            Refusal::Sockets { .. } => "sockets",
            Refusal::OutgoingHttp { .. } => "outgoing-http",
            Refusal::FileSystem { .. } => "file-system",
            Refusal::HttpTypes => "http-types",
            Refusal::Unknown { .. } => "unknown-import",
            Refusal::Version { .. } => "version",
            Refusal::Kind { .. } => "kind",
            Refusal::UndeclaredFiles { .. } => "undeclared-files",
            Refusal::Undeclared { .. } => "undeclared",
        }
    }
}

fn did_you_mean(nearest: &Option<String>) -> String {
    match nearest {
        Some(nearest) => format!("; did you mean `{nearest}`?"),
        None => ": take the import out".to_owned(),
    }
}

fn reserved(import: &ImportName) -> String {
    let kinds: Vec<&str> = catalogue::kinds_of(import).iter().map(|kind| kind.word()).collect();
    format!("it is for components of kind {}", listed(&kinds))
}
