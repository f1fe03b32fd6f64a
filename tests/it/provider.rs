//! A provider on loopback behind real TLS, for a certificate authority that this test alone knows,
//! and what it was asked.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use domicile::egress::{Check, Door, Limits, Rehearsal};
use domicile::flow::accounts::{self, ConnectError, Connected};
use domicile::runs::collect::{CollectError, Collected, Company, Told, collect};
use domicile_guests::programs;
use domicile_policy::Cause;
use http::{Request, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::support::World;

/// The password of every account here.
pub const PASSWORD: &str = "correct horse/battery&staple";
/// The key of its authenticator.
pub const KEY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
/// What signing in brings.
pub const SESSION: &str = "session-0123456789";
/// And the cookie that comes with it.
pub const COOKIE: &str = "cookie-0123456789";
/// An address of the public internet, as far as the door can tell.
pub const PUBLIC: IpAddr = IpAddr::V4(Ipv4Addr::new(93, 184, 215, 14));
/// Another, where mail is spoken.
pub const MAIL: IpAddr = IpAddr::V4(Ipv4Addr::new(93, 184, 215, 15));
/// Names that the certificate is for.
const NAMES: [&str; 4] =
    ["*.acme.example", "acme.example", "*.evil.example", "*.deep.acme.example"];
/// More than an answer may have.
const HUGE: usize = 2 << 20;

/// A real server to which a provider hands on what it hears, without the TLS.
pub type Behind = Arc<Mutex<SocketAddr>>;

/// Running.
pub struct Provider {
    address: SocketAddr,
    mail: SocketAddr,
    root: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
    heard: Arc<Heard>,
}

/// What a provider was asked, and which of two answers it gives.
#[derive(Default)]
struct Heard {
    seen: Arc<Mutex<Vec<String>>>,
    side: AtomicUsize,
}

impl Provider {
    pub async fn start(behind: Option<Behind>) -> Provider {
        let authority = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root = params.self_signed(&authority).unwrap().der().to_vec();
        let issuer = Issuer::new(params, authority);
        let key = KeyPair::generate().unwrap();
        let names = NAMES.map(str::to_owned).to_vec();
        let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let ring = tokio_rustls::rustls::crypto::ring::default_provider();
        let tls = ServerConfig::builder_with_provider(Arc::new(ring))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let heard = Arc::new(Heard::default());
        let tls = TlsAcceptor::from(Arc::new(tls));
        let mail = crate::post::start(tls.clone(), Arc::clone(&heard.seen)).await;
        let provider = Provider { address, mail, root, issuer, heard: Arc::clone(&heard) };
        match behind {
            Some(behind) => tokio::spawn(hand_on(listener, tls, behind)),
            None => tokio::spawn(serve(listener, tls, heard)),
        };
        provider
    }

    /// A certificate for a server of its own, and its key, in PEM.
    pub fn certificate(&self, host: &str) -> [String; 2] {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec![host.to_owned()]).unwrap();
        let certificate = certificate.signed_by(&key, &self.issuer).unwrap();
        let pem = |what: &str, der: &[u8]| {
            let text = data_encoding::BASE64_MIME.encode(der);
            format!("-----BEGIN {what}-----\n{}\n-----END {what}-----\n", text.trim_end())
        };
        [pem("CERTIFICATE", certificate.der()), pem("PRIVATE KEY", &key.serialize_der())]
    }

    /// A stage where these names have these addresses, and this provider answers for all of them.
    pub fn stage(&self, names: &[(&str, &[IpAddr])], off: Option<Check>) -> Arc<Rehearsal> {
        let owned = |(name, ips): &(&str, &[IpAddr])| ((*name).to_owned(), ips.to_vec());
        let names: BTreeMap<String, Vec<IpAddr>> = names.iter().map(owned).collect();
        let server = |ip: &IpAddr| (*ip, if *ip == MAIL { self.mail } else { self.address });
        let servers = names.values().flatten().map(server).collect();
        let limits = Limits {
            connect: Duration::from_secs(30),
            first_byte: Duration::from_secs(10),
            total: Duration::from_secs(30),
            answer_bytes: HUGE / 2,
            file: Duration::from_secs(15),
            silence: Duration::from_secs(10),
            file_bytes: HUGE as u64 / 2,
            // What comes together is looked at by itself.
            piece_bytes: 1,
            second: Duration::from_millis(1),
            stream: Duration::from_secs(30),
            stream_bytes: HUGE / 2,
        };
        let (root, limits, names) = (self.root.clone(), Some(limits), Mutex::new(names));
        Arc::new(Rehearsal { names, servers, root, limits, off, ..Rehearsal::default() })
    }

    /// What it was asked: a line for each request, with its headers and body.
    pub fn seen(&self) -> Vec<String> {
        self.heard.seen.lock().unwrap().clone()
    }

    /// As if it had been asked nothing.
    pub fn forget(&self) {
        self.heard.seen.lock().unwrap().clear();
    }

    /// From now on `/either/A/B` answers the first or the second.
    pub fn answer_as(&self, side: usize) {
        self.heard.side.store(side, Ordering::Relaxed);
    }
}

