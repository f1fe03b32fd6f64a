//! A request, made whole: what the component fixed, then what the host puts into declared places.
//!
//! In flow a route, a checked address, a component's body and an account; out flows the request as
//! it leaves. A secret goes into its declared place and nowhere else, after all other bytes are
//! fixed, so that a component never moves it and never writes over it.

use bytes::Bytes;
use data_encoding::BASE64;
use domicile_proto::manifest::{Auth, BodyKind, Origin, Piece, Route, Site, Template};
use http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue,
    LOCATION, USER_AGENT,
};
use http::{Method, Request, Response};
use http_body_util::Full;
use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::account::Account;
use super::limits::BODY_BYTES_MAX;
use super::sign::{self, Key, Signed};
use super::{Body, Check, Door, Failure, Order, is_at};

/// Who asks: the same for every home, component and version.
const AGENT: HeaderValue = HeaderValue::from_static("Domicile");
/// What a signature is of besides the address.
const HASH: &str = "x-amz-content-sha256";
const MOMENT: &str = "x-amz-date";
/// Where a git repository gives its files, and takes none.
const UPLOAD_PACK: &str = "/git-upload-pack";
/// No answer is unpacked here.
const PLAIN: HeaderValue = HeaderValue::from_static("identity");

/// Where an order goes: its route filled, or the whole address of its account.
pub(super) fn place(order: &Order, account: &Account) -> Result<Url, Failure> {
    whole_address(&order.origin, account.target(&order.route.origin).unwrap_or(&order.target))
}

/// Where a redirect leads that the home follows: of an address that the component never sees, and
/// could not follow itself, to another one of the same origin.
pub(super) fn led_on(order: &Order, url: &Url, answer: &Response<Vec<u8>>) -> Option<Url> {
    if !matches!(order.route.origin, Site::Address(_)) || !answer.status().is_redirection() {
        return None;
    }
    let mut to = url.join(answer.headers().get(LOCATION)?.to_str().ok()?).ok()?;
    to.set_fragment(None);
    let target = to.query().map_or(to.path().to_owned(), |query| format!("{}?{query}", to.path()));
    // As any other address of the order: at its origin, and read in one way.
    whole_address(&order.origin, &target).ok().filter(|checked| *checked == to)
}

/// A path and query of an origin as a whole address, which everybody reads alike.
pub(crate) fn whole_address(origin: &Origin, target: &str) -> Result<Url, Failure> {
    let url = Url::parse(&format!("{origin}{target}")).map_err(|_| Failure::Body)?;
    let (path, query) = target.split_once('?').map_or((target, None), |(p, q)| (p, Some(q)));
    // Whoever reads the address by another rule has to find the same place.
    let same = is_at(&url, origin)
        && url.username().is_empty()
        && url.password().is_none()
        && url.path() == path
        && url.query() == query
        && url.fragment().is_none();
    if same { Ok(url) } else { Err(Failure::Body) }
}

/// The request, and whether something of the account is in it.
pub(super) fn request(
    door: &Door,
    order: &Order,
    url: &Url,
    mut headers: HeaderMap,
    account: &Account,
) -> Result<(Request<Full<Bytes>>, bool), Failure> {
    let Order { konnector, route, now, .. } = order;
    if !fits(route.body, url.path()) && !door.is_off(Check::Declared) {
        return Err(Failure::Body);
    }
    let value = |name: &str| account.value(konnector, name, *now).ok_or(Failure::Secret);
    let (bytes, media) = match (&route.auth, &order.body) {
        (Some(Auth::Template(template)), Body::Bytes(body)) => {
            let put = |name: &str| text_of_xml(&value(name)?, route.body);
            (templated(door, template, body, *now, &put)?, media(route.body))
        }
        _ => filled(route, &order.body, &value)?,
    };
    if bytes.len() > BODY_BYTES_MAX {
        return Err(Failure::Body);
    }
    match &route.auth {
        Some(Auth::Header(header, before, name)) => {
            let name_of_header =
                HeaderName::from_bytes(header.as_bytes()).map_err(|_| Failure::Header)?;
            headers.insert(name_of_header, secret_value(&format!("{before}{}", value(name)?))?);
        }
        Some(Auth::Basic(user, password)) => {
            let (user, password) = (value(user)?, value(password)?);
            if user.contains(':') {
                return Err(Failure::Secret);
            }
            let pair = BASE64.encode(format!("{user}:{password}").as_bytes());
            headers.insert(AUTHORIZATION, secret_value(&format!("Basic {pair}"))?);
        }
        _ => {}
    }
    let (path, query) = match &route.auth {
        // The service makes the signature anew, of an address that it encodes in its own way.
        Some(Auth::Aws { .. }) => {
            (sign::strict(url.path(), b"/"), url.query().map(|query| sign::strict(query, b"=&")))
        }
        _ => (url.path().to_owned(), url.query().map(str::to_owned)),
    };
    let cookies = account.cookies(url);
    if let Some(cookies) = &cookies {
        headers.insert(COOKIE, secret_value(cookies)?);
    }
    let origin = order.origin.to_string();
    let host = origin.strip_prefix("https://").unwrap_or_default();
    headers.insert(HOST, HeaderValue::from_str(host).map_err(|_| Failure::Header)?);
    headers.insert(USER_AGENT, AGENT);
    headers.insert(ACCEPT_ENCODING, PLAIN);
    if let Some(media) = media {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    }
    let method = Method::from_bytes(route.method.word().as_bytes()).map_err(|_| Failure::Body)?;
    if let Some(Auth::Aws { key, secret, region, service }) = &route.auth {
        let (access, secret, region) = (value(key)?, value(secret)?, value(region)?);
        let key = Key { access: &access, secret: &secret, region: &region, service };
        sign(&key, route, (&path, query.as_deref()), host, &bytes, *now, &mut headers)?;
    }
    let target = query.map_or_else(|| path.clone(), |query| format!("{path}?{query}"));
    let request = Request::builder().method(method).uri(target).body(Full::new(Bytes::from(bytes)));
    let mut request = request.map_err(|_| Failure::Body)?;
    *request.headers_mut() = headers;
    let is_secret = matches!(route.origin, Site::Address(_));
    Ok((request, is_secret || route.auth.is_some() || cookies.is_some()))
}

