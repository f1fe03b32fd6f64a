//! The door out: the requests and the streams of a konnector's run, and what comes back.
//!
//! In flow a route or stream of a manifest, what a component gave for it, and an account; out flow
//! bytes to its origin and nowhere else, and the answer with the account's secrets taken out.
//! Never here: an address that a component chose, a redirect that is followed, a proxy or a
//! trusted certificate from the environment, a secret in a text.

mod account;
mod address;
mod commands;
mod connect;
pub mod crypto;
mod device;
mod download;
mod exchange;
mod failure;
mod fill;
mod headers;
mod imap;
mod inside;
pub mod limits;
mod outlet;
mod rehearsal;
mod running;
mod scrub;
mod sign;
mod stream;
mod talk;
mod tape;
mod totp;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domicile_proto::manifest::{Konnector, Method, Origin, Route, Scheme};
use http::header::LOCATION;
use http::{HeaderMap, Response};
use jiff::Timestamp;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::rustls::ClientConfig;
use url::Url;

pub use account::Account;
pub use commands::only_read;
pub use device::{Fingerprint, Network, NetworkError};
pub use download::Download;
pub use failure::Failure;
pub(crate) use fill::whole_address;
pub use inside::{Hosts, HostsError};
pub use limits::Limits;
pub use outlet::{Outlet, OutletError};
#[cfg(feature = "faults")]
pub use rehearsal::Rehearsal;
pub use scrub::{LENGTH_MIN as HIDDEN_BYTES_MIN, Scrubber};
pub use stream::{Opening, Stream};
pub use talk::{Talk, Turn};
pub use tape::{Difference, Exchange, Passed, Tape};

use exchange::Begun;
use limits::REDIRECTS_MAX;
use scrub::Watch;

/// A check of the door: a test switches one off, and the attack that it holds has to succeed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// A request goes along a declared route.
    Declared,
    /// Every address of a name is public.
    Address,
    /// A device is in a network that the operator opened.
    Network,
    /// A device has the certificate that its owner confirmed.
    Certificate,
    /// A redirect is not followed.
    Redirect,
    /// A component writes only some headers.
    Header,
    /// Echoes of secrets are taken out.
    Scrub,
    /// An answer has a size, and a stream.
    Size,
    /// An owner is sent to pages of declared origins only.
    Visit,
    /// A browser that comes back brings what it was sent away with.
    State,
    /// It comes back for the component that sent it.
    Mixed,
    /// A stream has an end.
    Time,
    /// A run has few streams.
    Streams,
    /// What a component writes on a stream only reads.
    Commands,
    /// Who signs in is one line.
    SignIn,
    /// A name in what a component writes means nothing.
    Place,
    /// A part of a path that the owner typed is not the component's to choose.
    Field,
}

impl Check {
    /// Every check.
    pub const ALL: [Check; 17] = [
        Check::Declared,
        Check::Address,
        Check::Network,
        Check::Certificate,
        Check::Redirect,
        Check::Header,
        Check::Scrub,
        Check::Size,
        Check::Visit,
        Check::State,
        Check::Mixed,
        Check::Time,
        Check::Streams,
        Check::Commands,
        Check::SignIn,
        Check::Place,
        Check::Field,
    ];
}

/// The door of a house.
pub struct Door {
    tls: Arc<ClientConfig>,
    inside: Hosts,
    networks: Vec<Network>,
    limits: Limits,
    tape: Option<Arc<Tape>>,
    #[cfg(feature = "faults")]
    rehearsal: Option<Arc<Rehearsal>>,
}

/// The body of a request, as the component fixed it.
#[derive(Clone, Debug)]
pub enum Body {
    /// Nothing.
    None,
    /// A JSON text.
    Json(String),
    /// Fields of a form.
    Form(Vec<(String, String)>),
    /// Any bytes.
    Bytes(Vec<u8>),
}

/// One request that was let through.
pub struct Order {
    /// Whose routes these are.
    pub konnector: Arc<Konnector>,
    /// Which of them.
    pub route: Route,
    /// Where it goes: the route's origin, or the account's own server.
    pub origin: Origin,
    /// Its path and query, filled.
    pub target: String,
    /// Headers of the component.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Body,
    /// Its place among the requests of the run.
    pub number: u64,
    /// The account that the run is for.
    pub account: Arc<Mutex<Account>>,
    /// The time, for codes.
    pub now: Timestamp,
}

