//! Echoes of secrets, taken out of answers and looked for in files.
//!
//! In flow an account's secrets and what an origin answered; out flows the same with each secret
//! replaced, whichever of the usual ways it is written in. A miss stays within the provider's
//! label: this keeps honest mistakes of a provider from handing a password to a component. A file
//! is what the provider has or nothing: of one with a secret in it, nothing must be kept.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};
use data_encoding::{BASE64, BASE64URL, Encoding};

/// Shorter ones would be found everywhere.
pub const LENGTH_MIN: usize = 4;
/// The same in a gigabyte of anything.
const LENGTH_IN_FILES_MIN: usize = 6;
/// A part of base64 shorter than this is no trace of a secret.
const BASE64_MIN: usize = 6;
/// What stands in place of a secret.
const HIDDEN: &str = "[hidden]";

/// Finds some texts, and knows what to put in their places.
pub struct Scrubber {
    finder: Option<AhoCorasick>,
    instead: Vec<String>,
}

impl Scrubber {
    /// One of secrets.
    pub(super) fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Scrubber {
        Scrubber::replacing(secrets.into_iter().map(|secret| (secret, HIDDEN)))
    }

    /// One of texts, each with what stands in its place.
    pub fn replacing<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Scrubber {
        let long = texts.into_iter().filter(|(text, _)| text.len() >= LENGTH_MIN);
        let all = long.flat_map(|(text, instead)| {
            ways(text).into_iter().map(move |way| (way, instead.to_owned()))
        });
        let patterns: BTreeMap<String, String> = all.collect();
        let (ways, instead): (Vec<String>, Vec<String>) = patterns.into_iter().unzip();
        Scrubber::finding(&ways, instead)
    }

    /// Finds what is written in one of these ways.
    pub(super) fn of(patterns: &[String]) -> Scrubber {
        Scrubber::finding(patterns, vec![HIDDEN.to_owned(); patterns.len()])
    }

    fn finding(ways: &[String], instead: Vec<String>) -> Scrubber {
        let mut finder = AhoCorasick::builder();
        finder.ascii_case_insensitive(true).match_kind(MatchKind::LeftmostLongest);
        Scrubber { finder: finder.build(ways).ok(), instead }
    }

    /// Where they are, as they are replaced.
    pub(super) fn found(&self, bytes: &[u8]) -> Vec<(usize, usize)> {
        let found = self.finder.iter().flat_map(|finder| finder.find_iter(bytes));
        found.map(|one| (one.start(), one.end())).collect()
    }

    pub(super) fn bytes(&self, bytes: Vec<u8>) -> Vec<u8> {
        let Some(finder) = &self.finder else { return bytes };
        if !finder.is_match(&bytes) {
            return bytes;
        }
        finder.replace_all_bytes(&bytes, &self.instead)
    }

    /// A text without them.
    pub fn text(&self, text: String) -> String {
        String::from_utf8_lossy(&self.bytes(text.into_bytes())).into_owned()
    }
}

/// Looks for some secrets in what comes piece by piece.
pub(super) struct Watch {
    scrubber: Scrubber,
    /// The end of what came, in which one may have begun.
    end: Vec<u8>,
}

impl Watch {
    pub(super) fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Watch {
        let long = secrets.into_iter().filter(|secret| secret.len() >= LENGTH_IN_FILES_MIN);
        Watch { scrubber: Scrubber::new(long), end: Vec::new() }
    }

    /// Whether a secret ends in the next piece.
    pub(super) fn finds(&mut self, piece: &[u8]) -> bool {
        let Some(finder) = &self.scrubber.finder else { return false };
        self.end.extend_from_slice(piece);
        let found = finder.is_match(&self.end);
        let begun = finder.max_pattern_len().saturating_sub(1);
        self.end.drain(..self.end.len().saturating_sub(begun));
        found
    }
}

/// All that is looked for.
pub(super) fn patterns<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let long = secrets.into_iter().filter(|secret| secret.len() >= LENGTH_MIN);
    let mut patterns: Vec<String> = long.flat_map(ways).collect();
    patterns.sort();
    patterns.dedup();
    patterns
}

/// The ways to write a secret.
fn ways(secret: &str) -> Vec<String> {
    let mut ways = vec![secret.to_owned()];
    ways.extend([percent(secret, b"-_.~"), percent(secret, b"-_.!~*'()")]);
    ways.push(percent(secret, b"-_.*").replace("%20", "+"));
    ways.extend([html(secret, "&#39;", "&quot;"), html(secret, "&#x27;", "&#34;")]);
    ways.push(html(secret, "'", "&quot;"));
    ways.push(secret.chars().map(|c| format!("&#{};", u32::from(c))).collect());
    ways.push(secret.chars().map(|c| format!("&#x{:x};", u32::from(c))).collect());
    let json = serde_json::to_string(secret).unwrap_or_default();
    let json = json.trim_matches('"').to_owned();
    ways.extend([json.replace('/', "\\/"), ascii_json(&json), json]);
    for encoding in [BASE64, BASE64URL] {
        ways.extend((0..3).filter_map(|offset| base64(&encoding, secret.as_bytes(), offset)));
    }
    ways
}

