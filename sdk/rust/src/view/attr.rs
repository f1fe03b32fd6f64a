//! Values of attributes, and addresses inside the app.

use std::fmt;

/// What can stand after `=` in a view.
pub trait AttrValue {
    /// As the attribute holds it.
    fn into_value(self) -> String;
}

impl AttrValue for String {
    fn into_value(self) -> String {
        self
    }
}

macro_rules! by_to_string {
    ($($kind:ty),*) => { $(
        impl AttrValue for $kind {
            fn into_value(self) -> String {
                self.to_string()
            }
        }
    )* };
}
by_to_string!(&str, &String, &&str, u8, u16, u32, u64, usize, i32, i64, Link, &Link);

/// An address inside this app, with its query written safely: `path("/list").query("q", text)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    text: String,
    has_query: bool,
}

/// Begin an address. `path` must start with `/`; put variable parts in with [`Link::segment`].
pub fn path(path: &str) -> Link {
    Link { text: path.to_owned(), has_query: path.contains('?') }
}

impl Link {
    /// Add `/value`.
    pub fn segment(mut self, value: &str) -> Self {
        if !self.text.ends_with('/') {
            self.text.push('/');
        }
        escape_into(value, &mut self.text);
        self
    }

    /// Add `name=value` to the query.
    pub fn query(mut self, name: &str, value: impl AttrValue) -> Self {
        self.text.push(if self.has_query { '&' } else { '?' });
        self.has_query = true;
        escape_into(name, &mut self.text);
        self.text.push('=');
        escape_into(&value.into_value(), &mut self.text);
        self
    }

    /// Add `name=value` if there is a value and it is not empty.
    pub fn query_option(self, name: &str, value: Option<impl AttrValue>) -> Self {
        match value.map(AttrValue::into_value) {
            Some(value) if !value.is_empty() => self.query(name, value),
            _ => self,
        }
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Percent-encode everything but the unreserved characters of RFC 3986.
fn escape_into(value: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => {
                out.push('%');
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
}
