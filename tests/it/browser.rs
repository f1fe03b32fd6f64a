//! A browser without a screen: cookies, `Sec-Fetch` headers, and the front door called directly.

use std::collections::BTreeMap;
use std::net::IpAddr;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use bytes::Bytes;
use domicile::front::Front;
use http_body_util::BodyExt;

use crate::support::World;

pub const PORT: u16 = 8080;
pub const HOME: &str = "http://home.localhost:8080";
pub const BANKS: &str = "http://banks.home.localhost:8080";

/// A browser, as far as cookies and `Sec-Fetch` headers go.
pub struct Browser {
    pub front: Front,
    pub cookies: BTreeMap<String, String>,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: axum::http::HeaderMap,
    pub text: String,
    pub bytes: Bytes,
}

impl Browser {
    pub fn new(world: &World) -> Browser {
        let front = Front::new(world.house.clone(), PORT);
        Browser { front, cookies: BTreeMap::new() }
    }

    pub async fn signed_in(world: &World) -> Browser {
        let mut browser = Browser::new(world);
        let link = browser.front.sign_in_link(world.home.name()).unwrap();
        assert_eq!(browser.visit(&link).await.status, StatusCode::SEE_OTHER);
        browser
    }

    pub async fn send(&mut self, url: &str, form: Option<&str>, extra: &[(&str, &str)]) -> Answer {
        let (head, body) = self.answer(url, form, extra).await.into_parts();
        let host = url.split('/').nth(2).unwrap();
        for cookie in head.headers.get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            self.cookies.insert(host.to_owned(), pair.to_owned());
        }
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: head.status, headers: head.headers, text, bytes }
    }

    /// Ask, and read nothing of the answer yet.
    pub async fn answer(
        &self,
        url: &str,
        form: Option<&str>,
        extra: &[(&str, &str)],
    ) -> Response<Body> {
        let method = if form.is_some() { "POST" } else { "GET" };
        self.ask(method, url, form, extra).await
    }

    /// The same with any method. A form is one but for a content type of its own.
    pub async fn ask(
        &self,
        method: &str,
        url: &str,
        form: Option<&str>,
        extra: &[(&str, &str)],
    ) -> Response<Body> {
        let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let mut request = Request::builder()
            .uri(format!("/{path}"))
            .method(method)
            .header("host", host)
            .header("accept", "text/html");
        if let Some(cookie) = self.cookies.get(host) {
            request = request.header("cookie", cookie);
        }
        if form.is_some() && !extra.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        for (name, value) in extra {
            request = request.header(*name, *value);
        }
        let body = Body::from(form.unwrap_or_default().to_owned());
        let peer = IpAddr::from([127, 0, 0, 1]);
        self.front.answer(request.body(body).unwrap(), peer).await
    }

    /// Open a page from the address bar.
    pub async fn visit(&mut self, url: &str) -> Answer {
        let fetched = [("sec-fetch-site", "none"), ("sec-fetch-dest", "document")];
        self.send(url, None, &fetched).await
    }

    /// Follow a link of a page of the same origin.
    pub async fn follow(&mut self, url: &str) -> Answer {
        let fetched = [("sec-fetch-site", "same-origin"), ("sec-fetch-dest", "document")];
        self.send(url, None, &fetched).await
    }

    /// Send a form of a page of `from`.
    pub async fn post(&mut self, url: &str, form: &str, from: &str) -> Answer {
        let site = if url.starts_with(from) { "same-origin" } else { "same-site" };
        self.send(url, Some(form), &[("origin", from), ("sec-fetch-site", site)]).await
    }

    /// Open an app in the shell's frame. Returns the frame's first answer.
    pub async fn frame(&mut self, app: &str) -> Answer {
        let shell = self.visit(&format!("{HOME}/app/{app}/")).await;
        let url = between(&shell.text, "data-src=\"", "\"").replace("&#38;", "&");
        let url = url.replace("&amp;", "&");
        self.send(&url, None, &IN_FRAME).await
    }
}

pub const IN_FRAME: [(&str, &str); 2] =
    [("sec-fetch-site", "same-site"), ("sec-fetch-dest", "iframe")];
pub const BY_SCRIPT: [(&str, &str); 2] =
    [("sec-fetch-site", "same-origin"), ("sec-fetch-dest", "empty")];

pub fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("{before} in {text}")).1;
    rest.split_once(after).unwrap().0
}
