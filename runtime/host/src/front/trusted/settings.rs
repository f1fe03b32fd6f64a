//! Settings: the owner's name, the language, the sessions.

use std::fmt::Write;

use axum::body::Body;
use axum::http::Response;

use super::{COOKIE, Visit};
use crate::flow::audit::{self, Event};
use crate::front::ask::Fields;
use crate::front::html::{self, Tab};
use crate::front::reply;
use crate::house::Locale;
use crate::identity::session;

pub fn page(visit: &Visit<'_>, note: &str) -> Response<Body> {
    let words = visit.words;
    let settings = visit.home.settings();
    let chosen = |of: Locale| if of == settings.locale { " selected" } else { "" };
    let (en, fr) = (chosen(Locale::En), chosen(Locale::Fr));
    let (name, language, owner) = (words.your_name, words.language, html::text(&settings.owner));
    let save = html::button("primary", words.save);
    let inside = format!(
        "<label class=\"field\">{name}<input name=\"owner\" value=\"{owner}\" maxlength=\"80\">\
         </label><label class=\"field\">{language}<select name=\"locale\">\
         <option value=\"en\"{en}>English</option><option value=\"fr\"{fr}>Français</option>\
         </select></label>{save}"
    );
    let mut body = format!("{note}{}", html::form("/settings", &inside));
    let _ = write!(body, "<h2>{}</h2><ul class=\"list\">", words.sessions);
    for one in session::list(&visit.home).unwrap_or_default() {
        let (device, since) = (html::text(&one.device), one.began_at);
        let _ = write!(body, "<li class=\"item\">{device} {} {since}</li>", words.since);
    }
    body.push_str("</ul>");
    body.push_str(&html::form("/sign-out", &html::button("secondary", words.sign_out)));
    let everywhere = html::button("danger", words.sign_out_everywhere);
    body.push_str(&html::form("/sign-out-everywhere", &everywhere));
    visit.page(Tab::Settings, words.settings, &body)
}

pub async fn save(visit: &Visit<'_>, body: &Fields) -> Response<Body> {
    let mut settings = visit.home.settings();
    settings.owner = body.get("owner").unwrap_or_default().chars().take(80).collect();
    settings.locale = Locale::from_tag(body.get("locale").unwrap_or_default());
    match visit.home.save_settings(settings).await {
        Ok(()) => reply::see("/settings"),
        Err(error) => visit.failed(Tab::Settings, visit.words.settings, &error),
    }
}

pub async fn sign_out(visit: &Visit<'_>) -> Response<Body> {
    match session::end(&visit.home, &visit.session.id).await {
        Ok(()) => signed_out(),
        Err(error) => visit.failed(Tab::Settings, visit.words.settings, &error),
    }
}

pub async fn sign_out_everywhere(visit: &Visit<'_>) -> Response<Body> {
    let ended = async {
        session::end_all(&visit.home).await?;
        let now = visit.house.clock().now();
        audit::note(&visit.home, now, &Event::SignedOutEverywhere).await
    };
    match ended.await {
        Ok(()) => signed_out(),
        Err(error) => visit.failed(Tab::Settings, visit.words.settings, &error),
    }
}

fn signed_out() -> Response<Body> {
    reply::with_cookie(reply::see("/"), COOKIE, "", 0)
}
