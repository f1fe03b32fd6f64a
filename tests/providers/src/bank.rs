//! A bank with an interface for programs: a token for a while against a password, accounts, and
//! their operations with a cursor, in JSON.
//!
//! Made after the shape that such interfaces have in common; of OAuth 2 (RFC 6749) it has the
//! password grant and no other, and no refresh.

use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::{Answer, LOGIN, PASSWORD, Provider, fields, json as json_answer, query, with};

const TOKEN: &str = "jeton-du-nord-0123456789";
/// Operations of a page.
const PAGE: usize = 5;

/// Day, text, amount.
const OPERATIONS: [(&str, &str, f64); 14] = [
    ("2026-11-20", "CB BOULANGERIE DU PONT", -6.4),
    ("2026-11-18", "VIR MUTUELLE DES TILLEULS", 13.35),
    ("2026-11-16", "CB EPICERIE LES HALLES", -41.87),
    ("2026-11-12", "PRLV ENERGIE DU LAC", -88.2),
    ("2026-11-09", "VIR CPAM", 27.1),
    ("2026-11-05", "CB LIBRAIRIE PASSAGE", -23.9),
    ("2026-11-03", "CB DR MARTIN", -30.0),
    ("2026-11-03", "CB PHARMACIE CENTRALE", -12.45),
    ("2026-11-02", "VIR SALAIRE ATELIER NEUF", 2184.12),
    ("2026-10-30", "VIR MUTUELLE DES TILLEULS", 280.0),
    ("2026-10-27", "CB OPTIQUE DU MARCHE", -320.0),
    ("2026-10-12", "CB CABINET DENTAIRE", -28.92),
    ("2026-10-05", "PRLV LOYER", -845.0),
    ("2026-10-01", "CB KINE ROSSI", -16.13),
];

/// Running.
#[derive(Default)]
pub struct Bank {
    down: AtomicBool,
}

impl Bank {
    /// Have it fail from now on, or no more.
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::Relaxed);
    }
}

impl Provider for Bank {
    fn host(&self) -> &'static str {
        "api.banquedunord.example"
    }

    fn answer(&self, request: &Request<Bytes>) -> Answer {
        if self.down.load(Ordering::Relaxed) {
            return with(StatusCode::BAD_GATEWAY, "text/html", "<h1>502</h1>");
        }
        if (request.method(), request.uri().path()) == (&Method::POST, "/oauth/token") {
            return token(request);
        }
        let bearer = request.headers().get("authorization").and_then(|line| line.to_str().ok());
        if bearer != Some(&format!("Bearer {TOKEN}")) {
            return json_answer(StatusCode::UNAUTHORIZED, &json!({ "error": "invalid_token" }));
        }
        match request.uri().path() {
            "/v1/accounts" => json_answer(StatusCode::OK, &accounts()),
            "/v1/accounts/4021/transactions" => json_answer(StatusCode::OK, &operations(request)),
            "/v1/accounts/4022/transactions" => {
                json_answer(StatusCode::OK, &json!({ "items": [] }))
            }
            _ => json_answer(StatusCode::NOT_FOUND, &json!({ "error": "not_found" })),
        }
    }
}

fn token(request: &Request<Bytes>) -> Answer {
    let form = fields(request.body());
    let said = |name: &str| form.get(name).map(String::as_str);
    if (said("username"), said("password")) != (Some(LOGIN), Some(PASSWORD)) {
        return json_answer(StatusCode::BAD_REQUEST, &json!({ "error": "invalid_grant" }));
    }
    json_answer(StatusCode::OK, &json!({ "access_token": TOKEN, "token_type": "Bearer" }))
}

fn accounts() -> Value {
    json!({ "accounts": [
        { "id": "4021", "label": "Compte courant", "iban": "FR7630004000031234567890143",
          "kind": "checking", "balance": 1_742.36, "currency": "EUR" },
        { "id": "4022", "label": "Livret A", "kind": "savings", "balance": 5_310, "currency": "EUR" },
    ]})
}

fn operations(request: &Request<Bytes>) -> Value {
    let first: usize = query(request).get("cursor").and_then(|text| text.parse().ok()).unwrap_or(0);
    let numbered = OPERATIONS.iter().enumerate().skip(first).take(PAGE);
    let items: Vec<Value> = numbered
        .map(|(at, (day, text, amount))| {
            let number = OPERATIONS.len() - at;
            json!({ "id": format!("T{number:04}"), "booked": day, "text": text, "amount": amount })
        })
        .collect();
    let next = first + PAGE;
    let next = (next < OPERATIONS.len()).then(|| next.to_string());
    json!({ "items": items, "next": next })
}
