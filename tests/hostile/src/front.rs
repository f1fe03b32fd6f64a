//! What a browser, or whoever pretends to be one, sends. In: bytes that should be a page token or a
//! form. Out: they are opened within limits, or they are nothing. Never here: a token that was
//! changed and opens.

use std::sync::LazyLock;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use data_encoding::BASE64URL_NOPAD;
use domicile::front::form::Form;
use domicile::front::limits::{FIELD_BYTES_MAX, FIELDS_MAX, UPLOADS_MAX};
use domicile::front::texts::texts;
use domicile::front::token::Place;
use domicile::house::Locale;
use domicile_policy::{Category, ComponentId, HomeName, Influence, Label, Tag};
use jiff::Timestamp;
use tokio::runtime::{Builder, Runtime};

use super::with_first_line;

/// What a form may hold here.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// A token's text, a token's bytes, and what is laid over a good token.
pub fn token(bytes: &[u8]) {
    let (home, app) = names();
    let place = Place { key: &[7; 32], home: &home, app: &app, session: "s" };
    let now = Timestamp::UNIX_EPOCH;
    let good = place.seal(now, &Label::of([Tag::home(Category::Bank)]), &Influence::nobody());
    let good = good.expect("a small token");
    let mut laid = BASE64URL_NOPAD.decode(good.as_bytes()).expect("our own token");
    laid.iter_mut().zip(bytes).for_each(|(byte, over)| *byte ^= over);
    for text in [
        String::from_utf8_lossy(bytes).into_owned(),
        BASE64URL_NOPAD.encode(bytes),
        BASE64URL_NOPAD.encode(&laid),
        good.clone() + &BASE64URL_NOPAD.encode(bytes),
    ] {
        assert_eq!(place.open(now, &text).is_some(), text == good, "{text}");
    }
}

fn names() -> (HomeName, ComponentId) {
    ("home".parse().expect("a name"), "banks".parse().expect("a name"))
}

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().build().expect("a runtime"));

/// A form: the first line is its content type, the rest its body.
pub fn form(bytes: &[u8]) {
    let (kind, body) = with_first_line(bytes);
    let Ok(kind) = HeaderValue::from_bytes(kind) else { return };
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, kind)]);
    let body = Body::from(body.to_vec());
    let read = Form::read(&headers, body, BODY_BYTES_MAX, texts(Locale::En));
    let Ok(form) = RUNTIME.block_on(read) else { return };
    assert!(form.fields.len() <= FIELDS_MAX && form.files.len() <= UPLOADS_MAX);
    let fields = form.fields.iter().map(|(name, value)| name.len() + value.len());
    let files = form.files.iter().map(|file| file.field.len() + file.name.len());
    assert!(fields.chain(files).all(|length| length <= FIELD_BYTES_MAX));
}
