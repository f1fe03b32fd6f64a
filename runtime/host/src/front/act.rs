//! What pressing or sending something does. In flows an `act` as an app wrote it; out flows a
//! checked one, or nothing. A path must never name another host, whichever way a browser reads
//! it.

use super::limits::PATH_BYTES_MAX;

/// The folder of every origin that belongs to the host.
pub const HOST_PATHS: &str = "/-/";

/// What an element does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act<'a> {
    /// Show a page of the same app.
    Go(&'a str),
    /// Send the form.
    Post(&'a str),
    /// Open an outward link of the manifest.
    Link(&'a str),
}

impl<'a> Act<'a> {
    /// The checked act, or nothing.
    pub fn parse(text: &'a str) -> Option<Act<'a>> {
        let (verb, operand) = text.split_once(':')?;
        match verb {
            "go" if is_path(operand) => Some(Act::Go(operand)),
            "post" if is_path(operand) => Some(Act::Post(operand)),
            "link" if is_link_name(operand) => Some(Act::Link(operand)),
            _ => None,
        }
    }
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

/// The name of an outward link in a manifest.
pub fn is_link_name(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
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
    fn acts() {
        assert_eq!(Act::parse("go:/a?b=c"), Some(Act::Go("/a?b=c")));
        assert_eq!(Act::parse("post:/a"), Some(Act::Post("/a")));
        assert_eq!(Act::parse("link:merchant"), Some(Act::Link("merchant")));
        for text in
            ["", "go", "go:", "GO:/a", "go://x", "link:", "link:A", "link:a b", "js:/a", "post: /a"]
        {
            assert_eq!(Act::parse(text), None, "{text}");
        }
    }
}
