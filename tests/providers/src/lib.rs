//! Providers that exist on this machine alone. Each file is one, and its header says after which
//! specification it is made and what it leaves out.
//!
//! In: requests. Out: answers, as that provider would give them, and whom it was told what. Never
//! here: anything that knows how Domicile asks.

pub mod adict;
pub mod aggregator;
mod api;
mod bank;
pub mod energy;
mod fhir;
mod gas;
mod health;
mod insurer;
mod lake;
mod library;
mod mishap;
pub mod oauth;
mod ofx;
mod psd2;
pub mod serve;
mod shop;
mod site;
mod telecom;
mod tilleuls;
mod toll;
mod town;
mod tracker;
mod water;

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION};
use http::{HeaderValue, Request, Response, StatusCode};

pub use api::Api;
pub use bank::Bank;
pub use fhir::{Hospital, TOKEN as HOSPITAL_TOKEN};
pub use gas::gas;
pub use health::health;
pub use insurer::insurer;
pub use lake::Lake;
pub use library::library;
pub use mishap::{Mishap, Unreliable};
pub use ofx::Ofx;
pub use psd2::Psd2;
pub use shop::Shop;
pub use site::Site;
pub use telecom::telecom;
pub use tilleuls::tilleuls;
pub use toll::toll;
pub use town::town;
pub use tracker::Tracker;
pub use water::water;

/// What the accounts of all of them are opened with.
pub const LOGIN: &str = "camille";
/// And this.
pub const PASSWORD: &str = "tilleul-et-marronnier";

/// A whole answer.
pub type Answer = Response<Bytes>;

/// Something that answers.
pub trait Provider: Send + Sync {
    /// Its host.
    fn host(&self) -> &'static str;
    /// Answer a request, whole.
    fn answer(&self, request: &Request<Bytes>) -> Answer;
    /// What goes wrong with the next answer, if anything.
    fn mishap(&self) -> Option<Mishap> {
        None
    }
}

fn with(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}

fn html(body: &str) -> Answer {
    let page = format!(
        "<!doctype html><html lang=\"fr\"><meta charset=\"utf-8\"><body>{body}</body></html>"
    );
    with(StatusCode::OK, "text/html; charset=utf-8", page)
}

fn json(status: StatusCode, body: &serde_json::Value) -> Answer {
    with(status, "application/json", body.to_string())
}

fn see(path: &'static str) -> Answer {
    let mut answer = with(StatusCode::SEE_OTHER, "text/plain", "");
    answer.headers_mut().insert(LOCATION, HeaderValue::from_static(path));
    answer
}

/// The code that is sent the nth time.
fn code_of(count: u32) -> String {
    format!("{:06}", 271_828 * count % 1_000_000)
}

/// A form, or the query of an address.
fn fields(text: &[u8]) -> BTreeMap<String, String> {
    serde_urlencoded::from_bytes(text).unwrap_or_default()
}

fn query(request: &Request<Bytes>) -> BTreeMap<String, String> {
    fields(request.uri().query().unwrap_or_default().as_bytes())
}

fn cookie<'a>(request: &'a Request<Bytes>, name: &str) -> Option<&'a str> {
    let line = request.headers().get(COOKIE)?.to_str().ok()?;
    let mut pairs = line.split("; ").filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}
