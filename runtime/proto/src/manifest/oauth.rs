//! OAuth 2: where the owner gives a yes at the provider's own page, and where the home fetches the
//! token for it.
//!
//! The table `[oauth]` flows in, a checked [`Oauth`] flows out. Each address is of an origin that
//! the manifest declares, and no route leads to one of them: the home alone speaks there.

use std::fmt;

use serde::Serialize;

use super::limits::*;
use super::route::{Route, RouteError, check_path};
use super::section::{Section, shown};
use super::{Field, ManifestError, Origin, Secret, SecretKind, Site};

/// An address of the provider's, as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Endpoint {
    /// Where it is.
    pub origin: Origin,
    /// Its path, and a query if it always has one.
    pub path: String,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.path)
    }
}

/// Who the home says that it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Client {
    /// The same in every home.
    Fixed(String),
    /// What the owner typed into this field.
    Field(String),
}

/// How a token is had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Oauth {
    /// The secret of kind `oauth` that the token becomes.
    pub secret: String,
    /// Where a browser is sent and comes back from (RFC 6749, with RFC 7636).
    pub authorize: Option<Endpoint>,
    /// Where the token is.
    pub token: Endpoint,
    /// Where a code for another device is had (RFC 8628).
    pub device: Option<Endpoint>,
    /// Where a token is given back (RFC 7009).
    pub revoke: Option<Endpoint>,
    /// The token is the client's own (RFC 6749, 4.4): the owner's yes is given at the page, if
    /// there is one, and no code of it fetches a token.
    pub by_client: bool,
    /// Who asks.
    pub client: Client,
    /// The secret that proves it, if there is one.
    pub client_secret: Option<String>,
    /// What is asked for.
    pub scopes: Vec<String>,
}

impl Oauth {
    /// Whether its owner gives a yes in a browser.
    pub fn has_page(&self) -> bool {
        self.authorize.is_some() || self.device.is_some()
    }

    /// Every address, by the key that names it.
    pub fn endpoints(&self) -> impl Iterator<Item = (&'static str, &Endpoint)> {
        let optional =
            [("authorize", &self.authorize), ("device", &self.device), ("revoke", &self.revoke)];
        let optional =
            optional.into_iter().filter_map(|(key, one)| one.as_ref().map(|one| (key, one)));
        [("token", &self.token)].into_iter().chain(optional)
    }

    /// The exact texts that a consent covers.
    pub fn powers(&self) -> impl Iterator<Item = String> {
        let client = match &self.client {
            Client::Fixed(client) => client.clone(),
            Client::Field(field) => format!("{{{field}}}"),
        };
        let proof = self.client_secret.iter().map(|name| format!("oauth client-secret {name}"));
        let scopes = self.scopes.iter().map(|scope| format!("oauth scope {scope}"));
        let endpoints = self.endpoints().map(|(key, one)| format!("oauth {key} {one}"));
        let grant = self.by_client.then(|| "oauth grant client_credentials".to_owned());
        endpoints.chain([format!("oauth client {client}")]).chain(grant).chain(proof).chain(scopes)
    }
}

/// Read the table, if it is there.
pub(super) fn read(
    root: &Section<'_>,
    origins: &[Origin],
    secrets: &[Secret],
    fields: &[Field],
) -> Result<Option<Oauth>, ManifestError> {
    const KNOWN: &[&str] =
        &["authorize", "token", "device", "revoke", "grant", "client", "client_secret", "scopes"];
    let mut tokens = secrets.iter().filter(|one| one.kind == SecretKind::Oauth);
    let (token, more) = (tokens.next(), tokens.next());
    let Some(section) = root.table("oauth", KNOWN)? else {
        return match token {
            None => Ok(None),
            Some(_) => Err(root.missing("oauth", "a table `[oauth]` with authorize and token")),
        };
    };
    let one = "one `[[secret]]` of kind \"oauth\", which the token becomes";
    let secret = token.filter(|_| more.is_none()).ok_or_else(|| root.missing("secret", one))?;
    let authorize = endpoint(&section, "authorize", origins)?;
    let device = endpoint(&section, "device", origins)?;
    let missing = |key, example| section.missing(key, example);
    let by_client = match section.optional_string("grant", FIELD_LENGTH_MAX)? {
        Some(word) => section.pick("grant", &word, &[("client_credentials", true)])?,
        None => false,
    };
    let client_secret = client_secret(&section, secrets)?;
    // A client that fetches its own token needs no page, and has no use for a code.
    if authorize.is_none() && device.is_some() == by_client {
        return Err(missing("authorize", "the address of the provider's page, or `device`"));
    }
    if by_client && client_secret.is_none() {
        return Err(missing("client_secret", "a client that fetches its own token proves itself"));
    }
    let token = endpoint(&section, "token", origins)?;
    let client = section.string("client", "client = \"my-home\"", FIELD_LENGTH_MAX)?;
    Ok(Some(Oauth {
        secret: secret.name.clone(),
        authorize,
        token: token.ok_or_else(|| missing("token", "token = \"https://...\""))?,
        device,
        revoke: endpoint(&section, "revoke", origins)?,
        by_client,
        client: self::client(&section, client, fields)?,
        client_secret,
        scopes: scopes(&section)?,
    }))
}

