//! The document around what an app's page printed to: the host's own head, one `main`, one script.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response, StatusCode};
use domicile_proto::text::shown as shown_words;

use super::super::assets::{CSS_PATH, SHELL_JS, SHELL_JS_HASH};
use super::super::headers::{self, Document};
use super::super::limits::TITLE_CHARS_MAX;
use super::super::print::{self, attribute, escape};
use super::super::problem::Failure;
use super::Visit;
use crate::house::Locale;

/// A page, whole or its inner part.
pub fn page(visit: &Visit, title: &str, shown: &str, token: &str, html: &str) -> Response<Body> {
    let title = title_of(title);
    let home = visit.front.origins().home(visit.home.name());
    let inner = Inner { title: &title, shown, token, html };
    respond(&home, visit.locale, &inner, visit.fragment, StatusCode::OK)
}

/// A page as a part of another.
pub fn panel(number: usize, title: &str, token: &str, html: &str) -> String {
    print::panel(number, &title_of(title), token, html)
}

/// A failure where a part of an app's page would be.
pub fn panel_failure(visit: &Visit, number: usize, failure: &Failure) -> String {
    let title = visit.t().panel_failed_title;
    print::panel(number, title, "", &words("h2", title, failure))
}

/// A title as it may be shown: a page's stands in the home's own bar too.
fn title_of(title: &str) -> String {
    shown_words(title, TITLE_CHARS_MAX)
}

/// A failure where an app's page would be.
pub fn failure(visit: &Visit, failure: &Failure, shown: &str) -> Response<Body> {
    let home = visit.front.origins().home(visit.home.name());
    failed(&home, visit.locale, failure, visit.fragment, shown)
}

/// A failure before anybody is known.
pub fn plain_failure(
    home: &str,
    locale: Locale,
    failure: &Failure,
    fragment: bool,
) -> Response<Body> {
    failed(home, locale, failure, fragment, "/")
}

fn failed(
    home: &str,
    locale: Locale,
    failure: &Failure,
    fragment: bool,
    shown: &str,
) -> Response<Body> {
    let html = words("h1", &failure.title, failure);
    let inner = Inner { title: &failure.title, shown, token: "", html: &html };
    respond(home, locale, &inner, fragment, failure.status)
}

/// What the host says where something failed.
fn words(heading: &str, title: &str, failure: &Failure) -> String {
    let mut html = format!("<section class=\"narrow stack\"><{heading}>");
    escape(&mut html, title);
    html.push_str(&format!("</{heading}><p>"));
    escape(&mut html, &failure.detail);
    html.push_str("</p>");
    if !failure.remedy.is_empty() {
        html.push_str("<p class=\"info\">");
        escape(&mut html, &failure.remedy);
        html.push_str("</p>");
    }
    html.push_str("</section>");
    html
}

struct Inner<'a> {
    title: &'a str,
    shown: &'a str,
    token: &'a str,
    html: &'a str,
}

fn respond(
    home: &str,
    locale: Locale,
    inner: &Inner<'_>,
    fragment: bool,
    status: StatusCode,
) -> Response<Body> {
    let script = if fragment { 0 } else { SHELL_JS.len() + 512 };
    let mut out = String::with_capacity(inner.html.len() + inner.token.len() + script + 256);
    if fragment {
        main(&mut out, inner);
    } else {
        whole(&mut out, home, locale, inner);
    }
    let mut response = Response::new(Body::from(out));
    *response.status_mut() = status;
    let head = response.headers_mut();
    if fragment {
        // Read by the script, never shown as a document: the default policy shuts it in if it were.
        head.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers::plain(head);
    } else {
        Document::App { home, script: &SHELL_JS_HASH }.set(head);
    }
    response
}

fn whole(out: &mut String, home: &str, locale: Locale, inner: &Inner<'_>) {
    out.push_str("<!doctype html><html translate=\"no\"");
    attribute(out, "lang", locale.tag());
    attribute(out, "data-home", home);
    out.push_str(
        "><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>",
    );
    escape(out, inner.title);
    out.push_str("</title><link rel=\"stylesheet\"");
    attribute(out, "href", &CSS_PATH);
    out.push_str("></head><body spellcheck=\"false\" autocapitalize=\"off\">");
    main(out, inner);
    out.push_str("<script>");
    out.push_str(SHELL_JS);
    out.push_str("</script></body></html>");
}

fn main(out: &mut String, inner: &Inner<'_>) {
    out.push_str("<main tabindex=\"-1\"");
    attribute(out, "data-title", inner.title);
    attribute(out, "data-path", inner.shown);
    attribute(out, "data-token", inner.token);
    out.push('>');
    out.push_str(inner.html);
    out.push_str("</main>");
}
