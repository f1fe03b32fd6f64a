//! What only a konnector says: where it talks to, by which requests, with what of the owner's
//! account.
//!
//! Tables of the manifest flow in, a checked [`Konnector`] flows out. All of it is power: a text
//! that a consent did not cover must never take effect.

use std::collections::BTreeSet;

use domicile_policy::Category;
use serde::Serialize;

use super::error::CategoryProblem;
use super::limits::*;
use super::section::{Section, shown};
use super::{
    Kind, ManifestError, Oauth, Origin, Route, Scheme, Site, Stream, auth, oauth, only, route,
    stream,
};
use crate::Text;

/// How a secret is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SecretKind {
    /// What the owner types when connecting: a password.
    Password,
    /// The same, made by the provider for programs.
    Token,
    /// The key of an authenticator: the host makes the codes.
    Totp,
    /// An address that itself opens what lies there, as a calendar's does: routes go to it whole.
    Address,
    /// A code that the owner is asked for while the konnector runs.
    Code,
    /// What the provider gives for a while: the host takes it out of an answer.
    Session,
    /// The token that the host has by `[oauth]`.
    Oauth,
    /// Where the owner's browser comes back to: an address of the home's.
    Return,
}

impl SecretKind {
    const WORDS: [(&'static str, SecretKind); 8] = [
        ("password", SecretKind::Password),
        ("token", SecretKind::Token),
        ("totp", SecretKind::Totp),
        ("address", SecretKind::Address),
        ("code", SecretKind::Code),
        ("session", SecretKind::Session),
        ("oauth", SecretKind::Oauth),
        ("return", SecretKind::Return),
    ];

    /// The word used in manifests.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, kind)| *kind == self).map_or("password", |(word, _)| word)
    }

    /// Whether the owner gives it when connecting.
    pub fn is_asked(self) -> bool {
        use SecretKind::{Code, Oauth, Return, Session};
        !matches!(self, Code | Session | Oauth | Return)
    }
}

/// Something that the component uses and never sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Secret {
    /// How routes call it.
    pub name: String,
    /// How it is used.
    pub kind: SecretKind,
    /// Whether it may stay empty.
    pub optional: bool,
    /// What people call it.
    pub label: Text,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldKind {
    /// A name, a number: anything.
    Text,
    /// The address of the owner's own server, where that is spoken: routes to it, or streams, go to
    /// its origin.
    Server(Scheme),
}

impl FieldKind {
    const WORDS: [(&'static str, FieldKind); 3] = [
        ("text", FieldKind::Text),
        ("server", FieldKind::Server(Scheme::Https)),
        ("mail-server", FieldKind::Server(Scheme::Imaps)),
    ];

    /// The word used in manifests.
    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, kind)| *kind == self).map_or("text", |(word, _)| word)
    }

    /// Whether it names where the account's requests go.
    pub fn is_server(self) -> bool {
        matches!(self, FieldKind::Server(_))
    }
}

/// Something of the account that the component may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// How the component and its routes call it.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether it may stay empty.
    pub optional: bool,
    /// What people call it.
    pub label: Text,
}

/// What only a konnector says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Konnector {
    /// All that it talks to, besides the servers that owners name.
    pub origins: Vec<Origin>,
    /// Whether strangers have accounts at the same hosts.
    pub multi_tenant: bool,
    /// Categories that may be sent there besides what came from there.
    pub sends: BTreeSet<Category>,
    /// The requests that it may make.
    pub routes: Vec<Route>,
    /// The streams that it may open.
    pub streams: Vec<Stream>,
    /// What the host puts into them.
    pub secrets: Vec<Secret>,
    /// What else belongs to an account.
    pub fields: Vec<Field>,
    /// How it has a token that the owner agrees to at the provider's page.
    pub oauth: Option<Oauth>,
    /// What a component of many providers does for this one, as JSON. It reaches what the rest of
    /// the manifest says and no more.
    pub recipe: Option<String>,
}

impl Konnector {
    /// One that nobody sends anything to has to ask somebody something.
    pub(super) fn asks_something(
        &self,
        root: &Section<'_>,
        provider: Option<&Section<'_>>,
    ) -> Result<(), ManifestError> {
        if let Some(provider) = provider
            && self.origins.is_empty()
            && self.servers().next().is_none()
        {
            let example = "origins = [\"https://api.bank.example\"]";
            return Err(provider.missing("origins", example));
        }
        if self.routes.is_empty() && self.streams.is_empty() {
            return Err(root.missing("route", "a `[[route]]` with name, method, origin and path"));
        }
        Ok(())
    }

    /// The route of this name.
    pub fn route(&self, name: &str) -> Option<&Route> {
        self.routes.iter().find(|route| route.name == name)
    }

    /// The stream of this name.
    pub fn stream(&self, name: &str) -> Option<&Stream> {
        self.streams.iter().find(|stream| stream.name == name)
    }

    /// Where the owner says to which server requests go, each by its name in braces, and
    /// what is spoken there.
    pub fn servers(&self) -> impl Iterator<Item = (Site, Scheme)> {
        let fields = self.fields.iter().filter_map(|field| match field.kind {
            FieldKind::Server(scheme) => Some((Site::Field(field.name.clone()), scheme)),
            FieldKind::Text => None,
        });
        let secrets = self.secrets.iter().filter(|secret| secret.kind == SecretKind::Address);
        fields.chain(secrets.map(|one| (Site::Address(one.name.clone()), Scheme::Https)))
    }

