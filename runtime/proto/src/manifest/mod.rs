//! The manifest: what a component says about itself and asks the owner for.
//!
//! TOML text flows in, a checked [`Manifest`] flows out. A key, a word or a doctype that nobody
//! knows must never be ignored: it could be a restriction.

mod auth;
mod cron;
mod error;
mod gate;
mod grant;
mod konnector;
mod limits;
mod link;
mod oauth;
mod origin;
mod route;
mod section;
mod stream;
mod template;
#[cfg(test)]
mod tests;
mod trigger;

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use domicile_policy::{
    Action, Category, ComponentId, GrantError, GrantLine, Grants, ProviderId, World,
};
use serde::Serialize;

pub use cron::Cron;
pub use error::ManifestError;
pub use gate::{Gate, GateError, SILENCE};
pub use konnector::{Field, FieldKind, Konnector, Secret, SecretKind};
pub use limits::*;
pub use link::{Link, LinkError, SlotError, SlotKind};
pub use oauth::{Client, Endpoint, Oauth};
pub use origin::{Origin, OriginError, Scheme, Site};
pub use route::{Auth, BodyKind, Method, REST, Route, RouteError, Slot, ValueError};
pub use stream::Stream;
pub use template::{Piece, Template};
pub use trigger::{Schedule, Signature, SignatureFormat, Trigger, Webhook};

use crate::Text;
use crate::doctype::Doctypes;
use crate::text::shown;
use section::Section;

/// What a component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Pages over granted documents.
    App,
    /// Background work over granted documents.
    Service,
    /// One dropped file in, deposits out.
    Importer,
    /// Requests to one provider, deposits out.
    Konnector,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 4] = [Kind::App, Kind::Service, Kind::Importer, Kind::Konnector];

    /// The word used in manifests and pages.
    pub fn word(self) -> &'static str {
        match self {
            Kind::App => "app",
            Kind::Service => "service",
            Kind::Importer => "importer",
            Kind::Konnector => "konnector",
        }
    }

    /// `an app`.
    pub fn with_article(self) -> &'static str {
        match self {
            Kind::App => "an app",
            Kind::Service => "a service",
            Kind::Importer => "an importer",
            Kind::Konnector => "a konnector",
        }
    }

    /// Whether it puts in what came from outside, and sees nothing of what others wrote.
    pub fn deposits(self) -> bool {
        matches!(self, Kind::Importer | Kind::Konnector)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One line that the component asks consent for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ManifestGrant {
    /// What it would be allowed.
    pub line: GrantLine,
    /// What it is for, in the publisher's words.
    pub why: Text,
}

/// Where an importer's files come from, or what a konnector talks to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Provider {
    /// The origin in the labels of what it deposits.
    pub id: ProviderId,
    /// What people call it.
    pub name: String,
}

/// What only an importer says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Importer {
    /// Endings of the files that it may read, in lower case: `.ofx`.
    pub accept: Vec<String>,
    /// Whether it is trusted to tell apart what a file holds: what it deposits is about the
    /// category of its doctype alone, not about all that the importer may deposit.
    pub sorts: bool,
}

/// A checked manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// The name of the component within a home, and of its origin.
    pub id: ComponentId,
    /// What it is.
    pub kind: Kind,
    /// One to three numbers with dots.
    pub version: String,
    /// Who stands behind it, in its own words.
    pub publisher: String,
    /// What people call it.
    pub name: Text,
    /// What it does.
    pub description: Text,
    /// What it asks for, at most one line for each doctype.
    pub grants: Vec<ManifestGrant>,
    /// Of importers and konnectors only.
    pub provider: Option<Provider>,
    /// Of importers only.
    pub importer: Option<Importer>,
    /// Of konnectors only.
    pub konnector: Option<Konnector>,
    /// Outward links, of apps only.
    pub links: Vec<Link>,
    /// What starts it by itself, of services only.
    pub trigger: Option<Trigger>,
    /// Gates, of apps only.
    pub gates: Vec<Gate>,
}

const TABLES: &[&str] = &[
    "component",
    "grant",
    "provider",
    "importer",
    "link",
    "gate",
    "trigger",
    "route",
    "stream",
    "secret",
    "field",
    "oauth",
    "recipe",
];

