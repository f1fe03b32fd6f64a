//! What a konnector asked and was answered: kept beside the door, or played in its place.
//!
//! In flow orders; out flow the answers that a component sees, from its provider now or from then.
//! Kept of an order is only what the component fixed, never what the host put into it, and of an
//! answer only what the component saw. Beside a tape that plays, the door opens for nobody.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use data_encoding::BASE64;
use domicile_proto::manifest::Konnector;
use domicile_proto::text::shown;
use serde::{Deserialize, Serialize};

use super::account::Account;
use super::limits::TAPE_BYTES_MAX;
use super::scrub::Scrubber;
use super::talk::Talk;
use super::{Answer, Body, Failure, Order, Outcome};

/// Characters that a difference shows of a header or a body.
pub(super) const SHOWN_CHARS_MAX: usize = 200;

/// A header whose value is drawn anew in each run.
const DRAWN: &str = "x-request-id";

/// One request of a run, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Exchange {
    /// Its place among the requests of the run.
    pub number: u64,
    /// What the component asked.
    pub asked: Asked,
    /// What it was answered.
    pub got: Got,
}

/// A request as its component fixed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Asked {
    /// A route of the manifest.
    pub route: String,
    /// Its path and query, filled.
    pub target: String,
    /// Headers of the component.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "pairs")]
    pub headers: Vec<(String, String)>,
    /// Its body.
    #[serde(default, skip_serializing_if = "Sent::is_nothing")]
    pub body: Sent,
}

/// A body as it can be written down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sent {
    /// None.
    #[default]
    Nothing,
    /// A JSON text.
    Json(String),
    /// Fields of a form.
    Form(#[serde(with = "pairs")] Vec<(String, String)>),
    /// Bytes that are text.
    Text(String),
    /// Other bytes.
    Base64(String),
}

/// Names and values as lines: `accept: text/html`.
mod pairs {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    type Pairs = Vec<(String, String)>;

    pub fn serialize<S: Serializer>(pairs: &Pairs, serializer: S) -> Result<S::Ok, S::Error> {
        let lines = pairs.iter().map(|(name, value)| format!("{name}: {value}"));
        lines.collect::<Vec<_>>().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Pairs, D::Error> {
        let lines = Vec::<String>::deserialize(from)?;
        let pair = |line: &String| {
            let (name, value) = line.split_once(": ")?;
            Some((name.to_owned(), value.to_owned()))
        };
        let pairs = lines.iter().map(pair).collect::<Option<Pairs>>();
        pairs.ok_or_else(|| D::Error::custom("a line without a name and a colon"))
    }
}

impl Sent {
    fn is_nothing(&self) -> bool {
        *self == Sent::Nothing
    }

    pub(super) fn of_bytes(bytes: Vec<u8>) -> Sent {
        match String::from_utf8(bytes) {
            Ok(text) if text.is_empty() => Sent::Nothing,
            Ok(text) => Sent::Text(text),
            Err(other) => Sent::Base64(BASE64.encode(other.as_bytes())),
        }
    }

    pub(super) fn bytes(&self) -> Result<Vec<u8>, Failure> {
        match self {
            Sent::Nothing => Ok(Vec::new()),
            Sent::Text(text) | Sent::Json(text) => Ok(text.clone().into_bytes()),
            Sent::Base64(text) => BASE64.decode(text.as_bytes()).map_err(|_| Failure::Protocol),
            Sent::Form(_) => Err(Failure::Protocol),
        }
    }
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Got {
    /// An answer, without cookies, ways to go and echoes of secrets.
    Answer {
        /// `200`.
        status: u16,
        /// Its headers.
        #[serde(default, skip_serializing_if = "Vec::is_empty", with = "pairs")]
        headers: Vec<(String, String)>,
        /// Its body.
        #[serde(default, skip_serializing_if = "Sent::is_nothing")]
        body: Sent,
    },
    /// None.
    Failure(Failure),
}

/// What a tape does not hold, or not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub(super) place: String,
    pub(super) what: String,
}

impl Difference {
    fn of_request(number: u64, route: &str, what: String) -> Difference {
        Difference { place: format!("request {number}, by route `{route}`"), what }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { place, what } = self;
        write!(f, "{place}: {what}")
    }
}

/// Beside a door, for one run.
pub struct Tape {
    plays: bool,
    reel: Mutex<Reel>,
}

#[derive(Default)]
pub(super) struct Reel {
    exchanges: Vec<Exchange>,
    pub(super) talks: Vec<Talk>,
    pub(super) bytes: usize,
    pub(super) differences: Vec<Difference>,
}

/// All that passed in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Passed {
    /// Requests and their answers.
    #[serde(rename = "exchange", default, skip_serializing_if = "Vec::is_empty")]
    pub exchanges: Vec<Exchange>,
    /// Streams.
    #[serde(rename = "stream", default, skip_serializing_if = "Vec::is_empty")]
    pub talks: Vec<Talk>,
}

impl Tape {
    /// One that keeps what passes.
    pub fn blank() -> Tape {
        Tape { plays: false, reel: Mutex::default() }
    }

    /// One that plays.
    pub fn of(Passed { exchanges, talks }: Passed) -> Tape {
        Tape { plays: true, reel: Mutex::new(Reel { exchanges, talks, ..Reel::default() }) }
    }

    pub(super) fn plays(&self) -> bool {
        self.plays
    }

