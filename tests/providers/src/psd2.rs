//! A bank that speaks NextGenPSD2 of the Berlin Group, version 1.3: consents that the customer
//! confirms on the bank's page, accounts, balances, transactions by pages.
//!
//! After the published OpenAPI of version 1.3 (redirect approach, account information): POST
//! /v1/consents with `TPP-Redirect-URI`, its status, /v1/accounts and below, `bookingStatus`,
//! `_links.next`, `X-Request-ID`, and 429 ACCESS_EXCEEDED after four calls a day for the same
//! without `PSU-IP-Address`. It leaves out the certificate of a third party (QWAC), signatures,
//! payments, cards, explicit authorisations, and the other approaches to strong authentication. It
//! has one customer.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::header::LOCATION;
use http::{HeaderValue, Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::{Answer, Provider, json as json_answer, query, with};

/// Calls of one kind in a day without the customer.
const CALLS: u32 = 4;
/// Transactions of a page.
const PAGE: usize = 3;

/// Reference, day, text, who, amount.
const BOOKED: [(&str, &str, &str, &str, &str); 7] = [
    ("E7", "2026-11-21", "ACHAT CARTE 20/11", "Librairie Passage", "-23.90"),
    ("E6", "2026-11-18", "REMBOURSEMENT SOINS", "Mutuelle des Tilleuls", "13.35"),
    ("E5", "2026-11-14", "PRELEVEMENT ELECTRICITE", "Energie du Lac", "-88.20"),
    ("E4", "2026-11-10", "", "Boulangerie du Pont", "-6.40"),
    ("E3", "2026-11-05", "VIREMENT LOYER", "Agence du Pont", "-845.00"),
    ("", "2026-11-03", "FRAIS DE TENUE DE COMPTE", "", "-2.00"),
    ("E1", "2026-11-02", "SALAIRE NOVEMBRE", "Atelier Neuf", "2184.12"),
];

#[derive(Default)]
struct Book {
    count: u32,
    /// The return address of each consent that is not confirmed, and which are.
    asked: BTreeMap<String, String>,
    valid: Vec<String>,
    calls: BTreeMap<String, u32>,
}

/// Running.
#[derive(Default)]
pub struct Psd2 {
    book: Mutex<Book>,
}

impl Psd2 {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another day begins.
    pub fn next_day(&self) {
        self.book().calls.clear();
    }

    /// All consents end, as they do after half a year.
    pub fn expire(&self) {
        self.book().valid.clear();
    }

    fn consent(&self, request: &Request<Bytes>) -> Answer {
        let back = request.headers().get("tpp-redirect-uri").and_then(|line| line.to_str().ok());
        let wanted: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let whole = wanted["access"].is_object()
            && wanted["recurringIndicator"].is_boolean()
            && wanted["validUntil"].is_string()
            && wanted["frequencyPerDay"].as_u64().is_some_and(|calls| calls <= u64::from(CALLS));
        let (Some(back), true) = (back, whole) else {
            return error(StatusCode::BAD_REQUEST, "FORMAT_ERROR");
        };
        let mut book = self.book();
        book.count += 1;
        let id = format!("consent-{:04}", book.count);
        book.asked.insert(id.clone(), back.to_owned());
        json_answer(
            StatusCode::CREATED,
            &json!({
                "consentStatus": "received", "consentId": id,
                "_links": {
                    "scaRedirect": { "href": format!("https://www.banquedulac.example/confirmer?consent={id}") },
                    "status": { "href": format!("/v1/consents/{id}/status") },
                },
            }),
        )
    }

    /// The page where the customer says yes.
    fn confirm(&self, request: &Request<Bytes>) -> Answer {
        let id = query(request).remove("consent").unwrap_or_default();
        let mut book = self.book();
        let Some(back) = book.asked.remove(&id) else {
            return with(StatusCode::NOT_FOUND, "text/plain", "no such consent");
        };
        book.valid.push(id);
        let mut answer = with(StatusCode::FOUND, "text/plain", "");
        if let Ok(to) = HeaderValue::from_str(&back) {
            answer.headers_mut().insert(LOCATION, to);
        }
        answer
    }

    fn status(&self, id: &str) -> Answer {
        let book = self.book();
        let word = match (book.valid.iter().any(|valid| valid == id), book.asked.contains_key(id)) {
            (true, _) => "valid",
            (false, true) => "received",
            (false, false) => "expired",
        };
        json_answer(StatusCode::OK, &json!({ "consentStatus": word }))
    }

    /// Whether this call is one too many.
    fn counts(&self, request: &Request<Bytes>, what: &str) -> bool {
        if request.headers().contains_key("psu-ip-address") {
            return false;
        }
        let mut book = self.book();
        let calls = book.calls.entry(what.to_owned()).or_default();
        *calls += 1;
        *calls > CALLS
    }
}

impl Provider for Psd2 {
    fn host(&self) -> &'static str {
        "api.banquedulac.example"
    }

    fn answer(&self, request: &Request<Bytes>) -> Answer {
        let path = request.uri().path();
        if (request.method(), path) == (&Method::GET, "/confirmer") {
            return self.confirm(request);
        }
        let has = |name: &str| request.headers().get(name).and_then(|line| line.to_str().ok());
        if has("x-request-id").is_none_or(|id| id.len() != 36) {
            return error(StatusCode::BAD_REQUEST, "FORMAT_ERROR");
        }
        if (request.method(), path) == (&Method::POST, "/v1/consents") {
            return self.consent(request);
        }
        if let Some(id) = path.strip_prefix("/v1/consents/") {
            return self.status(id.trim_end_matches("/status"));
        }
        let consent = has("consent-id").unwrap_or_default();
        if !self.book().valid.iter().any(|valid| valid == consent) {
            return error(StatusCode::UNAUTHORIZED, "CONSENT_INVALID");
        }
        let first = !query(request).contains_key("page");
        if first && self.counts(request, path) {
            return error(StatusCode::TOO_MANY_REQUESTS, "ACCESS_EXCEEDED");
        }
        match path {
            "/v1/accounts" => json_answer(StatusCode::OK, &accounts()),
            "/v1/accounts/a-1/balances" => json_answer(StatusCode::OK, &balances("1742.36")),
            "/v1/accounts/a-2/balances" => json_answer(StatusCode::OK, &balances("5310")),
            "/v1/accounts/a-1/transactions" => json_answer(StatusCode::OK, &transactions(request)),
            "/v1/accounts/a-2/transactions" => json_answer(
                StatusCode::OK,
                &json!({ "transactions": { "booked": [], "pending": [] } }),
            ),
            _ => error(StatusCode::NOT_FOUND, "RESOURCE_UNKNOWN"),
        }
    }
}

