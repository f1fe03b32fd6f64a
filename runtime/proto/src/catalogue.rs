//! The interfaces that a component may import, what each allows, and who may have it.
//!
//! One interface is one permission. What is not in [`CATALOGUE`] is refused by name: the host links
//! nothing else, so that this table and the linker must say the same.

use std::collections::BTreeSet;
use std::fmt;

use domicile_policy::Action;
use serde::{Deserialize, Serialize};

use crate::inspect::{ImportName, Refusal};
use crate::manifest::Kind;
use crate::suggest;

/// What an import allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// Nothing: types only, or a version of ours that reaches nothing outside.
    Nothing,
    /// An action on the doctypes of the grants: a grant must name it.
    Action(Action),
    /// To know the language and the day of who is looking.
    Viewer,
    /// To leave short messages for the owner.
    Notices,
    /// To keep a few values of its own.
    State,
    /// To answer the gates of its manifest.
    Gate,
    /// To read the file that the owner dropped.
    Input,
    /// To say how far the work is.
    Progress,
    /// To have the owner say how a file is to be read, and to be told of it again.
    Choice,
    /// To make the requests of the manifest, and open its streams.
    Net,
    /// To know the account's fields, and to have the owner asked for a code.
    Account,
    /// To be given what the provider sends to the account's address.
    Hook,
}

impl Permission {
    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Permission::Nothing => "nothing",
            Permission::Action(action) => action.word(),
            Permission::Viewer => "viewer",
            Permission::Notices => "notices",
            Permission::State => "state",
            Permission::Gate => "gate",
            Permission::Input => "input",
            Permission::Progress => "progress",
            Permission::Choice => "choice",
            Permission::Net => "net",
            Permission::Account => "account",
            Permission::Hook => "hook",
        }
    }
}

/// The versions of an interface that this host links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    major: u32,
    minor: u32,
}

impl Release {
    /// Whether a component made for `version` runs with this release: any patch of it,
    /// and after 1.0 any minor version up to it.
    fn admits(self, version: &str) -> bool {
        let mut parts = version.split('.').map(number);
        let (Some(Some(major)), Some(Some(minor)), Some(Some(_)), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return false;
        };
        major == self.major && (minor == self.minor || major > 0 && minor < self.minor)
    }
}

fn number(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.x", self.major, self.minor)
    }
}

/// One line of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `domicile:docs`.
    pub package: &'static str,
    /// `read`.
    pub interface: &'static str,
    /// Which versions.
    pub release: Release,
    /// What it allows.
    pub permission: Permission,
    /// Which components may import it.
    pub kinds: &'static [Kind],
}

const V1: Release = Release { major: 1, minor: 0 };
/// WASI 0.2: minor releases of it only differ in the last number.
const WASI: Release = Release { major: 0, minor: 2 };

const ALL: &[Kind] = &Kind::ALL;
const READERS: &[Kind] = &[Kind::App, Kind::Service];
const KEEPERS: &[Kind] = &[Kind::App, Kind::Service, Kind::Konnector];
const APPS: &[Kind] = &[Kind::App];
const IMPORTERS: &[Kind] = &[Kind::Importer];
const KONNECTORS: &[Kind] = &[Kind::Konnector];
const DEPOSITORS: &[Kind] = &[Kind::Importer, Kind::Konnector];

const fn own(
    package: &'static str,
    interface: &'static str,
    permission: Permission,
    kinds: &'static [Kind],
) -> Entry {
    Entry { package, interface, release: V1, permission, kinds }
}

/// An interface that libraries import whatever they do; the host's version reaches nothing.
const fn null(package: &'static str, interface: &'static str) -> Entry {
    Entry { package, interface, release: WASI, permission: Permission::Nothing, kinds: ALL }
}

