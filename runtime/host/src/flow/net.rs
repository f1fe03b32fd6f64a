//! One run's dealings with its provider.
//!
//! In flow a component's requests by route; the policy decides, the door sends, the tally counts;
//! out flow answers, or constants that say nothing. The run learns what the provider could tell
//! before anything is sent, so that no way in which a request ends is below its label.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domicile_policy::{ComponentId, Denial, Reason, Rule};
#[cfg(feature = "faults")]
use domicile_proto::manifest::Site;
use domicile_proto::manifest::{Konnector, Origin, REST, Route, Scheme, SecretKind};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::accounts::{self, Connected};
use super::audit::Requests;
use super::hooks::Message;
use super::owner::Asking;
use super::session::Session;
use crate::egress::limits::{
    CONCURRENT_MAX, DOWNLOADED_BYTES_MAX, DOWNLOADS_TIME_MAX, PAUSE_MAX, REQUESTS_AT_ONCE_MAX,
    REQUESTS_MAX, SENT_BYTES_MAX,
};
use crate::egress::{Account, Answer, Body, Check, Door, Failure, Order, Outcome};
use crate::house::HomeError;

/// Bytes of all answers of one call.
pub const ANSWERS_BYTES_MAX: usize = 32 << 20;

/// A component's request.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The name of a route.
    pub route: String,
    /// What fills its path.
    pub slots: Vec<(String, String)>,
    /// What fills its query.
    pub query: Vec<(String, String)>,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Body,
}

/// What a component may know of a request without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Barred {
    /// No such route, or not with what the run knows.
    Refused,
    /// The arguments break a rule; the text is made of the arguments.
    Invalid(String),
    /// The account has not got what the route needs.
    NoSecret,
    /// The provider did not take the account's password.
    Login,
    /// The run has used what a run may use.
    Spent,
    /// Anything else.
    Unreachable,
}

/// What connects a run with its provider.
pub struct Line {
    pub(super) door: Arc<Door>,
    pub(super) konnector: Arc<Konnector>,
    pub(super) account: Arc<Mutex<Account>>,
    connected: Connected,
    pub(super) owner: Option<Asking>,
    messages: VecDeque<Message>,
    /// All messages before this number were given to the run.
    given: Option<u64>,
    /// Whether the token was renewed after a refusal.
    pub(super) renewed: bool,
    /// And whether there is none any more.
    pub(super) token_lost: bool,
    pub(super) visits: u32,
    requests: u64,
    downloaded: u64,
    began: Instant,
    pub(super) streams: u64,
    pub(super) sent: u64,
    /// Some stream's sign-in was refused.
    pub(super) login_refused: bool,
    pauses: BTreeMap<Origin, Instant>,
}

/// A request that was let through, and how long it has to wait.
pub(super) type Way = (Order, Duration);

/// The same, with its place among others.
type Ready = (usize, Order, Duration);

impl Line {
    /// Through this door, along these routes, for this account, opened. `owner` is who answers
    /// questions, and `messages` are what its provider sent.
    pub fn new(
        door: Arc<Door>,
        konnector: Arc<Konnector>,
        connected: Connected,
        account: Account,
        owner: Option<Asking>,
        messages: Vec<Message>,
    ) -> Line {
        let (account, pauses) = (Arc::new(Mutex::new(account)), BTreeMap::new());
        let (messages, given) = (messages.into(), None);
        let (renewed, token_lost, login_refused) = Default::default();
        let (visits, requests, downloaded, streams, sent) = Default::default();
        Line {
            door,
            konnector,
            account,
            connected,
            owner,
            messages,
            given,
            renewed,
            token_lost,
            visits,
            requests,
            downloaded,
            began: Instant::now(),
            streams,
            sent,
            login_refused,
            pauses,
        }
    }

    /// Whether the run may bring another file.
    pub(super) fn downloads(&self) -> bool {
        self.downloaded < DOWNLOADED_BYTES_MAX && self.began.elapsed() < DOWNLOADS_TIME_MAX
    }

