//! An attack as its folder tells it.

use std::fs;
use std::path::{Path, PathBuf};

use domicile::egress::Check;
use domicile::flow::Fault;
use domicile::flow::audit::Event;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::support::World;

/// One folder of `tests/exfil`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Attack {
    /// The number that the literature of the house gives it, or its own.
    pub id: String,
    /// What the attacker tries.
    pub title: String,
    /// What the owner may rely on, in one word.
    pub verdict: String,
    /// Lines of the audit trail that must be there afterwards.
    #[serde(default)]
    pub trail: Vec<Line>,
    /// What happens.
    pub story: Story,
    #[serde(skip)]
    pub folder: PathBuf,
}

/// What happens.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Story {
    /// One who knows a secret and one who must not learn it.
    Colluders(Colluders),
    /// An id that is somebody else's.
    Ids(Ids),
    /// A component that breaks out by what it is made of.
    Intruder(Intruder),
    /// A konnector at the door.
    Door(Door),
}

/// Two homes that differ in the secret alone must show the observers the same bytes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Colluders {
    /// What they do, in order.
    pub runs: Vec<Step>,
    /// What observers must see in both homes, so that not all is hidden from them.
    pub sees: String,
    /// The rules of which each alone, when it is off, lets the attack succeed.
    #[serde(deserialize_with = "faults")]
    pub without: Vec<Fault>,
}

/// One page asked of one component, or the jobs that become due in a while.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Step {
    /// The `reader` or the `writer`; of a step that lets jobs run, the service that is looked at.
    #[serde(rename = "as")]
    pub component: String,
    /// What it is to do: see `tests/programs/examples/flow_interpreter.rs`.
    #[serde(default)]
    pub program: String,
    /// So many minutes pass, and all that is due by then runs.
    pub minutes: Option<i64>,
    /// Whether what it answers is compared.
    #[serde(default)]
    pub observes: bool,
    /// Whether the page before made the request, rather than the owner's bookmark.
    #[serde(default)]
    pub follows: bool,
    /// Whether the last panel of the page before did.
    #[serde(default)]
    pub from_panel: bool,
    /// Whether it did so without its token, as an address that somebody kept or wrote does.
    #[serde(default)]
    pub bare: bool,
}

/// Reading by id what is not one's own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Ids {
    /// Whose id it is.
    pub of: Whose,
}

/// Whose id it is.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    /// A document above the reader.
    Hidden,
    /// A document of a doctype that was not granted.
    Ungranted,
    /// A document that is gone.
    Deleted,
    /// A document in another home.
    OtherHome,
    /// One that the house never made: a real one with a character changed.
    Forged,
}

/// A component against the sandbox.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Intruder {
    /// A guest's name, or a module of this folder.
    pub program: String,
    /// The path that it is asked for.
    #[serde(default)]
    pub path: String,
    /// What stands for it in the control, where it is refused by any runtime.
    pub harmless_program: Option<String>,
    /// The path that it is asked for in the control, for the same reason.
    pub harmless_path: Option<String>,
    /// The words by which the installation is refused.
    pub refused: Option<String>,
    /// The code by which the run ends.
    pub ends: Option<String>,
    /// What it reaches in a runtime without the house's checks.
    pub reaches: Reach,
}

/// A konnector that misuses its requests; see `tests/programs/examples/konnector_probe.rs`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Door {
    /// What it does.
    pub steps: String,
    /// The addresses of its provider's name; none for a public one.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// What leaves if it succeeds: part of a name, an address or a request.
    pub reaches: Option<String>,
    /// What it sees if it succeeds.
    pub sees: Option<String>,
    /// The name of a file that is there if it succeeds.
    pub stores: Option<String>,
    /// What it is told instead.
    #[serde(default)]
    pub says: Vec<String>,
    /// The check without which it succeeds.
    #[serde(default, deserialize_with = "check")]
    pub off: Option<Check>,
    /// The rule without which it succeeds.
    #[serde(default, deserialize_with = "fault")]
    pub without: Option<Fault>,
}

/// The sink, or the sum, that an intruder reaches where nothing holds it.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// A TCP listener.
    Tcp,
    /// The runtime's HTTP client.
    Http,
    /// The function that it imports.
    Door,
    /// Its own end: it survives.
    End,
    /// More memory than a run may have.
    Memory,
    /// More work than a run may do.
    Work,
    /// The end of a stack four times as deep.
    Stack,
    /// A longer string than a call may carry.
    String,
}

/// Rules by the names of their faults, in `kebab-case`.
fn faults<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Fault>, D::Error> {
    let names = Vec::<String>::deserialize(from)?;
    let fault = |name: String| {
        let found = Fault::ALL.iter().find(|fault| kebab(&format!("{fault:?}")) == name);
        found.copied().ok_or_else(|| D::Error::custom(format!("no fault is called `{name}`")))
    };
    names.into_iter().map(fault).collect()
}

fn fault<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Fault>, D::Error> {
    let name = String::deserialize(from)?;
    let found = Fault::ALL.iter().find(|fault| kebab(&format!("{fault:?}")) == name);
    found.map(|fault| Some(*fault)).ok_or_else(|| D::Error::custom(format!("no fault `{name}`")))
}

fn check<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Check>, D::Error> {
    let name = String::deserialize(from)?;
    let found = Check::ALL.iter().find(|check| kebab(&format!("{check:?}")) == name);
    found.map(|check| Some(*check)).ok_or_else(|| D::Error::custom(format!("no check `{name}`")))
}

fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.extend(letter.to_lowercase());
    }
    kebab
}

/// A run's line in the audit trail.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Line {
    pub component: String,
    pub outcome: String,
    /// The label that the run reached.
    pub label: Option<String>,
    /// The rule of a refusal.
    pub rule: Option<String>,
}

/// The folder of all of them.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/exfil")
}

/// All of them, by id.
pub fn all() -> Vec<Attack> {
    let folders = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let folders = folders.filter(|folder| folder.join("attack.toml").is_file());
    let mut attacks: Vec<Attack> = folders.map(|folder| read(&folder)).collect();
    attacks.sort_by(|one, other| one.id.cmp(&other.id));
    attacks
}

fn read(folder: &Path) -> Attack {
    let text = fs::read_to_string(folder.join("attack.toml")).unwrap();
    let attack = toml::from_str(&text);
    let attack: Attack = attack.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    Attack { folder: folder.to_owned(), ..attack }
}

impl Attack {
    /// The audit trail says what happened.
    pub async fn is_in_the_trail(&self, world: &World) {
        let entries = world.audit().await;
        for line in &self.trail {
            let found = entries.iter().any(|entry| match &entry.event {
                Event::Run { outcome, label, refusals, .. } => {
                    entry.component == line.component
                        && *outcome == line.outcome
                        && line.label.as_ref().is_none_or(|text| label.to_string() == *text)
                        && line.rule.as_ref().is_none_or(|rule| {
                            refusals.iter().any(|one| one.rule.to_string() == *rule)
                        })
                }
                _ => false,
            });
            assert!(found, "{}: the trail misses a line: {entries:#?}", self.id);
        }
    }
}
