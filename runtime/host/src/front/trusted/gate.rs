//! What somebody sees who was given a link to a gate: one answer of one day, and nothing else.
//!
//! In flow a link's secret; out flows a page of one length, whatever the answer is. A link that
//! ended, that was never made or that was guessed has one answer, and so has a closed gate.

use askama::Template;
use axum::http::{HeaderName, HeaderValue, StatusCode};

use super::super::headers::Document;
use super::super::page::{self, Frame};
use super::super::problem::Failure;
use super::super::texts::fill;
use super::{Answer, Ask};
use crate::flow::gate::{self, Opened};
use crate::house::Home;

#[derive(Template)]
#[template(path = "answer.html")]
struct Answered {
    frame: Frame,
    day: String,
    text: String,
    until: String,
}

/// Answer to whoever has the link.
pub async fn answer(ask: &Ask, home: Option<&Home>, secret: &str) -> Answer {
    let Some(home) = home else { return Err(Failure::not_found(ask.t())) };
    let opened = gate::open(home, ask.now, secret).await?;
    let Opened { gate, day, text, until } = opened.ok_or_else(|| Failure::not_found(ask.t()))?;
    let page = Answered {
        frame: ask.frame(gate.text.in_locale(ask.locale)),
        day: day.to_string(),
        text,
        until: fill(ask.t().shared_until, until.strftime("%Y-%m-%d")),
    };
    let mut response = page::document(&page, Document::Trusted, StatusCode::OK);
    let robots = HeaderName::from_static("x-robots-tag");
    response.headers_mut().insert(robots, HeaderValue::from_static("noindex"));
    Ok(response)
}