impl Manifest {
    /// Read a manifest against the doctypes that come with Domicile.
    pub fn parse(text: &str) -> Result<Manifest, ManifestError> {
        Manifest::parse_with(text, &Doctypes::builtin())
    }

    /// Read a manifest.
    pub fn parse_with(text: &str, doctypes: &Doctypes) -> Result<Manifest, ManifestError> {
        if text.len() > MANIFEST_BYTES_MAX {
            return Err(ManifestError::TooLong { bytes: text.len() });
        }
        let table: toml::Table = text.parse().map_err(|error| syntax(text, &error))?;
        let root = Section::root(&table, TABLES)?;
        read(&root, doctypes)
    }

    /// The lines that it asks for, as a set.
    pub fn requested(&self) -> Result<Grants, GrantError> {
        Grants::new(self.grants.iter().map(|grant| grant.line.clone()))
    }

    /// What its runs can reach at all.
    pub fn world(&self) -> World {
        match (self.kind, &self.provider, &self.konnector) {
            (Kind::Importer, Some(provider), _) => {
                World::Importer { provider: provider.id.clone() }
            }
            (Kind::Konnector, Some(provider), Some(konnector)) => World::Konnector {
                provider: provider.id.clone(),
                consented: konnector.sends.clone(),
                multi_tenant: konnector.multi_tenant,
            },
            (Kind::Service, ..) => World::Service,
            // Who deposits has a provider; the wider answer for one without.
            (Kind::App | Kind::Importer | Kind::Konnector, ..) => World::App,
        }
    }

    /// What it asks for besides grants, one exact text for each power: a consent covers
    /// that text only.
    pub fn powers(&self) -> BTreeSet<String> {
        let provider = self.provider.iter().map(|provider| format!("provider {}", provider.id));
        let sorts = self.sorts().then(|| "sorts files".to_owned());
        let links = self.links.iter().map(Link::power);
        let konnector = self.konnector.iter().flat_map(Konnector::powers);
        let gates = self.gates.iter().map(Gate::power);
        let starts = self.trigger.iter().flat_map(Trigger::powers);
        provider.chain(sorts).chain(links).chain(konnector).chain(gates).chain(starts).collect()
    }

    /// Whether what it deposits is about the category of its doctype alone.
    pub fn sorts(&self) -> bool {
        self.importer.as_ref().is_some_and(|importer| importer.sorts)
    }

    /// Whether any line allows `action`.
    pub fn allows(&self, action: Action) -> bool {
        self.grants.iter().any(|grant| grant.line.actions.contains(&action))
    }

    /// Whether the line of a doctype allows `action`.
    pub fn allows_on(&self, doctype: &str, action: Action) -> bool {
        let mut lines = self.grants.iter().map(|grant| &grant.line);
        lines.any(|line| line.doctype.as_str() == doctype && line.actions.contains(&action))
    }
}

impl FromStr for Manifest {
    type Err = ManifestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Manifest::parse(text)
    }
}

fn syntax(text: &str, error: &toml::de::Error) -> ManifestError {
    let start = error.span().map_or(0, |span| span.start);
    let before = text.get(..start).unwrap_or_default();
    let message = shown(&error.message().replace('\n', ", "), 300);
    ManifestError::Syntax { line: before.matches('\n').count() + 1, message }
}

fn read(root: &Section<'_>, doctypes: &Doctypes) -> Result<Manifest, ManifestError> {
    const KNOWN: &[&str] = &["id", "kind", "version", "publisher", "name", "description"];
    let component = root.table("component", KNOWN)?.ok_or_else(|| {
        root.missing(
            "component",
            "a table `[component]` with id, kind, version, publisher and name",
        )
    })?;
    let kind =
        component.word("kind", "kind = \"app\"", Kind::ALL.map(|kind| (kind.word(), kind)))?;
    let grants = grant::read_all(root, kind, doctypes)?;
    let section = provider_section(root)?;
    let konnector = konnector::read(root, section.as_ref(), kind)?;
    let trigger = trigger::read(root, kind, &grants, doctypes, konnector.as_ref())?;
    let manifest = Manifest {
        id: component.name("id", "id = \"banks\"")?,
        kind,
        version: version(&component)?,
        publisher: component.string("publisher", "publisher = \"Your name\"", NAME_LENGTH_MAX)?,
        name: component.text("name", NAME_LENGTH_MAX)?,
        description: component.text("description", DESCRIPTION_LENGTH_MAX)?,
        provider: provider(root, section.as_ref(), kind)?,
        importer: importer(root, kind, &grants)?,
        konnector,
        links: link::read_all(root, kind)?,
        gates: gate::read_all(root, kind)?,
        trigger,
        grants,
    };
    let hears = manifest.trigger.as_ref().is_some_and(|trigger| trigger.webhook.is_some());
    if !hears && let Some(konnector) = &manifest.konnector {
        konnector.asks_something(root, section.as_ref())?;
    }
    if kind.deposits() && manifest.grants.is_empty() {
        return Err(root.missing("grant", "a `[[grant]]` with the doctype that it deposits"));
    }
    Ok(manifest)
}

