//! Before anybody is signed in: the first run, the passphrase, the link that works once.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};
use subtle::ConstantTimeEq;

use super::COOKIE;
use crate::flow::audit::{self, Event};
use crate::front::ask::{Ask, Fields};
use crate::front::headers::Document;
use crate::front::html::{self, Tab};
use crate::front::words::{Words, words};
use crate::front::{Front, Purpose, fields, is_own, limits, locale_of, plain, reply};
use crate::house::{Home, Locale, Settings};
use crate::house::home::put;
use crate::identity::passphrase::{self, Weak};
use crate::identity::session;

/// The name of the first home.
const FIRST_HOME: &str = "home";

/// Answer somebody who is not signed in.
pub async fn answer(
    front: &Front,
    home: &Arc<Home>,
    ask: &Ask,
    request: Request<Body>,
) -> Response<Body> {
    let words = words(home.settings().locale);
    match (&ask.method, ask.path.as_str()) {
        (&Method::POST, "/sign-in") => match fields(request, limits::FORM_BYTES_MAX).await {
            Ok(body) => sign_in(front, home, ask, &body).await,
            Err(problem) => problem,
        },
        (&Method::GET, "/once") => once(front, home, ask).await,
        _ => form(home, words, StatusCode::UNAUTHORIZED, ""),
    }
}

fn form(home: &Home, words: &Words, status: StatusCode, note: &str) -> Response<Body> {
    let locale = home.settings().locale;
    if kept(home).is_none() {
        let body = html::message("info", words.first_run_secret);
        let page = html::document(locale, words, Tab::Out, words.sign_in, &body);
        return reply::page(status, page, Document::Trusted);
    }
    let field = passphrase_field(words, "current-password");
    let button = html::button("primary", words.sign_in);
    let body = format!("{note}{}", html::form("/sign-in", &format!("{field}{button}")));
    let page = html::document(locale, words, Tab::Out, words.sign_in, &body);
    reply::page(status, page, Document::Trusted)
}

fn passphrase_field(words: &Words, autocomplete: &str) -> String {
    let (name, hint) = (words.passphrase, words.passphrase_hint);
    let hint = if autocomplete == "new-password" { hint } else { "" };
    format!(
        "<label class=\"field\">{name}<input type=\"password\" name=\"passphrase\" required \
         autocomplete=\"{autocomplete}\" autofocus><small class=\"muted\">{hint}</small></label>"
    )
}

async fn sign_in(front: &Front, home: &Arc<Home>, ask: &Ask, body: &Fields) -> Response<Body> {
    let words = words(home.settings().locale);
    let now = front.inner.house.clock().now();
    let throttle = &front.inner.throttle;
    let (name, from) = (home.name(), ask.from.ip());
    if let Some(wait) = throttle.wait(now, name, from) {
        let note = format!("{} {}", words.wait, wait.as_secs() + 1);
        let note = html::message("warn", &note);
        return form(home, words, StatusCode::TOO_MANY_REQUESTS, &note);
    }
    throttle.tried(now, name, from);
    let guess = body.get("passphrase").unwrap_or_default().to_owned();
    let kept = kept(home).unwrap_or_default();
    match passphrase::verify(kept, guess).await {
        Ok(true) => {
            throttle.succeeded(name, from);
            begin_session(front, home, ask).await
        }
        Ok(false) => {
            if let Err(error) = audit::note(home, now, &Event::SignInFailed).await {
                tracing::error!(%error, "a failed sign-in could not be noted");
            }
            let note = html::message("error", words.passphrase_wrong);
            form(home, words, StatusCode::UNAUTHORIZED, &note)
        }
        Err(error) => plain(StatusCode::INTERNAL_SERVER_ERROR, "sign-in", &error.to_string()),
    }
}

async fn once(front: &Front, home: &Arc<Home>, ask: &Ask) -> Response<Body> {
    let now = front.inner.house.clock().now();
    let code = ask.query("code").unwrap_or_default();
    match front.inner.once.take(now, code) {
        Some(Purpose::SignIn(of)) if of == *home.name() => begin_session(front, home, ask).await,
        _ => form(home, words(home.settings().locale), StatusCode::UNAUTHORIZED, ""),
    }
}

async fn begin_session(front: &Front, home: &Arc<Home>, ask: &Ask) -> Response<Body> {
    let now = front.inner.house.clock().now();
    let begun = async {
        let device = ask.header(axum::http::header::USER_AGENT);
        let secret = session::begin(home, now, device).await.map_err(|error| error.to_string())?;
        let noted = audit::note(home, now, &Event::SignedIn).await;
        noted.map_err(|error| error.to_string())?;
        Ok::<_, String>(secret)
    };
    match begun.await {
        Ok(secret) => {
            let seconds = session::IDLE_MAX.as_secs();
            reply::with_cookie(reply::see("/"), COOKIE, &secret, seconds)
        }
        Err(error) => plain(StatusCode::INTERNAL_SERVER_ERROR, "sign-in", &error),
    }
}

