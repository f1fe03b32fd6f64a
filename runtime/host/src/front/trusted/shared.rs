//! What somebody sees who was given a link: documents, and nothing else of the home.
//!
//! In flow a link's secret; out flow the documents that its owner agreed to, printed by the host,
//! or as JSON. A link that ended, that was never made or that was guessed has one answer.

use askama::Template;
use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use domicile_store::Document;
use serde_json::{Value, json};

use super::super::headers::{Document as Kind, attachment, plain};
use super::super::page::{self, Frame};
use super::super::problem::Failure;
use super::super::texts::fill;
use super::{Answer, Ask};
use crate::flow::share::{self, Share};
use crate::house::Home;

/// Documents on a page.
const DOCUMENTS_MAX: usize = 50;
/// Characters of a value that a page shows.
const VALUE_MAX: usize = 400;

/// A document's fields, as text.
pub type Shown = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "shared.html")]
struct Shared {
    frame: Frame,
    until: String,
    documents: Vec<Shown>,
    json: String,
    next: Option<String>,
}

/// Answer to whoever has the link.
pub async fn answer(ask: &Ask, home: Option<&Home>, path: &str) -> Answer {
    let (secret, as_json) = match path.split_once('/') {
        None => (path, false),
        Some((secret, "documents.json")) => (secret, true),
        Some(_) => return Err(Failure::not_found(ask.t())),
    };
    let Some(home) = home else { return Err(Failure::not_found(ask.t())) };
    let Some(share) = share::open(home, ask.now, secret).await? else {
        return Err(Failure::not_found(ask.t()));
    };
    let cursor = Some(ask.value("after").to_owned()).filter(|after| !after.is_empty());
    let page = share::page(home, &share.doctype, share.scope.confirmed(), cursor, DOCUMENTS_MAX);
    // A cursor that is none is an address that is none.
    let page = page.map_err(|_| Failure::not_found(ask.t()))?;
    let mut response = match as_json {
        true => download(&share, &page.documents, page.next.as_deref()),
        false => show(ask, &share, secret, &page.documents, page.next.as_deref()),
    };
    let robots = HeaderName::from_static("x-robots-tag");
    response.headers_mut().insert(robots, HeaderValue::from_static("noindex"));
    Ok(response)
}

fn show(
    ask: &Ask,
    share: &Share,
    secret: &str,
    documents: &[Document],
    next: Option<&str>,
) -> Response<Body> {
    let spec = ask.front.house().doctypes().get(&share.doctype);
    let title = spec.map_or(share.doctype.as_str(), |spec| spec.title.in_locale(ask.locale));
    let template = Shared {
        frame: ask.frame(title),
        until: fill(ask.t().shared_until, share.until.strftime("%Y-%m-%d")),
        documents: documents.iter().map(shown).collect(),
        json: following(&format!("/shared/{secret}/documents.json"), Some(ask.value("after"))),
        next: next.map(|next| following(&format!("/shared/{secret}"), Some(next))),
    };
    page::document(&template, Kind::Trusted, StatusCode::OK)
}

fn following(path: &str, after: Option<&str>) -> String {
    match after.filter(|after| !after.is_empty()) {
        Some(after) => {
            let query = serde_urlencoded::to_string([("after", after)]).unwrap_or_default();
            format!("{path}?{query}")
        }
        None => path.to_owned(),
    }
}

fn download(share: &Share, documents: &[Document], next: Option<&str>) -> Response<Body> {
    let parsed = |document: &Document| serde_json::from_str::<Value>(&document.body).ok();
    let documents: Vec<Value> = documents.iter().filter_map(parsed).collect();
    let text = json!({ "doctype": share.doctype, "documents": documents, "next": next });
    let mut response = Response::new(Body::from(text.to_string()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_DISPOSITION, attachment(share.doctype.as_str(), "json"));
    plain(headers);
    response
}

/// The fields of a document; what is no text is shown as JSON.
pub fn shown(document: &Document) -> Shown {
    let body: Value = serde_json::from_str(&document.body).unwrap_or_default();
    let fields = body.as_object().into_iter().flatten();
    let field = |(name, value): (&String, &Value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let is_long = text.chars().count() > VALUE_MAX;
        let mut text: String = text.chars().take(VALUE_MAX).collect();
        if is_long {
            text.push('\u{2026}');
        }
        (name.clone(), text)
    };
    fields.map(field).collect()
}
