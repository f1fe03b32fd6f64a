//! One walk over the bytes of a component: sizes, imports, exports, the manifest's section.

use wasmparser::{ComponentTypeRef, Encoding, Parser, Payload, Validator, WasmFeatures};

use super::{COMPONENT_BYTES_MAX, MANIFEST_SECTION, Refusal};
use crate::text::shown;

/// Imports at the top of a component, at most.
pub const IMPORTS_MAX: usize = 200;
/// Exports at the top of a component, at most.
pub const EXPORTS_MAX: usize = 200;
/// Components and modules inside each other, at most.
pub const NESTING_MAX: usize = 16;

/// The WebAssembly that a component may use: what compilers emit by default. No threads, no
/// exceptions, no garbage collector, no 64-bit memories, nothing asynchronous. The engine is to be
/// configured alike.
pub const FEATURES: WasmFeatures = WasmFeatures::MUTABLE_GLOBAL
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::SIMD)
    .union(WasmFeatures::FLOATS)
    .union(WasmFeatures::TAIL_CALL)
    .union(WasmFeatures::EXTENDED_CONST)
    .union(WasmFeatures::COMPONENT_MODEL);

const PAGE_BYTES: u64 = 64 * 1024;

/// What the walk found.
#[derive(Default)]
pub(super) struct Anatomy<'a> {
    pub imports: Vec<Import<'a>>,
    pub exports: Vec<String>,
    pub manifests: Vec<&'a [u8]>,
    pub memory_bytes: u64,
}

/// An import at the top.
pub(super) struct Import<'a> {
    pub name: &'a str,
    /// Anything else would be a function, type or component of its own.
    pub is_interface: bool,
}

/// Walk over a whole component, and check that it is a valid one.
///
/// Imports of nested components and modules are not looked at: validation makes sure that the
/// component around them provides each, so that they are imports of nothing but itself.
pub(super) fn walk(bytes: &[u8]) -> Result<Anatomy<'_>, Refusal> {
    if bytes.len() > COMPONENT_BYTES_MAX {
        return Err(Refusal::Size { bytes: bytes.len() });
    }
    if Parser::is_core_wasm(bytes) {
        return Err(Refusal::CoreModule);
    }
    if !Parser::is_component(bytes) {
        return Err(not_wasm(bytes));
    }
    let anatomy = survey(bytes)?;
    Validator::new_with_features(FEATURES).validate_all(bytes).map_err(invalid)?;
    Ok(anatomy)
}

fn survey(bytes: &[u8]) -> Result<Anatomy<'_>, Refusal> {
    let mut anatomy = Anatomy::default();
    let mut depth = 0usize;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(invalid)? {
            Payload::Version { encoding, .. } if depth == 0 && encoding == Encoding::Module => {
                return Err(Refusal::CoreModule);
            }
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => {
                depth += 1;
                if depth > NESTING_MAX {
                    return Err(Refusal::Nesting);
                }
            }
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    let import = import.map_err(invalid)?;
                    let is_interface = matches!(import.ty, ComponentTypeRef::Instance(_));
                    anatomy.imports.push(Import { name: import.name.name, is_interface });
                    within("imports", anatomy.imports.len(), IMPORTS_MAX)?;
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    anatomy.exports.push(export.map_err(invalid)?.name.name.to_owned());
                    within("exports", anatomy.exports.len(), EXPORTS_MAX)?;
                }
            }
            Payload::MemorySection(section) => {
                for memory in section {
                    let pages = memory.map_err(invalid)?.initial;
                    let bytes = pages.saturating_mul(PAGE_BYTES);
                    anatomy.memory_bytes = anatomy.memory_bytes.saturating_add(bytes);
                }
            }
            Payload::CustomSection(section) if section.name() == MANIFEST_SECTION => {
                anatomy.manifests.push(section.data());
            }
            _ => {}
        }
    }
    Ok(anatomy)
}

fn within(what: &'static str, count: usize, max: usize) -> Result<(), Refusal> {
    if count > max { Err(Refusal::TooMany { what, max }) } else { Ok(()) }
}

fn invalid(error: wasmparser::BinaryReaderError) -> Refusal {
    Refusal::Invalid { offset: error.offset(), message: shown(error.message(), 300) }
}

fn not_wasm(bytes: &[u8]) -> Refusal {
    let text = bytes.trim_ascii_start();
    if text.starts_with(b"(component") || text.starts_with(b"(module") {
        Refusal::Text
    } else {
        Refusal::NotWasm
    }
}