/// The first run: a name, a passphrase, a language. `open` while the house has no home.
pub async fn first_run(
    front: &Front,
    ask: &Ask,
    request: Request<Body>,
    open: bool,
) -> Response<Body> {
    let locale = locale_of(ask);
    let words = words(locale);
    let note = |status, text: &str| {
        let body = html::message("info", text);
        let page = html::document(locale, words, Tab::Out, words.welcome, &body);
        reply::page(status, page, Document::Trusted)
    };
    if !open {
        return note(StatusCode::GONE, words.not_here);
    }
    let proves =
        |code: &str| bool::from(code.as_bytes().ct_eq(front.inner.first_run.as_bytes()));
    if ask.method == Method::GET {
        let code = ask.query("once").unwrap_or_default();
        if !proves(code) {
            return note(StatusCode::FORBIDDEN, words.first_run_secret);
        }
        return first_run_form(locale, words, code, "");
    }
    if !is_own(ask, &front.inner.origins.root()) {
        return plain(StatusCode::FORBIDDEN, "origin", words.forbidden);
    }
    let body = match fields(request, limits::FORM_BYTES_MAX).await {
        Ok(body) => body,
        Err(problem) => return problem,
    };
    let code = body.get("once").unwrap_or_default();
    if !proves(code) {
        return note(StatusCode::FORBIDDEN, words.first_run_secret);
    }
    let made = make_home(front, &body).await;
    match made {
        Ok(link) => {
            let (open, link) = (words.open, html::text(&link));
            let body = format!("<p><a class=\"primary\" href=\"{link}\">{open}</a></p>");
            let page = html::document(locale, words, Tab::Out, words.welcome, &body);
            reply::page(StatusCode::OK, page, Document::Trusted)
        }
        Err(reason) => first_run_form(locale, words, code, &html::message("error", &reason)),
    }
}

fn first_run_form(locale: Locale, words: &Words, code: &str, note: &str) -> Response<Body> {
    let (name, language) = (words.your_name, words.language);
    let passphrase = passphrase_field(words, "new-password");
    let chosen = |of: Locale| if of == locale { " selected" } else { "" };
    let (en, fr) = (chosen(Locale::En), chosen(Locale::Fr));
    let (code, button) = (html::text(code), html::button("primary", words.create));
    let inside = format!(
        "<input type=\"hidden\" name=\"once\" value=\"{code}\">\
         <label class=\"field\">{name}<input name=\"owner\" required maxlength=\"80\" \
         autocomplete=\"name\"></label>{passphrase}<label class=\"field\">{language}\
         <select name=\"locale\"><option value=\"en\"{en}>English</option>\
         <option value=\"fr\"{fr}>Français</option></select></label>{button}"
    );
    let form = html::form("/first-run", &inside);
    let body = format!("<p>{}</p>{note}{form}", words.first_run);
    let page = html::document(locale, words, Tab::Out, words.welcome, &body);
    reply::page(StatusCode::OK, page, Document::Trusted)
}

/// Make the first home. Returns a link that signs its owner in.
async fn make_home(front: &Front, body: &Fields) -> Result<String, String> {
    let owner: String = body.get("owner").unwrap_or_default().trim().chars().take(80).collect();
    let locale = Locale::from_tag(body.get("locale").unwrap_or_default());
    let secret = body.get("passphrase").unwrap_or_default();
    let words = words(locale);
    passphrase::judge(secret, &owner).map_err(|weak| match weak {
        Weak::Short | Weak::Long => words.passphrase_hint.to_owned(),
        Weak::Regular | Weak::Name => words.passphrase_weak.to_owned(),
    })?;
    let name = FIRST_HOME.parse().map_err(|error: domicile_policy::NameError| error.to_string())?;
    let settings = Settings { owner, locale, ..Settings::default() };
    let home = front.inner.house.create_home(&name, settings).await;
    let home = home.map_err(|error| error.to_string())?;
    keep(&home, secret).await?;
    front.sign_in_link(&name).map_err(|error| error.to_string())
}

/// The space and key of what is kept of the passphrase.
const KEPT: (&str, &str) = ("identity", "passphrase");

fn kept(home: &Home) -> Option<String> {
    home.record(KEPT.0, KEPT.1).ok().flatten()
}

async fn keep(home: &Home, secret: &str) -> Result<(), String> {
    let hash = passphrase::hash(secret.to_owned()).await.map_err(|error| error.to_string())?;
    let record = put(KEPT.0, KEPT.1, &hash).map_err(|error| error.to_string())?;
    home.store().put_records(vec![record]).await.map_err(|error| error.to_string())
}
