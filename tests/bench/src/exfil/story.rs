//! The stories of colluders, told to a peer. In: what `tests/exfil` says. Out: a verdict. Never
//! here: a check; the peer has to make its own.

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::Verdict;
use super::peer::{Home, Peer};

const NOTES: &str = "io.cozy.notes";
const OPERATIONS: &str = "io.cozy.bank.operations";
const SECRET: &str = "CB MARKER-GROCER";
const OTHER: &str = "CB MARKER-DOCTOR";

/// An attack, as far as the peers are concerned: `tests/it/exfil/attack.rs` says the rest.
#[derive(Deserialize)]
pub struct Attack {
    /// The folder's.
    #[serde(skip)]
    pub name: String,
    /// What is tried.
    pub title: String,
    /// Ours.
    pub verdict: String,
    /// What happens.
    pub story: Story,
}

/// What happens.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Story {
    Colluders(Colluders),
    Ids(Ids),
    Intruder(IgnoredAny),
    /// Of konnectors: a peer that may make requests makes them to anybody, without a door.
    Door(IgnoredAny),
}

#[derive(Deserialize)]
pub struct Colluders {
    pub runs: Vec<Step>,
}

#[derive(Deserialize)]
pub struct Ids {
    pub of: Whose,
}

/// One page asked of one app.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Step {
    #[serde(rename = "as")]
    app: String,
    #[serde(default)]
    program: String,
    #[serde(default)]
    observes: bool,
    /// Jobs run: no peer has any, and none has files.
    minutes: Option<IgnoredAny>,
}

/// Whose id is read.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    Hidden,
    Ungranted,
    Deleted,
    OtherHome,
    Forged,
}

impl Attack {
    fn has_peers(&self) -> bool {
        match &self.story {
            Story::Colluders(story) => {
                story.runs.iter().all(|step| step.minutes.is_none() && Peer::has(&step.app))
            }
            Story::Ids(_) | Story::Intruder(_) => true,
            Story::Door(_) => false,
        }
    }
}

/// All that a peer has the things for, by name.
pub fn all(folder: &Path) -> anyhow::Result<Vec<Attack>> {
    let mut attacks = Vec::new();
    for entry in fs::read_dir(folder)? {
        let (entry, file) = entry.map(|entry| (entry.file_name(), entry.path()))?;
        let Ok(text) = fs::read_to_string(file.join("attack.toml")) else { continue };
        let name = entry.to_string_lossy().into_owned();
        let attack: Attack = toml::from_str(&text).with_context(|| name.clone())?;
        attacks.extend(attack.has_peers().then_some(Attack { name, ..attack }));
    }
    attacks.sort_by(|one, other| one.name.cmp(&other.name));
    ensure!(!attacks.is_empty(), "no attack in {}", folder.display());
    Ok(attacks)
}

/// Whether the observers can tell the secret from another; nothing where it takes panels or a
/// search for parts of texts, which no peer has.
pub fn collude(peer: &Peer, runs: &[Step]) -> anyhow::Result<Option<Verdict>> {
    let lacks =
        |step: &Step| ["panel ", "$contains"].iter().any(|word| step.program.contains(word));
    if runs.iter().any(lacks) {
        return Ok(None);
    }
    let seen = watch(peer, runs, SECRET)?;
    ensure!(seen == watch(peer, runs, SECRET)?, "{}: homes differ anyhow: {seen}", peer.name);
    Ok(Some(Verdict::open_if(seen != watch(peer, runs, OTHER)?)))
}

fn watch(peer: &Peer, runs: &[Step], secret: &str) -> anyhow::Result<String> {
    let home = peer.home(OPERATIONS, &operation(secret))?;
    let (mut seen, mut page) = (String::new(), String::new());
    for step in runs {
        let program = step.program.replace("PAGE", &page.replace(['"', '\\', '\n'], "'"));
        page = home.ask(&step.app, &program)?;
        if step.observes {
            seen += &page;
        }
    }
    Ok(seen)
}

/// Whether the answer differs from that for an id which never was. Its control is that the
/// reader's own note can be read.
pub fn read_by_id(peer: &Peer, of: Whose) -> anyhow::Result<Verdict> {
    let (home, elsewhere) = (inhabited(peer)?, inhabited(peer)?);
    let own = id(&home, "reader", NOTES, "plain")?;
    let read = home.ask("reader", &format!("get {NOTES} {own}"))?;
    ensure!(read.contains("plain"), "{}: one's own is not read either: {read}", peer.name);
    let (doctype, id) = match of {
        Whose::Hidden => (NOTES, id(&home, "writer", NOTES, "told")?),
        Whose::Ungranted => (OPERATIONS, id(&home, "writer", OPERATIONS, "MARKER")?),
        Whose::OtherHome => (NOTES, id(&elsewhere, "reader", NOTES, "plain")?),
        Whose::Forged => (NOTES, own.chars().rev().collect()),
        Whose::Deleted => {
            home.ask("reader", &format!("delete {NOTES}"))?;
            (NOTES, own)
        }
    };
    let never = home.ask("reader", &format!("get {doctype} {}", "0".repeat(id.len())))?;
    let answer = home.ask("reader", &format!("get {doctype} {id}"))?;
    Ok(Verdict::open_if(answer != never))
}

/// A home with a plain note, and one that was made out of the secret.
fn inhabited(peer: &Peer) -> anyhow::Result<Home> {
    let home = peer.home(OPERATIONS, &operation(SECRET))?;
    home.ask("reader", &format!("create {NOTES} {{\"title\":\"plain\"}}"))?;
    let tell = format!("find {OPERATIONS}\ncreate {NOTES} {{\"title\":\"told\"}}");
    home.ask("writer", &tell)?;
    Ok(home)
}

/// The id of the document that holds this text, as this app finds it.
fn id(home: &Home, app: &str, doctype: &str, text: &str) -> anyhow::Result<String> {
    let ids = home.ask(app, &format!("ids {doctype}"))?;
    let quoted = ids.split('"').skip(1).step_by(2);
    for id in quoted {
        if home.ask(app, &format!("get {doctype} {id}"))?.contains(text) {
            return Ok(id.to_owned());
        }
    }
    anyhow::bail!("no document says {text}: {ids}")
}

fn operation(label: &str) -> String {
    format!("{{\"label\":\"{label}\",\"amount\":-42.5}}")
}
