//! Devices of the owner's own network: named by address, known by their certificate.
//!
//! In flow networks that the operator opened and a certificate that the owner confirmed; out flow
//! an address that may be dialled and TLS with that very certificate. Without the operator's word
//! no such address is dialled, not even to look who is there: an owner of a house of thousands must
//! not learn what stands in the house's own network.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use domicile_proto::manifest::Origin;
use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;

use super::connect::{open, server_name};
use super::{Check, Door, Failure, crypto};

/// A network that the operator opens to its homes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(Ipv4Net);

/// Why a network is none that can be opened.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{0}` is no private network: write one of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16, or a \
         part of one, such as 192.168.1.0/24"
)]
pub struct NetworkError(String);

impl std::str::FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Network, NetworkError> {
        let net: Option<Ipv4Net> = text.parse().ok();
        let private = |net: &Ipv4Net| net.network().is_private() && net.broadcast().is_private();
        net.filter(private).map(Network).ok_or_else(|| NetworkError(text.to_owned()))
    }
}

/// The SHA-256 of a certificate, as devices show it: `3f:09:...`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint(pub(super) [u8; 32]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            write!(f, "{}{byte:02X}", if at == 0 { "" } else { ":" })?;
        }
        Ok(())
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> String {
        fingerprint.to_string()
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Fingerprint, &'static str> {
        let bytes = data_encoding::HEXUPPER.decode(text.replace(':', "").as_bytes()).ok();
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map(Fingerprint).ok_or("that is no SHA-256 of a certificate")
    }
}

impl Door {
    /// The same door, with these networks opened.
    pub fn with_networks(self, networks: Vec<Network>) -> Door {
        Door { networks, ..self }
    }

    /// Which certificate a device shows, for its owner to compare. Nothing is said to it.
    pub async fn certificate(&self, device: &Origin) -> Result<Fingerprint, Failure> {
        let looking = async {
            let tcp = self.dial_device(device).await?;
            let (tls, seen) = crypto::tls_to_look().map_err(|_| Failure::Tls)?;
            // It ends with the certificate, which nobody confirmed yet.
            let _ = TlsConnector::from(tls).connect(server_name(device)?, tcp).await;
            seen.get().copied().map(Fingerprint).ok_or(Failure::Tls)
        };
        let looked = tokio::time::timeout(self.limits.connect, looking).await;
        looked.unwrap_or(Err(Failure::Slow))
    }

    /// A connection to a device, and TLS with the certificate that its owner confirmed.
    pub(super) async fn reach(
        &self,
        device: &Origin,
        confirmed: Option<Fingerprint>,
    ) -> Result<(TcpStream, Arc<ClientConfig>), Failure> {
        let confirmed = confirmed.ok_or(Failure::Certificate)?;
        let expected = (!self.is_off(Check::Certificate)).then_some(confirmed.0);
        let tls = crypto::tls_with(expected).map_err(|_| Failure::Tls)?;
        Ok((self.dial_device(device).await?, tls))
    }

    async fn dial_device(&self, device: &Origin) -> Result<TcpStream, Failure> {
        let address = device.device().ok_or(Failure::Address)?;
        let opened = self.networks.iter().any(|network| network.0.contains(&address));
        if !opened && !self.is_off(Check::Network) {
            return Err(Failure::Network);
        }
        open(self.stand_in(SocketAddr::from((address, device.port())))).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_private_networks_can_be_opened() {
        for text in ["192.168.1.0/24", "10.0.0.0/8", "172.16.0.0/12", "192.168.1.20/32"] {
            assert!(text.parse::<Network>().is_ok(), "{text}");
        }
        for text in
            ["0.0.0.0/0", "127.0.0.0/8", "192.168.0.0/15", "169.254.0.0/16", "8.8.8.8/32", "x"]
        {
            let why = text.parse::<Network>().unwrap_err().to_string();
            assert!(why.contains(text) && why.contains("192.168.1.0/24"), "{why}");
        }
    }

    #[test]
    fn a_fingerprint_is_read_as_it_is_written() {
        let fingerprint = Fingerprint([0x3f; 32]);
        let text = fingerprint.to_string();
        assert!(text.starts_with("3F:3F:") && text.len() == 95, "{text}");
        assert_eq!(Fingerprint::try_from(text), Ok(fingerprint));
        assert!(Fingerprint::try_from("3F:3F".to_owned()).is_err());
    }
}
