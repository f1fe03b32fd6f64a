//! The owner's home, as a device reaches it that collects for it.
//!
//! In flow what a konnector deposits here and the device's secret; out flows that, to the address
//! that the owner typed. No run chooses where it goes, and the home answers with nothing of what it
//! has: ids that are made of the arguments, and whether those break a rule.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use http::{Request, Response};
use http_body_util::Full;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use url::{Host, Url};

use super::{Door, Failure, Hosts, exchange};

/// Bytes of documents in one request.
pub const BRING_BYTES_MAX: usize = 4 << 20;

/// What the home says of a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// What the owner calls it there.
    pub device: String,
    /// The konnector that it collects with.
    pub component: String,
    /// Which bytes that is.
    pub digest: String,
}

/// Why the home took nothing.
#[derive(Clone, Debug, thiserror::Error)]
pub enum OutletError {
    /// Not the address of a home.
    #[error("`{0}` is no address of a home: write it as its own pages show it, with https://")]
    Address(String),
    /// TLS can't start here.
    #[error("there is no way out: TLS can't start")]
    NoTls,
    /// Nobody who is the home answers.
    #[error("the home does not answer ({0}): check the address, and that its server runs")]
    Silent(&'static str),
    /// Whoever answers is no home.
    #[error("what answers there is no home that takes deposits: check the address")]
    Foreign,
    /// The home refuses.
    #[error("{title}: {detail} {remedy}")]
    Refused {
        /// The stable name.
        code: String,
        /// What it refused.
        title: String,
        /// Why.
        detail: String,
        /// What to do.
        remedy: String,
    },
}

#[derive(Deserialize)]
struct Problem {
    code: String,
    title: String,
    detail: String,
    remedy: String,
}

#[derive(Deserialize)]
struct Ids {
    ids: Vec<String>,
}

/// A way into one home.
pub struct Outlet {
    door: Door,
    home: Url,
    secret: HeaderValue,
    /// What went wrong first.
    trouble: Mutex<Option<OutletError>>,
}

impl Outlet {
    /// To the home at this address, for the device with this secret. Without TLS on this machine
    /// alone.
    pub fn new(address: &str, secret: &str) -> Result<Outlet, OutletError> {
        let wrong = || OutletError::Address(address.to_owned());
        let home = Url::parse(address).map_err(|_| wrong())?;
        let bare = home.path() == "/" && home.query().is_none() && home.fragment().is_none();
        let safe = home.scheme() == "https" || home.scheme() == "http" && is_local(&home);
        if !bare || !safe || !home.username().is_empty() || home.password().is_some() {
            return Err(wrong());
        }
        let mut secret = HeaderValue::from_str(&format!("Bearer {secret}")).map_err(|_| wrong())?;
        secret.set_sensitive(true);
        let door = Door::new(Hosts::default()).map_err(|_| OutletError::NoTls)?;
        Ok(Outlet { door, home, secret, trouble: Mutex::default() })
    }

    /// Who this device is to the home.
    pub async fn known(&self) -> Result<Known, OutletError> {
        self.ask("known", &json!({})).await
    }

    /// The ids of documents there.
    pub async fn ids(&self, doctype: &str, keys: &[&str]) -> Result<Vec<String>, OutletError> {
        let Ids { ids } = self.ask("ids", &json!({ "doctype": doctype, "keys": keys })).await?;
        if ids.len() == keys.len() { Ok(ids) } else { Err(OutletError::Foreign) }
    }

    /// Bring documents, in requests of a bounded size: a key and a body each.
    pub async fn bring(
        &self,
        doctype: &str,
        items: &[(String, String)],
    ) -> Result<(), OutletError> {
        let mut rest = items;
        while !rest.is_empty() {
            let mut bytes = 0;
            let fits = rest.iter().take_while(|(key, body)| {
                bytes += key.len() + body.len();
                bytes <= BRING_BYTES_MAX
            });
            let (now, later) = rest.split_at(fits.count().max(1));
            let body = json!({ "doctype": doctype, "items": now });
            let serde_json::Value::Object(_) = self.ask("deposit", &body).await? else {
                return Err(self.noted(OutletError::Foreign));
            };
            rest = later;
        }
        Ok(())
    }