fn version(component: &Section<'_>) -> Result<String, ManifestError> {
    let version = component.string("version", "version = \"0.1.0\"", VERSION_LENGTH_MAX)?;
    let number = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && (part == "0" || !part.starts_with('0'))
            && part.parse::<u32>().is_ok()
    };
    if version.split('.').count() > 3 || !version.split('.').all(number) {
        return Err(ManifestError::Version { key: component.key("version"), found: version });
    }
    Ok(version)
}

fn provider_section<'a>(root: &Section<'a>) -> Result<Option<Section<'a>>, ManifestError> {
    root.table("provider", &["id", "name", "origins", "multi_tenant", "sends"])
}

fn provider(
    root: &Section<'_>,
    section: Option<&Section<'_>>,
    kind: Kind,
) -> Result<Option<Provider>, ManifestError> {
    let Some(section) = section else {
        if kind.deposits() {
            return Err(root.missing("provider", "a table `[provider]` with id and name"));
        }
        return Ok(None);
    };
    if !kind.deposits() {
        only(Kind::Importer, kind, section.path().to_owned())?;
    }
    konnector::only_konnectors(section, kind)?;
    Ok(Some(Provider {
        id: section.name("id", "id = \"ofx-file\"")?,
        name: section.string("name", "name = \"OFX file\"", NAME_LENGTH_MAX)?,
    }))
}

fn importer(
    root: &Section<'_>,
    kind: Kind,
    grants: &[ManifestGrant],
) -> Result<Option<Importer>, ManifestError> {
    let Some(section) = root.table("importer", &["accept", "sorts"])? else {
        if kind == Kind::Importer {
            return Err(root.missing("importer", "a table `[importer]` with accept"));
        }
        return Ok(None);
    };
    only(Kind::Importer, kind, section.path().to_owned())?;
    let example = "accept = [\".ofx\"]";
    let accept = section.strings("accept", ACCEPT_MAX)?;
    let accept = accept.ok_or_else(|| section.missing("accept", example))?;
    if accept.is_empty() {
        return Err(section.missing("accept", example));
    }
    if let Some(found) = accept.iter().find(|ending| !is_ending(ending)) {
        let (key, found) = (section.key("accept"), found.clone());
        return Err(ManifestError::Ending { key, found });
    }
    let sorts = section.flag("sorts")?;
    // A file that it saves is as it was dropped, with all that is in it.
    if sorts && grants.iter().any(|grant| grant.line.category == Category::Files) {
        let why = "what saves files can't tell apart what is in them; leave `sorts` out";
        return Err(ManifestError::Kind { key: section.key("sorts"), kind, why });
    }
    Ok(Some(Importer { accept, sorts }))
}

fn only(owner: Kind, kind: Kind, key: String) -> Result<(), ManifestError> {
    if kind == owner {
        return Ok(());
    }
    let why = match owner {
        Kind::Konnector => "only a konnector talks to a provider; take it out",
        _ => {
            "only an importer or a konnector has a provider, and only an importer reads dropped \
              files; leave the table out"
        }
    };
    Err(ManifestError::Kind { key, kind, why })
}

fn is_ending(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.strip_prefix('.').is_some_and(|rest| {
        (1..=ENDING_LENGTH_MAX).contains(&rest.len()) && rest.bytes().all(letter)
    })
}
