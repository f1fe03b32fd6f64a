//! The switchboard: every capability that a component can be given, one file for each interface.
//!
//! A capability never opens a socket or a file. It turns a guest's arguments into a call of the
//! run's session, and the session's refusals into the interface's constants.

pub mod bindings;

mod app;
mod docs;
mod files;
mod konnector;
mod net;

use domicile_policy::Action;
use domicile_proto::manifest::{Kind, Manifest};
use domicile_store::files::FILES;
use wasmtime::component::Linker;

use crate::engine::link::Own;
use crate::engine::state::RunState;
use bindings::app::domicile::{app as app_wit, docs as docs_wit, files as files_wit};
use bindings::importer::domicile::files::save as save_wit;
use bindings::importer::domicile::konnector as importer_wit;
use bindings::konnector::domicile::files::download as download_wit;
use bindings::konnector::domicile::konnector as konnector_wit;

/// Define what the manifest declares, and nothing else.
pub fn link(linker: &mut Linker<RunState>, manifest: &Manifest) -> wasmtime::Result<()> {
    if manifest.kind.deposits() {
        importer_wit::progress::add_to_linker::<_, Own>(linker, |state| state)?;
        importer_wit::deposit::add_to_linker::<_, Own>(linker, |state| state)?;
        if manifest.allows_on(FILES, Action::Deposit) {
            save_wit::add_to_linker::<_, Own>(linker, |state| state)?;
        }
    }
    if manifest.kind == Kind::Importer {
        importer_wit::choice::add_to_linker::<_, Own>(linker, |state| state)?;
        return importer_wit::input::add_to_linker::<_, Own>(linker, |state| state);
    }
    files(linker, manifest)?;
    app_wit::viewer::add_to_linker::<_, Own>(linker, |state| state)?;
    app_wit::state::add_to_linker::<_, Own>(linker, |state| state)?;
    if manifest.kind == Kind::Konnector {
        if manifest.allows_on(FILES, Action::Deposit) {
            download_wit::add_to_linker::<_, Own>(linker, |state| state)?;
        }
        konnector_wit::net::add_to_linker::<_, Own>(linker, |state| state)?;
        konnector_wit::stream::add_to_linker::<_, Own>(linker, |state| state)?;
        konnector_wit::hook::add_to_linker::<_, Own>(linker, |state| state)?;
        return konnector_wit::account::add_to_linker::<_, Own>(linker, |state| state);
    }
    app_wit::notices::add_to_linker::<_, Own>(linker, |state| state)?;
    if manifest.kind == Kind::App {
        app_wit::gate::add_to_linker::<_, Own>(linker, |state| state)?;
    }
    if manifest.allows(Action::Read) {
        docs_wit::read::add_to_linker::<_, Own>(linker, |state| state)?;
    }
    if manifest.allows(Action::Query) {
        docs_wit::query::add_to_linker::<_, Own>(linker, |state| state)?;
    }
    if manifest.allows(Action::Write) {
        docs_wit::write::add_to_linker::<_, Own>(linker, |state| state)?;
    }
    docs_wit::types::add_to_linker::<_, Own>(linker, |state| state)
}

/// The files' interfaces go with the grants of their doctype.
fn files(linker: &mut Linker<RunState>, manifest: &Manifest) -> wasmtime::Result<()> {
    if manifest.allows_on(FILES, Action::Read) {
        files_wit::read::add_to_linker::<_, Own>(linker, |state| state)?;
    }
    if manifest.allows_on(FILES, Action::Query) {
        files_wit::folders::add_to_linker::<_, Own>(linker, |state| state)?;
    }
    if manifest.allows_on(FILES, Action::Write) {
        files_wit::write::add_to_linker::<_, Own>(linker, |state| state)?;
    }
    files_wit::types::add_to_linker::<_, Own>(linker, |state| state)
}
