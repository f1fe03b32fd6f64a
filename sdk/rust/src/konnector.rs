//! Konnectors: requests to one provider along the routes of the manifest, documents out. A
//! konnector never sees a password, a key or a cookie: the home puts them into the requests that
//! declare them.

use crate::bindings::collect_exports as exports;
use crate::bindings::konnector::domicile::konnector::account::Error as RawAccount;
use crate::bindings::konnector::domicile::konnector::net;
use crate::importer::DepositError;
use crate::sys;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;

pub use crate::bindings::konnector::domicile::files::download::Downloaded;
pub use crate::bindings::konnector::domicile::konnector::hook::Message;
pub use crate::importer::{Deposits, Progress, Report};
pub use exports::{Action, Failure};

/// What a konnector is: give the type to [`konnector!`](crate::konnector!).
pub trait Konnector {
    /// Collect what is new and deposit it. What was deposited before a failure stays.
    fn collect(out: &mut Deposits, progress: &Progress) -> Result<Report, Failure>;
}

/// The owner's language, for what the konnector says: `fr` or `en`.
pub fn locale() -> String {
    sys::locale()
}

/// The table `recipe` of the manifest, as JSON: what a component of many providers does for this
/// one.
pub fn recipe() -> Option<String> {
    sys::recipe()
}

/// What the owner typed into a field of the manifest.
pub fn field(name: &str) -> Option<String> {
    sys::field(name)
}

/// Have the owner asked for a code, which goes into the secret `secret` unseen.
pub fn challenge(secret: &str, question: &str) -> Result<(), Failure> {
    sys::challenge(secret, question).map_err(|error| match error {
        RawAccount::Unanswered => Failure::ChallengeAsked,
        RawAccount::Refused => Failure::Other(format!("`{secret}` is no secret of kind code")),
        RawAccount::Invalid(why) => Failure::Other(why),
    })
}

/// Have the owner open a page of the provider's, along a route with `visit = true`, and wait until
/// they are done there.
pub fn visit(page: Fetch) -> Result<(), Failure> {
    let net::Request { route, slots, query, .. } = page.0;
    sys::visit(&route, &slots, &query).map_err(|error| match error {
        RawAccount::Unanswered => Failure::ChallengeAsked,
        RawAccount::Refused => Failure::Other(format!("`{route}` is no page to be opened")),
        RawAccount::Invalid(why) => Failure::Other(why),
    })
}

/// What the provider sent to the account's own address, for a konnector with a webhook: the oldest
/// first, each once. After a failure they come again.
pub fn messages() -> impl Iterator<Item = Message> {
    std::iter::from_fn(sys::next_message)
}

/// A request along a route of the manifest.
#[derive(Debug, Clone)]
pub struct Fetch(net::Request);

/// Begin a request.
pub fn route(name: &str) -> Fetch {
    Fetch(net::Request {
        route: name.to_owned(),
        slots: Vec::new(),
        query: Vec::new(),
        headers: Vec::new(),
        body: net::Body::None,
    })
}

impl Fetch {
    /// Fill a slot of the path.
    #[must_use]
    pub fn slot(mut self, name: &str, value: impl ToString) -> Self {
        self.0.slots.push((name.to_owned(), value.to_string()));
        self
    }

    /// Add a parameter of the query.
    #[must_use]
    pub fn query(mut self, name: &str, value: impl ToString) -> Self {
        self.0.query.push((name.to_owned(), value.to_string()));
        self
    }

    /// Add a header: `accept` and a few others.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.0.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Send fields of a form.
    #[must_use]
    pub fn form(mut self, fields: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        self.0.body = net::Body::Form(fields.iter().map(owned).collect());
        self
    }

    /// Send JSON. What can't be written as JSON is refused by the home.
    #[must_use]
    pub fn json(mut self, value: &impl Serialize) -> Self {
        self.0.body = net::Body::Json(serde_json::to_string(value).unwrap_or_default());
        self
    }

    /// Send bytes, or XML along a route with `body = "xml"`.
    #[must_use]
    pub fn bytes(mut self, bytes: Vec<u8>) -> Self {
        self.0.body = net::Body::Bytes(bytes);
        self
    }

    /// Make the request.
    pub fn send(self) -> Result<Answer, FetchError> {
        Ok(sys::fetch(&self.0)?.into())
    }

    /// Make the request, and have the home save what it brings: nothing of it passes through here.
    /// `path` with its folders, `key` the provider's own id for it. Of any answer but `200`,
    /// nothing is saved.
    pub fn download(self, path: &str, key: &str, mime: &str) -> Result<Downloaded, FetchError> {
        Ok(sys::download(&self.0, path, key, mime)?)
    }
}

/// Make at most 16 requests, six at a time. One answer each, in order.
pub fn send_all(requests: Vec<Fetch>) -> Vec<Result<Answer, FetchError>> {
    let requests: Vec<net::Request> = requests.into_iter().map(|one| one.0).collect();
    sys::fetch_many(&requests).into_iter().map(|one| Ok(one?.into())).collect()
}

