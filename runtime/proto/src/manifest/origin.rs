//! Origins: the closed list of places that a konnector talks to.
//!
//! A text of the manifest flows in, a host and a port flow out. Nothing that a component says at
//! run time is ever read here, and no text that two readers could take for two hosts is an origin.

use core::net::Ipv4Addr;
use std::fmt;

use serde::Serialize;

/// What is spoken at an origin, inside of TLS from the first byte on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// Requests and answers.
    Https,
    /// Mail, as a stream that the host has signed in.
    Imaps,
}

impl Scheme {
    const ALL: [Scheme; 2] = [Scheme::Https, Scheme::Imaps];

    /// What addresses begin with.
    pub fn word(self) -> &'static str {
        match self {
            Scheme::Https => "https",
            Scheme::Imaps => "imaps",
        }
    }

    /// The port that is left out.
    fn port(self) -> u16 {
        match self {
            Scheme::Https => 443,
            Scheme::Imaps => 993,
        }
    }
}

/// Last labels of names that mean something on this machine or in its network, or nowhere.
const SPECIAL_USE: &[&str] = &[
    "alt",
    "arpa",
    "corp",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
];

/// One place: always inside of TLS, one exact host, one port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    scheme: Scheme,
    host: String,
    port: u16,
}

/// Where the requests of a route go, or a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Site {
    /// An origin that the manifest names.
    Fixed(Origin),
    /// The account's own server: what the owner typed into this field when connecting it.
    Field(String),
    /// The whole address that the owner typed as this secret: the path is the home's to put in.
    Address(String),
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Site::Fixed(origin) => origin.fmt(f),
            Site::Field(name) | Site::Address(name) => write!(f, "{{{name}}}"),
        }
    }
}

/// A text that is no origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Another scheme, or none.
    #[error(
        "`{0}` begins neither with `https://` nor, for mail, with `imaps://`; konnectors speak \
         nothing else"
    )]
    Scheme(String),
    /// No exact name of a public host.
    #[error(
        "`{0}` is no exact host; write a lower-case name such as `api.bank.example`, without user, \
         path, wildcard or IP address, with letters of other alphabets in punycode"
    )]
    Host(String),
    /// A name that leads to this machine, its network or nowhere.
    #[error("`{0}` is no name of the public internet; write the provider's own host")]
    SpecialUse(String),
    /// No port.
    #[error("`{0}` has no port between 1 and 65535; leave the port out for 443")]
    Port(String),
}

impl Origin {
    /// Read `https://host` or `https://host:port`, or the same of mail.
    pub fn parse(text: &str) -> Result<Origin, OriginError> {
        let shown = || super::section::shown(text);
        let known = Scheme::ALL.into_iter().find_map(|scheme| {
            Some((scheme, text.strip_prefix(scheme.word())?.strip_prefix("://")?))
        });
        let (scheme, rest) = known.ok_or_else(|| OriginError::Scheme(shown()))?;
        let (host, port) = match rest.split_once(':') {
            Some((host, port)) => {
                (host, self::port(port, scheme).ok_or_else(|| OriginError::Port(shown()))?)
            }
            None => (rest, scheme.port()),
        };
        if !is_host(host) {
            return Err(OriginError::Host(shown()));
        }
        if host.rsplit('.').next().is_some_and(|last| SPECIAL_USE.contains(&last)) {
            return Err(OriginError::SpecialUse(shown()));
        }
        Ok(Origin { scheme, host: host.to_owned(), port })
    }

    /// The origin of an address as people type or paste it: `cloud.example.org/dav`, say, or a
    /// device of their own network, `192.168.1.20`. What follows the host is the component's to
    /// read.
    pub fn of_address(scheme: Scheme, text: &str) -> Result<Origin, OriginError> {
        let text = text.trim();
        let (given, rest) = text.split_once("://").unwrap_or((scheme.word(), text));
        if !given.eq_ignore_ascii_case(scheme.word()) {
            return Err(OriginError::Scheme(super::section::shown(text)));
        }
        let host = rest.split('/').next().unwrap_or_default();
        let host = host.strip_suffix(&format!(":{}", scheme.port())).unwrap_or(host);
        if let Some(device) = Origin::of_device(scheme, host) {
            return Ok(device);
        }
        Origin::parse(&format!("{}://{host}", scheme.word()).to_ascii_lowercase())
    }

    /// A private address of RFC 1918, in the one way to write it. No manifest names one.
    fn of_device(scheme: Scheme, text: &str) -> Option<Origin> {
        let (host, port) = match text.split_once(':') {
            Some((host, port)) => (host, self::port(port, scheme)?),
            None => (text, scheme.port()),
        };
        let address: Ipv4Addr = host.parse().ok()?;
        address.is_private().then(|| Origin { scheme, host: address.to_string(), port })
    }

    /// The address, if this is a device that its owner named by it.
    pub fn device(&self) -> Option<Ipv4Addr> {
        self.host.parse().ok()
    }

    /// What is spoken there.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Its host, in the one way to write it.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, host) = (self.scheme.word(), &self.host);
        match self.port {
            port if port == self.scheme.port() => write!(f, "{scheme}://{host}"),
            port => write!(f, "{scheme}://{host}:{port}"),
        }
    }
}

