//! Interfaces for programs, as the apps of providers use them: JSON against a bearer token (RFC
//! 6750), which a user, a password and at some a code by message bring; behind it the data of one
//! provider.
//!
//! Made after what such interfaces have in common. It leaves out refresh tokens, proofs of
//! possession and what else OAuth 2 knows.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::{Answer, LOGIN, PASSWORD, Provider, code_of, json as json_answer};

/// What one of them is like.
pub(crate) struct Plan {
    pub host: &'static str,
    /// Whether a code is asked for besides.
    pub code: bool,
    /// What is behind it; none is nothing.
    pub pages: fn(&Request<Bytes>) -> Option<Value>,
}

/// Running, with what it knows of its one member.
pub struct Api {
    plan: Plan,
    state: Mutex<State>,
    /// Told of each code that is sent.
    sent: Box<dyn Fn(&str) + Send + Sync>,
}

#[derive(Default)]
struct State {
    codes: u32,
    code: Option<String>,
    tokens: u32,
}

impl State {
    fn token(&self) -> String {
        format!("jeton-0123456789-{}", self.tokens)
    }

    fn let_in(&mut self) -> Answer {
        self.tokens += 1;
        json_answer(StatusCode::OK, &json!({ "token": self.token(), "expiresIn": 2_592_000 }))
    }
}

impl Api {
    pub(crate) fn new(plan: Plan) -> Api {
        Api { plan, state: Mutex::default(), sent: Box::new(|_| ()) }
    }

    pub(crate) fn sending(plan: Plan, sent: impl Fn(&str) + Send + Sync + 'static) -> Api {
        Api { sent: Box::new(sent), ..Api::new(plan) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sign_in(&self, said: &Value) -> Answer {
        if (said["user"].as_str(), said["password"].as_str()) != (Some(LOGIN), Some(PASSWORD)) {
            return refused("credentials");
        }
        let mut state = self.state();
        if !self.plan.code {
            return state.let_in();
        }
        state.codes += 1;
        let code = code_of(state.codes);
        (self.sent)(&code);
        state.code = Some(code);
        json_answer(StatusCode::ACCEPTED, &json!({ "challenge": state.codes.to_string() }))
    }

    fn verify(&self, said: &Value) -> Answer {
        let mut state = self.state();
        let right = state.code.take().is_some_and(|now| said["code"].as_str() == Some(&now));
        let asked = said["challenge"].as_str().is_some_and(|one| one == state.codes.to_string());
        if !right || !asked {
            return refused("code");
        }
        state.let_in()
    }
}

fn refused(why: &str) -> Answer {
    json_answer(StatusCode::UNAUTHORIZED, &json!({ "error": why }))
}

impl Provider for Api {
    fn host(&self) -> &'static str {
        self.plan.host
    }

    fn answer(&self, request: &Request<Bytes>) -> Answer {
        let said = || serde_json::from_slice(request.body()).unwrap_or_default();
        match (request.method(), request.uri().path()) {
            (&Method::POST, "/session") => return self.sign_in(&said()),
            (&Method::POST, "/session/code") if self.plan.code => return self.verify(&said()),
            _ => {}
        }
        let token = format!("Bearer {}", self.state().token());
        if request.headers().get(AUTHORIZATION).is_none_or(|line| *line != *token) {
            return refused("signed-out");
        }
        match (self.plan.pages)(request) {
            Some(found) => json_answer(StatusCode::OK, &found),
            None => json_answer(StatusCode::NOT_FOUND, &json!({ "error": "not-found" })),
        }
    }
}