    pub(super) fn reel(&self) -> MutexGuard<'_, Reel> {
        self.reel.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keep what became of an order; past its length a tape keeps nothing more.
    pub(super) fn keep(&self, order: &Order, result: &Result<Answer, Failure>) {
        let answer = result.as_ref().map_or(0, |answer| answer.body.len());
        let mut reel = self.reel();
        reel.bytes = reel.bytes.saturating_add(order.bytes() as usize).saturating_add(answer);
        if reel.bytes <= TAPE_BYTES_MAX {
            let got = match result {
                Ok(Answer { status, headers, body }) => Got::Answer {
                    status: *status,
                    headers: headers.clone(),
                    body: Sent::of_bytes(body.clone()),
                },
                Err(failure) => Got::Failure(*failure),
            };
            reel.exchanges.push(Exchange { number: order.number, asked: Asked::of(order), got });
        }
    }

    /// What an order got then. One that differs gets nothing, and is remembered.
    pub(super) fn play(&self, order: &Order) -> Outcome {
        let (asked, mut reel) = (Asked::of(order), self.reel());
        let at = reel.exchanges.iter().position(|one| one.number == order.number);
        let held = at.map(|at| reel.exchanges.remove(at));
        let result = match held {
            Some(held) if held.asked == asked => held.got.answer(),
            held => {
                let what = held.map_or("the cassette holds no such request".to_owned(), |held| {
                    held.asked.differs(&asked)
                });
                let difference = Difference::of_request(order.number, &asked.route, what);
                reel.differences.push(difference);
                Err(Failure::Protocol)
            }
        };
        Outcome { result, credential: false }
    }

    /// What was kept, in order, without what the account hides and what `blanks` replaces. `None`
    /// if the tape was too short.
    pub fn kept(
        &self,
        account: &Account,
        konnector: &Konnector,
        blanks: &Scrubber,
    ) -> Option<Passed> {
        let reel = self.reel();
        let secrets = Scrubber::new(account.hidden(konnector));
        let clean = |one: &Exchange| one.clone().scrubbed(&secrets).scrubbed(blanks);
        let mut exchanges: Vec<Exchange> = reel.exchanges.iter().map(clean).collect();
        exchanges.sort_by_key(|one| one.number);
        let talks = reel.talks.iter().map(|talk| talk.clone().scrubbed(&secrets, blanks)).collect();
        (reel.bytes <= TAPE_BYTES_MAX).then_some(Passed { exchanges, talks })
    }

    /// What the run asked otherwise than then, or did not ask at all.
    pub fn differences(&self) -> Vec<Difference> {
        let reel = self.reel();
        let unasked = reel.exchanges.iter().map(|left| {
            let what = format!("the run did not ask for `{}`", left.asked.target);
            Difference::of_request(left.number, &left.asked.route, what)
        });
        let left = reel.talks.iter().filter_map(Talk::left);
        reel.differences.iter().cloned().chain(unasked).chain(left).collect()
    }
}

impl Asked {
    fn of(order: &Order) -> Asked {
        let body = match &order.body {
            Body::None => Sent::Nothing,
            Body::Json(text) => Sent::Json(text.clone()),
            Body::Form(fields) => Sent::Form(fields.clone()),
            Body::Bytes(bytes) => Sent::of_bytes(bytes.clone()),
        };
        let (route, target) = (order.route.name.clone(), order.target.clone());
        let headers = order.headers.iter().map(|(name, value)| match name.as_str() {
            DRAWN => (name.clone(), "drawn".to_owned()),
            _ => (name.clone(), value.clone()),
        });
        Asked { route, target, headers: headers.collect(), body }
    }

    /// How a request differs from this one.
    fn differs(&self, now: &Asked) -> String {
        let said = |what: &str, then: &dyn fmt::Debug, now: &dyn fmt::Debug| {
            let [then, now] = [then, now].map(|one| shown(&format!("{one:?}"), SHOWN_CHARS_MAX));
            format!("{what} {now} instead of {then}")
        };
        match self {
            _ if self.route != now.route => said("it goes by", &self.route, &now.route),
            _ if self.target != now.target => said("it asks for", &self.target, &now.target),
            _ if self.headers != now.headers => {
                said("its headers are", &self.headers, &now.headers)
            }
            _ => said("its body is", &self.body, &now.body),
        }
    }
}

impl Got {
    fn answer(self) -> Result<Answer, Failure> {
        match self {
            Got::Answer { status, headers, body } => {
                Ok(Answer { status, headers, body: body.bytes()? })
            }
            Got::Failure(failure) => Err(failure),
        }
    }
}

impl Exchange {
    fn scrubbed(self, scrubber: &Scrubber) -> Exchange {
        let pairs = |pairs: Vec<(String, String)>| -> Vec<(String, String)> {
            pairs.into_iter().map(|(name, value)| (name, scrubber.text(value))).collect()
        };
        let sent = |sent: Sent| match sent {
            Sent::Json(text) => Sent::Json(scrubber.text(text)),
            Sent::Form(fields) => Sent::Form(pairs(fields)),
            other => {
                other.bytes().map_or(Sent::Nothing, |bytes| Sent::of_bytes(scrubber.bytes(bytes)))
            }
        };
        let Asked { route, target, headers, body } = self.asked;
        let target = scrubber.text(target);
        let asked = Asked { route, target, headers: pairs(headers), body: sent(body) };
        let got = match self.got {
            Got::Answer { status, headers, body } => {
                Got::Answer { status, headers: pairs(headers), body: sent(body) }
            }
            failure => failure,
        };
        Exchange { number: self.number, asked, got }
    }
}