    /// What went wrong first, if anything did.
    pub fn trouble(&self) -> Option<OutletError> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn noted(&self, error: OutletError) -> OutletError {
        let mut first = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert(error.clone());
        error
    }

    async fn ask<T: for<'a> Deserialize<'a>>(
        &self,
        act: &str,
        body: &serde_json::Value,
    ) -> Result<T, OutletError> {
        let asked = tokio::time::timeout(self.door.limits.total, self.sent(act, body)).await;
        let answer = asked.unwrap_or(Err(Failure::Slow));
        let answer = answer.map_err(|failure| self.noted(silent(failure)))?;
        read(&answer).map_err(|error| self.noted(error))
    }

    async fn sent(
        &self,
        act: &str,
        body: &serde_json::Value,
    ) -> Result<Response<Vec<u8>>, Failure> {
        let host = self.home.host_str().ok_or(Failure::Name)?;
        let named = self.home.port().map_or(host.to_owned(), |port| format!("{host}:{port}"));
        let body = Full::new(Bytes::from(serde_json::to_vec(body).map_err(|_| Failure::Body)?));
        let request = Request::post(format!("/device/{act}"))
            .header(HOST, named)
            .header(AUTHORIZATION, self.secret.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT_ENCODING, "identity")
            .body(body)
            .map_err(|_| Failure::Header)?;
        let tcp = dial(&self.home).await?;
        let begun = if self.home.scheme() == "http" {
            exchange::begin(&self.door, tcp, request).await?
        } else {
            let name = ServerName::try_from(host.to_owned()).map_err(|_| Failure::Tls)?;
            let tls = TlsConnector::from(self.door.tls.clone()).connect(name, tcp).await;
            exchange::begin(&self.door, tls.map_err(|_| Failure::Tls)?, request).await?
        };
        begun.whole(exchange::limits(&self.door)).await
    }
}

/// `localhost` and names below it are this machine, whatever a resolver says.
fn is_local(home: &Url) -> bool {
    match home.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        _ => false,
    }
}

async fn dial(home: &Url) -> Result<TcpStream, Failure> {
    let port = home.port_or_known_default().ok_or(Failure::Name)?;
    let found: Vec<SocketAddr> = if is_local(home) {
        vec![SocketAddr::from((Ipv4Addr::LOCALHOST, port))]
    } else {
        let host = home.host_str().ok_or(Failure::Name)?;
        lookup_host((host, port)).await.map_err(|_| Failure::Name)?.collect()
    };
    TcpStream::connect(found.as_slice()).await.map_err(|_| Failure::Connect)
}

fn silent(failure: Failure) -> OutletError {
    OutletError::Silent(failure.words(domicile_policy::Locale::En))
}

fn read<T: for<'a> Deserialize<'a>>(answer: &Response<Vec<u8>>) -> Result<T, OutletError> {
    if answer.status().is_success() {
        return serde_json::from_slice(answer.body()).map_err(|_| OutletError::Foreign);
    }
    let problem = serde_json::from_slice(answer.body());
    let Problem { code, title, detail, remedy } = problem.map_err(|_| OutletError::Foreign)?;
    Err(OutletError::Refused { code, title, detail, remedy })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_goes_to_a_home_over_tls_or_stays_on_this_machine() {
        for address in
            ["https://alice.example.org", "https://10.0.0.7:8443/", "http://home.localhost:8080"]
        {
            assert!(Outlet::new(address, "secret").is_ok(), "{address}");
        }
        for address in [
            "http://alice.example.org",
            "http://127.0.0.1.example.org",
            "http://localhost.example.org",
            "https://alice.example.org/apps",
            "https://alice:b@example.org",
            "https://alice.example.org/?a=b",
            "ftp://home.localhost",
            "alice.example.org",
        ] {
            assert!(Outlet::new(address, "secret").is_err(), "{address}");
        }
        assert!(Outlet::new("https://alice.example.org", "two\nlines").is_err());
    }
}
