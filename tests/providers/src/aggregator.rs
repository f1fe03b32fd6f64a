//! A bank aggregator: Powens (formerly Budget Insight), API 2.0, whose customer connects banks on
//! its page, and which has read them.
//!
//! After the published reference: the webview `/2.0/auth/webview/connect`, which comes back with
//! `code`, `connection_id` and `state`; `/2.0/auth/token/access`, whose token has no end;
//! `connections` with their states, `accounts`, `transactions` with `limit`, `offset`, `min_date`,
//! `filter` and `_links`. Two things differ. A page has three transactions, whatever more `limit`
//! allows. The token is asked for by a form with a proof key (RFC 7636), as homes do, and that is
//! checked: the reference shows the request's fields as an object and names no proof key; a client
//! made of the vendor's OpenAPI sends a form. It leaves out reconnecting and managing in the
//! webview, tokens that are given back (DELETE), payments, documents, wealth, and synchronizing on
//! demand. It has one customer, with two banks.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::header::LOCATION;
use http::{HeaderValue, Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::oauth::Desk;
use crate::{Answer, Provider, json as json_answer, query};

/// The client application that is known here.
pub const CLIENT: &str = "application-de-camille";
/// And its secret.
pub const SECRET: &str = "secret-de-l-application";
/// Transactions of a page.
const PAGE: usize = 3;
/// The most that `limit` may be.
const LIMIT_MAX: usize = 1000;
/// When the banks were read.
const READ: &str = "2026-11-22 06:12:00";

/// Id, account, day, type, text, value.
const ROWS: [(u32, u32, &str, &str, &str, f64); 8] = [
    (9108, 41, "2026-11-21", "card", "CB LIBRAIRIE PASSAGE 20/11", -23.9),
    (9107, 41, "2026-11-18", "transfer", "VIR MUTUELLE DES TILLEULS", 13.35),
    (9106, 52, "2026-11-15", "deferred_card", "BOULANGERIE DU PONT", -6.4),
    (9105, 41, "2026-11-14", "order", "PRLV ENERGIE DU LAC", -88.2),
    (9104, 41, "2026-11-08", "withdrawal", "RETRAIT DAB GARE", -40.0),
    (9103, 41, "2026-11-05", "transfer", "VIR AGENCE DU PONT LOYER", -845.0),
    (9102, 41, "2026-11-03", "bank", "FRAIS DE TENUE DE COMPTE", -2.0),
    (9101, 41, "2026-11-02", "transfer", "VIR ATELIER NEUF SALAIRE", 2184.12),
];
/// Not booked yet.
const COMING: (u32, u32, &str, &str, &str, f64) =
    (9109, 52, "2026-11-30", "deferred_card", "QUINCAILLERIE DU LAC", -12.0);

/// Running.
pub struct Aggregator {
    /// Its authorization server.
    pub desk: Desk,
    /// The states of the two connections.
    states: Mutex<[Option<&'static str>; 2]>,
}

impl Default for Aggregator {
    fn default() -> Aggregator {
        let desk = Desk::new(CLIENT, Some(SECRET), "");
        desk.set(|ways| ways.without_refresh = true);
        Aggregator { desk, states: Mutex::default() }
    }
}

impl Aggregator {
    /// How it is with the banks from now on.
    pub fn set_states(&self, states: [Option<&'static str>; 2]) {
        *self.states.lock().unwrap_or_else(PoisonError::into_inner) = states;
    }

    fn connections(&self) -> Value {
        let states = *self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |id: u32, name: &str, state: Option<&str>| {
            json!({ "id": id, "id_user": 1, "id_connector": 40 + id, "state": state,
                    "active": true, "last_update": READ,
                    "connector": { "id": 40 + id, "name": name } })
        };
        let [lake, bridge] = states;
        json!({ "connections": [of(4, "Banque du Lac", lake), of(5, "Caisse du Pont", bridge)] })
    }
}

impl Provider for Aggregator {
    fn host(&self) -> &'static str {
        "demo.biapi.pro"
    }

    fn answer(&self, request: &Request<Bytes>) -> Answer {
        match (request.method(), request.uri().path()) {
            (&Method::GET, "/2.0/auth/webview/connect") => connected(self.desk.authorize(request)),
            (&Method::POST, "/2.0/auth/token/access") => endless(self.desk.token(request)),
            _ if !self.desk.admits(request) => error(StatusCode::UNAUTHORIZED, "unauthorized"),
            (&Method::GET, "/2.0/users/me/connections") => {
                json_answer(StatusCode::OK, &self.connections())
            }
            (&Method::GET, "/2.0/users/me/accounts") => json_answer(StatusCode::OK, &accounts()),
            (&Method::GET, "/2.0/users/me/transactions") => transactions(request),
            _ => error(StatusCode::NOT_FOUND, "notFound"),
        }
    }
}

fn error(status: StatusCode, code: &str) -> Answer {
    json_answer(status, &json!({ "code": code, "description": code }))
}

/// The way back says which bank was connected.
fn connected(mut answer: Answer) -> Answer {
    let to = answer.headers().get(LOCATION).and_then(|to| to.to_str().ok());
    let to = to.filter(|to| to.contains("code=")).map(|to| format!("{to}&connection_id=4"));
    if let Some(to) = to.and_then(|to| HeaderValue::from_str(&to).ok()) {
        answer.headers_mut().insert(LOCATION, to);
    }
    answer
}

/// A token of which nothing is said but that it is one.
fn endless(answer: Answer) -> Answer {
    let mut told: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    if let Some(told) = told.as_object_mut() {
        told.remove("expires_in");
    }
    json_answer(answer.status(), &told)
}

fn accounts() -> Value {
    let of = |id: u32, connection: u32, name: &str, kind: &str, balance: f64| {
        json!({ "id": id, "id_connection": connection, "id_user": 1, "number": format!("000{id}"),
                "original_name": name, "name": name, "type": kind, "balance": balance,
                "iban": null, "currency": { "id": "EUR", "symbol": "\u{20ac}", "precision": 2 },
                "last_update": READ, "deleted": null, "disabled": null })
    };
    let mut current = of(41, 4, "Compte courant", "checking", 1742.36);
    current["iban"] = "FR7630004000031234567890143".into();
    json!({ "accounts": [current, of(52, 5, "Carte Caisse", "card", -6.4)], "balance": 1735.96 })
}

fn transactions(request: &Request<Bytes>) -> Answer {
    let asked = query(request);
    let said = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    let limit: Option<usize> = said("limit").parse().ok();
    let Some(limit) = limit.filter(|limit| (1..=LIMIT_MAX).contains(limit)) else {
        return error(StatusCode::BAD_REQUEST, "missingParameter");
    };
    if !["", "date", "application_date"].contains(&said("filter")) {
        return error(StatusCode::BAD_REQUEST, "invalidValue");
    }
    let (offset, page) = (said("offset").parse().unwrap_or(0_usize), limit.min(PAGE));
    let all = [COMING].into_iter().chain(ROWS).filter(|(_, _, day, ..)| *day >= said("min_date"));
    let rows: Vec<Value> = all.map(row).collect();
    let more = rows.len() > offset + page;
    let rows: Vec<Value> = rows.into_iter().skip(offset).take(page).collect();
    let next = more.then(|| {
        let (from, next) = (said("min_date"), offset + page);
        let host = "https://demo.biapi.pro/2.0/users/me/transactions";
        json!({ "href": format!("{host}?limit={limit}&offset={next}&min_date={from}") })
    });
    let told = json!({
        "transactions": rows, "first_date": "2026-11-02", "last_date": "2026-11-30",
        "_links": { "self": { "href": request.uri().to_string() }, "prev": null, "next": next },
    });
    json_answer(StatusCode::OK, &told)
}

fn row((id, account, day, kind, text, value): (u32, u32, &str, &str, &str, f64)) -> Value {
    json!({
        "id": id, "id_account": account, "date": day, "rdate": day, "vdate": null,
        "application_date": day, "type": kind, "value": value, "original_wording": text,
        "simplified_wording": text, "wording": text, "coming": id == COMING.0, "active": true,
        "deleted": null, "counterparty": null, "card": null, "original_currency": null,
    })
}
