//! Addresses within an app, as an app or a browser writes them. In: text. Out: the plain request
//! that it stands for. Never: a path that could name another host, whichever way a browser reads
//! it.

use crate::caps::bindings::page::{Method, Request};
use crate::front::limits::{FIELDS_MAX, PATH_BYTES_MAX};

/// The folder of every origin that belongs to the host.
pub const HOST_PATHS: &str = "/-/";

/// The request of an address, as a link makes it.
pub fn request(address: &str) -> Option<Request> {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let query: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    let is_good = is_path(address) && query.len() <= FIELDS_MAX;
    is_good.then(|| Request {
        method: Method::Get,
        path: path.to_owned(),
        query,
        form: Vec::new(),
        uploads: Vec::new(),
    })
}

/// Whether `text` is a path (and query) on the same origin for every reader: no second slash,
/// backslash, dot segment, control character, space or fragment that a URL parser could turn into
/// something else.
pub fn is_path(text: &str) -> bool {
    let path = text.split('?').next().unwrap_or_default();
    text.starts_with('/')
        && text.len() <= PATH_BYTES_MAX
        && !text.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '\\' | '#'))
        && !path.contains("//")
        && !path.split('/').any(is_dot_segment)
        && path != "/-"
        && !path.starts_with(HOST_PATHS)
}

/// `.` and `..`, also with an encoded dot.
fn is_dot_segment(segment: &str) -> bool {
    segment.len() <= 6
        && matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_paths() {
        for path in ["/", "/a", "/a/b?c=d&e=//x", "/op\u{e9}ration", "/a.b/c", "/-x", "/a?b=/-/"] {
            assert!(is_path(path), "{path}");
        }
    }

    #[test]
    fn paths_that_leave_the_origin_or_reach_the_host() {
        for path in [
            "",
            "a",
            "//evil.test",
            "/\\evil.test",
            "/\t/evil.test",
            "/\n/evil.test",
            "/a//b",
            "/..//evil.test",
            "/./a",
            "/%2e%2E/a",
            "/.%2e/",
            "/-/enter",
            "/-",
            "/a#b",
            "/a b",
            "https://evil.test",
            "javascript:alert(1)",
            "/\u{a0}",
            "/\u{2028}x",
            "/\0",
        ] {
            assert!(!is_path(path), "{path:?}");
        }
        assert!(!is_path(&format!("/{}", "a".repeat(PATH_BYTES_MAX))));
    }

    #[test]
    fn requests() {
        let asked = request("/a/b?c=d%20e&f").unwrap();
        assert_eq!(asked.path, "/a/b");
        assert_eq!(asked.query, [("c".into(), "d e".into()), ("f".into(), String::new())]);
        let fields = |count| request(&format!("/?{}", vec!["a"; count].join("&")));
        assert!(fields(FIELDS_MAX).is_some() && fields(FIELDS_MAX + 1).is_none());
        assert!(request("//evil.test").is_none());
    }
}