    pub(super) fn downloaded(&mut self, bytes: u64) {
        self.downloaded = self.downloaded.saturating_add(bytes);
    }

    /// The account's id: what the run keeps is kept for it alone, and goes with it.
    pub(super) fn place(&self) -> &str {
        &self.connected.id
    }

    /// What the account holds now: sessions and cookies change.
    pub fn account(&self) -> Account {
        self.account.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Session {
    /// Make requests, several at a time. One answer each, in order.
    pub async fn fetch_many(&mut self, asks: Vec<Ask>) -> Vec<Result<Answer, Barred>> {
        if asks.len() > REQUESTS_AT_ONCE_MAX {
            let text = format!("at most {REQUESTS_AT_ONCE_MAX} requests a call");
            return vec![Err(Barred::Invalid(text)); asks.len()];
        }
        let (mut answers, mut ready) = (Vec::with_capacity(asks.len()), Vec::new());
        for (at, ask) in asks.into_iter().enumerate() {
            match self.order(ask).and_then(|way| self.count_one(way)) {
                Ok((order, wait)) => {
                    ready.push((at, order, wait));
                    answers.push(Err(Barred::Unreachable));
                }
                Err(barred) => answers.push(Err(barred)),
            }
        }
        let ended = self.send_all(ready).await;
        let (refused, mut ended): (Vec<_>, Vec<_>) =
            ended.into_iter().partition(|(_, order, outcome)| self.is_refused(order, outcome));
        if !refused.is_empty() {
            let again = self.renewed().await;
            ended.extend(match again {
                true => {
                    let once_more = |(at, order, _)| (at, order, Duration::ZERO);
                    self.send_all(refused.into_iter().map(once_more).collect()).await
                }
                false => refused,
            });
        }
        let mut bytes = 0;
        for (at, _, outcome) in ended {
            let answer = outcome.result.map_err(Barred::from).and_then(|answer| {
                bytes += answer.body.len();
                if bytes > ANSWERS_BYTES_MAX { Err(Barred::Unreachable) } else { Ok(answer) }
            });
            if let Some(place) = answers.get_mut(at) {
                *place = answer;
            }
        }
        answers
    }

    /// Whether an answer says that the token is no good, for the first time in this run.
    fn is_refused(&self, order: &Order, outcome: &Outcome) -> bool {
        let first = self.line.as_ref().filter(|line| !line.renewed);
        let refused = outcome.result.as_ref().is_ok_and(|answer| answer.status == 401);
        refused && first.is_some_and(|line| line.carries_token(order))
    }

    /// Send what was let through, several at a time, and count it.
    async fn send_all(&mut self, ready: Vec<Ready>) -> Vec<(usize, Order, Outcome)> {
        let Some(line) = &self.line else { return Vec::new() };
        let places = Arc::new(Semaphore::new(CONCURRENT_MAX));
        let mut under_way = JoinSet::new();
        for (at, order, wait) in ready {
            let (places, door) = (Arc::clone(&places), Arc::clone(&line.door));
            under_way.spawn(async move {
                let _place = places.acquire_owned().await;
                let outcome = match wait {
                    wait if wait > PAUSE_MAX => {
                        Outcome { result: Err(Failure::Pause), credential: false }
                    }
                    wait => {
                        // As long as the origin asked to be left alone.
                        tokio::time::sleep(wait).await;
                        door.send(&order).await
                    }
                };
                (at, order, outcome)
            });
        }
        let mut ended = Vec::new();
        while let Some(Ok((at, order, outcome))) = under_way.join_next().await {
            self.count_request(&order, &outcome);
            ended.push((at, order, outcome));
        }
        ended
    }

    /// One of the requests that a run may make.
    fn count_one(&mut self, way: Way) -> Result<Way, Barred> {
        let line = self.line.as_mut().filter(|line| line.requests < REQUESTS_MAX);
        line.ok_or(Barred::Spent)?.requests += 1;
        Ok(way)
    }

    /// Let a request through, or not (R8, R9).
    pub(super) fn order(&mut self, ask: Ask) -> Result<Way, Barred> {
        let (route, origin, target) = self.target(&ask, false)?;
        let line = self.line.as_mut().ok_or(Barred::Refused)?;
        let order = Order {
            konnector: Arc::clone(&line.konnector),
            origin,
            target,
            route,
            headers: ask.headers,
            body: ask.body,
            number: line.requests + 1,
            account: Arc::clone(&line.account),
            now: later(self.at, line.began),
        };
        let sent = line.sent + order.bytes();
        if sent > SENT_BYTES_MAX {
            return Err(Barred::Spent);
        }
        line.sent = sent;
        let until = line.pauses.get(&order.origin);
        let wait = until.map_or(Duration::ZERO, |until| until.duration_since(Instant::now()));
        Ok((order, wait))
    }

    /// Where a route leads with what fills it, if what the run knows may be sent there (R8, R9).
    pub(super) fn target(
        &mut self,
        ask: &Ask,
        visit: bool,
    ) -> Result<(Route, Origin, String), Barred> {
        self.count_call().map_err(|_| Barred::Spent)?;
        let route = self.route(&ask.route, visit)?;
        self.may_send()?;
        let line = self.line.as_ref().ok_or(Barred::Refused)?;
        let mut slots: BTreeMap<String, String> = ask.slots.iter().cloned().collect();
        let mut account = line.account();
        if line.door.is_off(Check::Field) {
            let chosen = slots.extract_if(.., |name, _| name != REST);
            account.fields.extend(chosen);
        }
        let target = route.fill(&account.fields, &slots, &ask.query);
        let origin = account.origin(&route.origin, Scheme::Https).ok_or(Barred::NoSecret)?;
        Ok((route, origin, target.map_err(|error| Barred::Invalid(error.to_string()))?))
    }

    /// The route of this name; a page for the owner's browser is one for nothing else.
    fn route(&mut self, name: &str, visit: bool) -> Result<Route, Barred> {
        let line = self.line.as_ref().ok_or(Barred::Refused)?;
        if let Some(route) = line.konnector.route(name).filter(|route| route.visit == visit) {
            return Ok(route.clone());
        }
        #[cfg(feature = "faults")]
        if line.door.is_off(Check::Declared)
            && let Some(route) = undeclared(name, &line.konnector)
        {
            return Ok(route);
        }
        Err(self.not_declared(name))
    }

    /// Whether something may leave, of what the run knows by now.
    pub(super) fn may_send(&mut self) -> Result<(), Barred> {
        if let Err(denial) = self.fault.send(&self.run) {
            self.deny(denial);
            return Err(Barred::Refused);
        }
        self.fault.receive(&mut self.run);
        Ok(())
    }

    /// The refusal of a route or a stream that the manifest has not.
    pub(super) fn not_declared(&mut self, name: &str) -> Barred {
        let route = match name.parse::<ComponentId>() {
            Ok(route) => route,
            Err(error) => return Barred::Invalid(error.to_string()),
        };
        let reason = Reason::NotDeclared { route };
        let denial = Denial::new(Rule::R8, self.run.component(), reason);
        self.deny(denial);
        Barred::Refused
    }

    pub(super) fn count_request(&mut self, order: &Order, outcome: &Outcome) {
        let pause = outcome.result.as_ref().ok().and_then(Answer::pause);
        self.tally.asked(request(order, outcome));
        self.leave_alone(&order.origin, pause);
    }

    /// Ask an origin nothing for as many seconds as it wants.
    pub(super) fn leave_alone(&mut self, origin: &Origin, pause: Option<u64>) {
        if let (Some(seconds), Some(line)) = (pause, self.line.as_mut()) {
            let until = Instant::now().checked_add(Duration::from_secs(seconds));
            // A moment that no clock reaches: not in this run.
            let until = until.unwrap_or_else(|| Instant::now() + PAUSE_MAX * 2);
            line.pauses.insert(origin.clone(), until);
        }
    }

    /// What the manifest has the component do: as public as the manifest.
    pub fn recipe(&mut self) -> Option<String> {
        self.count_call().ok()?;
        self.line.as_ref()?.konnector.recipe.clone()
    }

    /// What the owner typed into a field of the account: the provider's, from here on (R9).
    pub fn field(&mut self, name: &str) -> Option<String> {
        self.count_call().ok()?;
        self.fault.receive(&mut self.run);
        self.line.as_ref()?.account().fields.get(name).cloned()
    }

    /// The oldest message that the run has not been given: the provider's, and so is that there is
    /// none (R9).
    pub fn next_message(&mut self) -> Option<Message> {
        self.count_call().ok()?;
        self.fault.receive(&mut self.run);
        let line = self.line.as_mut()?;
        let message = line.messages.pop_front()?;
        line.given = Some(message.number + 1);
        Some(message)
    }

    /// The number after the last message that the run was given.
    pub fn given(&self) -> Option<u64> {
        self.line.as_ref()?.given
    }

    /// Keep what the account holds now, codes left out. What its owner changed meanwhile stays.
    pub async fn keep_account(&mut self) -> Result<(), HomeError> {
        let Some(line) = &mut self.line else { return Ok(()) };
        let mut account = line.account();
        for secret in line.konnector.secrets.iter().filter(|one| one.kind == SecretKind::Code) {
            account.secrets.remove(&secret.name);
        }
        if let Some(kept) = accounts::keep(&self.home, &line.connected, &account).await? {
            line.connected = kept;
        }
        Ok(())
    }
}

/// A request as the trail counts it.
pub(super) fn request(order: &Order, outcome: &Outcome) -> Requests {
    let (end, received) = match &outcome.result {
        Ok(answer) => (Ok(answer.status), answer.body.len() as u64),
        Err(failure) => (Err(*failure), 0),
    };
    ended(order, outcome.credential, end, received)
}

/// A request by its end.
pub(super) fn ended(
    order: &Order,
    credential: bool,
    end: Result<u16, Failure>,
    received: u64,
) -> Requests {
    let class = |status| format!("{}xx", status / 100);
    let end = end.map_or_else(|failure| failure.code().to_owned(), class);
    let (host, route) = (order.origin.host().to_owned(), order.route.name.clone());
    Requests { host, route, end, credential, count: 1, sent: order.bytes(), received }
}

/// A run may take longer than a code or a signature is good for.
fn later(at: Timestamp, began: Instant) -> Timestamp {
    let passed = SignedDuration::try_from(began.elapsed());
    passed.ok().and_then(|passed| at.checked_add(passed).ok()).unwrap_or(at)
}

impl From<Failure> for Barred {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Header => Barred::Invalid("a header that is the host's alone".to_owned()),
            Failure::Body => Barred::Invalid("the body or address is not the route's".to_owned()),
            Failure::Command => {
                Barred::Invalid("a stream takes whole commands that only read".to_owned())
            }
            Failure::Secret => Barred::NoSecret,
            Failure::Login => Barred::Login,
            Failure::Spent => Barred::Spent,
            _ => Barred::Unreachable,
        }
    }
}

/// With the check off: `GET https://host/path`, as a component writes it.
#[cfg(feature = "faults")]
fn undeclared(text: &str, konnector: &Konnector) -> Option<Route> {
    let at = text.find("://")? + 3;
    let path = at + text.get(at..)?.find('/')?;
    let origin = Origin::parse(text.get("GET ".len()..path)?).ok()?;
    let (slots, query) = (BTreeMap::new(), BTreeMap::new());
    let path = text.get(path..)?.to_owned();
    let origin = Site::Fixed(origin);
    Some(Route { origin, path, slots, query, ..konnector.routes.first()?.clone() })
}
