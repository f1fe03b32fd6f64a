//! Every response header, made by the host. No app names, chooses or sees one.
//!
//! Measured in Chromium: `Connection-Allowlist` also stops the redirects of navigations, even to
//! the same origin. An app's origin never answers with one, so it does without; trusted pages
//! allow theirs.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// Every feature that a page could ask a browser for, off.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), bluetooth=(), \
browsing-topics=(), camera=(), clipboard-read=(), compute-pressure=(), display-capture=(), \
encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), \
identity-credentials-get=(), idle-detection=(), keyboard-map=(), \
local-fonts=(), magnetometer=(), microphone=(), midi=(), otp-credentials=(), payment=(), \
picture-in-picture=(), private-state-token-issuance=(), publickey-credentials-create=(), \
publickey-credentials-get=(), screen-wake-lock=(), serial=(), \
storage-access=(), usb=(), web-share=(), window-management=(), xr-spatial-tracking=()";

/// The headers of every answer of an app's origin, whatever it is.
pub const SET_ON_EVERYTHING: &[&str] = &[
    "content-security-policy",
    "connection-allowlist",
    "referrer-policy",
    "permissions-policy",
    "x-content-type-options",
    "x-dns-prefetch-control",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "origin-agent-cluster",
    "cache-control",
];

/// What an HTML document is.
#[derive(Clone, Copy, Debug)]
pub enum Document<'a> {
    /// An app's page. It may be framed by its home only.
    App {
        /// The home's origin.
        home: &'a str,
        /// The hash of the one script, as CSP writes it.
        script: &'a str,
    },
    /// A page that shows an app's address outside its frame: host text and a link to the home.
    Stray {
        /// The home's origin.
        home: &'a str,
    },
    /// The list of homes.
    Root {
        /// The homes' origins, as a pattern.
        homes: &'a str,
    },
    /// A trusted page.
    Trusted,
    /// The trusted page around an app.
    Shell {
        /// The app's origin.
        app: &'a str,
    },
    /// The trusted page from which the owner may leave for `target`.
    Outward {
        /// The origin of the address.
        target: &'a str,
    },
}

impl Document<'_> {
    fn policy(&self) -> String {
        const COMMON: &str = "default-src 'none'; style-src 'self'; img-src 'self' blob:; \
            base-uri 'none'; object-src 'none'; require-trusted-types-for 'script'";
        match self {
            // A sound form posts to its own origin: `'self'` lets it work without the script, and
            // an address elsewhere, if one were ever printed, is refused.
            Document::App { home, script } => format!(
                "{COMMON}; script-src '{script}'; connect-src 'self'; form-action 'self'; \
                 frame-src 'none'; frame-ancestors {home}; trusted-types shell; \
                 sandbox allow-scripts allow-same-origin allow-forms allow-downloads"
            ),
            Document::Stray { .. } => format!(
                "{COMMON}; form-action 'none'; frame-ancestors 'none'; sandbox allow-same-origin"
            ),
            Document::Trusted | Document::Root { .. } => format!(
                "{COMMON}; script-src 'self'; connect-src 'self'; form-action 'self'; \
                 frame-src 'none'; frame-ancestors 'none'; trusted-types 'none'"
            ),
            Document::Shell { app } => format!(
                "{COMMON}; script-src 'self'; connect-src 'self'; form-action 'self'; \
                 frame-src {app}; frame-ancestors 'none'; trusted-types 'none'"
            ),
            // Chromium checks the redirect after a form against `form-action`.
            Document::Outward { target } => format!(
                "{COMMON}; script-src 'self'; form-action 'self' {target}; frame-src 'none'; \
                 frame-ancestors 'none'; trusted-types 'none'"
            ),
        }
    }

    /// Where the document may connect and navigate to. A trusted page's form answers with a
    /// redirect, which has to be allowed; an app's origin has none.
    fn allowlist(&self) -> String {
        match self {
            Document::App { .. } => "(response-origin)".to_owned(),
            Document::Trusted => "(response-origin);redirects=allow".to_owned(),
            Document::Root { homes } => format!("(\"{homes}/*\")"),
            Document::Stray { home } => format!("(\"{home}/*\")"),
            Document::Shell { app } => format!("(response-origin \"{app}/*\");redirects=allow"),
            Document::Outward { target } => {
                format!("(response-origin \"{target}/*\");redirects=allow")
            }
        }
    }

    /// Set the headers of this document.
    pub fn set(&self, headers: &mut HeaderMap) {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        put(headers, CONTENT_SECURITY_POLICY, &self.policy());
        put(headers, HeaderName::from_static("connection-allowlist"), &self.allowlist());
        if let Document::App { .. } = self {
            fixed(headers, "cross-origin-embedder-policy", "require-corp");
        } else {
            headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        }
        plain(headers);
    }
}

