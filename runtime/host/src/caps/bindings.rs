//! The contract in `wit/`, as Rust: generated once, one module per world.
//!
//! The interfaces that several worlds share are generated with the app world only.

#![allow(missing_docs)]

/// The world of apps, and every shared interface.
pub mod app {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "domicile:worlds/app",
        imports: { default: async | trappable },
        exports: { default: async },
        with: {
            "domicile:files/read.reader": crate::flow::files::FileReader,
            "domicile:files/write.writer": crate::flow::files::FileWriter,
        },
        additional_derives: [PartialEq],
    });
}

/// The world of services.
pub mod service {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "domicile:worlds/service",
        imports: { default: async | trappable },
        exports: { default: async },
        with: {
            "domicile:docs": super::app::domicile::docs,
            "domicile:files": super::app::domicile::files,
            "domicile:app/viewer": super::app::domicile::app::viewer,
            "domicile:app/notices": super::app::domicile::app::notices,
            "domicile:app/state": super::app::domicile::app::state,
        },
    });
}

/// The world of importers.
pub mod importer {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "domicile:worlds/importer",
        imports: { default: async | trappable },
        exports: { default: async },
        with: { "domicile:files/save.writer": crate::flow::files::FileWriter },
    });
}

/// The world of konnectors.
pub mod konnector {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "domicile:worlds/konnector",
        imports: { default: async | trappable },
        exports: { default: async },
        with: {
            "domicile:konnector/deposit": super::importer::domicile::konnector::deposit,
            "domicile:konnector/progress": super::importer::domicile::konnector::progress,
            "domicile:files/save": super::importer::domicile::files::save,
            "domicile:konnector/stream.connection": crate::flow::stream::Connection,
            "domicile:app/viewer": super::app::domicile::app::viewer,
            "domicile:app/state": super::app::domicile::app::state,
        },
    });
}

pub use app::domicile::app::ui;
pub use app::domicile::{app as app_interfaces, docs};
pub use app::exports::domicile::app::page;
pub use konnector::exports::domicile::konnector::collect;
pub use service::exports::domicile::jobs::task;
