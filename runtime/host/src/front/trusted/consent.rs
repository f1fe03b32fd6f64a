//! Consent: the owner sees the flows of an uploaded component, and decides.

use std::fmt::Write;

use axum::body::Body;
use axum::http::Response;
use domicile_proto::report::Report;

use super::Visit;
use crate::flow::audit::{self, Event};
use crate::front::ask::Fields;
use crate::front::html::{self, Tab};
use crate::front::reply;
use crate::house::Locale;
use crate::registry::{self, InstallError};

/// Take an upload: its flows are shown, or the reasons why it is refused.
pub async fn upload(visit: &Visit<'_>, mut body: Fields) -> Response<Body> {
    let words = visit.words;
    let Some(file) = body.files.pop() else { return reply::see("/apps") };
    match registry::propose(visit.house, file.content.to_vec()).await {
        Ok(proposal) => {
            let flows = flows(visit, &proposal.report);
            let name = proposal.manifest.name.in_locale(visit.locale).to_owned();
            let id = match registry::stash(visit.house, &visit.home, proposal) {
                Ok(id) => id,
                Err(error) => return visit.failed(Tab::Apps, words.install, &error),
            };
            let yes = format!(
                "<button class=\"primary\" name=\"answer\" value=\"yes\">{}</button>",
                words.consent_yes
            );
            let no = format!(
                "<button class=\"secondary\" name=\"answer\" value=\"no\">{}</button>",
                words.cancel
            );
            let form = html::form(&format!("/consent/{id}"), &format!("{yes}{no}"));
            let body = format!("<p class=\"big\">{}</p>{flows}{form}", words.consent);
            visit.page(Tab::Apps, &name, &body)
        }
        Err(InstallError::Refused(reasons)) => refused(visit, &file.filename, reasons).await,
        Err(error) => visit.failed(Tab::Apps, words.refused_title, &error),
    }
}

async fn refused(visit: &Visit<'_>, file: &str, reasons: Vec<String>) -> Response<Body> {
    let words = visit.words;
    let mut body = format!("<p><code>{}</code></p><ul class=\"error\">", html::text(file));
    for reason in &reasons {
        let _ = write!(body, "<li>{}</li>", html::text(reason));
    }
    let _ = write!(body, "</ul><p>{}</p>", words.refused_nothing);
    let now = visit.house.clock().now();
    if let Err(error) = audit::note(&visit.home, now, &Event::Refused { reasons }).await {
        tracing::error!(%error, "a refused component could not be noted");
    }
    visit.page(Tab::Apps, words.refused_title, &body)
}

/// The owner has decided.
pub async fn decide(visit: &Visit<'_>, id: &str, body: &Fields) -> Response<Body> {
    let words = visit.words;
    let proposal = registry::stashed(visit.house, &visit.home, id);
    registry::drop_stashed(&visit.home, id);
    if body.get("answer") != Some("yes") {
        return reply::see("/apps");
    }
    let Some(proposal) = proposal else {
        return visit.failed(Tab::Apps, words.install, &InstallError::Expired);
    };
    match registry::install(visit.house, &visit.home, proposal).await {
        Ok(installed) => reply::see(&format!("/apps/{}", installed.id())),
        Err(error) => visit.failed(Tab::Apps, words.install, &error),
    }
}

/// Flows in plain words and as a table: what it sees, and where that can go.
pub fn flows(visit: &Visit<'_>, report: &Report) -> String {
    let words = visit.words;
    let lines = match visit.locale {
        Locale::En => &report.summary.en,
        Locale::Fr => &report.summary.fr,
    };
    let mut out = String::from("<ul class=\"list flows\">");
    for line in lines {
        let _ = write!(out, "<li class=\"item\">{}</li>", html::text(line));
    }
    let _ = write!(
        out,
        "</ul><div class=\"scroll\"><table><thead><tr><th>{}</th><th>{}</th><th>{}</th></tr>\
         </thead><tbody>",
        words.source, words.sink, words.how
    );
    for flow in &report.flows {
        let _ = write!(
            out,
            "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
            html::text(&flow.source),
            html::text(&flow.sink),
            html::text(&flow.how)
        );
    }
    out.push_str("</tbody></table></div>");
    out
}