/// The headers of anything that is no document: a picture, a download, a problem, a fragment.
pub fn plain(headers: &mut HeaderMap) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Not `no-referrer`: with it a browser sends `Origin: null` with our own forms. Another
    // origin gets no referrer either way.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox"));
    fixed(headers, "x-dns-prefetch-control", "off");
    fixed(headers, "permissions-policy", PERMISSIONS);
    fixed(headers, "cross-origin-opener-policy", "same-origin");
    fixed(headers, "cross-origin-resource-policy", "same-origin");
    fixed(headers, "origin-agent-cluster", "?1");
    headers
        .entry(HeaderName::from_static("connection-allowlist"))
        .or_insert(HeaderValue::from_static("(response-origin)"));
}

fn fixed(headers: &mut HeaderMap, name: &'static str, value: &'static str) {
    headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
}

/// Set a header that the host composed; if it can't be a header, nothing is shown at all.
fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    let value = HeaderValue::from_str(value);
    headers.insert(name, value.unwrap_or(HeaderValue::from_static("default-src 'none'")));
}

/// `attachment; filename="a.csv"; filename*=UTF-8''a.csv`, from a name that an app proposed and
/// an ending that the host chose.
pub fn attachment(proposed: &str, ending: &str) -> HeaderValue {
    let proposed = proposed.rsplit_once('.').map_or(proposed, |(stem, _)| stem);
    saved_as(&format!("{}.{ending}", stem(proposed)))
}

/// Names that a device of one kind takes for a part of itself, whatever follows the first dot.
const DEVICES: [&str; 4] = ["CON", "PRN", "AUX", "NUL"];

/// The part of a file's name that somebody else chose, fit for any device.
pub fn stem(proposed: &str) -> String {
    let clean = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '(' | ')');
    let stem: String = proposed.chars().map(|c| if clean(c) { c } else { '-' }).take(80).collect();
    let stem = stem.trim_matches([' ', '-']);
    let upper = stem.to_ascii_uppercase();
    let port = ["COM", "LPT"].iter().find_map(|port| upper.strip_prefix(port));
    let is_port = port.is_some_and(|rest| rest.chars().count() == 1);
    match stem {
        "" => "download".to_owned(),
        _ if is_port || DEVICES.contains(&upper.as_str()) => format!("{stem}_"),
        _ => stem.to_owned(),
    }
}

/// A name that the host made, as an attachment's.
pub fn saved_as(name: &str) -> HeaderValue {
    let ascii: String = name.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    let value = format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}");
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(document: Document<'_>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        document.set(&mut headers);
        headers
    }

    fn app() -> HeaderMap {
        headers(Document::App { home: "http://home.localhost:1", script: "sha256-x" })
    }

    #[test]
    fn an_apps_page_may_only_talk_to_its_own_origin() {
        let headers = app();
        assert_eq!(headers["connection-allowlist"], "(response-origin)");
        let policy = headers["content-security-policy"].to_str().unwrap();
        for part in [
            "default-src 'none'",
            "script-src 'sha256-x'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-src 'none'",
            "object-src 'none'",
            "style-src 'self'",
            "frame-ancestors http://home.localhost:1",
            "require-trusted-types-for 'script'",
            "sandbox allow-scripts allow-same-origin allow-forms allow-downloads",
        ] {
            assert!(policy.split("; ").any(|have| have == part), "{part} in {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains("report"));
        for (name, value) in [
            ("referrer-policy", "same-origin"),
            ("x-dns-prefetch-control", "off"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
            ("cross-origin-resource-policy", "same-origin"),
            ("origin-agent-cluster", "?1"),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(headers[name], value, "{name}");
        }
    }

    #[test]
    fn trusted_pages_are_never_framed() {
        for document in [
            Document::Trusted,
            Document::Shell { app: "http://a" },
            Document::Outward { target: "https://b" },
        ] {
            let headers = headers(document);
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
            assert!(!policy.contains("unsafe"));
            assert_eq!(headers["x-frame-options"], "DENY");
        }
    }

    #[test]
    fn a_hosts_downloads_have_host_made_names() {
        assert_eq!(
            attachment("op\u{e9}rations 2026.html", "csv"),
            "attachment; filename=\"op_rations 2026.csv\"; filename*=UTF-8''op%C3%A9rations%202026.csv"
        );
        for name in ["NUL", "com1.txt", "Aux.html"] {
            assert!(attachment(name, "txt").to_str().unwrap().contains("_.txt"), "{name}");
        }
        for name in ["", "..", "\"; x=\"", "\r\nSet-Cookie: a", "/etc/passwd", "a\0b"] {
            let value = attachment(name, "txt");
            let text = value.to_str().unwrap();
            assert!(text.ends_with(".txt") && text.matches('"').count() == 2, "{text}");
            assert!(!text.contains('/') && !text.contains('\n'));
        }
    }
}
