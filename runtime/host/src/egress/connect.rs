//! From a declared origin to a TLS connection with it: the only file that opens one.
//!
//! In flows an origin of a manifest; out flows a stream to a checked address, whose other end
//! proved to be the host. The address is chosen once: nothing asks for the name again between the
//! check and the connection, so that a name which changes its mind leads nowhere.

use std::net::SocketAddr;
use std::sync::Arc;

use domicile_proto::manifest::{Origin, Scheme};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

use super::address::is_public;
use super::{Check, Door, Failure, Fingerprint};

/// An address that was checked. Only [`pin`] makes one.
struct Pinned(SocketAddr);

/// Connect to an origin; if that is a device, to the one with this certificate.
pub(super) async fn connect(
    door: &Door,
    origin: &Origin,
    confirmed: Option<Fingerprint>,
) -> Result<TlsStream<TcpStream>, Failure> {
    if door.tape.as_ref().is_some_and(|tape| tape.plays()) {
        return Err(Failure::Connect);
    }
    let connecting = async {
        let (tcp, tls) = match door.inside.find(origin) {
            // No name is looked up, and no other address will do.
            Some(inside) => (open(inside.address).await?, inside.tls.clone()),
            None if origin.device().is_some() => door.reach(origin, confirmed).await?,
            None => (dial(door, &pin(door, origin).await?).await?, door.tls.clone()),
        };
        let refused = match origin.device() {
            Some(_) => Failure::Certificate,
            None => Failure::Tls,
        };
        let connector = TlsConnector::from(spoken(tls, origin.scheme()));
        connector.connect(server_name(origin)?, tcp).await.map_err(|_| refused)
    };
    let connected = tokio::time::timeout(door.limits.connect, connecting).await;
    connected.unwrap_or(Err(Failure::Slow))
}

/// Whom the other side has to prove to be.
pub(super) fn server_name(origin: &Origin) -> Result<ServerName<'static>, Failure> {
    ServerName::try_from(origin.host().to_owned()).map_err(|_| Failure::Tls)
}

/// TLS for what is spoken: mail has no other protocol at its port to choose from.
fn spoken(tls: Arc<ClientConfig>, scheme: Scheme) -> Arc<ClientConfig> {
    match scheme {
        Scheme::Https => tls,
        Scheme::Imaps => {
            let mut tls = ClientConfig::clone(&tls);
            tls.alpn_protocols.clear();
            Arc::new(tls)
        }
    }
}

/// One address of a name, if every address of it is public.
async fn pin(door: &Door, origin: &Origin) -> Result<Pinned, Failure> {
    let found = look_up(door, origin).await?;
    if !found.iter().all(|address| is_public(address.ip())) && !door.is_off(Check::Address) {
        return Err(Failure::Address);
    }
    found.into_iter().next().map(Pinned).ok_or(Failure::Name)
}

async fn look_up(door: &Door, origin: &Origin) -> Result<Vec<SocketAddr>, Failure> {
    if let Some(staged) = door.staged(origin) {
        return Ok(staged);
    }
    // The dot keeps the system from trying the name inside of domains of its own.
    let name = format!("{}.", origin.host());
    let found = lookup_host((name, origin.port())).await.map_err(|_| Failure::Name)?;
    Ok(found.collect())
}

async fn dial(door: &Door, pinned: &Pinned) -> Result<TcpStream, Failure> {
    open(door.stand_in(pinned.0)).await
}

pub(super) async fn open(address: SocketAddr) -> Result<TcpStream, Failure> {
    let stream = TcpStream::connect(address).await.map_err(|_| Failure::Connect)?;
    match stream.peer_addr() {
        Ok(peer) if peer == address => Ok(stream),
        _ => Err(Failure::Address),
    }
}
