//! The one way out of a component: the host's functions. On any other machine than wasm an
//! in-memory home stands in for them, so that an author's tests run without a runtime.

#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod native;
#[cfg(not(target_arch = "wasm32"))]
mod native_files;

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native::*;
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native_files::*;

#[cfg(target_arch = "wasm32")]
pub(crate) use crate::bindings::{
    app::domicile::app::gate::answer,
    app::domicile::app::notices::notify,
    app::domicile::app::state::{get as state_get, remove as state_remove, set as state_set},
    app::domicile::app::viewer::current as viewer,
    app::domicile::docs::query::{changes, count, find},
    app::domicile::docs::read::get_many,
    app::domicile::docs::write::{create_many, delete_many, update_many},
    app::domicile::files::folders::{entries as file_entries, summarize as file_summary},
    app::domicile::files::read::{Reader, open as file_open, stat as file_stat},
    app::domicile::files::write::{
        Writer, create as file_create, create_folder as file_create_folder, move_to as file_move,
        rename as file_rename, replace as file_replace, trash as file_trash,
    },
    importer::domicile::files::save::save as file_save,
    importer::domicile::konnector::choice::{choose, recall},
    importer::domicile::konnector::deposit::{id_for, put_many},
    importer::domicile::konnector::input::{
        locale as input_locale, name as input_name, read as input_read, size as input_size,
    },
    importer::domicile::konnector::progress::report as report_progress,
    konnector::domicile::files::download::download,
    konnector::domicile::konnector::account::{challenge, field, locale, recipe, visit},
    konnector::domicile::konnector::hook::next as next_message,
    konnector::domicile::konnector::net::{fetch, fetch_many},
    konnector::domicile::konnector::stream::{Connection, open as stream_open},
};
