//! The launcher, the list of what is installed, what one component may do, and the shell around an app.

use std::fmt::Write;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Response, StatusCode};
use domicile_policy::{ComponentId, Doctype};
use domicile_proto::manifest::Kind as ComponentKind;

use super::{Visit, consent};
use crate::front::ask::Fields;
use crate::front::headers::Document;
use crate::front::html::{self, Tab};
use crate::front::{ENTER_AGE_MAX, Purpose, reply};
use crate::registry::{self, Installed};

pub fn launcher(visit: &Visit<'_>) -> Response<Body> {
    let words = visit.words;
    let mut cards = String::new();
    for one in registry::installed(&visit.home) {
        if one.manifest.kind != ComponentKind::App {
            continue;
        }
        let manifest = &one.manifest;
        let (id, name) = (&manifest.id, html::text(manifest.name.in_locale(visit.locale)));
        let description = html::text(manifest.description.in_locale(visit.locale));
        let _ = write!(
            cards,
            "<article class=\"card\"><h2><a href=\"/app/{id}\">{name}</a></h2><p>{description}</p>\
             <p><a class=\"muted\" href=\"/apps/{id}\">{}</a></p></article>",
            words.details
        );
    }
    let body = if cards.is_empty() {
        html::message("empty", words.no_apps)
    } else {
        format!("<div class=\"cards\">{cards}</div>")
    };
    let owner = visit.home.settings().owner;
    let title = if owner.is_empty() { words.home.to_owned() } else { owner };
    visit.page(Tab::Home, &title, &body)
}

pub fn list(visit: &Visit<'_>) -> Response<Body> {
    let words = visit.words;
    let mut rows = String::new();
    for one in registry::installed(&visit.home) {
        let manifest = &one.manifest;
        let (id, kind, version) = (&manifest.id, manifest.kind, html::text(&manifest.version));
        let name = html::text(manifest.name.in_locale(visit.locale));
        let _ = write!(
            rows,
            "<li class=\"item\"><a href=\"/apps/{id}\">{name}</a> \
             <span class=\"muted\">{kind} {version}</span></li>"
        );
    }
    let rows = if rows.is_empty() { html::message("empty", words.no_apps) } else { rows };
    let (hint, file) = (words.install_hint, words.component_file);
    let look = html::button("primary", words.look);
    let inside = format!(
        "<p>{hint}</p><label class=\"field\">{file}<input type=\"file\" name=\"component\" \
         accept=\".wasm\" required></label>{look}"
    );
    let form = html::file_form("/apps", &inside);
    let body = format!("<ul class=\"list\">{rows}</ul><h2>{}</h2>{form}", words.install);
    visit.page(Tab::Apps, words.apps, &body)
}

pub fn details(visit: &Visit<'_>, id: &str) -> Response<Body> {
    let Some(installed) = find(visit, id) else { return visit.not_found() };
    let words = visit.words;
    let manifest = &installed.manifest;
    let report = match registry::report(visit.house, &installed) {
        Ok(report) => report,
        Err(error) => return visit.failed(Tab::Apps, words.apps, &error),
    };
    let mut body = format!("<p>{}</p>", html::text(manifest.description.in_locale(visit.locale)));
    let grants = installed.grants();
    let _ = write!(body, "<h2>{}</h2><ul class=\"list\">", words.grants);
    for line in grants.iter() {
        let actions: Vec<&str> = line.actions.iter().map(|action| action.word()).collect();
        let (doctype, actions) = (&line.doctype, actions.join(", "));
        let button = html::button("danger", words.revoke);
        let hidden = format!("<input type=\"hidden\" name=\"doctype\" value=\"{doctype}\">");
        let form = html::form(&format!("/apps/{id}/revoke"), &format!("{hidden}{button}"));
        let _ = write!(
            body,
            "<li class=\"item\"><code>{doctype}</code> <span class=\"muted\">{actions}</span>\
             {form}</li>"
        );
    }
    body.push_str("</ul>");
    body.push_str(&consent::flows(visit, &report));
    let digest = installed.digest.get(..16).unwrap_or_default();
    let _ = write!(
        body,
        "<dl class=\"small muted\"><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{}</dd><dt>{}</dt>\
         <dd><code>{digest}</code></dd></dl>",
        words.publisher,
        html::text(&manifest.publisher),
        words.version,
        html::text(&manifest.version),
        words.fingerprint,
    );
    let hint = words.uninstall_hint;
    let button = html::button("danger", words.uninstall);
    body.push_str(&html::form(&format!("/apps/{id}/remove"), &format!("<p>{hint}</p>{button}")));
    visit.page(Tab::Apps, manifest.name.in_locale(visit.locale), &body)
}

pub async fn revoke(visit: &Visit<'_>, id: &str, body: &Fields) -> Response<Body> {
    let doctype: Option<Doctype> = body.get("doctype").and_then(|text| text.parse().ok());
    let (Some(installed), Some(doctype)) = (find(visit, id), doctype) else {
        return visit.not_found();
    };
    match registry::revoke(visit.house, &visit.home, installed.id(), &doctype).await {
        Ok(()) => reply::see(&format!("/apps/{}", installed.id())),
        Err(error) => visit.failed(Tab::Apps, visit.words.apps, &error),
    }
}

pub async fn remove(visit: &Visit<'_>, id: &str) -> Response<Body> {
    let Some(installed) = find(visit, id) else { return visit.not_found() };
    match registry::remove(visit.house, &visit.home, installed.id()).await {
        Ok(_) => reply::see("/apps"),
        Err(error) => visit.failed(Tab::Apps, visit.words.apps, &error),
    }
}

/// The page around an app: the bar is ours, the frame is the app's origin, entered with a code that
/// works once.
pub fn shell(visit: &Visit<'_>, id: &str) -> Response<Body> {
    let app = find(visit, id).filter(|one| one.manifest.kind == ComponentKind::App);
    let Some(app) = app else { return visit.not_found() };
    let now = visit.house.clock().now();
    let home = visit.home.name();
    let purpose = Purpose::Enter(home.clone(), app.id().clone(), visit.session.id.clone());
    let code = match visit.front.inner.once.issue(now, ENTER_AGE_MAX, purpose) {
        Ok(code) => code,
        Err(error) => return visit.failed(Tab::Home, visit.words.home, &error),
    };
    let origin = visit.front.inner.origins.app(home, app.id());
    let frame = format!("{origin}/-/enter?code={code}");
    let title = app.manifest.name.in_locale(visit.locale);
    let page = html::shell_document(visit.locale, visit.words, title, &frame);
    reply::page(StatusCode::OK, page, Document::Shell { app: &origin })
}

fn find(visit: &Visit<'_>, id: &str) -> Option<Arc<Installed>> {
    let id: ComponentId = id.parse().ok()?;
    registry::find(&visit.home, &id)
}