/// What the provider answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// `200`.
    pub status: u16,
    /// In lower case, without cookies; `location` is `route NAME`, with the path of a free route
    /// after it, or `other`.
    pub headers: Vec<(String, String)>,
    /// At most 20 MiB.
    pub body: Vec<u8>,
}

impl From<net::Response> for Answer {
    fn from(raw: net::Response) -> Self {
        Answer { status: raw.status, headers: raw.headers, body: raw.body }
    }
}

impl Answer {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The same if the provider says that it went well.
    pub fn good(self) -> Result<Self, FetchError> {
        if (200..300).contains(&self.status) {
            Ok(self)
        } else {
            Err(FetchError::Status(self.status))
        }
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, FetchError> {
        serde_json::from_slice(&self.body).map_err(|e| FetchError::Json(e.to_string()))
    }
}

/// Why a request brought nothing. It turns into a [`Failure`] with `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FetchError {
    /// The manifest has no such route, or what this run knows may not be sent there.
    Refused,
    /// The arguments break a rule that the text names.
    Invalid(String),
    /// The account has not got what the route needs: sign in first.
    NoSecret,
    /// The run has used what a run may use.
    Spent,
    /// No answer that could be used.
    Unreachable,
    /// An answer that says that it went wrong.
    Status(u16),
    /// The body is not the JSON that was expected.
    Json(String),
}

impl From<net::Error> for FetchError {
    fn from(raw: net::Error) -> Self {
        match raw {
            net::Error::Refused => FetchError::Refused,
            net::Error::Invalid(why) => FetchError::Invalid(why),
            net::Error::NoSecret => FetchError::NoSecret,
            net::Error::Spent => FetchError::Spent,
            net::Error::Unreachable => FetchError::Unreachable,
        }
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FetchError::Refused => f.write_str("the request was refused"),
            FetchError::Invalid(why) => write!(f, "refused by the home: {why}"),
            FetchError::NoSecret => f.write_str("the account has no such secret"),
            FetchError::Spent => f.write_str("the run has used what a run may use"),
            FetchError::Unreachable => f.write_str("the provider was not reached"),
            FetchError::Status(status) => write!(f, "the provider answered {status}"),
            FetchError::Json(why) => write!(f, "the provider's answer is not as expected: {why}"),
        }
    }
}

impl std::error::Error for FetchError {}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Unreachable | FetchError::Status(500..) => Failure::VendorDown,
            FetchError::NoSecret | FetchError::Status(401) => Failure::LoginFailed,
            FetchError::Status(429) => Failure::TooManyAttempts,
            other => Failure::Other(other.to_string()),
        }
    }
}

impl From<DepositError> for Failure {
    fn from(error: DepositError) -> Self {
        Failure::Other(error.to_string())
    }
}

/// A whole run: what the exported function does.
#[doc(hidden)]
pub fn run<T: Konnector>() -> Result<exports::Report, Failure> {
    let mut out = Deposits::default();
    let report = T::collect(&mut out, &Progress::default());
    // What was put before a failure stays.
    let finished = out.flush();
    let Report { summary, warnings } = report?.bounded();
    finished?;
    Ok(exports::Report { summary, warnings })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::Document;
    use crate::testing::Home;
    use serde::{Deserialize, Serialize};

    #[derive(Serialize, Deserialize)]
    struct Line {
        text: String,
    }

    impl Document for Line {
        const DOCTYPE: &'static str = "app.domicile.lines";
    }

    struct Lines;

    impl Konnector for Lines {
        fn collect(out: &mut Deposits, _: &Progress) -> Result<Report, Failure> {
            for page in 1.. {
                let answer = route("lines").query("page", page).send()?.good()?;
                for text in answer.json::<Vec<String>>()? {
                    out.put(text.clone(), &Line { text })?;
                }
                if answer.header("x-last").is_some() {
                    break;
                }
            }
            Ok(Report { summary: format!("{} lines", out.count()), ..Report::default() })
        }
    }

    #[test]
    fn pages_are_collected_and_what_came_before_a_failure_stays() {
        let home = Home::new();
        home.provider(|request| {
            let page = request.query.first().map(|(_, value)| value.clone()).unwrap_or_default();
            let headers = if page == "2" { vec![("x-last", "yes")] } else { Vec::new() };
            (200, headers, format!("[\"line {page}\"]"))
        });
        assert_eq!(run::<Lines>().expect("a report").summary, "2 lines");
        assert_eq!(home.deposits().len(), 2);
        let home = Home::new();
        home.provider(|request| match request.query.first() {
            Some((_, page)) if page == "1" => (200, Vec::new(), "[\"line 1\"]".to_owned()),
            _ => (503, Vec::new(), String::new()),
        });
        assert!(matches!(run::<Lines>(), Err(Failure::VendorDown)));
        assert_eq!(home.deposits().len(), 1);
    }
}