/// Every interface that a component may import.
pub const CATALOGUE: &[Entry] = &[
    own("domicile:docs", "types", Permission::Nothing, ALL),
    own("domicile:docs", "read", Permission::Action(Action::Read), READERS),
    own("domicile:docs", "query", Permission::Action(Action::Query), READERS),
    own("domicile:docs", "write", Permission::Action(Action::Write), READERS),
    own("domicile:app", "ui", Permission::Nothing, ALL),
    own("domicile:app", "viewer", Permission::Viewer, KEEPERS),
    own("domicile:app", "notices", Permission::Notices, READERS),
    own("domicile:app", "state", Permission::State, KEEPERS),
    own("domicile:app", "gate", Permission::Gate, APPS),
    own("domicile:konnector", "input", Permission::Input, IMPORTERS),
    own("domicile:konnector", "deposit", Permission::Action(Action::Deposit), DEPOSITORS),
    own("domicile:konnector", "progress", Permission::Progress, DEPOSITORS),
    own("domicile:konnector", "choice", Permission::Choice, IMPORTERS),
    own("domicile:konnector", "net", Permission::Net, KONNECTORS),
    own("domicile:konnector", "stream", Permission::Net, KONNECTORS),
    own("domicile:konnector", "account", Permission::Account, KONNECTORS),
    own("domicile:konnector", "hook", Permission::Hook, KONNECTORS),
    // For the grants of files alone.
    own("domicile:files", "types", Permission::Nothing, ALL),
    own("domicile:files", "read", Permission::Action(Action::Read), READERS),
    own("domicile:files", "folders", Permission::Action(Action::Query), READERS),
    own("domicile:files", "write", Permission::Action(Action::Write), READERS),
    own("domicile:files", "save", Permission::Action(Action::Deposit), DEPOSITORS),
    own("domicile:files", "download", Permission::Action(Action::Deposit), KONNECTORS),
    null("wasi:cli", "environment"),
    null("wasi:cli", "exit"),
    null("wasi:cli", "stdin"),
    null("wasi:cli", "stdout"),
    null("wasi:cli", "stderr"),
    null("wasi:cli", "terminal-input"),
    null("wasi:cli", "terminal-output"),
    null("wasi:cli", "terminal-stdin"),
    null("wasi:cli", "terminal-stdout"),
    null("wasi:cli", "terminal-stderr"),
    null("wasi:io", "error"),
    null("wasi:io", "poll"),
    null("wasi:io", "streams"),
    null("wasi:clocks", "monotonic-clock"),
    null("wasi:clocks", "wall-clock"),
    null("wasi:random", "insecure"),
    null("wasi:random", "insecure-seed"),
    null("wasi:random", "random"),
    HTTP_TYPES,
];

/// For apps that export `wasi:http/incoming-handler`, and for nobody else.
const HTTP_TYPES: Entry = Entry {
    package: "wasi:http",
    interface: "types",
    release: WASI,
    permission: Permission::Nothing,
    kinds: APPS,
};

/// What a component exports, by what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Entrance {
    /// `domicile:app/page`.
    Page,
    /// `wasi:http/incoming-handler`.
    Http,
    /// `domicile:jobs/task`.
    Task,
    /// `domicile:konnector/importer`.
    Importer,
    /// `domicile:konnector/collect`.
    Collect,
}

/// Entrances, the preferred one first.
const ENTRANCES: &[(Kind, Entrance, &str, &str, Release)] = &[
    (Kind::App, Entrance::Page, "domicile:app", "page", V1),
    (Kind::App, Entrance::Http, "wasi:http", "incoming-handler", WASI),
    (Kind::Service, Entrance::Task, "domicile:jobs", "task", V1),
    (Kind::Importer, Entrance::Importer, "domicile:konnector", "importer", V1),
    (Kind::Konnector, Entrance::Collect, "domicile:konnector", "collect", V1),
];

/// The entrance of a component of `kind` among its `exports`.
pub fn entrance<'a>(
    kind: Kind,
    exports: impl IntoIterator<Item = &'a ImportName> + Clone,
) -> Option<Entrance> {
    let of_kind = ENTRANCES.iter().filter(|(of, ..)| *of == kind);
    of_kind.copied().find_map(|(_, entrance, package, interface, release)| {
        let matches = |name: &ImportName| {
            name.is(package, interface)
                && name.version.as_deref().is_some_and(|version| release.admits(version))
        };
        exports.clone().into_iter().any(matches).then_some(entrance)
    })
}

/// The names of the entrances that a component of `kind` may have.
pub fn entrances(kind: Kind) -> Vec<String> {
    let of_kind = ENTRANCES.iter().filter(|(of, ..)| *of == kind);
    of_kind
        .map(|(_, _, package, interface, release)| format!("{package}/{interface}@{release}"))
        .collect()
}