/// No route leads where the home fetches tokens.
pub(super) fn check(oauth: &Oauth, routes: &[Route]) -> Result<(), ManifestError> {
    for (index, route) in routes.iter().enumerate() {
        let meets = |endpoint: &Endpoint| {
            let path = endpoint.path.split('?').next().unwrap_or_default();
            let reached = match route.is_free() {
                // What the owner types may stand before the star.
                true => path.starts_with(route.path.split(['{', '*']).next().unwrap_or_default()),
                false => route.reaches(path),
            };
            route.origin == Site::Fixed(endpoint.origin.clone()) && reached
        };
        if let Some((key, _)) = oauth.endpoints().find(|(_, endpoint)| meets(endpoint)) {
            let (key, problem) = (format!("route[{index}].path"), RouteError::HomesAlone(key));
            return Err(ManifestError::Route { key, problem });
        }
    }
    Ok(())
}

fn endpoint(
    section: &Section<'_>,
    name: &str,
    origins: &[Origin],
) -> Result<Option<Endpoint>, ManifestError> {
    let Some(text) = section.optional_string(name, TEMPLATE_LENGTH_MAX)? else { return Ok(None) };
    let wrong = |problem| ManifestError::Route { key: section.key(name), problem };
    let of = |origin: &&Origin| {
        let path = text.strip_prefix(&origin.to_string());
        text.starts_with("https://") && path.is_some_and(|path| path.starts_with('/'))
    };
    let origin =
        origins.iter().find(of).ok_or_else(|| wrong(RouteError::Origin(shown(&text))))?.clone();
    let path = text.trim_start_matches(&origin.to_string()).to_owned();
    let plain = path.bytes().all(|b| b.is_ascii_graphic()) && !path.contains(['*', '{', '}', '#']);
    if !plain {
        return Err(wrong(RouteError::Path(shown(&path))));
    }
    check_path(&path, &Default::default(), &[]).map_err(wrong)?;
    Ok(Some(Endpoint { origin, path }))
}

fn client(section: &Section<'_>, text: String, fields: &[Field]) -> Result<Client, ManifestError> {
    let Some(name) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) else {
        return Ok(Client::Fixed(text));
    };
    if fields.iter().all(|field| field.name != name) {
        let problem = RouteError::Unknown(shown(name));
        return Err(ManifestError::Route { key: section.key("client"), problem });
    }
    Ok(Client::Field(name.to_owned()))
}

fn client_secret(
    section: &Section<'_>,
    secrets: &[Secret],
) -> Result<Option<String>, ManifestError> {
    let Some(name) = section.optional_string("client_secret", NAME_LENGTH_MAX)? else {
        return Ok(None);
    };
    let proves = |kind| matches!(kind, SecretKind::Password | SecretKind::Token);
    if secrets.iter().any(|one| one.name == name && proves(one.kind)) {
        return Ok(Some(name));
    }
    let problem = RouteError::Unknown(shown(&name));
    Err(ManifestError::Route { key: section.key("client_secret"), problem })
}

