//! From a path to the function that answers it.

use super::{Error, Method, Request, Response, Result};
use crate::form::FormError;
use crate::locale::Locale;
use crate::viewer::Viewer;
use serde::de::DeserializeOwned;

/// Answers one kind of request.
pub type Handler = fn(&Context) -> Result;

/// What a handler knows.
#[derive(Debug)]
pub struct Context {
    /// As it came.
    pub request: Request,
    /// Who looks.
    pub viewer: Viewer,
    params: Vec<(&'static str, String)>,
}

impl Context {
    /// The part of the path that stands where `{name}` is in the route.
    pub fn param(&self, name: &str) -> Result<&str> {
        let found = self.params.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| value.as_str()).ok_or(Error::NotFound)
    }

    /// The owner's language.
    pub fn locale(&self) -> Locale {
        self.viewer.locale
    }

    /// The query as a type of yours.
    pub fn query<T: DeserializeOwned>(&self) -> Result<T, FormError> {
        self.request.query()
    }

    /// The form as a type of yours.
    pub fn form<T: DeserializeOwned>(&self) -> Result<T, FormError> {
        self.request.form()
    }
}

/// The table of an app's pages.
///
/// ```ignore
/// fn handle(request: Request) -> Response {
///     Router::new().get("/", home).get("/notes/{id}", note).post("/notes/{id}", save).run(request)
/// }
/// ```
#[derive(Debug, Default)]
pub struct Router {
    routes: Vec<(Method, &'static str, Handler)>,
}

impl Router {
    /// No pages yet.
    pub fn new() -> Self {
        Router::default()
    }

    /// Show `path`. A segment `{name}` fits any one segment; the first route that fits answers.
    pub fn get(mut self, path: &'static str, handler: Handler) -> Self {
        self.routes.push((Method::Get, path, handler));
        self
    }

    /// Take a form that is sent to `path`.
    pub fn post(mut self, path: &'static str, handler: Handler) -> Self {
        self.routes.push((Method::Post, path, handler));
        self
    }

    /// Answer: a failure becomes a page that says so in the owner's language.
    pub fn run(self, request: Request) -> Response {
        let viewer = Viewer::current();
        let locale = viewer.locale;
        for (method, route, handler) in self.routes {
            if method != request.method {
                continue;
            }
            if let Some(params) = fit(route, &request.path) {
                let context = Context { request, viewer, params };
                return handler(&context).unwrap_or_else(|error| error.into_response(locale));
            }
        }
        Response::not_found()
    }
}

/// The values of the route's `{name}` segments, if the path fits it.
fn fit(route: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let mut params = Vec::new();
    let mut parts = path.split('/');
    for wanted in route.split('/') {
        let part = parts.next()?;
        match wanted.strip_prefix('{').and_then(|w| w.strip_suffix('}')) {
            Some(name) if !part.is_empty() => params.push((name, part.to_owned())),
            None if wanted == part => {}
            _ => return None,
        }
    }
    parts.next().is_none().then_some(params)
}