fn error(status: StatusCode, code: &str) -> Answer {
    json_answer(status, &json!({ "tppMessages": [{ "category": "ERROR", "code": code }] }))
}

fn accounts() -> Value {
    json!({ "accounts": [
        { "resourceId": "a-1", "iban": "FR7630004000031234567890143", "currency": "EUR",
          "name": "Compte courant", "cashAccountType": "CACC" },
        { "resourceId": "a-2", "bban": "30004 00003 98765432109", "currency": "EUR",
          "product": "Livret A", "cashAccountType": "SVGS" },
    ]})
}

fn balances(amount: &str) -> Value {
    let of = |kind: &str, amount: &str| {
        json!({ "balanceType": kind, "referenceDate": "2026-11-22",
                "balanceAmount": { "currency": "EUR", "amount": amount } })
    };
    json!({ "balances": [of("expected", "0.00"), of("closingBooked", amount)] })
}

fn transactions(request: &Request<Bytes>) -> Value {
    let asked = query(request);
    let from = asked.get("dateFrom").cloned().unwrap_or_default();
    let page: usize = asked.get("page").and_then(|page| page.parse().ok()).unwrap_or(0);
    let all: Vec<_> = BOOKED.iter().filter(|(_, day, ..)| *day >= from.as_str()).collect();
    let rows: Vec<Value> = all.iter().skip(page * PAGE).take(PAGE).map(|row| booked(row)).collect();
    let mut told = json!({ "booked": rows });
    if page == 0 {
        told["pending"] = json!([{
            "transactionId": "p-1", "valueDate": "2026-11-24",
            "transactionAmount": { "currency": "EUR", "amount": "-12.00" },
        }]);
    }
    if all.len() > (page + 1) * PAGE {
        let next = page + 1;
        let href =
            format!("/v1/accounts/a-1/transactions?bookingStatus=both&dateFrom={from}&page={next}");
        told["_links"] = json!({ "next": { "href": href } });
    }
    json!({ "transactions": told })
}

fn booked((reference, day, text, who, amount): &(&str, &str, &str, &str, &str)) -> Value {
    let mut row = json!({
        "bookingDate": day, "valueDate": day,
        "transactionAmount": { "currency": "EUR", "amount": amount },
    });
    let side = if amount.starts_with('-') { "creditorName" } else { "debtorName" };
    let optional =
        [("entryReference", reference), (side, who), ("remittanceInformationUnstructured", text)];
    for (name, value) in optional.into_iter().filter(|(_, value)| !value.is_empty()) {
        row[name] = (*value).into();
    }
    row
}
