//! Every page that an owner can reach, by following what the pages themselves offer: which headers
//! an answer has, where its addresses lead, who may send its forms.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use domicile::front::headers::SET_ON_EVERYTHING;

use crate::browser::{Answer, BANKS, Browser, HOME, IN_FRAME, between};
use crate::exfil::paths;
use crate::jobs;
use crate::support::World;

/// Addresses that a parameter could send a browser to.
const FOREIGN: [&str; 7] = [
    "https://evil.test/",
    "//evil.test/",
    "/\\evil.test/",
    "/%2f%2fevil.test",
    "/..//evil.test",
    "javascript:alert(1)",
    "http://home.localhost:8080@evil.test/",
];

/// Addresses of one shape, other than by their query, that are visited: an app may have any number.
const ALIKE_MAX: usize = 6;

/// What a crawl has seen.
#[derive(Default)]
struct Crawl {
    pages: BTreeMap<String, Answer>,
    /// How many of each shape.
    kinds: BTreeMap<String, usize>,
    /// Where forms are sent.
    actions: BTreeSet<String>,
}

impl Crawl {
    /// All that is reached from these addresses within the home and its app.
    async fn from(browser: &mut Browser, starts: &[&str]) -> Crawl {
        let mut crawl = Crawl::default();
        let mut open: Vec<String> = starts.iter().map(ToString::to_string).collect();
        while let Some(url) = open.pop() {
            let alike = crawl.kinds.entry(shape(&url)).or_default();
            if crawl.pages.contains_key(&url) || *alike == ALIKE_MAX {
                continue;
            }
            *alike += 1;
            let answer = match url.starts_with(BANKS) {
                true => browser.send(&url, None, &IN_FRAME).await,
                false => browser.follow(&url).await,
            };
            for (name, address) in addresses(&answer.text) {
                let there = own(&url, &address).unwrap_or_else(|| panic!("{url}: {address}"));
                match name.as_str() {
                    "action" | "formaction" => drop(crawl.actions.insert(there)),
                    _ => open.push(there),
                }
            }
            if let Some(location) = answer.headers.get("location") {
                let location = location.to_str().unwrap();
                open.push(own(&url, location).unwrap_or_else(|| panic!("{url}: {location}")));
            }
            crawl.pages.insert(url, answer);
        }
        crawl
    }
}

/// Every attribute of a page that names an address.
fn addresses(html: &str) -> Vec<(String, String)> {
    const NAMES: [&str; 7] =
        ["href", "src", "action", "formaction", "data-src", "srcset", "poster"];
    let mut found = Vec::new();
    for name in NAMES {
        for rest in html.split(&format!(" {name}=\"")).skip(1) {
            let value = rest.split('"').next().unwrap_or_default();
            let value = value.replace("&#38;", "&").replace("&amp;", "&");
            found.push((name.to_owned(), value));
        }
    }
    found
}

/// The whole address, if it is of the home or of its app.
fn own(page: &str, address: &str) -> Option<String> {
    let origin = if page.starts_with(BANKS) { BANKS } else { HOME };
    let whole = match address.strip_prefix('/') {
        Some(path) if path.starts_with(['/', '\\']) => return None,
        Some(_) => format!("{origin}{address}"),
        None => address.to_owned(),
    };
    let whole = whole.split('#').next().unwrap_or_default().to_owned();
    [HOME, BANKS].iter().any(|own| whole.starts_with(&format!("{own}/"))).then_some(whole)
}

/// An address without its query.
fn path(url: &str) -> String {
    url.split('?').next().unwrap_or_default().to_owned()
}

/// What addresses of one kind of page have in common: everything but ids and months.
fn shape(url: &str) -> String {
    let part = |part: &str| match part.len() > 20 || part.contains(|c: char| c.is_ascii_digit()) {
        true => "*".to_owned(),
        false => part.to_owned(),
    };
    path(url).split('/').map(part).collect::<Vec<_>>().join("/")
}