/// Put in a signature, and what it is of.
fn sign(
    key: &Key<'_>,
    route: &Route,
    (path, query): (&str, Option<&str>),
    host: &str,
    body: &[u8],
    now: Timestamp,
    headers: &mut HeaderMap,
) -> Result<(), Failure> {
    let (hash, moment) = (sign::hash(body), sign::moment(now));
    let signed = [("host", host), (HASH, hash.as_str()), (MOMENT, moment.as_str())];
    let (method, query) = (route.method.word(), query.unwrap_or_default());
    let signed = Signed { method, path, query, headers: &signed, body: &hash };
    headers.insert(AUTHORIZATION, secret_value(&sign::authorization(key, &signed, &moment))?);
    for (name, text) in [(HASH, &hash), (MOMENT, &moment)] {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(text).map_err(|_| Failure::Header)?,
        );
    }
    Ok(())
}

fn secret_value(text: &str) -> Result<HeaderValue, Failure> {
    let mut value = HeaderValue::from_str(text).map_err(|_| Failure::Secret)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The bytes of the body, secrets included, and what they are.
fn filled(
    route: &Route,
    body: &Body,
    value: &dyn Fn(&str) -> Result<String, Failure>,
) -> Result<(Vec<u8>, Option<&'static str>), Failure> {
    let bytes = match (route.body, body) {
        (BodyKind::None, Body::None) => Vec::new(),
        (BodyKind::Bytes | BodyKind::Xml | BodyKind::Ofx | BodyKind::Git, Body::Bytes(bytes)) => {
            bytes.clone()
        }
        (BodyKind::Form, Body::Form(pairs)) => form(route, pairs, value)?,
        (BodyKind::Json, Body::Json(text)) => json(route, text, value)?,
        _ => return Err(Failure::Body),
    };
    Ok((bytes, media(route.body)))
}

/// Whether a body of this kind may go to a path of its route: what is for git's reading reads.
fn fits(kind: BodyKind, path: &str) -> bool {
    kind != BodyKind::Git || path.ends_with(UPLOAD_PACK)
}

fn media(kind: BodyKind) -> Option<&'static str> {
    match kind {
        BodyKind::None => None,
        BodyKind::Bytes => Some("application/octet-stream"),
        BodyKind::Xml => Some("application/xml; charset=utf-8"),
        BodyKind::Ofx => Some("application/x-ofx"),
        BodyKind::Git => Some("application/x-git-upload-pack-request"),
        BodyKind::Form => Some("application/x-www-form-urlencoded"),
        BodyKind::Json => Some("application/json"),
    }
}

