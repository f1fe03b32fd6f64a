//! The door through which answers leave a home.
//!
//! In flow requests of browsers; out flow pages that the host itself printed, with headers that
//! the host itself made. A host name decides which home or which app is meant; nothing of an app
//! is ever shown on a trusted origin, and nothing of an app chooses a header or a redirect.

pub mod act;
mod app;
mod assets;
pub mod chart;
mod events;
pub mod form;
pub mod headers;
pub mod limits;
mod page;
pub mod print;
mod problem;
mod request;
mod serve;
pub mod strict;
pub mod texts;
pub mod token;
mod trusted;

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use domicile_policy::{ComponentId, HomeName};
use jiff::{SignedDuration, Timestamp};

use crate::house::origin::{Origins, Site};
use crate::house::{Home, House};
use crate::identity::RandomError;
use crate::identity::once::Once;
use crate::identity::throttle::Throttle;
use problem::Failure;

/// The name of the first home.
pub const FIRST_HOME: &str = "home";
/// How long the link on the terminal is good.
const SETUP_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// How long a sign-in link is good.
const SIGN_IN_LIFETIME: SignedDuration = SignedDuration::from_hours(1);
/// How long a frame may take to enter its app's origin.
const ENTER_LIFETIME: SignedDuration = SignedDuration::from_mins(1);

/// What a one-time secret is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Purpose {
    /// Choosing the first passphrase of a home.
    SetUp(HomeName),
    /// Signing in without a passphrase.
    SignIn(HomeName),
    /// Entering an app's origin with a session of its home.
    Enter { home: HomeName, app: ComponentId, session: String },
}

/// The front door of one server. Cheap to clone.
#[derive(Clone)]
pub struct Front {
    inner: Arc<Inner>,
}

struct Inner {
    house: House,
    origins: Origins,
    once: Once<Purpose>,
    throttle: Throttle,
    imports: trusted::Imports,
    /// What trusted pages showed and ask the owner's yes for.
    shown: Once<trusted::Shown>,
    /// Owners who are at a provider's page, and will come back.
    away: Once<trusted::Away>,
}

impl Front {
    /// A front door for `house`, reached on `port`.
    pub fn new(house: House, port: u16) -> Front {
        let origins = Origins::new(house.domain(), port);
        house.set_port(port);
        let (once, throttle, imports, shown, away) = Default::default();
        let inner = Inner { house, origins, once, throttle, imports, shown, away };
        Front { inner: Arc::new(inner) }
    }

    /// Where the first owner moves in. The link is good once, for a day.
    pub fn first_run_link(&self) -> Result<String, RandomError> {
        match FIRST_HOME.parse() {
            Ok(home) => self.set_up_link(&home),
            Err(_) => Ok(self.origins().root()),
        }
    }

    /// Where a home is.
    pub fn home_link(&self, home: &HomeName) -> String {
        self.origins().home(home)
    }

    /// Where a home is; if it has no passphrase yet, where its owner chooses one.
    pub fn entry_link(&self, home: &HomeName) -> Result<String, RandomError> {
        let owned = self.house().home(home).is_ok_and(|home| trusted::has_passphrase(&home));
        if owned { Ok(self.home_link(home)) } else { self.set_up_link(home) }
    }

    /// A link that signs in, once, within an hour: for a demo and for tests.
    pub fn sign_in_link(&self, home: &HomeName) -> Result<String, RandomError> {
        let purpose = Purpose::SignIn(home.clone());
        self.once_link(home, "sign-in", SIGN_IN_LIFETIME, purpose)
    }

    fn set_up_link(&self, home: &HomeName) -> Result<String, RandomError> {
        self.once_link(home, "welcome", SETUP_LIFETIME, Purpose::SetUp(home.clone()))
    }

    fn once_link(
        &self,
        home: &HomeName,
        path: &str,
        lifetime: SignedDuration,
        purpose: Purpose,
    ) -> Result<String, RandomError> {
        let secret = self.inner.once.issue(self.now(), lifetime, purpose)?;
        Ok(format!("{}/{path}?once={secret}", self.origins().home(home)))
    }

    /// Answer one request that came from `peer`.
    pub async fn answer(&self, request: Request<Body>, peer: IpAddr) -> Response<Body> {
        let site = request::host(&request).and_then(|host| self.origins().parse(host));
        match site {
            Some(Site::Root) => trusted::root(self, &request),
            Some(Site::Home(home)) => trusted::answer(self, home, request, peer).await,
            Some(Site::App(home, app)) => app::answer(self, home, app, request).await,
            None => Failure::new(
                StatusCode::MISDIRECTED_REQUEST,
                "unknown-host",
                "There is no home at this address",
                "The host name of the request is not one that this server answers to.",
                "Use a link that the server printed, with its port.",
            )
            .json(),
        }
    }

    fn house(&self) -> &House {
        &self.inner.house
    }

    fn origins(&self) -> &Origins {
        &self.inner.origins
    }

    fn now(&self) -> Timestamp {
        self.house().clock().now()
    }

    /// The home, if it exists.
    fn home(&self, name: &HomeName) -> Result<Option<Arc<Home>>, Failure> {
        match self.house().home(name) {
            Ok(home) => Ok(Some(home)),
            Err(crate::house::HouseError::Unknown(_)) => Ok(None),
            Err(error) => Err(Failure::unavailable(&error)),
        }
    }
}
