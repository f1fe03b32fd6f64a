//! Banks: accounts, operations and months, drawn from the owner's own statements.
//!
//! In flow accounts and operations that importers deposited. Out flow pages, a table to take away,
//! and what the owner says of an operation: its category, a note, tags, parts. Never: a document
//! that the owner did not ask to change.

mod amount;
mod category;
mod filter;
mod listing;
mod model;
mod pages;
mod summary;
mod transfer;
mod words;

use domicile_sdk::prelude::*;
use pages::{export, home, month, operation, operations, parts};

domicile_sdk::app! { manifest: "manifest.toml", page: handle }

fn handle(request: Request) -> Response {
    Router::new()
        .get("/", home::show)
        .get("/operations", operations::show)
        .get("/operations/{id}", operation::show)
        .post("/operations/{id}", operation::save)
        .get("/operations/{id}/parts", parts::show)
        .post("/operations/{id}/parts", parts::save)
        .get("/months", month::choose)
        .get("/months/{month}", month::show)
        .get("/export.csv", export::show)
        .run(request)
}