async fn hand_on(listener: TcpListener, tls: TlsAcceptor, behind: Behind) {
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, to) = (tls.clone(), *behind.lock().unwrap());
        tokio::spawn(async move {
            let Ok(mut stream) = tls.accept(stream).await else { return };
            let Ok(mut server) = TcpStream::connect(to).await else { return };
            let _ = tokio::io::copy_bidirectional(&mut stream, &mut server).await;
        });
    }
}

async fn serve(listener: TcpListener, tls: TlsAcceptor, heard: Arc<Heard>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, heard) = (tls.clone(), Arc::clone(&heard));
        tokio::spawn(async move {
            let Ok(stream) = tls.accept(stream).await else { return };
            let service = service_fn(move |request| answer(request, Arc::clone(&heard)));
            let connection = hyper::server::conn::http1::Builder::new();
            let _ = connection.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

type Answered = Response<BoxBody<Bytes, Infallible>>;

async fn answer(request: Request<Incoming>, heard: Arc<Heard>) -> Result<Answered, Infallible> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let headers: Vec<String> = parts
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    let body = String::from_utf8_lossy(&body);
    let line = format!("{} {} {body} [{}]", parts.method, parts.uri, headers.join("; "));
    let asked = {
        let mut seen = heard.seen.lock().unwrap();
        seen.push(line.clone());
        seen.iter().filter(|one| one.contains("/busy")).count()
    };
    let path = parts.uri.path();
    let plain = |status: u16, text: &str| with(status, &[], text);
    Ok(match path.trim_start_matches("/any") {
        "/echo" => with(200, &[("x-echo", &format!("{:?}", parts.headers))], &line),
        "/echo-in-pieces" => Response::new(Cut(Bytes::from(line)).boxed()),
        "/half" => with_length(endless(64 << 10, None, 1 << 17), 1 << 20),
        "/long" => with_length(endless(64 << 10, None, HUGE), HUGE),
        "/token" => with(
            200,
            &[("set-cookie", &format!("sid={COOKIE}; Domain=acme.example; Path=/; Secure"))],
            &format!("{{\"access_token\":\"{SESSION}\"}}"),
        ),
        "/out" => with(302, &[("location", "https://www.evil.example/stolen")], ""),
        "/out-307" => with(307, &[("location", "https://www.evil.example/stolen")], ""),
        "/in" => with(302, &[("location", "/hello/you")], ""),
        "/packed" => with(200, &[("content-encoding", "gzip")], "\u{1f}\u{8b}"),
        "/busy" if asked == 1 => with(429, &[("retry-after", "1")], "later"),
        "/closed" => with(503, &[("retry-after", "3600")], "much later"),
        path if path.starts_with("/either/") => {
            plain(200, path.split('/').nth(2 + heard.side.load(Ordering::Relaxed)).unwrap())
        }
        "/fail" => plain(500, "broken"),
        "/silent" => std::future::pending::<Answered>().await,
        "/slow" => endless(1, Some(Duration::from_millis(20)), usize::MAX),
        "/huge" => endless(64 << 10, None, HUGE),
        _ => plain(200, "hello"),
    })
}

fn with(status: u16, headers: &[(&str, &str)], text: &str) -> Answered {
    let mut response = Response::new(Full::new(Bytes::from(text.to_owned())).boxed());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    for (name, value) in headers {
        let name: http::HeaderName = name.parse().unwrap();
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}

/// With this length in its head, whatever comes.
fn with_length(mut answered: Answered, length: usize) -> Answered {
    answered.headers_mut().insert("content-length", length.into());
    answered
}

/// A body of three bytes at a time.
struct Cut(Bytes);

impl Body for Cut {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let length = self.0.len().min(3);
        let some = self.0.split_to(length);
        std::task::Poll::Ready((length > 0).then(|| Ok(Frame::data(some))))
    }
}

/// A body in pieces, with a pause before each.
struct Pieces {
    piece: Bytes,
    left: usize,
    pause: Option<tokio::time::Interval>,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        use std::task::Poll;
        if let Some(pause) = &mut self.pause
            && pause.poll_tick(context).is_pending()
        {
            return Poll::Pending;
        }
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left = self.left.saturating_sub(self.piece.len());
        Poll::Ready(Some(Ok(Frame::data(self.piece.clone()))))
    }
}

