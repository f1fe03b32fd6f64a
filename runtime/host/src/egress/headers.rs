//! Headers of requests and answers: who may write them, and who may see them.
//!
//! In flow what a component asks for and what an origin answers; out flow the headers that leave,
//! and those that the component sees. It must never write one that decides about the connection,
//! the account or the way, and never see a cookie or an address to go to.

use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::limits::{HEADER_BYTES_MAX, HEADERS_MAX};
use super::{Check, Door, Failure};

/// What a component may write. The ids of NextGenPSD2, of a consent and of a request, come from the
/// bank and from the component: no secret of the account's is one.
const OF_GUESTS: &[&str] = &[
    "accept",
    "accept-language",
    "consent-id",
    "depth",
    "if-modified-since",
    "if-none-match",
    "prefer",
    "x-request-id",
    "x-requested-with",
];

/// Of an answer, what a component never sees.
const HIDDEN: &[&str] = &[
    "set-cookie",
    "set-cookie2",
    "location",
    "content-location",
    "refresh",
    "connection",
    "keep-alive",
    "transfer-encoding",
    "trailer",
    "upgrade",
    "proxy-authenticate",
    "proxy-connection",
    "alt-svc",
    "content-length",
    "content-encoding",
];

/// The headers of a component, checked.
pub(super) fn of_guest(door: &Door, wanted: &[(String, String)]) -> Result<HeaderMap, Failure> {
    if wanted.len() > HEADERS_MAX {
        return Err(Failure::Header);
    }
    let mut headers = HeaderMap::new();
    for (name, value) in wanted {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Failure::Header)?;
        let allowed = OF_GUESTS.contains(&name.as_str()) || door.is_off(Check::Header);
        let plain = value.len() <= HEADER_BYTES_MAX
            && value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        let value = HeaderValue::from_str(value).map_err(|_| Failure::Header)?;
        if !allowed || !plain || headers.insert(name, value).is_some() {
            return Err(Failure::Header);
        }
    }
    Ok(headers)
}

/// What a component sees of an answer's headers, in order.
pub(super) fn for_guest(headers: &HeaderMap) -> Vec<(String, String)> {
    let seen = headers.iter().filter(|(name, _)| !HIDDEN.contains(&name.as_str()));
    seen.map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::egress::Hosts;

    fn one(name: &str, value: &str) -> Result<HeaderMap, Failure> {
        of_guest(&Door::new(Hosts::default()).unwrap(), &[(name.to_owned(), value.to_owned())])
    }

    #[test]
    fn a_component_writes_a_few_headers_and_no_other() {
        assert_eq!(one("Accept", "application/json").unwrap().len(), 1);
        for name in [
            "Host",
            "Cookie",
            "Authorization",
            "Connection",
            "Content-Length",
            "Transfer-Encoding",
            "Proxy-Authorization",
            "Forwarded",
            "X-Forwarded-Host",
            "X-HTTP-Method-Override",
            "Content-Type",
            "Accept-Encoding",
            "Expect",
            "TE",
            "Upgrade",
            "Origin",
            "Referer",
            "accept\r\nhost",
            "accept ",
            "",
            ":authority",
        ] {
            assert!(one(name, "a").is_err(), "{name:?}");
        }
        for value in ["a\r\nHost: evil.test", "a\nb", "a\rb", "a\0b", "caf\u{e9}", "a\tb"] {
            assert!(one("accept", value).is_err(), "{value:?}");
        }
        assert!(one("accept", &"a".repeat(HEADER_BYTES_MAX + 1)).is_err());
        let accept = ("accept".to_owned(), "a".to_owned());
        let twice = of_guest(&Door::new(Hosts::default()).unwrap(), &[accept.clone(), accept]);
        assert!(twice.is_err());
    }
}
