//! Streams: where a konnector speaks with a server that takes no requests, each written down in its
//! manifest.
//!
//! Tables of the manifest flow in, places flow out. The host signs in before a component has the
//! stream, so that each names who signs in, and by which secret.

use serde::Serialize;

use super::limits::*;
use super::section::{Section, shown};
use super::{Konnector, ManifestError, RouteError, Scheme, Site, route};

/// A stream that may be opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stream {
    /// How the component calls it.
    pub name: String,
    /// Where it leads.
    pub origin: Site,
    /// The field, or the secret, that says who signs in.
    pub user: String,
    /// The secret that proves it.
    pub password: String,
}

impl Stream {
    /// The exact text that a consent covers.
    pub fn power(&self) -> String {
        let Stream { name, origin, user, password } = self;
        format!("stream {name} {origin} sasl {{{user}}} {{{password}}}")
    }
}

/// Read all streams.
pub(super) fn read_all(
    root: &Section<'_>,
    konnector: &Konnector,
) -> Result<Vec<Stream>, ManifestError> {
    let mut streams: Vec<Stream> = Vec::new();
    for section in root.tables("stream", STREAMS_MAX, &["name", "origin", "auth"])? {
        let wrong = |name: &str, problem| ManifestError::Route { key: section.key(name), problem };
        let name: domicile_policy::ComponentId = section.name("name", "name = \"mailbox\"")?;
        let name = name.to_string();
        if streams.iter().any(|other| other.name == name) {
            return Err(ManifestError::Twice { key: section.key("name"), found: name });
        }
        let text = section.string("origin", "origin = \"imaps://...\"", FIELD_LENGTH_MAX)?;
        let origin = route::site(&text, Scheme::Imaps, konnector)
            .ok_or_else(|| wrong("origin", RouteError::MailServer(shown(&text))))?;
        let example = "auth = { sasl = { user = \"login\", password = \"password\" } }";
        let sasl = match section.table("auth", &["sasl"])? {
            Some(auth) => auth.table("sasl", &["user", "password"])?,
            None => None,
        };
        let sasl = sasl.ok_or_else(|| section.missing("auth", example))?;
        let place = |name: &str| sasl.string(name, "user = \"login\"", NAME_LENGTH_MAX);
        let (user, password) = (place("user")?, place("password")?);
        let is_secret = |name: &str| konnector.secrets.iter().any(|one| one.name == name);
        let is_field = konnector.fields.iter().any(|one| one.name == user);
        let unknown = [(&user, is_secret(&user) || is_field), (&password, is_secret(&password))];
        if let Some((name, _)) = unknown.into_iter().find(|(_, known)| !known) {
            return Err(wrong("auth", RouteError::Unknown(shown(name))));
        }
        streams.push(Stream { name, origin, user, password });
    }
    Ok(streams)
}
