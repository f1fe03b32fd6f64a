//! Refunds: which came, which never did, why, and what to do about it.
//!
//! In flow what the service `reconciler` found, and the bills and operations that it names. Out
//! flow pages, letters, and the owner's decisions, which that service keeps to. Never: a foreign
//! text that becomes anything but text; a decision about what the page did not show.

mod decision;
mod filter;
mod near;
mod pages;
mod summary;
mod words;

use domicile_sdk::prelude::*;
use pages::{alert, choose, decide, decisions, expense, expenses, home, letter, split};

domicile_sdk::app! { manifest: "manifest.toml", page: handle }

fn handle(request: Request) -> Response {
    Router::new()
        .get("/", home::show)
        .get("/expenses", expenses::show)
        .get("/expenses/{id}", expense::show)
        .post("/expenses/{id}/confirm", decide::confirm)
        .post("/expenses/{id}/undo", decide::undo)
        .get("/expenses/{id}/split", split::show)
        .post("/expenses/{id}/split", split::save)
        .get("/expenses/{id}/operations", choose::show)
        .post("/expenses/{id}/operations", choose::save)
        .get("/alerts/{id}", alert::show)
        .post("/alerts/{id}/settle", decide::settle)
        .get("/alerts/{id}/letter", letter::show)
        .get("/alerts/{id}/letter.txt", letter::download)
        .get("/decisions", decisions::show)
        .post("/decisions/{id}/forget", decide::forget)
        .run(request)
}