/// The line of an import, or why a component of `kind` can't have it.
pub fn look_up(
    name: &ImportName,
    kind: Kind,
    entrance: Option<Entrance>,
) -> Result<&'static Entry, Refusal> {
    let import = || name.clone();
    let Some(entry) = CATALOGUE.iter().find(|entry| name.is(entry.package, entry.interface)) else {
        return Err(unknown(name));
    };
    if !name.version.as_deref().is_some_and(|version| entry.release.admits(version)) {
        return Err(Refusal::Version { import: import(), linked: entry.release.to_string() });
    }
    if !entry.kinds.contains(&kind) {
        return Err(Refusal::Kind { import: import(), kind });
    }
    if *entry == HTTP_TYPES && entrance != Some(Entrance::Http) {
        return Err(Refusal::HttpTypes);
    }
    Ok(entry)
}

fn unknown(name: &ImportName) -> Refusal {
    let import = name.clone();
    match (name.package.as_str(), name.interface.as_str()) {
        ("wasi:sockets" | "wasi:tls", _) => Refusal::Sockets { import },
        ("wasi:filesystem", _) => Refusal::FileSystem { import },
        ("wasi:http", "outgoing-handler" | "client") => Refusal::OutgoingHttp { import },
        _ => {
            let asked = format!("{}/{}", name.package, name.interface);
            let known: Vec<String> = CATALOGUE
                .iter()
                .map(|entry| format!("{}/{}", entry.package, entry.interface))
                .collect();
            let known = known.iter().map(String::as_str);
            let nearest = suggest::nearest(&asked, known).map(str::to_owned);
            Refusal::Unknown { import, nearest }
        }
    }
}

/// The kinds that may import an interface; none if it isn't in the catalogue.
pub fn kinds_of(name: &ImportName) -> &'static [Kind] {
    let entry = CATALOGUE.iter().find(|entry| name.is(entry.package, entry.interface));
    entry.map_or(&[], |entry| entry.kinds)
}

/// The interface whose import an action needs.
pub fn interface_of(action: Action) -> String {
    let entry = CATALOGUE.iter().find(|entry| entry.permission == Permission::Action(action));
    entry.map(|entry| format!("{}/{}", entry.package, entry.interface)).unwrap_or_default()
}

/// What imports allow together. Those that the catalogue doesn't hold are not linked: they allow
/// nothing.
pub fn permissions<'a>(imports: impl IntoIterator<Item = &'a ImportName>) -> BTreeSet<Permission> {
    let entry =
        |name: &ImportName| CATALOGUE.iter().find(|entry| name.is(entry.package, entry.interface));
    imports.into_iter().filter_map(entry).map(|entry| entry.permission).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_runs_what_was_made_for_it_or_before() {
        let release = Release { major: 1, minor: 2 };
        for good in ["1.0.0", "1.1.9", "1.2.0", "1.2.17"] {
            assert!(release.admits(good), "{good}");
        }
        for bad in ["1.3.0", "0.2.0", "2.0.0", "1.2", "1.2.0.0", "1.2.0-rc.1", "1.02.0", "", "1..0"]
        {
            assert!(!release.admits(bad), "{bad}");
        }
        assert!(WASI.admits("0.2.12") && !WASI.admits("0.1.0"));
    }

    #[test]
    fn the_catalogue_names_each_interface_once() {
        let names: BTreeSet<_> =
            CATALOGUE.iter().map(|entry| (entry.package, entry.interface)).collect();
        assert_eq!(names.len(), CATALOGUE.len());
        for forbidden in ["wasi:sockets", "wasi:filesystem"] {
            assert!(CATALOGUE.iter().all(|entry| entry.package != forbidden));
        }
        assert!(CATALOGUE.iter().all(|entry| entry.interface != "outgoing-handler"));
    }

    #[test]
    fn each_action_has_its_one_interface_and_its_own_for_files() {
        for action in [Action::Read, Action::Query, Action::Write, Action::Deposit] {
            let of_action =
                CATALOGUE.iter().filter(|entry| entry.permission == Permission::Action(action));
            let (files, others): (Vec<&Entry>, Vec<&Entry>) =
                of_action.partition(|entry| entry.package == "domicile:files");
            assert_eq!((files.is_empty(), others.len()), (false, 1), "{action}");
            assert!(interface_of(action).ends_with(action.word()));
        }
    }
}
