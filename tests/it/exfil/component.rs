//! What an attacker installs: bytes, with a manifest of his own.

use std::fs;
use std::path::Path;
use std::process::Command;

use domicile::flow::Fault;
use domicile_guests as guests;
use domicile_proto::inspect::MANIFEST_SECTION;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use wasm_encoder::{ComponentSection, CustomSection};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use super::attack::{self, Attack};
use crate::support::World;

/// A home with those of `tests/exfil/manifests`, and the importer of statements.
///
/// They are compiled once and the house's folder is copied, for each story has four such homes.
pub async fn colluders(fault: Fault) -> World {
    static PREPARED: OnceCell<TempDir> = OnceCell::const_new();
    let prepared = PREPARED.get_or_init(async || strangers().await.folder);
    copy(prepared.await, fault).await
}

/// The house of this folder once more: with its keys, in a folder of its own.
pub async fn copy(prepared: &TempDir, fault: Fault) -> World {
    let folder = tempfile::tempdir().unwrap();
    let from = format!("{}/.", prepared.path().display());
    assert!(Command::new("cp").arg("-r").arg(from).arg(folder.path()).status().unwrap().success());
    World::at(folder, fault).await
}

/// The same in a home of its own: no copy has its keys.
pub async fn strangers() -> World {
    let world = World::new().await;
    world.install(guests::KONNECTOR_OFX).await;
    for name in ["reader", "writer"] {
        world.install_bytes(interpreter(name)).await;
    }
    for name in ["file-reader", "file-writer"] {
        world.install_bytes(under(name, guests::programs::FLOW_FILES)).await;
    }
    world.install_bytes(under("watcher", guests::programs::SERVICE_SCRIBE)).await;
    world
}

/// The interpreter under one of the manifests.
pub fn interpreter(name: &str) -> Vec<u8> {
    under(name, guests::programs::FLOW_INTERPRETER)
}

/// A program under one of the manifests.
fn under(name: &str, program: &str) -> Vec<u8> {
    let manifest = attack::folder().join("manifests").join(name).with_extension("toml");
    let manifest = fs::read_to_string(manifest).unwrap();
    with_manifest(guests::bytes(program).unwrap(), &manifest)
}

/// A guest by its name, or a module of the folder; with the folder's manifest where there is one.
pub fn named(attack: &Attack, name: &str) -> Vec<u8> {
    let bytes = match name.strip_suffix(".wat") {
        Some(_) => module(&attack.folder, name),
        None => {
            let guest = guests::ALL.iter().find(|guest| guest.name == name);
            let guest = guest.unwrap_or_else(|| panic!("{}: no guest `{name}`", attack.id));
            guests::bytes(guest.path).unwrap()
        }
    };
    match fs::read_to_string(attack.folder.join("manifest.toml")) {
        Ok(manifest) => with_manifest(bytes, &manifest),
        Err(_) => bytes,
    }
}

/// Unlike `domicile pack`, whatever the bytes are.
pub fn with_manifest(mut bytes: Vec<u8>, manifest: &str) -> Vec<u8> {
    let data = manifest.as_bytes().into();
    CustomSection { name: MANIFEST_SECTION.into(), data }.append_to_component(&mut bytes);
    bytes
}

/// A component of the folder's world around a module in text form; without a world, the text is a
/// component itself.
fn module(folder: &Path, name: &str) -> Vec<u8> {
    let mut module = wat::parse_file(folder.join(name)).unwrap();
    if !folder.join("world.wit").exists() {
        return module;
    }
    let mut resolve = Resolve::default();
    resolve.push_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit")).unwrap();
    let package = resolve.push_file(folder.join("world.wit")).unwrap();
    let world = resolve.select_world(&[package], Some("attack")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    // Not validated here: that is what the house is asked to do.
    ComponentEncoder::default().module(&module).unwrap().validate(false).encode().unwrap()
}