async fn all(world: &World) -> (Browser, Crawl) {
    world.install_bytes(jobs::service("scribe", "schedule = \"@daily\"", &[])).await;
    let mut browser = Browser::signed_in(world).await;
    browser.frame("banks").await;
    let starts = [&format!("{HOME}/")[..], &format!("{HOME}/nothing-here"), &format!("{BANKS}/")];
    let crawl = Crawl::from(&mut browser, &starts).await;
    (browser, crawl)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_the_hosts_headers_and_leads_nowhere_else() {
    let world = World::with_bank().await;
    let (_, crawl) = all(&world).await;
    for path in ["/audit", "/settings", "/apps", "/apps/banks", "/app/banks/", "/export"] {
        assert!(crawl.pages.contains_key(&format!("{HOME}{path}")), "{path} is not reached");
    }
    assert!(crawl.pages.keys().any(|url| url.starts_with(&format!("{BANKS}/operations/"))));
    let known = paths::headers();
    for (url, answer) in &crawl.pages {
        for name in answer.headers.keys() {
            assert!(known.contains(name.as_str()), "{url}: {name} is not in paths.toml");
        }
        for name in SET_ON_EVERYTHING {
            assert!(answer.headers.contains_key(*name), "{url}: no {name}");
        }
        let is_page = answer.headers["content-type"].to_str().unwrap().contains("html");
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(!is_page || policy.contains("frame-ancestors"), "{url}: {policy}");
        assert!(policy.contains("default-src 'none'"), "{url}: {policy}");
        if is_page && url.starts_with(HOME) {
            assert!(policy.contains("frame-ancestors 'none'"), "{url}: {policy}");
            assert_eq!(answer.headers["x-frame-options"], "DENY", "{url}");
        }
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{url}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_is_taken_from_its_own_origin_alone() {
    let world = World::with_bank().await;
    let (mut browser, crawl) = all(&world).await;
    assert!(crawl.actions.len() >= 8, "{:?}", crawl.actions);
    for action in &crawl.actions {
        let (own, other) = if action.starts_with(HOME) { (HOME, BANKS) } else { (BANKS, HOME) };
        let strangers: [&[(&str, &str)]; 6] = [
            &[],
            &[("sec-fetch-site", "same-origin")],
            &[("origin", "null")],
            &[("origin", other), ("sec-fetch-site", "same-site")],
            &[("origin", "https://evil.test"), ("sec-fetch-site", "cross-site")],
            &[("origin", own), ("sec-fetch-site", "same-site")],
        ];
        for stranger in strangers {
            let answer = browser.send(action, Some(""), stranger).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{action} from {stranger:?}");
        }
    }
    let still = browser.visit(&format!("{HOME}/apps/banks")).await;
    assert_eq!(still.status, StatusCode::OK, "nothing was done");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_parameter_sends_a_browser_away() {
    let world = World::with_bank().await;
    let (mut browser, crawl) = all(&world).await;
    let mut paths: BTreeMap<String, String> =
        crawl.pages.keys().map(|url| (shape(url), path(url))).collect();
    for path in ["/sign-in", "/welcome", "/outward"] {
        paths.insert(path.to_owned(), format!("{HOME}{path}"));
    }
    for (path, foreign) in paths.values().flat_map(|path| FOREIGN.map(|foreign| (path, foreign))) {
        let names = ["to", "back", "next", "return", "url", "path", "once", "link", "app"];
        let query = names.map(|name| format!("{name}={}", foreign.replace('%', "%25"))).join("&");
        let url = format!("{path}?{query}");
        let answer = match path.starts_with(BANKS) {
            true => browser.send(&url, None, &IN_FRAME).await,
            false => browser.visit(&url).await,
        };
        if let Some(location) = answer.headers.get("location") {
            let location = location.to_str().unwrap();
            assert!(own(path, location).is_some(), "{url}: {location}");
        }
        assert!(!answer.headers.contains_key("refresh"), "{url}");
        for (_, address) in addresses(&answer.text) {
            assert!(own(path, &address).is_some(), "{url}: {address}");
        }
    }
    // A sign-in takes the same parameter from its form.
    let mut stranger = Browser::new(&world);
    let link = browser.front.sign_in_link(world.home.name()).unwrap();
    for foreign in FOREIGN {
        let answer = stranger.visit(&format!("{link}&to={}", foreign.replace('%', "%25"))).await;
        if let Some(location) = answer.headers.get("location") {
            assert!(own(HOME, location.to_str().unwrap()).is_some(), "{location:?}");
        }
    }
    let shell = browser.visit(&format!("{HOME}/app/banks/")).await;
    let code = between(&shell.text, "code=", "&").to_owned();
    let enter = format!("{BANKS}/-/enter?code={code}&to=%2F%2Fevil.test%2F");
    let entered = browser.send(&enter, None, &IN_FRAME).await;
    assert!(!entered.headers.contains_key("location") && !entered.text.contains("evil.test"));
}
