//! One request of an app's page: run it, print what it answered.

use std::error::Error;

use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, Response, StatusCode};
use domicile_policy::{Influence, Label};

use super::super::headers;
use super::super::limits::DOWNLOAD_BYTES_MAX;
use super::super::print::{Acts, print};
use super::super::problem::Failure;
use super::super::strict;
use super::super::texts::{Texts, fill};
use super::super::token::Place;
use super::{Visit, view};
use crate::caps::bindings::page::{Content, Download, Media, Method, Request};
use crate::caps::bindings::ui::Node;
use crate::runs::page::{PageAnswer, PageCause, Panel, show};
use crate::runs::{RunError, address};

/// Pages that one request may be sent on to.
const HOPS_MAX: usize = 3;
/// HTML longer than this is parsed away from the threads that answer.
const PARSE_HERE_BYTES_MAX: usize = 16 * 1024;

/// Answer one request. `shown` is its address within the app.
pub async fn page(
    visit: &Visit,
    request: Request,
    token: Option<&str>,
    shown: &str,
) -> Response<Body> {
    let key = visit.home.key("page-token");
    let place =
        Place { key: &key, home: visit.home.name(), app: &visit.app, session: &visit.session.id };
    let from = token.and_then(|token| place.open(visit.now, token));
    match follow(visit, request, from, shown).await {
        Ok((answer, shown)) => finish(visit, &place, answer, &shown).await,
        Err(failure) => view::failure(visit, &failure, shown),
    }
}

/// Run the page, and the page that it sends the owner on to, with the label of the first: what a
/// page chose as an address may tell what it has seen.
async fn follow(
    visit: &Visit,
    mut request: Request,
    mut token: Option<(Label, Influence)>,
    shown: &str,
) -> Result<(PageAnswer, String), Failure> {
    let house = visit.front.house();
    // The result of a post has no address of its own.
    let mut shown = match request.method {
        Method::Get => shown.to_owned(),
        Method::Post => String::new(),
    };
    for _ in 0..=HOPS_MAX {
        let cause = PageCause { token: token.take() };
        let answer = show(house, &visit.home, &visit.app, cause, request).await;
        let answer = answer.map_err(|error| run_failure(visit, &error))?;
        let PageAnswer { content: Content::See(whole), label, influence, .. } = answer else {
            return Ok((answer, shown));
        };
        request = address::request(&whole)
            .ok_or_else(|| broken(visit.t(), "an address that is no path of its own"))?;
        token = Some((label, influence));
        shown = whole;
    }
    Err(broken(visit.t(), "an endless round of addresses"))
}

async fn finish(
    visit: &Visit,
    place: &Place<'_>,
    answer: PageAnswer,
    shown: &str,
) -> Response<Body> {
    let mut panels = Vec::with_capacity(answer.panels.len());
    for (at, panel) in answer.panels.into_iter().enumerate() {
        panels.push(printed(visit, place, at + 1, panel).await);
    }
    let token = place.seal(visit.now, &answer.label, &answer.influence).unwrap_or_default();
    let acts = Acts::Live { token: &token, locale: visit.locale, number: 0, panels: &panels };
    let html = match answer.content {
        Content::Download(file) => return download(visit, file, shown),
        content => content_html(visit, content, acts).await,
    };
    match html {
        Ok(html) => view::page(visit, &answer.title, shown, &token, &html),
        Err(failure) => view::failure(visit, &failure, shown),
    }
}

/// What stands in a panel: its page, or the host's own words in its place.
async fn printed(visit: &Visit, place: &Place<'_>, number: usize, panel: Panel) -> String {
    let answer = match panel {
        Ok(answer) => answer,
        Err(error) => return view::panel_failure(visit, number, &run_failure(visit, &error)),
    };
    let token = place.seal(visit.now, &answer.label, &answer.influence).unwrap_or_default();
    let acts = Acts::Live { token: &token, locale: visit.locale, number, panels: &[] };
    match content_html(visit, answer.content, acts).await {
        Ok(html) => view::panel(number, &answer.title, &token, &html),
        Err(failure) => view::panel_failure(visit, number, &failure),
    }
}

async fn content_html(visit: &Visit, content: Content, acts: Acts<'_>) -> Result<String, Failure> {
    let nodes: Vec<Node> = match content {
        Content::Tree(nodes) => nodes,
        Content::Html(html) => parse(html).await.map_err(|reason| broken(visit.t(), &reason))?,
        Content::Download(_) | Content::See(_) => {
            return Err(broken(visit.t(), "a file or another address in a panel"));
        }
        Content::NotFound => return Err(Failure::not_found(visit.t())),
    };
    print(&nodes, acts).map_err(|error| broken(visit.t(), &error.to_string()))
}

async fn parse(html: String) -> Result<Vec<Node>, String> {
    if html.len() <= PARSE_HERE_BYTES_MAX {
        return strict::nodes(&html).map_err(|error| error.to_string());
    }
    let parsed = tokio::task::spawn_blocking(move || strict::nodes(&html)).await;
    parsed.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
}

fn download(visit: &Visit, file: Download, shown: &str) -> Response<Body> {
    if file.content.len() > DOWNLOAD_BYTES_MAX {
        let failure = Failure::too_large(visit.t(), DOWNLOAD_BYTES_MAX);
        return view::failure(visit, &failure, shown);
    }
    let (kind, ending) = match file.media {
        Media::Csv => ("text/csv; charset=utf-8", "csv"),
        Media::Json => ("application/json", "json"),
        Media::Text => ("text/plain; charset=utf-8", "txt"),
        Media::Calendar => ("text/calendar; charset=utf-8", "ics"),
        Media::Vcard => ("text/vcard; charset=utf-8", "vcf"),
        Media::Pdf => ("application/pdf", "pdf"),
    };
    let mut response = Response::new(Body::from(file.content));
    let head = response.headers_mut();
    head.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    head.insert(CONTENT_DISPOSITION, headers::attachment(&file.filename, ending));
    headers::plain(head);
    response
}

fn broken(t: &Texts, reason: &str) -> Failure {
    let status = StatusCode::BAD_GATEWAY;
    let detail = fill(t.app_broken, reason);
    Failure::new(status, "broken-page", t.app_failed_title, detail, t.app_remedy)
}

/// A run that gave no page. What it says is for the owner.
fn run_failure(visit: &Visit, error: &RunError) -> Failure {
    if let Some(cause) = error.source() {
        tracing::error!(%cause, "a component could not be made ready");
    }
    let (t, locale) = (visit.t(), visit.locale);
    let status = match error {
        RunError::NotInstalled(_) => StatusCode::NOT_FOUND,
        RunError::Denied(_) => StatusCode::FORBIDDEN,
        _ => StatusCode::BAD_GATEWAY,
    };
    let remedy = match error {
        RunError::NotInstalled(_) => String::new(),
        _ => error.remedy(locale).unwrap_or_else(|| t.app_remedy.to_owned()),
    };
    Failure::new(status, error.code(), t.app_failed_title, error.words(locale), &remedy)
}
