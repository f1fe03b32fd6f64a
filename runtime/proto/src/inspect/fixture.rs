//! Small components, built for tests.

use wasm_encoder::{
    ComponentBuilder, ComponentExportKind, ComponentTypeRef, CustomSection, InstanceType,
    MemorySection, MemoryType, Module,
};

use super::MANIFEST_SECTION;

const NO_ARGUMENTS: [(&str, ComponentExportKind, u32); 0] = [];

/// What an app of the tests imports, all of it declared in [`APP`].
pub(crate) const IMPORTS: &[&str] = &[
    "domicile:docs/types@1.0.0",
    "domicile:docs/read@1.0.0",
    "domicile:docs/query@1.0.0",
    "wasi:cli/environment@0.2.6",
    "wasi:io/streams@0.2.6",
];

/// An app that sees the bank.
pub(crate) const APP: &str = r#"
[component]
id = "banks"
kind = "app"
version = "0.1.0"
publisher = "Domicile"
name = { en = "Banks", fr = "Banques" }
description = { en = "Accounts and operations.", fr = "Comptes et opérations." }
[[grant]]
doctype = "io.cozy.bank.operations"
actions = ["read", "query"]
why = { en = "To show them.", fr = "Pour les montrer." }
"#;

/// An importer of statements.
pub(crate) const IMPORTER: &str = r#"
[component]
id = "ofx"
kind = "importer"
version = "1"
publisher = "Domicile"
name = { en = "OFX files", fr = "Fichiers OFX" }
description = { en = "Reads statements.", fr = "Lit des relevés." }
[provider]
id = "ofx-file"
name = "OFX file"
[importer]
accept = [".ofx"]
[[grant]]
doctype = "io.cozy.bank.operations"
actions = ["deposit"]
why = { en = "To keep them.", fr = "Pour les garder." }
"#;

/// A component that imports and exports empty interfaces of these names.
pub(crate) fn component(imports: &[&str], exports: &[&str]) -> ComponentBuilder {
    let mut component = ComponentBuilder::default();
    let interface = component.type_instance(None, &InstanceType::new());
    for import in imports {
        component.import(*import, ComponentTypeRef::Instance(interface));
    }
    for export in exports {
        let empty = component.component(None, ComponentBuilder::default());
        let instance = component.instantiate(None, empty, NO_ARGUMENTS);
        component.export(*export, ComponentExportKind::Instance, instance, None);
    }
    component
}

/// The same with a manifest at the top.
pub(crate) fn packed(imports: &[&str], exports: &[&str], manifest: &str) -> Vec<u8> {
    let mut component = component(imports, exports);
    component.custom_section(&section(manifest.as_bytes()));
    component.finish()
}

/// A sound app.
pub(crate) fn app() -> Vec<u8> {
    packed(IMPORTS, &["domicile:app/page@1.0.0"], APP)
}

/// The section that holds a manifest.
pub(crate) fn section(manifest: &[u8]) -> CustomSection<'_> {
    CustomSection { name: MANIFEST_SECTION.into(), data: manifest.into() }
}

/// A core module with one memory.
pub(crate) fn module(memory: MemoryType, manifest: Option<&str>) -> Module {
    let mut module = Module::new();
    let mut memories = MemorySection::new();
    memories.memory(memory);
    module.section(&memories);
    if let Some(manifest) = manifest {
        module.section(&section(manifest.as_bytes()));
    }
    module
}

/// A memory of `pages`.
pub(crate) fn pages(pages: u64) -> MemoryType {
    MemoryType {
        minimum: pages,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    }
}
