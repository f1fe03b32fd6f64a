//! The contract as Rust, made from `wit/` at compile time. Nothing outside `sys`, `app`,
//! `service`, `importer` and `konnector` names a generated function; only the page vocabulary
//! (`Tag`, `Attr`, `Node`) is shown to authors.
//!
//! Each world's exports are demanded by its own macro alone (`pub_export_macro`): an importer that
//! links this crate is never asked for pages. Imports that a component does not call are dropped
//! by the linker.
#![allow(missing_docs, unsafe_code, clippy::all)]

/// World `app`.
pub mod app {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "app",
        generate_all,
        pub_export_macro: true,
        default_bindings_module: "domicile_sdk::bindings::app",
        export_macro_name: "export_app",
        generate_unused_types: true,
        additional_derives: [PartialEq],
    });
}

/// World `service`: its imports are those of `app`.
pub mod service {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "service",
        generate_all,
        pub_export_macro: true,
        default_bindings_module: "domicile_sdk::bindings::service",
        export_macro_name: "export_service",
        with: {
            "domicile:docs/types@1.0.0": crate::bindings::app::domicile::docs::types,
            "domicile:docs/read@1.0.0": crate::bindings::app::domicile::docs::read,
            "domicile:docs/query@1.0.0": crate::bindings::app::domicile::docs::query,
            "domicile:docs/write@1.0.0": crate::bindings::app::domicile::docs::write,
            "domicile:files/types@1.0.0": crate::bindings::app::domicile::files::types,
            "domicile:files/read@1.0.0": crate::bindings::app::domicile::files::read,
            "domicile:files/folders@1.0.0": crate::bindings::app::domicile::files::folders,
            "domicile:files/write@1.0.0": crate::bindings::app::domicile::files::write,
            "domicile:app/viewer@1.0.0": crate::bindings::app::domicile::app::viewer,
            "domicile:app/notices@1.0.0": crate::bindings::app::domicile::app::notices,
            "domicile:app/state@1.0.0": crate::bindings::app::domicile::app::state,
        },
    });
}

/// World `importer`.
pub mod importer {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "importer",
        generate_all,
        pub_export_macro: true,
        default_bindings_module: "domicile_sdk::bindings::importer",
        export_macro_name: "export_importer",
    });
}

/// World `konnector`.
pub mod konnector {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "konnector",
        generate_all,
        pub_export_macro: true,
        default_bindings_module: "domicile_sdk::bindings::konnector",
        export_macro_name: "export_konnector",
        with: {
            "domicile:konnector/deposit@1.0.0": crate::bindings::importer::domicile::konnector::deposit,
            "domicile:konnector/progress@1.0.0": crate::bindings::importer::domicile::konnector::progress,
            "domicile:files/save@1.0.0": crate::bindings::importer::domicile::files::save,
            "domicile:app/viewer@1.0.0": crate::bindings::app::domicile::app::viewer,
            "domicile:app/state@1.0.0": crate::bindings::app::domicile::app::state,
        },
    });
}

pub use app::exports::domicile::app::page as app_exports;
pub use importer::exports::domicile::konnector::importer as importer_exports;
pub use konnector::exports::domicile::konnector::collect as collect_exports;
pub use service::exports::domicile::jobs::task as service_exports;