    /// The exact texts that a consent covers.
    pub fn powers(&self) -> impl Iterator<Item = String> {
        let origins = self.origins.iter().map(|origin| format!("origin {origin}"));
        let tenants = self.multi_tenant.then(|| "multi-tenant".to_owned());
        let sends = self.sends.iter().map(|category| format!("sends {category}"));
        let kinds =
            self.secrets.iter().map(|one| format!("secret {} {}", one.name, one.kind.word()));
        let fields = self.fields.iter().map(|field| match field.kind {
            FieldKind::Text => format!("field {}", field.name),
            FieldKind::Server(_) => format!("{} {}", field.kind.word(), field.name),
        });
        let routes = self.routes.iter().map(Route::power);
        let streams = self.streams.iter().map(Stream::power);
        let oauth = self.oauth.iter().flat_map(Oauth::powers);
        let places = routes.chain(streams).chain(oauth);
        origins.chain(tenants).chain(sends).chain(kinds).chain(fields).chain(places)
    }
}

/// Read what a konnector says; `None` for every other kind, which must not say it.
pub(super) fn read(
    root: &Section<'_>,
    provider: Option<&Section<'_>>,
    kind: Kind,
) -> Result<Option<Konnector>, ManifestError> {
    let secrets = root.tables("secret", SECRETS_MAX, &["name", "kind", "label", "optional"])?;
    let fields = root.tables("field", SECRETS_MAX, &["name", "kind", "label", "optional"])?;
    if kind != Kind::Konnector {
        let why = "only a konnector has an account and makes requests; take it out";
        for table in ["secret", "field", "route", "stream", "recipe", "oauth"] {
            if root.names().any(|name| name == table) {
                return Err(ManifestError::Kind { key: table.to_owned(), kind, why });
            }
        }
        return Ok(None);
    }
    let Some(provider) = provider else {
        return Err(root.missing("provider", "a table `[provider]` with id, name and origins"));
    };
    let mut konnector = Konnector {
        routes: Vec::new(),
        streams: Vec::new(),
        origins: Vec::new(),
        multi_tenant: provider.flag("multi_tenant")?,
        sends: sends(provider)?,
        secrets: Vec::new(),
        fields: Vec::new(),
        oauth: None,
        recipe: root.json("recipe", RECIPE_BYTES_MAX)?,
    };
    for section in &secrets {
        let kind = section.word("kind", "kind = \"password\"", SecretKind::WORDS)?;
        let name = fresh(section, &konnector)?;
        let label = section.text("label", NAME_LENGTH_MAX)?;
        let optional = section.flag("optional")?;
        konnector.secrets.push(Secret { name, kind, optional, label });
    }
    for section in &fields {
        let name = fresh(section, &konnector)?;
        let label = section.text("label", NAME_LENGTH_MAX)?;
        let kind = match section.optional_string("kind", NAME_LENGTH_MAX)? {
            Some(word) => section.pick("kind", &word, &FieldKind::WORDS)?,
            None => FieldKind::Text,
        };
        let optional = section.flag("optional")?;
        konnector.fields.push(Field { name, kind, optional, label });
    }
    konnector.origins = origins(provider)?;
    konnector.routes = route::read_all(root, &konnector)?;
    konnector.streams = stream::read_all(root, &konnector)?;
    auth::check(&konnector.routes, &konnector.secrets, &konnector.fields)?;
    konnector.oauth = oauth::read(root, &konnector.origins, &konnector.secrets, &konnector.fields)?;
    if let Some(oauth) = &konnector.oauth {
        oauth::check(oauth, &konnector.routes)?;
    }
    Ok(Some(konnector))
}

/// A name that no secret and no field has yet.
fn fresh(section: &Section<'_>, known: &Konnector) -> Result<String, ManifestError> {
    let name: domicile_policy::ComponentId = section.name("name", "name = \"password\"")?;
    let name = name.to_string();
    let taken = known.secrets.iter().any(|one| one.name == name)
        || known.fields.iter().any(|one| one.name == name);
    if taken {
        return Err(ManifestError::Twice { key: section.key("name"), found: name });
    }
    Ok(name)
}

fn origins(provider: &Section<'_>) -> Result<Vec<Origin>, ManifestError> {
    let texts = provider.strings("origins", ORIGINS_MAX)?.unwrap_or_default();
    let read = |text: &String| {
        Origin::parse(text)
            .map_err(|problem| ManifestError::Origin { key: provider.key("origins"), problem })
    };
    texts.iter().map(read).collect()
}

fn sends(provider: &Section<'_>) -> Result<BTreeSet<Category>, ManifestError> {
    let words = provider.strings("sends", WORDS_MAX)?.unwrap_or_default();
    let read = |word: &String| {
        shown(word).parse().map_err(|error| {
            let problem = CategoryProblem::from(error);
            ManifestError::Category { key: provider.key("sends"), problem }
        })
    };
    words.iter().map(read).collect()
}

/// Keys of `[provider]` that only a konnector has.
pub(super) fn only_konnectors(section: &Section<'_>, kind: Kind) -> Result<(), ManifestError> {
    let keys = ["origins", "multi_tenant", "sends"];
    match section.names().find(|name| keys.contains(name)) {
        Some(name) => only(Kind::Konnector, kind, section.key(name)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
