//! Origins: which home or app a host name means, and the reverse. One place for both ways, so
//! that they can't disagree.
//!
//! On `localhost`: `home.localhost` and `banks.home.localhost`. On a domain, where one
//! certificate covers one level of names: `alice.example.org` and `alice-banks.example.org`; a
//! home with `-` in its name has no origin there.

use domicile_policy::{ComponentId, HomeName};

/// What a host name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Site {
    /// The server itself: it only lists homes.
    Root,
    /// A home's trusted pages.
    Home(HomeName),
    /// One app of a home.
    App(HomeName, ComponentId),
}

/// How this server is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origins {
    domain: String,
    port: u16,
    secure: bool,
}

impl Origins {
    /// Over plain HTTP on `localhost`, over HTTPS elsewhere (a proxy in front holds the
    /// certificate).
    pub fn new(domain: &str, port: u16) -> Origins {
        Origins { domain: domain.to_owned(), port, secure: domain != "localhost" }
    }

    fn is_local(&self) -> bool {
        self.domain == "localhost"
    }

    fn origin(&self, host: &str) -> String {
        match (self.secure, self.port) {
            (true, _) => format!("https://{host}"),
            (false, 80) => format!("http://{host}"),
            (false, port) => format!("http://{host}:{port}"),
        }
    }

    /// The server's own origin.
    pub fn root(&self) -> String {
        self.origin(&self.domain)
    }

    /// The origin of a home's trusted pages.
    pub fn home(&self, home: &HomeName) -> String {
        self.origin(&format!("{home}.{}", self.domain))
    }

    /// The origin of an app.
    pub fn app(&self, home: &HomeName, app: &ComponentId) -> String {
        let host = if self.is_local() {
            format!("{app}.{home}.{}", self.domain)
        } else {
            format!("{home}-{app}.{}", self.domain)
        };
        self.origin(&host)
    }

    /// What a `Host` header means; `None` if it is not ours.
    pub fn parse(&self, host: &str) -> Option<Site> {
        let name = match host.rsplit_once(':') {
            Some((name, port)) => {
                let port: u16 = port.parse().ok()?;
                let public = if self.secure { 443 } else { self.port };
                if port != public {
                    return None;
                }
                name
            }
            None if self.secure || self.port == 80 => host,
            None => return None,
        };
        let name = name.to_ascii_lowercase();
        if name == self.domain || (self.is_local() && name == "127.0.0.1") {
            return Some(Site::Root);
        }
        let inner = name.strip_suffix(&self.domain)?.strip_suffix('.')?;
        let (home, app) = if self.is_local() {
            match inner.split_once('.') {
                Some((app, home)) => (home, Some(app)),
                None => (inner, None),
            }
        } else {
            match inner.split_once('-') {
                Some((home, app)) => (home, Some(app)),
                None => (inner, None),
            }
        };
        let home: HomeName = home.parse().ok()?;
        match app {
            Some(app) => Some(Site::App(home, app.parse().ok()?)),
            None => Some(Site::Home(home)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(name: &str) -> HomeName {
        name.parse().unwrap()
    }

    fn app(name: &str) -> ComponentId {
        name.parse().unwrap()
    }

    #[test]
    fn both_ways_agree() {
        for (origins, tail) in
            [(Origins::new("localhost", 8080), ""), (Origins::new("example.org", 8080), "")]
        {
            for name in ["home", "alice2"] {
                for id in ["banks", "ofx-file"] {
                    let host =
                        |origin: String| origin.split_once("://").unwrap().1.to_owned() + tail;
                    let site = origins.parse(&host(origins.app(&home(name), &app(id))));
                    assert_eq!(site, Some(Site::App(home(name), app(id))));
                    let site = origins.parse(&host(origins.home(&home(name))));
                    assert_eq!(site, Some(Site::Home(home(name))));
                }
            }
            let root = origins.root();
            assert_eq!(origins.parse(root.split_once("://").unwrap().1), Some(Site::Root));
        }
    }

    #[test]
    fn as_written() {
        let local = Origins::new("localhost", 8080);
        assert_eq!(local.app(&home("home"), &app("banks")), "http://banks.home.localhost:8080");
        let public = Origins::new("example.org", 8080);
        assert_eq!(public.app(&home("alice"), &app("banks")), "https://alice-banks.example.org");
        assert_eq!(public.parse("alice.example.org:443"), Some(Site::Home(home("alice"))));
        assert_eq!(local.parse("HOME.localhost:8080"), Some(Site::Home(home("home"))));
        assert_eq!(local.parse("127.0.0.1:8080"), Some(Site::Root));
    }

    #[test]
    fn strangers() {
        let local = Origins::new("localhost", 8080);
        for host in [
            "",
            "evil.test",
            "home.localhost",
            "home.localhost:8081",
            "home.localhost:x",
            "home.localhost.evil.test:8080",
            "a.b.home.localhost:8080",
            ".localhost:8080",
            "homelocalhost:8080",
            "-x.localhost:8080",
            "self.localhost:8080",
            "home.localhost.:8080",
            "banks.self.localhost:8080",
            "[::1]:8080",
            "127.0.0.1",
            "127.0.0.2:8080",
        ] {
            assert_eq!(local.parse(host), None, "{host}");
        }
        let public = Origins::new("example.org", 8080);
        for host in
            ["localhost", "example.org:8080", "a.b.example.org", "-banks.example.org", "127.0.0.1"]
        {
            assert_eq!(public.parse(host), None, "{host}");
        }
    }
}
