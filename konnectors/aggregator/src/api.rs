//! The aggregator's answers, and the requests that bring them. In: JSON as Powens publishes it (API
//! 2.0). Out: connections, accounts, transactions page by page. Never here: a link of an answer's
//! that is followed; an answer that brings more pages than are asked for.

use std::collections::BTreeSet;

use domicile_sdk::konnector::{Action, Failure, Fetch, route};
use konnector_shared::text::clean;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Number, Value};

/// Pages of a thousand transactions in a run: what a run may deposit, and room for accounts.
const PAGES_MAX: usize = 49;
/// Longest name of a bank.
const BANK_CHARS_MAX: usize = 100;

#[derive(Deserialize)]
struct Connections {
    connections: Vec<Connection>,
}

/// A bank that the owner connected there.
#[derive(Deserialize)]
pub struct Connection {
    pub id: u64,
    /// What is wrong with it, if anything.
    pub state: Option<String>,
    /// When the bank gave something last.
    pub last_update: Option<String>,
    connector: Option<Connector>,
}

impl Connection {
    /// What the bank is called.
    pub fn bank(&self) -> String {
        let name = self.connector.as_ref().map(|one| clean(&one.name, BANK_CHARS_MAX));
        name.filter(|name| !name.is_empty()).unwrap_or_else(|| self.id.to_string())
    }
}

#[derive(Deserialize)]
struct Connector {
    name: String,
}

#[derive(Deserialize)]
struct Accounts {
    accounts: Vec<Account>,
}

#[derive(Deserialize)]
pub struct Account {
    pub id: u64,
    pub id_connection: Option<u64>,
    pub number: Option<String>,
    pub iban: Option<String>,
    pub original_name: Option<String>,
    pub name: Option<String>,
    pub balance: Option<Number>,
    pub last_update: Option<String>,
    pub currency: Option<Currency>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// When, or `true` in older answers.
    #[serde(default)]
    deleted: Value,
    #[serde(default)]
    disabled: Value,
}

#[derive(Deserialize)]
pub struct Currency {
    /// As ISO 4217 has it.
    pub id: String,
}

#[derive(Deserialize)]
struct Page {
    transactions: Vec<Transaction>,
    #[serde(rename = "_links", default)]
    links: Links,
}

#[derive(Default, Deserialize)]
struct Links {
    #[serde(default)]
    next: Value,
}

#[derive(Deserialize)]
pub struct Transaction {
    pub id: u64,
    pub id_account: u64,
    /// When it was booked, ordered, and counts for interest.
    pub date: Option<String>,
    pub rdate: Option<String>,
    pub vdate: Option<String>,
    /// In the account's currency.
    pub value: Option<Number>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// What the bank wrote, what the aggregator made of it, what its customer did.
    pub original_wording: Option<String>,
    pub simplified_wording: Option<String>,
    pub wording: Option<String>,
    /// An object; a name in older answers.
    #[serde(default)]
    pub counterparty: Value,
    /// Not booked yet.
    #[serde(default)]
    pub coming: bool,
    #[serde(default)]
    deleted: Value,
}

/// Everything that is there from a day on.
#[derive(Default)]
pub struct Found {
    pub transactions: Vec<Transaction>,
    /// There is more than a run takes.
    pub more: bool,
}

pub fn connections() -> Result<Vec<Connection>, Failure> {
    Ok(ask::<Connections>(route("connections"))?.connections)
}

/// Those that the owner wants to see there.
pub fn accounts() -> Result<Vec<Account>, Failure> {
    let mut accounts = ask::<Accounts>(route("accounts"))?.accounts;
    accounts.retain(|account| !is_set(&account.deleted) && !is_set(&account.disabled));
    Ok(accounts)
}

/// What was not deleted, each once: rows move to the next page while pages are read.
pub fn transactions(since: Option<&str>) -> Result<Found, Failure> {
    let (mut found, mut seen, mut offset) = (Found::default(), BTreeSet::new(), 0);
    for _ in 0..PAGES_MAX {
        let request = route("transactions").query("offset", offset);
        let request =
            since.into_iter().fold(request, |request, day| request.query("min_date", day));
        let page: Page = ask(request)?;
        offset += page.transactions.len();
        found.more = is_set(&page.links.next) && !page.transactions.is_empty();
        let rows = page.transactions.into_iter().filter(|row| !is_set(&row.deleted));
        found.transactions.extend(rows.filter(|row| seen.insert(row.id)));
        if !found.more {
            break;
        }
    }
    Ok(found)
}

fn is_set(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false))
}

fn ask<T: DeserializeOwned>(request: Fetch) -> Result<T, Failure> {
    let answer = request.header("accept", "application/json").send()?;
    if answer.status == 403 {
        return Err(Failure::UserActionNeeded(Action::RenewConsent));
    }
    Ok(answer.good()?.json()?)
}