impl Order {
    /// Bytes that it sends, but for what the host adds.
    pub fn bytes(&self) -> u64 {
        let pairs = |pairs: &[(String, String)]| -> usize {
            pairs.iter().map(|(name, value)| name.len() + value.len()).sum()
        };
        let body = match &self.body {
            Body::None => 0,
            Body::Json(text) => text.len(),
            Body::Form(fields) => pairs(fields),
            Body::Bytes(bytes) => bytes.len(),
        };
        (self.target.len() + pairs(&self.headers) + body) as u64
    }
}

/// An answer, as a component sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// `200`.
    pub status: u16,
    /// Without cookies and ways to go.
    pub headers: Vec<(String, String)>,
    /// Without echoes of secrets.
    pub body: Vec<u8>,
}

impl Answer {
    /// How long the origin asks to be left alone, in seconds.
    pub fn pause(&self) -> Option<u64> {
        pause(self.status, &self.headers)
    }
}

fn pause(status: u16, headers: &[(String, String)]) -> Option<u64> {
    let asked = headers.iter().find(|(name, _)| name == "retry-after");
    let busy = matches!(status, 429 | 503);
    asked.filter(|_| busy).and_then(|(_, value)| value.trim().parse().ok())
}

/// What became of an order.
pub struct Outcome {
    /// The answer, or why there is none.
    pub result: Result<Answer, Failure>,
    /// Whether something of the account was sent.
    pub credential: bool,
}

impl Door {
    /// The door to the public internet, and to these hosts inside the operator's network.
    pub fn new(inside: Hosts) -> Result<Door, tokio_rustls::rustls::Error> {
        Ok(Door {
            tls: crypto::tls(crypto::public_roots())?,
            inside,
            networks: Vec::new(),
            limits: Limits::default(),
            tape: None,
            #[cfg(feature = "faults")]
            rehearsal: None,
        })
    }

    /// The same door, for one run, with a tape beside it.
    pub fn with_tape(self, tape: Arc<Tape>) -> Door {
        Door { tape: Some(tape), ..self }
    }

    /// What one exchange may take.
    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// Make one request.
    pub async fn send(&self, order: &Order) -> Outcome {
        if let Some(tape) = self.tape.as_ref().filter(|tape| tape.plays()) {
            return tape.play(order);
        }
        let mut credential = false;
        let sending = self.through(order, &mut credential);
        let result = tokio::time::timeout(self.limits.total, sending).await;
        let result = result.unwrap_or(Err(Failure::Slow));
        if let Some(tape) = &self.tape {
            tape.keep(order, &result);
        }
        Outcome { result, credential }
    }

    /// Make one request for a file; and whether something of the account was sent. Beside a tape a
    /// file is an answer like others, and has their limits.
    pub async fn download(&self, order: &Order) -> (Result<Download, Failure>, bool) {
        if self.tape.is_some() {
            let Outcome { result, credential } = self.send(order).await;
            return (result.map(|answer| Download::whole(answer, self.limits)), credential);
        }
        let until = Instant::now() + self.limits.file;
        let mut credential = false;
        let begun = async {
            let url = fill::place(order, &locked(&order.account))?;
            Ok((self.begun(order, &url, &mut credential).await?, url))
        };
        let begun = timeout_at(until, begun).await.unwrap_or(Err(Failure::Slow));
        let download = begun.and_then(|(begun, url)| {
            let (scrubber, watch) = {
                let mut account = locked(&order.account);
                account.take_cookies(&begun.parts.headers, &url);
                match self.is_off(Check::Scrub) {
                    true => (Scrubber::new([]), Watch::new([])),
                    false => {
                        let hidden = || account.hidden(&order.konnector);
                        (Scrubber::new(hidden()), Watch::new(hidden()))
                    }
                }
            };
            let seen = seen(order, &url, &begun.parts.headers, &scrubber);
            Download::new(begun, seen, watch, exchange::limits(self), until)
        });
        (download, credential)
    }

