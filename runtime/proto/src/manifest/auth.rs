//! What of a konnector's account the host puts into requests, and where.
//!
//! Tables of the manifest flow in, places flow out. A place is fixed in the manifest: what a
//! component says at run time never moves a secret.

use std::collections::BTreeMap;

use super::limits::*;
use super::route::{Auth, BodyKind, Route, RouteError, is_parameter};
use super::section::{Section, shown};
use super::template::Template;
use super::{Field, ManifestError, Secret, SecretKind};

/// Headers that only the host writes. What guests may write is a shorter list, in the host.
const RESERVED: &[&str] = &[
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "date",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "origin",
    "referer",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

/// Where secrets go in a route, if anywhere.
pub(super) fn read(section: &Section<'_>, body: BodyKind) -> Result<Option<Auth>, ManifestError> {
    const KNOWN: &[&str] = &["header", "basic", "form", "json", "template"];
    let Some(auth) = section.table("auth", KNOWN)? else { return Ok(None) };
    let mut ways: Vec<&str> = auth.names().collect();
    let (Some(way), true) = (ways.pop(), ways.is_empty()) else {
        let known = "header = \"Authorization: Bearer {token}\"";
        return Err(auth.missing("header", known));
    };
    let wrong = |problem| ManifestError::Route { key: auth.key(way), problem };
    let needs = |kind: BodyKind| {
        let fits = body == kind;
        if fits { Ok(()) } else { Err(wrong(RouteError::AuthBody(kind.word()))) }
    };
    let read = match way {
        "header" => {
            let text = auth.string("header", "header = \"X-Key: {key}\"", FIELD_LENGTH_MAX)?;
            header(&text).ok_or_else(|| {
                let help = "write `Authorization: Bearer {token}`, not a header of the host's own";
                wrong(RouteError::Auth(shown(&text), help))
            })?
        }
        "basic" => {
            let known = &["user", "password"];
            let places =
                auth.table("basic", known)?.ok_or_else(|| auth.missing("basic", "basic"))?;
            let name = |key: &str| places.string(key, "user = \"login\"", NAME_LENGTH_MAX);
            Auth::Basic(name("user")?, name("password")?)
        }
        "template" => {
            if body != BodyKind::Xml {
                needs(BodyKind::Ofx)?;
            }
            let example = "template = \"<USERPASS>{password}{body}\"";
            let text = auth.string("template", example, BODY_TEMPLATE_LENGTH_MAX)?;
            let template = Template::parse(&text);
            Auth::Template(template.ok_or_else(|| wrong(RouteError::BodyTemplate(shown(&text))))?)
        }
        "form" => {
            needs(BodyKind::Form)?;
            let places = places(&auth, "form")?;
            if let Some(place) = places.keys().find(|place| !is_parameter(place)) {
                return Err(wrong(RouteError::Parameter(shown(place))));
            }
            Auth::Form(places)
        }
        _ => {
            needs(BodyKind::Json)?;
            let places = places(&auth, "json")?;
            if let Some(place) = places.keys().find(|place| !is_pointer(place)) {
                return Err(wrong(RouteError::Pointer(shown(place))));
            }
            Auth::Json(places)
        }
    };
    Ok(Some(read))
}

/// Which secrets the host takes out of a route's answer.
pub(super) fn keeps(section: &Section<'_>) -> Result<BTreeMap<String, String>, ManifestError> {
    let keeps = places(section, "keeps")?;
    match keeps.values().find(|pointer| !is_pointer(pointer)) {
        None => Ok(keeps),
        Some(pointer) => {
            let (key, problem) = (section.key("keeps"), RouteError::Pointer(shown(pointer)));
            Err(ManifestError::Route { key, problem })
        }
    }
}

fn places(section: &Section<'_>, name: &str) -> Result<BTreeMap<String, String>, ManifestError> {
    let mut places = BTreeMap::new();
    let Some(table) = section.free_table(name)? else { return Ok(places) };
    let count = table.names().count();
    if count > SECRETS_MAX {
        let key = table.path().to_owned();
        return Err(ManifestError::TooMany { key, count, max: SECRETS_MAX });
    }
    for place in table.names() {
        let value = table.string(place, "place = \"password\"", FIELD_LENGTH_MAX)?;
        places.insert(place.to_owned(), value);
    }
    Ok(places)
}

/// `Authorization: Bearer {token}`: the secret stands last.
fn header(text: &str) -> Option<Auth> {
    let (name, value) = text.split_once(": ")?;
    let (before, rest) = value.split_once('{')?;
    let secret = rest.strip_suffix('}')?;
    let token = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let plain = |c: char| c.is_ascii_graphic() || c == ' ';
    let lower = name.to_ascii_lowercase();
    let reserved = RESERVED.contains(&lower.as_str())
        || ["proxy-", "sec-", "x-forwarded-"].iter().any(|family| lower.starts_with(family));
    (!name.is_empty() && name.bytes().all(token) && !reserved && before.chars().all(plain))
        .then(|| Auth::Header(lower, before.to_owned(), secret.to_owned()))
}

fn is_pointer(text: &str) -> bool {
    let part = |part: &str| !part.is_empty() && !part.contains(['~', '\\', '"']);
    text.strip_prefix('/').is_some_and(|rest| rest.split('/').all(part))
}

/// Whether all that the routes name is there, and of a kind that can go where it should.
pub(super) fn check(
    routes: &[Route],
    secrets: &[Secret],
    fields: &[Field],
) -> Result<(), ManifestError> {
    for (index, route) in routes.iter().enumerate() {
        let wrong = |name: &str, problem| {
            Err(ManifestError::Route { key: format!("route[{index}].{name}"), problem })
        };
        // An address leads to its own server, and nowhere as a text.
        let is_secret = |name: &str| {
            secrets.iter().any(|one| one.name == name && one.kind != SecretKind::Address)
        };
        let is_field = |name: &str| fields.iter().any(|field| field.name == name);
        let names = route.auth.iter().flat_map(Auth::names);
        if let Some(name) = names.clone().find(|name| !is_secret(name) && !is_field(name)) {
            return wrong("auth", RouteError::Unknown(shown(name)));
        }
        let session = |name: &str| {
            secrets.iter().any(|one| one.name == name && one.kind == SecretKind::Session)
        };
        if let Some(name) = route.keeps.keys().find(|name| !session(name)) {
            return wrong("keeps", RouteError::Keeps(shown(name)));
        }
    }
    Ok(())
}
