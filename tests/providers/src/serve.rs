//! Providers behind TLS on loopback, for a certificate authority of their own.
//!
//! In: providers. Out: the address of each, and the authority, as an operator writes them into a
//! list of hosts.

use std::fmt::Write;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use data_encoding::BASE64;
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::Provider;
use crate::mishap::{self, Body};

/// A certificate authority that nobody else trusts.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// In DER.
    pub der: Vec<u8>,
    /// In PEM.
    pub pem: String,
}

impl Authority {
    /// A new one.
    pub fn new() -> Result<Authority, rcgen::Error> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // Named as those whom it signs for are by default, it would seem to be each of them.
        params.distinguished_name.push(DnType::CommonName, "Providers of this machine");
        let certificate = params.self_signed(&key)?;
        let der = certificate.der().to_vec();
        let pem = format!(
            "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
            BASE64.encode(&der)
        );
        Ok(Authority { issuer: Issuer::new(params, key), der, pem })
    }

    /// TLS for a host.
    pub fn tls(&self, hosts: &[&str]) -> Result<TlsAcceptor, Box<dyn std::error::Error>> {
        let key = KeyPair::generate()?;
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect::<Vec<_>>();
        let certificate = CertificateParams::new(hosts)?.signed_by(&key, &self.issuer)?;
        let key = PrivateKeyDer::try_from(key.serialize_der())?;
        let ring = tokio_rustls::rustls::crypto::ring::default_provider();
        let config = ServerConfig::builder_with_provider(Arc::new(ring))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

/// Serve a provider on a port of its own, for as long as the runtime stands.
pub async fn start(
    authority: &Authority,
    provider: Arc<dyn Provider>,
) -> Result<SocketAddr, Box<dyn std::error::Error>> {
    let tls = authority.tls(&[provider.host()])?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(accept(listener, tls, provider));
    Ok(address)
}

async fn accept(listener: TcpListener, tls: TlsAcceptor, provider: Arc<dyn Provider>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, provider) = (tls.clone(), Arc::clone(&provider));
        tokio::spawn(async move {
            let Ok(stream) = tls.accept(stream).await else { return };
            let service = service_fn(|request: Request<Incoming>| {
                let provider = Arc::clone(&provider);
                async move { Ok::<_, io::Error>(answer(provider.as_ref(), request).await) }
            });
            let connection = hyper::server::conn::http1::Builder::new();
            // A client that goes away is none of ours.
            let _ = connection.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(provider: &dyn Provider, request: Request<Incoming>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let mishap = provider.mishap();
    let answer = provider.answer(&Request::from_parts(head, body));
    mishap::spoil(answer, mishap).await
}

/// The list of hosts that an operator gives to `domicile up --hosts`.
pub fn hosts(authority: &Authority, served: &[(&str, SocketAddr)]) -> io::Result<String> {
    let mut text = String::new();
    for (host, address) in served {
        write!(
            text,
            "[[host]]\norigin = \"https://{host}\"\naddress = \"{address}\"\nauthority = \"\"\"\n{}\"\"\"\n",
            authority.pem
        )
        .map_err(io::Error::other)?;
    }
    Ok(text)
}
