//! Banks: accounts, operations and months, drawn from the owner's own statements.
//!
//! In flow accounts and operations that importers deposited. Out flow pages, a table to take away,
//! what the owner says of an operation (its category, a note, tags, parts), groups of accounts,
//! budgets and bounds. Never: a document that the owner did not ask to change.

mod ofx;
mod pages;
mod words;

use domicile_sdk::prelude::*;
use pages::{
    budgets, export, groups, home, month, operation, operations, parts, plan as ahead, trends,
};

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
        .get("/trends", trends::show)
        .get("/plan", ahead::show)
        .get("/budgets", budgets::show)
        .post("/budgets", budgets::save)
        .post("/alerts", budgets::save_alerts)
        .get("/groups", groups::show)
        .post("/groups", groups::create)
        .get("/groups/{id}", groups::one)
        .post("/groups/{id}", groups::save)
        .post("/groups/{id}/delete", groups::delete)
        .get("/export.csv", export::csv)
        .get("/export.ofx", export::ofx)
        .run(request)
}