/// The template with all its places filled. What the component wrote is put in last, and no name in
/// it means anything.
fn templated(
    door: &Door,
    template: &Template,
    body: &[u8],
    now: Timestamp,
    put: &dyn Fn(&str) -> Result<String, Failure>,
) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    for piece in template.pieces() {
        match piece {
            Piece::Text(text) => bytes.extend_from_slice(text.as_bytes()),
            Piece::Value(name) => bytes.extend_from_slice(put(name)?.as_bytes()),
            Piece::Now => {
                bytes.extend_from_slice(now.strftime("%Y%m%d%H%M%S").to_string().as_bytes());
            }
            Piece::Body if door.is_off(Check::Place) => {
                let mut text = String::from_utf8_lossy(body).into_owned();
                for piece in template.pieces() {
                    if let Piece::Value(name) = piece {
                        text = text.replace(&format!("{{{name}}}"), &put(name)?);
                    }
                }
                bytes.extend_from_slice(text.as_bytes());
            }
            Piece::Body => bytes.extend_from_slice(body),
        }
    }
    Ok(bytes)
}

/// What was typed as a text that ends where it ends, whatever it is; OFX has ASCII alone.
fn text_of_xml(typed: &str, kind: BodyKind) -> Result<String, Failure> {
    let odd = |c: char| c.is_control() || (kind == BodyKind::Ofx && !c.is_ascii());
    if typed.chars().any(odd) {
        return Err(Failure::Secret);
    }
    Ok(typed.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

fn form(
    route: &Route,
    pairs: &[(String, String)],
    value: &dyn Fn(&str) -> Result<String, Failure>,
) -> Result<Vec<u8>, Failure> {
    let mut pairs = pairs.to_vec();
    if let Some(Auth::Form(places)) = &route.auth {
        for (place, name) in places {
            if pairs.iter().any(|(taken, _)| taken == place) {
                return Err(Failure::Body);
            }
            pairs.push((place.clone(), value(name)?));
        }
    }
    Ok(serde_urlencoded::to_string(pairs).map_err(|_| Failure::Body)?.into_bytes())
}

fn json(
    route: &Route,
    text: &str,
    value: &dyn Fn(&str) -> Result<String, Failure>,
) -> Result<Vec<u8>, Failure> {
    let mut body: Value = serde_json::from_str(text).map_err(|_| Failure::Body)?;
    if let Some(Auth::Json(places)) = &route.auth {
        for (place, name) in places {
            put(&mut body, place, value(name)?)?;
        }
    }
    serde_json::to_vec(&body).map_err(|_| Failure::Body)
}

/// Put a text where a pointer says, into objects that are there or made; never over something.
fn put(body: &mut Value, pointer: &str, text: String) -> Result<(), Failure> {
    let (parents, last) = pointer.rsplit_once('/').ok_or(Failure::Body)?;
    let mut at = body;
    for name in parents.split('/').skip(1) {
        let object = at.as_object_mut().ok_or(Failure::Body)?;
        at = object.entry(name).or_insert_with(|| Value::Object(Default::default()));
    }
    let object = at.as_object_mut().ok_or(Failure::Body)?;
    if object.contains_key(last) {
        return Err(Failure::Body);
    }
    object.insert(last.to_owned(), Value::String(text));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_stays_a_text() {
        let text = |typed: &str, kind| text_of_xml(typed, kind).ok();
        let ofx = text("a</P>&{body}", BodyKind::Ofx).unwrap();
        assert_eq!(ofx, "a&lt;/P&gt;&amp;{body}");
        assert_eq!(text("\u{e9}", BodyKind::Xml).as_deref(), Some("\u{e9}"));
        for (typed, kind) in
            [("\u{e9}", BodyKind::Ofx), ("a\nb", BodyKind::Xml), ("\0", BodyKind::Ofx)]
        {
            assert_eq!(text(typed, kind), None, "{typed:?}");
        }
    }

    #[test]
    fn what_is_for_gits_reading_goes_nowhere_else() {
        for (path, read) in [
            ("/a/b.git/git-upload-pack", true),
            ("/a/b.git/git-receive-pack", false),
            ("/api/v1/git-upload-pack/keys", false),
            ("/a/x-git-upload-pack", false),
            ("/git-upload-pack/", false),
        ] {
            assert_eq!(fits(BodyKind::Git, path), read, "{path}");
            assert!(fits(BodyKind::Bytes, path));
        }
    }

    #[test]
    fn a_secret_goes_into_its_place_and_over_nothing() {
        let mut body = serde_json::json!({"user": {"name": "a"}});
        put(&mut body, "/user/password", "p".to_owned()).unwrap();
        put(&mut body, "/new/deep", "q".to_owned()).unwrap();
        let expected = serde_json::json!({
            "user": {"name": "a", "password": "p"}, "new": {"deep": "q"},
        });
        assert_eq!(body, expected);
        assert!(put(&mut body, "/user/name", "p".to_owned()).is_err());
        assert!(put(&mut body, "/user/name/deeper", "p".to_owned()).is_err());
        assert!(put(&mut Value::Array(Vec::new()), "/0", "p".to_owned()).is_err());
    }
}
