//! What a run asks of its owner while it goes on: a code, or to open a page of the provider's.
//!
//! In flow a konnector's words and the route that it names; out flow questions, and whether they
//! were answered. A code goes into the account unseen; a page is one that the manifest declares, at
//! an origin of the provider's, and its address carries what may be sent there and no more (R8).

use std::sync::PoisonError;
use std::time::Duration;

use data_encoding::HEXLOWER;
use domicile_proto::manifest::{Origin, Scheme, SecretKind};
use tokio::sync::{mpsc, oneshot};
use url::Url;

use super::audit::Requests;
use super::net::{Ask, Barred, Line};
use super::session::Session;
use crate::egress::limits::SECRET_BYTES_MAX;
use crate::egress::{self, Check};

/// How long an owner has for a code.
pub const CODE_TIME_MAX: Duration = Duration::from_secs(300);
/// How long an owner has at a provider's page.
pub const VISIT_TIME_MAX: Duration = Duration::from_secs(600);
/// Pages that one run of a component may have its owner open.
pub const VISITS_MAX: u32 = 4;
/// Characters of a konnector's question.
pub const QUESTION_CHARS_MAX: usize = 200;

/// Something that the owner is asked for.
pub struct Question {
    /// In the component's words; empty if the home asks.
    pub text: String,
    /// Where the owner is asked to go.
    pub visit: Option<Visit>,
    /// Where the code goes, or what a browser came back with.
    pub answer: oneshot::Sender<String>,
}

/// A page of the provider's that the owner is asked to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Drawn by the host, for this page and no other.
    pub id: String,
    /// Where it is.
    pub origin: Origin,
    /// Its whole address.
    pub address: String,
    /// What the owner has to type there.
    pub code: Option<String>,
    /// Whether the browser comes back with an answer, and has to bring its state.
    pub returns: bool,
}

/// To the owner: a question, or that the last one needs no answer any more.
pub type Asking = mpsc::Sender<Option<Question>>;

impl Visit {
    /// A page at a declared origin; `None` if the address is anything else.
    pub(super) fn of(line: &Line, address: &str) -> Option<Visit> {
        let url = Url::parse(address).ok()?;
        let account = line.account();
        let routes = line.konnector.routes.iter();
        let sites = routes.filter_map(|route| account.origin(&route.origin, Scheme::Https));
        let mut origins = line.konnector.origins.iter().cloned().chain(sites);
        let plain = url.username().is_empty() && url.password().is_none();
        let declared = origins.find(|origin| plain && egress::is_at(&url, origin));
        let origin = match declared {
            None if line.door.is_off(Check::Visit) => {
                Origin::of_address(Scheme::Https, address).ok()
            }
            declared => declared,
        };
        let mut draw = [0u8; 16];
        getrandom::fill(&mut draw).ok()?;
        let (id, address) = (HEXLOWER.encode(&draw), url.to_string());
        Some(Visit { id, origin: origin?, address, code: None, returns: false })
    }
}

impl Session {
    /// Have the owner asked for a code. It goes into the account for this run, unseen.
    pub async fn challenge(&mut self, secret: &str, question: &str) -> Result<(), Barred> {
        self.count_call().map_err(|_| Barred::Refused)?;
        let line = self.line.as_ref().ok_or(Barred::Refused)?;
        let mut secrets = line.konnector.secrets.iter();
        if !secrets.any(|one| one.name == secret && one.kind == SecretKind::Code) {
            return Err(Barred::Refused);
        }
        let text = domicile_proto::text::shown(question, QUESTION_CHARS_MAX);
        let code = line.ask_owner(text, None, CODE_TIME_MAX).await;
        let code = code.filter(|code| code.len() <= SECRET_BYTES_MAX);
        let code = code.ok_or(Barred::Unreachable)?;
        let mut account = line.account.lock().unwrap_or_else(PoisonError::into_inner);
        account.secrets.insert(secret.to_owned(), code);
        Ok(())
    }

    /// Have the owner open a page along a route that is one, and wait for them to come back.
    pub async fn visit(&mut self, ask: Ask) -> Result<(), Barred> {
        let (_, origin, target) = self.target(&ask, true)?;
        let address = egress::whole_address(&origin, &target);
        let address = address.map_err(Barred::from)?;
        let line = self.line.as_mut().ok_or(Barred::Refused)?;
        if line.owner.is_none() {
            return Err(Barred::Unreachable);
        }
        if line.visits >= VISITS_MAX {
            return Err(Barred::Refused);
        }
        line.visits += 1;
        let visit = Visit::of(line, address.as_str()).ok_or(Barred::Refused)?;
        self.count_visit(&ask.route, &visit);
        let line = self.line.as_ref().ok_or(Barred::Refused)?;
        let told = line.ask_owner(String::new(), Some(visit), VISIT_TIME_MAX).await;
        told.map(drop).ok_or(Barred::Unreachable)
    }

    /// What an address carries leaves by the owner's browser: it stands among the requests.
    pub(super) fn count_visit(&mut self, route: &str, visit: &Visit) {
        let (host, sent) = (visit.origin.host().to_owned(), visit.address.len() as u64);
        let (route, end) = (route.to_owned(), "visit".to_owned());
        self.tally.asked(Requests {
            host,
            route,
            end,
            credential: false,
            count: 1,
            sent,
            received: 0,
        });
    }
}

impl Line {
    /// What the owner answers; `None` if nobody does in time, or nobody is there.
    pub(super) async fn ask_owner(
        &self,
        text: String,
        visit: Option<Visit>,
        time_max: Duration,
    ) -> Option<String> {
        let owner = self.owner.as_ref()?;
        let (answer, answered) = oneshot::channel();
        owner.send(Some(Question { text, visit, answer })).await.ok()?;
        let told = tokio::time::timeout(time_max, answered).await;
        self.ask_no_more().await;
        told.ok()?.ok()
    }

    /// What was asked last needs no answer any more.
    pub(super) async fn ask_no_more(&self) {
        if let Some(owner) = &self.owner {
            // An owner who is gone hears nothing, and needs not.
            let _ = owner.send(None).await;
        }
    }
}
