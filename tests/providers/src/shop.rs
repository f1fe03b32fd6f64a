//! A shop's loyalty card: receipts in JSON, against a user and a password (RFC 7617). No
//! specification; it leaves out everything else that such cards do.

use bytes::Bytes;
use data_encoding::BASE64;
use http::header::AUTHORIZATION;
use http::{Request, StatusCode};
use serde_json::json;

use crate::{Answer, LOGIN, PASSWORD, Provider, json as json_answer};

/// Running.
pub struct Shop;

impl Provider for Shop {
    fn host(&self) -> &'static str {
        "www.bonsplans.example"
    }

    fn answer(&self, request: &Request<Bytes>) -> Answer {
        let wanted = format!("Basic {}", BASE64.encode(format!("{LOGIN}:{PASSWORD}").as_bytes()));
        if request.headers().get(AUTHORIZATION).is_none_or(|line| *line != *wanted) {
            return json_answer(StatusCode::UNAUTHORIZED, &json!({}));
        }
        json_answer(
            StatusCode::OK,
            &json!({ "tickets": [
                { "id": "K-77", "day": "2026-11-14", "shop": "Bons Plans Centre", "amount": 23.6 },
                { "id": "K-78", "day": "2026-11-21", "shop": "Bons Plans Gare", "amount": 8.15 },
            ]}),
        )
    }
}
