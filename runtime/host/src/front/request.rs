//! What a request says about where it came from.

use axum::http::{HeaderMap, Request};

use super::problem::{self, Failure};
use super::texts::Texts;
use crate::house::Locale;

/// One header, as text.
pub fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The one host that the request names: with two, or another one in its line than in its head, a
/// proxy in front may have decided about one and we would answer for the other.
pub fn host<B>(request: &Request<B>) -> Option<&str> {
    let mut named = request.headers().get_all("host").iter();
    let host = named.next()?.to_str().ok()?;
    let line = request.uri().authority();
    (named.next().is_none() && line.is_none_or(|line| line.as_str() == host)).then_some(host)
}

/// One cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all("cookie").iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).map(str::trim);
    pairs.find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// A cookie of one origin, out of reach of scripts and of other origins.
pub fn set_cookie(name: &str, value: &str, same_site: &str, days: u32) -> String {
    let age = u64::from(days) * 24 * 3600;
    format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite={same_site}; Max-Age={age}")
}

/// Whether a change was asked for by a page of `origin` itself. Apps are on the same *site*:
/// cookies alone say nothing.
pub fn is_same_origin(headers: &HeaderMap, origin: &str) -> bool {
    headers.contains_key("origin")
        && all_say(headers, "origin", origin)
        && all_say(headers, "sec-fetch-site", "same-origin")
}

/// Whether no header of this name says anything else.
pub fn all_say(headers: &HeaderMap, name: &str, wanted: &str) -> bool {
    headers.get_all(name).iter().all(|value| value == wanted)
}

/// Whether the client reads pages.
pub fn wants_html(headers: &HeaderMap) -> bool {
    header(headers, "accept").is_some_and(|accept| accept.contains("text/html"))
}

/// The language that the browser asks for.
pub fn locale(headers: &HeaderMap) -> Locale {
    let languages = header(headers, "accept-language").unwrap_or_default().split([',', ';']);
    let mut known = languages.map(|tag| tag.trim().to_ascii_lowercase()).filter_map(|tag| {
        let language = tag.split('-').next()?;
        match language {
            "fr" => Some(Locale::Fr),
            "en" => Some(Locale::En),
            _ => None,
        }
    });
    known.next().unwrap_or_default()
}

/// The pairs of a query.
pub fn query(text: Option<&str>, t: &Texts) -> Result<Vec<(String, String)>, Failure> {
    let pairs = serde_urlencoded::from_str(text.unwrap_or_default());
    problem::fields(t, pairs.map_err(|_| Failure::bad_form(t))?)
}

/// The first value of a field.
pub fn value<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn cookies_by_their_whole_name() {
        let have = headers(&[("cookie", "a=1; __Host-session=x.y; b=2"), ("cookie", "c=3")]);
        assert_eq!(cookie(&have, "__Host-session"), Some("x.y"));
        assert_eq!(cookie(&have, "session"), None);
        assert_eq!(cookie(&have, "c"), Some("3"));
    }

    #[test]
    fn changes_come_from_the_same_origin() {
        let home = "http://home.localhost:1";
        assert!(is_same_origin(
            &headers(&[("origin", home), ("sec-fetch-site", "same-origin")]),
            home
        ));
        assert!(is_same_origin(&headers(&[("origin", home)]), home));
        for bad in [
            &[][..],
            &[("sec-fetch-site", "same-origin")],
            &[("origin", "null")],
            &[("origin", "http://banks.home.localhost:1"), ("sec-fetch-site", "same-site")],
            &[("origin", home), ("sec-fetch-site", "same-site")],
            &[("origin", home), ("origin", "https://evil.test")],
        ] {
            assert!(!is_same_origin(&headers(bad), home), "{bad:?}");
        }
    }

    #[test]
    fn languages() {
        let of = |text: &str| locale(&headers(&[("accept-language", text)]));
        assert_eq!(of("fr-CA,en;q=0.5"), Locale::Fr);
        assert_eq!(of("de,en;q=0.5,fr;q=0.2"), Locale::En);
        assert_eq!(of("*"), Locale::En);
    }
}
