//! A tracker: it wants to hear of everybody, and remembers who told it something. No specification.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::json;

use crate::{Answer, Provider, json as json_answer};

/// Running.
#[derive(Default)]
pub struct Tracker(Mutex<Vec<String>>);

impl Tracker {
    /// What it was told.
    pub fn heard(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Provider for Tracker {
    fn host(&self) -> &'static str {
        "collecte.traceur.example"
    }

    fn answer(&self, request: &Request<Bytes>) -> Answer {
        let line = format!("{} {}", request.method(), request.uri());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        json_answer(StatusCode::OK, &json!([]))
    }
}