impl Serialize for Origin {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A port other than the one that is left out: an origin is written in one way only.
fn port(text: &str, scheme: Scheme) -> Option<u16> {
    let port: u16 = text.parse().ok()?;
    (port != 0 && port != scheme.port() && port.to_string() == text).then_some(port)
}

/// An exact host name of two labels or more, which is no IP address in any notation, and whose
/// punycode means what it says.
pub(super) fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    // A last label with a letter in front is no part of an IP address.
    let named = host
        .rsplit('.')
        .next()
        .is_some_and(|last| last.starts_with(|c: char| c.is_ascii_lowercase()));
    host.len() <= 253
        && host.split('.').count() >= 2
        && named
        && host.split('.').all(label)
        && idna::domain_to_ascii_strict(host).is_ok_and(|canonical| canonical == host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_in_one_way() {
        for text in [
            "https://api.bank.example",
            "https://api.bank.example:8443",
            "https://xn--bcher-kva.example",
            "imaps://imap.bank.example",
            "imaps://imap.bank.example:443",
        ] {
            assert_eq!(Origin::parse(text).unwrap().to_string(), text);
        }
        let origin = Origin::parse("https://api.bank.example:8443").unwrap();
        assert_eq!((origin.host(), origin.port()), ("api.bank.example", 8443));
    }

    #[test]
    fn an_address_is_typed_in_many_ways_and_means_one_origin() {
        for text in [
            "cloud.example.org",
            " https://cloud.example.org ",
            "HTTPS://Cloud.Example.Org/remote.php/dav/?x=https://evil.test",
            "https://cloud.example.org:443/dav",
        ] {
            let origin = Origin::of_address(Scheme::Https, text).unwrap();
            assert_eq!(origin.to_string(), "https://cloud.example.org");
        }
        for text in ["imap.example.org", "IMAPS://imap.example.org:993", "imap.example.org/x"] {
            let origin = Origin::of_address(Scheme::Imaps, text).unwrap();
            assert_eq!(origin.to_string(), "imaps://imap.example.org");
        }
        for text in [
            "",
            "http://cloud.example.org",
            "https://owner@cloud.example.org/",
            "https://cloud.example.org\\@evil.test/",
            "192.168.1.02/dav",
            "192.168.1.2:443x",
            "8.8.8.8",
            "127.0.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "nas.local",
            "cloud.example.org?host=evil.test",
            "https:///evil.test",
            "imaps://cloud.example.org",
        ] {
            assert!(Origin::of_address(Scheme::Https, text).is_err(), "{text:?}");
        }
        for (text, kept) in [
            ("192.168.1.2/dav", "https://192.168.1.2"),
            ("https://10.0.0.7:443", "https://10.0.0.7"),
            ("172.16.0.1:8443", "https://172.16.0.1:8443"),
        ] {
            let origin = Origin::of_address(Scheme::Https, text).unwrap();
            assert!(origin.device().is_some() && origin.to_string() == kept, "{text}");
            assert!(Origin::parse(kept).is_err(), "no manifest names a device");
        }
        assert!(Origin::of_address(Scheme::Imaps, "imap://imap.example.org").is_err());
        assert!(Origin::of_address(Scheme::Imaps, "https://imap.example.org").is_err());
    }

    #[test]
    fn what_could_be_read_in_two_ways_or_leads_home_is_refused() {
        for text in [
            "http://bank.example",
            "ftp://bank.example",
            "imap://bank.example",
            "imaps://bank.example:993",
            "imaps://10.0.0.1",
            "bank.example",
            "https:bank.example",
            "https://",
            "https://bank",
            "https://*.bank.example",
            "https://bank.example/",
            "https://bank.example/path",
            "https://bank.example?q",
            "https://bank.example#f",
            "https://user@bank.example",
            "https://user:pw@bank.example",
            "https://BANK.example",
            "https://bank.example.",
            "https://.bank.example",
            "https://bank..example",
            "https://bank.example\\@evil.test",
            "https://bank.example%2eevil.test",
            "https://bank.example:",
            "https://bank.example:0",
            "https://bank.example:443",
            "https://bank.example:080",
            "https://bank.example:99999",
            "https://bank.example:8x",
            "https://127.0.0.1",
            "https://2130706433",
            "https://0x7f000001",
            "https://0177.0.0.1",
            "https://127.1",
            "https://0x7f.1",
            "https://[::1]",
            "https://[::ffff:127.0.0.1]",
            "https://169.254.169.254",
            "https://bank.0x7f",
            "https://1.bank.1",
            "https://\u{ff11}\u{ff12}\u{ff17}.0.0.1",
            "https://b\u{e4}nk.example",
            "https://bank\u{3002}example",
            "https://xn--a.example",
            "https://xn--bank-.example",
            "https://xn--ls8h=.example",
            "https://-bank.example",
            "https://bank-.example",
            "https://ba nk.example",
            "https://ba\nnk.example",
            "https://bank.example\r\n",
            "https://localhost",
            "https://a.localhost",
            "https://a.local",
            "https://a.internal",
            "https://a.onion",
            "https://router.home.arpa",
            "https://a.lan",
        ] {
            assert!(Origin::parse(text).is_err(), "{text:?}");
        }
        assert!(Origin::parse(&format!("https://{}.example", "a".repeat(64))).is_err());
        assert!(Origin::parse(&format!("https://{}example", "abc.".repeat(63))).is_err());
    }
}