/// Scopes are joined by spaces.
fn scopes(section: &Section<'_>) -> Result<Vec<String>, ManifestError> {
    let scopes = section.strings("scopes", WORDS_MAX)?.unwrap_or_default();
    let plain = |scope: &String| {
        scope.len() <= FIELD_LENGTH_MAX && scope.bytes().all(|b| b.is_ascii_graphic())
    };
    match scopes.iter().find(|scope| !plain(scope)) {
        None => Ok(scopes),
        Some(found) => {
            let problem = RouteError::Parameter(shown(found));
            Err(ManifestError::Route { key: section.key("scopes"), problem })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Manifest;

    const LAKE: &str = r#"
[component]
id = "lake"
kind = "konnector"
version = "0.1.0"
publisher = "Lake"
name = { en = "Lake", fr = "Lac" }
description = { en = "Readings.", fr = "Mesures." }
[provider]
id = "lake"
name = "Lake"
origins = ["https://login.lake.example", "https://api.lake.example"]
[oauth]
authorize = "https://login.lake.example/authorize?duration=P1Y"
token = "https://login.lake.example/token"
revoke = "https://login.lake.example/revoke"
client = "home"
scopes = ["read", "offline_access"]
[[secret]]
name = "access"
kind = "oauth"
label = { en = "Access", fr = "Acc\u00e8s" }
[[route]]
name = "readings"
method = "GET"
origin = "https://api.lake.example"
path = "/readings"
auth = { header = "Authorization: Bearer {access}" }
[[route]]
name = "page"
method = "GET"
origin = "https://login.lake.example"
path = "/confirm/*"
visit = true
[[grant]]
doctype = "io.cozy.bank.operations"
actions = ["deposit"]
why = { en = "To keep them.", fr = "Pour les garder." }
"#;

    #[test]
    fn all_of_it_is_a_power() {
        let manifest = Manifest::parse(LAKE).unwrap();
        for power in [
            "oauth authorize https://login.lake.example/authorize?duration=P1Y",
            "oauth token https://login.lake.example/token",
            "oauth revoke https://login.lake.example/revoke",
            "oauth client home",
            "oauth scope offline_access",
            "secret access oauth",
            "route page GET https://login.lake.example/confirm/* body=none visit",
        ] {
            assert!(manifest.powers().contains(power), "{power}\n{:#?}", manifest.powers());
        }
        assert_eq!(manifest.konnector.unwrap().oauth.unwrap().secret, "access");
    }

    #[test]
    fn a_client_of_its_own_needs_no_page() {
        let own = LAKE
            .replace("authorize = ", "grant = \"client_credentials\"\nclient_secret = \"key\" # ")
            .replace(
                "[[secret]]",
                "[[secret]]\nname = \"key\"\nkind = \"token\"\n\
                 label = { en = \"Key\", fr = \"Cl\u{e9}\" }\n[[secret]]",
            );
        let manifest = Manifest::parse(&own).unwrap();
        assert!(manifest.powers().contains("oauth grant client_credentials"));
        assert!(!manifest.konnector.unwrap().oauth.unwrap().has_page());
        assert!(Manifest::parse(LAKE).unwrap().konnector.unwrap().oauth.unwrap().has_page());
    }

    #[test]
    fn an_address_that_is_not_declared_or_that_a_route_reaches_is_refused() {
        for (from, to, sentence) in [
            ("token = \"https://login.lake.example/", "token = \"https://evil.test/", "origins"),
            (
                "token = \"https://login.lake.example/",
                "token = \"https://login.lake.example.evil.test/",
                "origins",
            ),
            ("example/authorize?", "example/authorize#?", "is no path"),
            ("authorize = ", "# authorize = ", "`oauth.authorize` is missing"),
            ("[oauth]", "[ignored]", "`ignored` is no key"),
            ("kind = \"oauth\"", "kind = \"session\"", "kind \"oauth\""),
            ("client = \"home\"", "client = \"{id}\"", "declare it"),
            ("client = \"home\"", "client = \"home\"\nclient_secret = \"access\"", "declare it"),
            ("client = \"home\"", "client = \"home\"\ngrant = \"password\"", "client_credentials"),
            (
                "client = \"home\"",
                "client = \"home\"\ngrant = \"client_credentials\"",
                "`oauth.client_secret` is missing",
            ),
            (
                "authorize = \"https://login.lake.example/authorize?duration=P1Y\"",
                "device = \"https://login.lake.example/device\"\ngrant = \"client_credentials\"",
                "`oauth.authorize` is missing",
            ),
            ("\"read\"", "\"read all\"", "no name of a parameter"),
            ("/confirm/*", "/*", "the home alone"),
            ("visit = true", "visit = true\nbody = \"json\"", "carry no body"),
            (
                "visit = true",
                "visit = true\nauth = { header = \"X-A: {access}\" }",
                "opened in the owner's browser",
            ),
            (
                "origin = \"https://login.lake.example\"\npath = \"/confirm/*\"\nvisit = true",
                "origin = \"{feed}\"\nvisit = true\n[[secret]]\nname = \"feed\"\nkind = \"address\"\n\
                 label = { en = \"Feed\", fr = \"Flux\" }",
                "is a GET of a path",
            ),
        ] {
            let text = LAKE.replacen(from, to, 1);
            assert_ne!(text, LAKE, "{from}");
            let error = Manifest::parse(&text).unwrap_err().to_string();
            assert!(error.contains(sentence), "{to}: {error}");
        }
    }
}