    async fn through(&self, order: &Order, credential: &mut bool) -> Result<Answer, Failure> {
        let url = fill::place(order, &locked(&order.account))?;
        let (mut url, mut answer) = self.asked(order, url, credential).await?;
        for _ in 0..REDIRECTS_MAX {
            let Some(to) = fill::led_on(order, &url, &answer) else { break };
            (url, answer) = self.asked(order, to, credential).await?;
        }
        if let Some(next) = self.followed(order, &answer) {
            let to = fill::place(&next, &Account::default())?;
            (url, answer) = self.asked(&next, to, credential).await?;
        }
        Ok(self.taken(order, &url, answer))
    }

    async fn asked(
        &self,
        order: &Order,
        url: Url,
        credential: &mut bool,
    ) -> Result<(Url, Response<Vec<u8>>), Failure> {
        let begun = self.begun(order, &url, credential).await?;
        Ok((url, begun.whole(exchange::limits(self)).await?))
    }

    async fn begun(
        &self,
        order: &Order,
        url: &Url,
        credential: &mut bool,
    ) -> Result<Begun, Failure> {
        let headers = headers::of_guest(self, &order.headers)?;
        let (request, secret, confirmed) = {
            let account = locked(&order.account);
            let (request, secret) = fill::request(self, order, url, headers, &account)?;
            (request, secret, account.certificate(&order.origin))
        };
        let stream = connect::connect(self, &order.origin, confirmed).await?;
        *credential |= secret;
        exchange::begin(self, stream, request).await
    }

    /// What of an answer stays in the host, and the rest for the component.
    fn taken(&self, order: &Order, url: &Url, answer: Response<Vec<u8>>) -> Answer {
        let (parts, body) = answer.into_parts();
        let scrubber = {
            let mut account = locked(&order.account);
            account.take_cookies(&parts.headers, url);
            for (name, pointer) in &order.route.keeps {
                let json: Option<Value> = serde_json::from_slice(&body).ok();
                let found = json.as_ref().and_then(|json| json.pointer(pointer)?.as_str());
                found.into_iter().for_each(|value| account.keep(name, value));
            }
            match self.is_off(Check::Scrub) {
                true => Scrubber::new([]),
                false => Scrubber::new(account.hidden(&order.konnector)),
            }
        };
        let headers = seen(order, url, &parts.headers, &scrubber);
        let body = scrubber.bytes(body);
        Answer { status: parts.status.as_u16(), headers, body }
    }
}

/// An account that other requests of the run use too.
fn locked(account: &Mutex<Account>) -> MutexGuard<'_, Account> {
    account.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The headers of an answer, as a component sees them.
fn seen(
    order: &Order,
    url: &Url,
    headers: &HeaderMap,
    scrubber: &Scrubber,
) -> Vec<(String, String)> {
    let mut seen = headers::for_guest(headers);
    if let Some(way) = location(order, url, headers) {
        seen.push(("location".to_owned(), way));
    }
    seen.into_iter().map(|(name, value)| (name, scrubber.text(value))).collect()
}

/// What a component hears of a redirect: the route that leads there, if one does. Of a free route
/// it hears the path too, for it chooses that itself.
fn location(order: &Order, url: &Url, headers: &HeaderMap) -> Option<String> {
    let to = headers.get(LOCATION)?.to_str().ok().and_then(|to| url.join(to).ok());
    let way = to.and_then(|to| {
        let target =
            to.query().map_or(to.path().to_owned(), |query| format!("{}?{query}", to.path()));
        let account = locked(&order.account);
        let leads = |route: &&Route| {
            let origin = account.origin(&route.origin, Scheme::Https);
            let same = route.method == Method::Get || route.method == order.route.method;
            same && origin.is_some_and(|origin| is_at(&to, &origin)) && route.matches(&target)
        };
        let route = order.konnector.routes.iter().find(leads)?;
        let path = if route.is_free() { to.path() } else { "" };
        Some(format!("route {} {path}", route.name).trim_end().to_owned())
    });
    Some(way.unwrap_or_else(|| "other".to_owned()))
}

/// Whether an address is one of an origin.
pub(crate) fn is_at(url: &Url, origin: &Origin) -> bool {
    url.scheme() == "https"
        && url.host_str() == Some(origin.host())
        && url.port_or_known_default() == Some(origin.port())
}