fn percent(secret: &str, plain: &[u8]) -> String {
    let one = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() || plain.contains(&byte) => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    secret.bytes().map(one).collect()
}

fn html(secret: &str, apostrophe: &str, quote: &str) -> String {
    let escaped = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    escaped.replace('\'', apostrophe).replace('"', quote)
}

/// As writers do who keep JSON within ASCII, and safe inside of HTML.
fn ascii_json(json: &str) -> String {
    let one = |c: char| match c {
        '<' | '>' | '&' | '\'' => format!("\\u{:04x}", u32::from(c)),
        c if c.is_ascii() => c.to_string(),
        c => c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
    };
    json.chars().map(one).collect()
}

/// What of a secret's base64 is the same whatever stands around it, `offset` bytes in.
fn base64(encoding: &Encoding, secret: &[u8], offset: usize) -> Option<String> {
    let encoded = encoding.encode(&[vec![0; offset].as_slice(), secret].concat());
    let (from, to) = ((offset * 8).div_ceil(6), (offset + secret.len()) * 8 / 6);
    encoded.get(from..to).filter(|part| part.len() >= BASE64_MIN).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "p\u{e4}ss/w0rd&<'x\" y";

    #[track_caller]
    fn hidden(echo: &str) {
        let scrubber = Scrubber::new([SECRET]);
        let scrubbed = scrubber.text(format!("before {echo} after"));
        assert!(scrubbed.contains("[hidden]") && scrubbed.starts_with("before "), "{scrubbed}");
        assert!(scrubbed.ends_with(" after"), "{scrubbed}");
    }

    #[test]
    fn an_echo_is_found_in_each_of_its_ways() {
        hidden(SECRET);
        hidden("p%C3%A4ss%2Fw0rd%26%3C%27x%22%20y");
        hidden("p%c3%a4ss%2fw0rd%26%3c'x%22%20y");
        hidden("p%C3%A4ss%2Fw0rd%26%3C%27x%22+y");
        hidden("p\u{e4}ss/w0rd&amp;&lt;&#39;x&quot; y");
        hidden("p\u{e4}ss/w0rd&amp;&lt;'x&quot; y");
        hidden("p\u{e4}ss/w0rd&<'x\\\" y");
        hidden("p\u{e4}ss\\/w0rd&<'x\\\" y");
        hidden("p\\u00e4ss/w0rd\\u0026\\u003c\\u0027x\\\" y");
        hidden(&SECRET.chars().map(|c| format!("&#{};", u32::from(c))).collect::<String>());
        for before in ["", "u", "us", "user:"] {
            let whole = format!("{before}{SECRET}:and more");
            let plain = BASE64.encode(whole.as_bytes());
            let scrubbed = Scrubber::new([SECRET]).text(plain.clone());
            assert!(scrubbed.contains(HIDDEN) && scrubbed.len() < plain.len(), "{scrubbed}");
        }
    }

    #[test]
    fn an_echo_across_pieces_is_found_wherever_they_end() {
        for echo in [SECRET.to_owned(), percent(SECRET, b""), BASE64.encode(SECRET.as_bytes())] {
            let body = format!("{}{echo}{}", "x".repeat(100), "y".repeat(100)).into_bytes();
            for length in 1..body.len() {
                let mut watch = Watch::new([SECRET, "another secret"]);
                let found = body.chunks(length).any(|piece| watch.finds(piece));
                assert!(found, "pieces of {length} bytes of {echo}");
            }
        }
        let half = SECRET.split_at(8);
        let mut watch = Watch::new([SECRET]);
        assert!(!watch.finds(half.0.as_bytes()) && !watch.finds(b"-"), "a half is none");
        assert!(!watch.finds(half.1.as_bytes()));
        assert!(!Watch::new([]).finds(SECRET.as_bytes()));
    }

    #[test]
    fn what_is_no_echo_stays() {
        let text = "The password is none of your business";
        assert_eq!(Scrubber::new([SECRET]).text(text.to_owned()), text);
        assert_eq!(Scrubber::new([]).text(text.to_owned()), text);
        assert_eq!(Scrubber::new(["is"]).text(text.to_owned()), text, "too short to look for");
    }
}
