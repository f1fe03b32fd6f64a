//! A provider that has OAuth 2 and little else: readings of a lake for whoever has a token, and a
//! page that echoes what it was asked.
//!
//! Its authorization server is that of `oauth`; what it gives has no specification.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde_json::json;

use crate::oauth::Desk;
use crate::{Answer, Provider, json as json_answer, with};

/// Running.
pub struct Lake {
    host: &'static str,
    /// Its authorization server.
    pub desk: Desk,
}

impl Lake {
    /// At this host.
    pub fn at(host: &'static str) -> Lake {
        Lake { host, desk: Desk::new("domicile", None, &format!("https://{host}/device")) }
    }
}

impl Provider for Lake {
    fn host(&self) -> &'static str {
        self.host
    }

    fn answer(&self, request: &Request<Bytes>) -> Answer {
        match (request.method(), request.uri().path()) {
            (&Method::GET, "/authorize") => self.desk.authorize(request),
            (&Method::POST, "/token") => self.desk.token(request),
            (&Method::POST, "/device/code") => self.desk.device(request),
            (&Method::POST, "/revoke") => self.desk.revoke(request),
            _ if !self.desk.admits(request) => {
                json_answer(StatusCode::UNAUTHORIZED, &json!({ "error": "invalid_token" }))
            }
            (&Method::GET, "/readings") => json_answer(StatusCode::OK, &json!({ "level": 372.1 })),
            (&Method::GET, "/echo") => {
                with(StatusCode::OK, "text/plain", format!("{:?}", request.headers()))
            }
            _ => json_answer(StatusCode::NOT_FOUND, &json!({ "error": "not_found" })),
        }
    }
}
