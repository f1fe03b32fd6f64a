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
mod limits;
mod once;
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
use domicile_policy::HomeName;
use tokio::net::TcpListener;

use crate::house::{House, HouseError, Locale};
use crate::identity::attempts::Attempts;
use ask::{Ask, BodyError, Fields};
use headers::Kind;
use once::Once;
use origin::{Origins, Place};

/// The one style sheet, for the host's pages and the apps'.
const STYLE: &str = include_str!("../../assets/shell.css");

/// The front door of a house. Cheap to clone.
#[derive(Clone)]
pub struct Front {
    inner: Arc<Inner>,
}

struct Inner {
    house: House,
    origins: Origins,
    attempts: Attempts,
    once: Once,
    /// Proves that whoever opens the first-run page can read the server's terminal.
    first_run: String,
}

impl Front {
    /// The front of `house` on `port`.
    pub fn new(house: House, port: u16) -> Result<Front, getrandom::Error> {
        let origins = Origins::new(house.domain(), port);
        let first_run = crate::identity::secret()?;
        let inner =
            Inner { house, origins, attempts: Attempts::default(), once: Once::default(), first_run };
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
    pub fn sign_in_link(&self, home: &HomeName) -> Result<String, getrandom::Error> {
        let code = self.inner.once.sign_in(home, self.inner.house.clock().now())?;
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
        let Some(place) = host.and_then(|host| self.inner.origins.place(host)) else {
            let detail = "this server has no home by that name";
            return plain(StatusCode::MISDIRECTED_REQUEST, "unknown-host", detail);
        };
        let method = request.method().clone();
        if method != Method::GET && method != Method::POST {
            let detail = "pages are read with GET and sent with POST";
            return plain(StatusCode::METHOD_NOT_ALLOWED, "method", detail);
        }
        if request.uri().path() == "/-/shell.css" {
            return reply::whole(StatusCode::OK, "text/css; charset=utf-8", STYLE.into(), Kind::Asset);
        }
        let ask = Ask {
            method,
            path: request.uri().path().to_owned(),
            query: ask::pairs(request.uri().query().unwrap_or_default().as_bytes()),
            headers: request.headers().clone(),
            from,
        };
        match place {
            Place::Root => self.root(&ask, request).await,
            Place::Home(home) => trusted::answer(self, &home, &ask, request).await,
            Place::App(home, app) => app::answer(self, &home, &app, &ask, request).await,
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
                reply::page(StatusCode::OK, page, TRUSTED)
            }
            Err(error) => house_problem(&error),
        }
    }
}

/// The headers of a trusted page that shows no app.
const TRUSTED: Kind<'_> = Kind::Trusted { frames: None };

fn plain(status: StatusCode, code: &str, detail: &str) -> Response<Body> {
    reply::problem(status, code, detail, TRUSTED)
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
