//! The pages, rendered natively over a home in memory.

mod budgets;
mod export;
mod groups;
mod home;
mod month;
mod operation;
mod operations;
mod parts;
mod plan;
mod reads;
mod trends;

use crate::handle;
use domicile_sdk::page::Content;
use domicile_sdk::prelude::*;
use domicile_sdk::serde_json::Value;
use domicile_sdk::testing::{self, Home};

const ACCOUNTS: &str = "io.cozy.bank.accounts";
const OPERATIONS: &str = "io.cozy.bank.operations";

fn text(address: &str) -> String {
    testing::text(&handle(Request::get(address)))
}

fn html(address: &str) -> String {
    match handle(Request::get(address)).content {
        Content::Page(view) => testing::html(&view),
        other => panic!("no page: {other:?}"),
    }
}

fn operation(label: &str, date: &str, amount: f64, account: &str) -> Value {
    json!({"label": label, "date": date, "amount": amount, "currency": "EUR", "account": account})
}

/// Two accounts and four operations of November and October.
fn household() -> (Home, Vec<String>) {
    let home = Home::new();
    let current = home.put(
        ACCOUNTS,
        json!({"label": "Joint account", "type": "Checkings", "balance": 1250.5,
            "currency": "EUR", "iban": "FR7612345678901234567890123",
            "institutionLabel": "Ma Banque"}),
    );
    home.put(
        ACCOUNTS,
        json!({"label": "Livret", "type": "Savings", "balance": 5000, "currency": "EUR"}),
    );
    home.put(
        ACCOUNTS,
        json!({"label": "Dollars", "type": "Checkings", "balance": 10, "currency": "USD"}),
    );
    let ids = [
        operation("CB CARREFOUR 20/11", "2026-11-21", -54.3, &current),
        operation("VIR SALAIRE ACME", "2026-11-02", 2100.0, &current),
        operation("PRLV EDF", "2026-10-12", -61.0, &current),
        operation("=HYPERLINK(\"x\")", "2026-10-03", -7.0, "gone"),
    ];
    let ids = ids.into_iter().map(|body| home.put(OPERATIONS, body)).collect();
    (home, ids)
}
