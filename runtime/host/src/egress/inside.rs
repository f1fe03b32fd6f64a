//! Hosts inside the operator's own network, which the operator's list names one by one.
//!
//! In flows the list; out flow addresses that need not be public, each for one origin. Only who
//! starts the server writes it: no owner, no component and no name server adds to it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use domicile_proto::manifest::Origin;
use serde::Deserialize;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::crypto;

/// Where an origin is, inside.
#[derive(Clone)]
pub(super) struct Inside {
    /// Where it answers.
    pub address: SocketAddr,
    /// Whom it has to prove itself by.
    pub tls: Arc<ClientConfig>,
}

/// The hosts of a list, by origin.
#[derive(Clone, Default)]
pub struct Hosts(BTreeMap<String, Inside>);

/// Why a list can't be used.
#[derive(Debug, thiserror::Error)]
pub enum HostsError {
    /// It is not written as one.
    #[error("it is no list of hosts: {0}")]
    Syntax(#[from] toml::de::Error),
    /// An entry names no origin.
    #[error("`{0}` is no origin: {1}")]
    Origin(String, domicile_proto::manifest::OriginError),
    /// An entry's authority is no certificate.
    #[error("the authority of `{0}` can't be used: write one certificate in PEM")]
    Authority(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    host: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    origin: String,
    address: SocketAddr,
    /// A certificate in PEM; without it, who is trusted on the public internet.
    authority: Option<String>,
}

impl Hosts {
    /// Read a list.
    pub fn parse(text: &str) -> Result<Hosts, HostsError> {
        let list: List = toml::from_str(text)?;
        let mut hosts = BTreeMap::new();
        for Entry { origin, address, authority } in list.host {
            let known = Origin::parse(&origin);
            let known = known.map_err(|error| HostsError::Origin(origin.clone(), error))?;
            let broken = || HostsError::Authority(origin.clone());
            let roots = match &authority {
                None => crypto::public_roots(),
                Some(pem) => {
                    let mut roots = RootCertStore::empty();
                    let der = CertificateDer::from_pem_slice(pem.as_bytes());
                    roots.add(der.map_err(|_| broken())?).map_err(|_| broken())?;
                    roots
                }
            };
            let tls = crypto::tls(roots).map_err(|_| broken())?;
            hosts.insert(known.to_string(), Inside { address, tls });
        }
        Ok(Hosts(hosts))
    }

    pub(super) fn find(&self, origin: &Origin) -> Option<&Inside> {
        self.0.get(&origin.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_whole_or_refused_with_its_place() {
        let list = "[[host]]\norigin = \"https://api.bank.example\"\naddress = \"10.0.0.7:8443\"\n";
        let hosts = Hosts::parse(list).unwrap();
        let find = |text: &str| hosts.find(&Origin::parse(text).unwrap()).map(|one| one.address);
        assert_eq!(find("https://api.bank.example").unwrap().to_string(), "10.0.0.7:8443");
        assert_eq!(find("https://api.bank.example:8443"), None, "that origin alone");
        assert_eq!(find("https://www.bank.example"), None);
        for (from, to, sentence) in [
            ("https://", "http://", "`http://api.bank.example` is no origin"),
            (":8443", "", "address"),
            ("address", "adress", "adress"),
            ("[[host]]", "[[host]]\nauthority = \"x\"", "one certificate in PEM"),
        ] {
            let Err(error) = Hosts::parse(&list.replacen(from, to, 1)) else { panic!("{to}") };
            assert!(error.to_string().contains(sentence), "{error}");
        }
    }
}
