//! What an account holds, opened for one run: fields, secrets, cookies.
//!
//! In flow values that the owner typed and what the provider gives for a while; out flow single
//! values for their declared places. Nothing here prints itself.

use std::collections::BTreeMap;

use cookie_store::{CookieStore, RawCookie};
use domicile_proto::manifest::{Konnector, Origin, Scheme, Secret, SecretKind, Site};
use http::HeaderMap;
use http::header::SET_COOKIE;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::limits::{COOKIE_BYTES_MAX, COOKIES_MAX, SECRET_BYTES_MAX};
use super::{Fingerprint, totp};

/// Shorter parts of an address are words.
const PART_BYTES_MIN: usize = 16;

/// An account as a run uses it.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// What the component may see, by name.
    pub fields: BTreeMap<String, String>,
    /// What it may not, by name.
    pub secrets: BTreeMap<String, String>,
    /// The cookies of the account's sessions.
    #[serde(with = "cookies")]
    pub jar: CookieStore,
    /// The certificates of devices that the owner named by address, by origin.
    #[serde(default)]
    pub certificates: BTreeMap<String, Fingerprint>,
    /// Until when the token of `[oauth]` is good, if the provider said so.
    #[serde(default)]
    pub token_until: Option<Timestamp>,
    /// Whether its owner has agreed at the provider's page, where that gives no token.
    #[serde(default)]
    pub agreed: bool,
    /// Where the owner's browser comes back to, in this run.
    #[serde(skip)]
    pub back: Option<String>,
}

/// A jar as a list of cookies, those of a session among them.
mod cookies {
    use std::convert::Infallible;

    use cookie_store::{Cookie, CookieStore};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(jar: &CookieStore, serializer: S) -> Result<S::Ok, S::Error> {
        jar.iter_unexpired().collect::<Vec<_>>().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<CookieStore, D::Error> {
        let cookies = Vec::<Cookie<'static>>::deserialize(from)?;
        let jar = CookieStore::from_cookies(cookies.into_iter().map(Ok::<_, Infallible>), false);
        Ok(jar.unwrap_or_default())
    }
}

impl Account {
    /// Where a route or a stream leads: the origin of the manifest, or the server that the owner
    /// named, if that is spoken there.
    pub fn origin(&self, site: &Site, scheme: Scheme) -> Option<Origin> {
        match site {
            Site::Fixed(origin) => Some(origin.clone()).filter(|one| one.scheme() == scheme),
            Site::Field(name) => Origin::of_address(scheme, self.fields.get(name)?).ok(),
            Site::Address(name) => Origin::of_address(scheme, self.secrets.get(name)?).ok(),
        }
    }

    /// The certificate of a device, if its owner confirmed one.
    pub fn certificate(&self, origin: &Origin) -> Option<Fingerprint> {
        self.certificates.get(&origin.to_string()).copied()
    }

    /// The path and query of a whole address; `None` for a site that has none of its own.
    pub(super) fn target(&self, site: &Site) -> Option<&str> {
        let Site::Address(name) = site else { return None };
        target_of(self.secrets.get(name)?)
    }

    /// What goes into a declared place; `None` if the account has not got it.
    pub fn value(&self, konnector: &Konnector, name: &str, now: Timestamp) -> Option<String> {
        let Some(secret) = konnector.secrets.iter().find(|one| one.name == name) else {
            return self.fields.get(name).cloned();
        };
        if secret.kind == SecretKind::Return {
            return self.back.clone();
        }
        let value = self.secrets.get(name)?;
        match secret.kind {
            SecretKind::Totp => totp::code(value, now),
            _ => Some(value.clone()),
        }
    }

    /// Keep what the provider gave for a while.
    pub(super) fn keep(&mut self, name: &str, value: &str) {
        if value.len() <= SECRET_BYTES_MAX {
            self.secrets.insert(name.to_owned(), value.to_owned());
        }
    }

    /// The line `cookie` of a request; `None` without a cookie for it.
    pub(super) fn cookies(&self, url: &Url) -> Option<String> {
        let pairs: Vec<String> = self
            .jar
            .get_request_values(url)
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Take the cookies of an answer.
    pub(super) fn take_cookies(&mut self, headers: &HeaderMap, url: &Url) {
        for value in headers.get_all(SET_COOKIE) {
            let Ok(text) = std::str::from_utf8(value.as_bytes()) else { continue };
            let full = self.jar.iter_unexpired().count() >= COOKIES_MAX;
            if text.len() > COOKIE_BYTES_MAX || full {
                continue;
            }
            if let Ok(cookie) = RawCookie::parse(text.to_owned()) {
                // A cookie for another site is not kept.
                let _ = self.jar.insert_raw(&cookie.into_owned(), url);
            }
        }
    }

    /// Everything whose echo is taken out of answers. Of an address also what stands after the
    /// host, and each of its parts that is long enough to open something.
    pub(super) fn hidden<'a>(&'a self, konnector: &'a Konnector) -> impl Iterator<Item = &'a str> {
        let cookies = self.jar.iter_unexpired().map(|cookie| cookie.value());
        let is_address = |one: &&Secret| one.kind == SecretKind::Address;
        let addresses = konnector.secrets.iter().filter(is_address);
        let targets = addresses.filter_map(|one| target_of(self.secrets.get(&one.name)?));
        let parts = targets.flat_map(|target| {
            let parts =
                target.split(['/', '?', '&', '=']).filter(|one| one.len() >= PART_BYTES_MIN);
            std::iter::once(target).filter(|one| one.len() >= 8).chain(parts)
        });
        let secrets = self.secrets.values().map(String::as_str);
        secrets.chain(cookies.filter(|value| value.len() >= 8)).chain(parts)
    }
}

/// What stands after the host, of an address as it is kept.
fn target_of(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    rest.find('/').and_then(|slash| rest.get(slash..))
}