fn endless(piece: usize, pause: Option<Duration>, left: usize) -> Answered {
    let piece = Bytes::from(vec![b'x'; piece]);
    let pause = pause.map(tokio::time::interval);
    Response::new(Pieces { piece, left, pause }.boxed())
}

/// A home with the probe of `tests/exfil/manifests`, in front of a provider.
pub struct Stage {
    pub world: World,
    pub provider: Provider,
    pub rehearsal: Arc<Rehearsal>,
}

impl Stage {
    /// With the usual names, and a check off.
    pub async fn new(world: World, manifest: &str, off: Option<Check>) -> Stage {
        let names =
            ["api.acme.example", "login.acme.example", "www.evil.example", "data.acme.example"];
        let names = names.map(|name| (name, &[PUBLIC][..]));
        let mail = crate::post::HOSTS.map(|host| (host, &[MAIL][..]));
        Stage::of(world, manifest, &[&names[..], &mail].concat(), off).await
    }

    /// With these names.
    pub async fn of(
        world: World,
        manifest: &str,
        names: &[(&str, &[IpAddr])],
        off: Option<Check>,
    ) -> Stage {
        let provider = Provider::start(None).await;
        let rehearsal = provider.stage(names, off);
        world.house.set_door(Door::rehearsed(Arc::clone(&rehearsal)).unwrap());
        world.install_bytes(probe(manifest)).await;
        Stage { world, provider, rehearsal }
    }

    /// An account whose runs do these steps.
    pub async fn account(&self, program: &str) -> Connected {
        self.account_of("probe", program).await
    }

    /// An account of another component.
    pub async fn account_of(&self, id: &str, program: &str) -> Connected {
        let typed = [
            ("program", program),
            ("login", "alice"),
            ("server", "https://api.acme.example"),
            ("password", PASSWORD),
            ("otp", KEY),
            ("feed", "webcal://api.acme.example/any/echo?key=private-0123456789abcdef"),
        ];
        self.account_with(id, &typed).await.unwrap()
    }

    /// An account of what was typed.
    pub async fn account_with(
        &self,
        id: &str,
        typed: &[(&str, &str)],
    ) -> Result<Connected, ConnectError> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let typed = typed.iter().map(owned).collect();
        let installed = domicile::registry::find(&self.world.home, &id.parse().unwrap());
        let manifest = &installed.unwrap().manifest;
        let now = self.world.house.clock().now();
        accounts::connect(&self.world.home, now, manifest, &typed).await
    }

    /// Run for an account, started by the owner.
    pub async fn collect(&self, account: &Connected) -> Result<Told, CollectError> {
        self.collected(account).await.outcome
    }

    /// The same, and what it brought.
    pub async fn collected(&self, account: &Connected) -> Collected {
        let World { house, home, .. } = &self.world;
        collect(house, home, &account.id, Cause::OwnerTrusted, Company::default()).await
    }

    /// What a run of these steps answered, line by line.
    pub async fn answers(&self, program: &str) -> Vec<String> {
        let account = self.account(program).await;
        match self.collect(&account).await {
            Ok(collected) => collected.warnings,
            Err(error) => vec![format!("{error:?}")],
        }
    }

    /// Everything that left: names that were asked for, addresses dialled, requests.
    pub fn left(&self) -> String {
        let dialled = self.rehearsal.seen.lock().unwrap().clone();
        [dialled, self.provider.seen()].concat().join("\n")
    }
}

/// The probe under a manifest; for one that asks for files, the one that brings them.
pub fn probe(manifest: &str) -> Vec<u8> {
    let files = manifest.contains(domicile_store::files::FILES);
    let program = if files { programs::KONNECTOR_FILES } else { programs::KONNECTOR_PROBE };
    let bytes = domicile_guests::bytes(program).unwrap();
    crate::exfil::component::with_manifest(bytes, manifest)
}

/// The manifest of who brings files.
pub const FILES_MANIFEST: &str = include_str!("../exfil/manifests/files.toml");
/// Its usual manifest.
pub const MANIFEST: &str = include_str!("../exfil/manifests/probe.toml");

/// On the usual stage.
pub async fn stage() -> Stage {
    Stage::new(World::new().await, MANIFEST, None).await
}

/// A step of the probe: an operation of its own for each number.
pub fn deposit(number: u32) -> String {
    let body = serde_json::json!({ "label": "CAFE", "date": "2026-11-23", "amount": -2.5 });
    let key = format!("k{number}");
    serde_json::json!({ "deposit": ["io.cozy.bank.operations", key, body] }).to_string()
}
