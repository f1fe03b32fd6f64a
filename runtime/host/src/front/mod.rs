//! The door in: every answer that leaves a home by HTTP is written here.
//!
//! In flow requests; a host name decides whose they are, a cookie who asks, and the pages of `trusted`
//! or `app` answer. Out flow pages whose every header the host made. An app's bytes must never reach a
//! browser but through `print`, and no app's origin ever redirects to another.

mod act;
mod app;
mod ask;
mod chart;
mod headers;
mod html;
pub(crate) mod limits;
mod origin;
pub mod print;
mod reply;
pub mod strict;
mod token;
mod trusted;
mod words;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::{Method, Request, Response, StatusCode, header};
use axum::routing::any;
use domicile_policy::{ComponentId, HomeName};
use jiff::SignedDuration;
use tokio::net::TcpListener;

use crate::house::{House, HouseError, Locale};
use crate::identity::RandomError;
use crate::identity::once::Once;
use crate::identity::throttle::Throttle;
use ask::{Ask, BodyError, Fields};
use headers::Document;
use origin::{Origins, Site};

/// The one style sheet, for the host's pages and the apps'.
const STYLE: &str = include_str!("../../assets/shell.css");

/// The front door of a house. Cheap to clone.
#[derive(Clone)]
pub struct Front {
    inner: Arc<Inner>,
}

/// A printed sign-in link is good this long.
const SIGN_IN_AGE_MAX: SignedDuration = SignedDuration::from_hours(24);
/// A code for an app's origin is used by the frame that it was made for, at once.
const ENTER_AGE_MAX: SignedDuration = SignedDuration::from_secs(60);

/// What a code that works once is for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Purpose {
    /// Sign in to a home.
    SignIn(HomeName),
    /// Show an app's pages within the session of this id.
    Enter(HomeName, ComponentId, String),
}

struct Inner {
    house: House,
    origins: Origins,
    throttle: Throttle,
    once: Once<Purpose>,
    /// Proves that whoever opens the first-run page can read the server's terminal.
    first_run: String,
}

impl Front {
    /// The front of `house` on `port`.
    pub fn new(house: House, port: u16) -> Result<Front, RandomError> {
        let origins = Origins::new(house.domain(), port);
        let first_run = crate::identity::secret()?;
        let inner =
            Inner { house, origins, throttle: Throttle::default(), once: Once::default(), first_run };
        Ok(Front { inner: Arc::new(inner) })
    }

    /// Where the first home is made.
    pub fn first_run_link(&self) -> String {
        format!("{}/first-run?once={}", self.inner.origins.root(), self.inner.first_run)
    }

    /// Where a home is.
    pub fn home_link(&self, home: &HomeName) -> String {
        self.inner.origins.home(home)
    }

    /// A link that signs in once, within a day.
    pub fn sign_in_link(&self, home: &HomeName) -> Result<String, RandomError> {
        let now = self.inner.house.clock().now();
        let code = self.inner.once.issue(now, SIGN_IN_AGE_MAX, Purpose::SignIn(home.clone()))?;
        Ok(format!("{}/once?code={code}", self.inner.origins.home(home)))
    }

    /// Answer requests until the listener fails.
    pub async fn serve(self, listener: TcpListener) -> std::io::Result<()> {
        let router = Router::new()
            .fallback(any(answer))
            .layer(DefaultBodyLimit::disable())
            .with_state(self)
            .into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, router).await
    }
}

async fn answer(
    State(front): State<Front>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    request: Request<Body>,
) -> Result<Response<Body>, Infallible> {
    let handled = front.handle(from, request);
    Ok(match tokio::time::timeout(limits::REQUEST_TIMEOUT, handled).await {
        Ok(response) => response,
        Err(_) => plain(StatusCode::GATEWAY_TIMEOUT, "slow", "the request took too long"),
    })
}

impl Front {
    async fn handle(&self, from: SocketAddr, request: Request<Body>) -> Response<Body> {
        let host = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
        let Some(place) = host.and_then(|host| self.inner.origins.parse(host)) else {
            let detail = "this server has no home by that name";
            return plain(StatusCode::MISDIRECTED_REQUEST, "unknown-host", detail);
        };
        let method = request.method().clone();
        if method != Method::GET && method != Method::POST {
            let detail = "pages are read with GET and sent with POST";
            return plain(StatusCode::METHOD_NOT_ALLOWED, "method", detail);
        }
        if request.uri().path() == "/-/shell.css" {
            return reply::style(STYLE);
        }
        let ask = Ask {
            method,
            path: request.uri().path().to_owned(),
            query: ask::pairs(request.uri().query().unwrap_or_default().as_bytes()),
            headers: request.headers().clone(),
            from,
        };
        match place {
            Site::Root => self.root(&ask, request).await,
            Site::Home(home) => trusted::answer(self, &home, &ask, request).await,
            Site::App(home, app) => app::answer(self, &home, &app, &ask, request).await,
        }
    }

    async fn root(&self, ask: &Ask, request: Request<Body>) -> Response<Body> {
        match self.inner.house.home_names() {
            Ok(names) if names.is_empty() || ask.path == "/first-run" => {
                trusted::first_run(self, ask, request, names.is_empty()).await
            }
            Ok(names) => {
                let links: String = names
                    .iter()
                    .map(|name| format!("<p><a href=\"{}\">{name}</a></p>", self.home_link(name)))
                    .collect();
                let locale = locale_of(ask);
                let words = words::words(locale);
                let page = html::document(locale, words, html::Tab::Out, words.home, &links);
                reply::page(StatusCode::OK, page, Document::Trusted)
            }
            Err(error) => house_problem(&error),
        }
    }
}

fn plain(status: StatusCode, code: &str, detail: &str) -> Response<Body> {
    reply::problem(status, code, detail)
}

fn house_problem(error: &HouseError) -> Response<Body> {
    tracing::error!(%error, "a home could not be used");
    let status = match error {
        HouseError::Unknown(_) => StatusCode::NOT_FOUND,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    plain(status, "home", &error.to_string())
}

fn body_problem(error: &BodyError) -> Response<Body> {
    let (status, code) = match error {
        BodyError::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "too-large"),
        BodyError::Malformed(_) => (StatusCode::BAD_REQUEST, "malformed"),
    };
    plain(status, code, &error.to_string())
}

/// The language before anybody signed in: what the browser asks for first.
fn locale_of(ask: &Ask) -> Locale {
    Locale::from_tag(ask.header(header::ACCEPT_LANGUAGE))
}

/// Whether a request that changes something was sent by a page of this very origin.
fn is_own(ask: &Ask, origin: &str) -> bool {
    let site = ask.header("sec-fetch-site");
    ask.header(header::ORIGIN) == origin && (site.is_empty() || site == "same-origin")
}

async fn fields(request: Request<Body>, most: usize) -> Result<Fields, Response<Body>> {
    ask::body(request, most).await.map_err(|error| body_problem(&error))
}
