//! Echoes of secrets, taken out of answers.
//!
//! In flow an account's secrets and what an origin answered; out flows the same with each secret
//! replaced, whichever of the usual ways it is written in. A miss stays within the provider's
//! label: this keeps honest mistakes of a provider from handing a password to a component.

use aho_corasick::{AhoCorasick, MatchKind};
use data_encoding::{BASE64, BASE64URL, Encoding};

/// Shorter ones would be found everywhere.
const LENGTH_MIN: usize = 4;
/// A part of base64 shorter than this is no trace of a secret.
const BASE64_MIN: usize = 6;
/// What stands in place of a secret.
const HIDDEN: &str = "[hidden]";

/// Finds some secrets.
pub(super) struct Scrubber(Option<AhoCorasick>);

impl Scrubber {
    pub(super) fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Scrubber {
        Scrubber::of(&patterns(secrets))
    }

    /// Finds what is written in one of these ways.
    pub(super) fn of(patterns: &[String]) -> Scrubber {
        let mut finder = AhoCorasick::builder();
        finder.ascii_case_insensitive(true).match_kind(MatchKind::LeftmostLongest);
        Scrubber(finder.build(patterns).ok())
    }

    /// Where secrets are, as they are replaced.
    pub(super) fn found(&self, bytes: &[u8]) -> Vec<(usize, usize)> {
        let found = self.0.iter().flat_map(|finder| finder.find_iter(bytes));
        found.map(|one| (one.start(), one.end())).collect()
    }

    pub(super) fn bytes(&self, bytes: Vec<u8>) -> Vec<u8> {
        let Some(finder) = &self.0 else { return bytes };
        if !finder.is_match(&bytes) {
            return bytes;
        }
        finder.replace_all_bytes(&bytes, &vec![HIDDEN; finder.patterns_len()])
    }

    pub(super) fn text(&self, text: String) -> String {
        String::from_utf8_lossy(&self.bytes(text.into_bytes())).into_owned()
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
    fn what_is_no_echo_stays() {
        let text = "The password is none of your business";
        assert_eq!(Scrubber::new([SECRET]).text(text.to_owned()), text);
        assert_eq!(Scrubber::new([]).text(text.to_owned()), text);
        assert_eq!(Scrubber::new(["is"]).text(text.to_owned()), text, "too short to look for");
    }
}
