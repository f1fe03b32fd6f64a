//! What pressing or sending something does. In flows an `act` as an app wrote it; out flows a
//! checked one, or nothing. Never: a verb, a path or a name that is not checked.

pub use crate::runs::address::is_path;

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

/// The name of an outward link in a manifest.
pub fn is_link_name(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

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
