//! What happens in a real home: documents are laid down, pages are asked for.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domicile::flow::Fault;
use domicile::house::Home;
use domicile_policy::{Category, ChangeScope, Influence, Label, Tag, clearance};
use domicile_property::case::{Case, Start, Step, Stored, Tags};
use domicile_property::program::Task;
use domicile_store::{Op, Provenance, WriteBatch};
use tokio::runtime::Runtime;

use super::cast;
use super::recorder::{Recorder, difference, scope};
use crate::support::{World, text};

const DOCTYPES: [&str; 3] = ["io.cozy.bank.operations", "io.cozy.notes", "io.cozy.contacts"];
const CATEGORIES: [Category; 3] = [Category::Bank, Category::Notes, Category::Contacts];
const PROVIDERS: [&str; 2] = ["acme", "evil"];

/// A house with the cast installed in a home, of which each case gets two copies.
pub struct Stage {
    runtime: Runtime,
    world: World,
    cases: AtomicUsize,
}

impl Stage {
    /// A stage with this rule off.
    pub fn set(fault: Fault) -> Stage {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let world = runtime.block_on(async {
            let world = World::at(in_memory(), fault).await;
            for name in cast::NAMES {
                world.install_bytes(cast::component(name)).await;
            }
            world.home.store().flush().await.unwrap();
            world
        });
        Stage { runtime, world, cases: AtomicUsize::new(0) }
    }

    /// Whether the observer can tell the two homes of a case apart.
    pub fn holds(&self, case: &Case, observer: usize) -> Result<(), String> {
        let number = self.cases.fetch_add(1, Ordering::Relaxed);
        let clearance = self.clearance(cast::NAMES[observer]);
        let names = ["here", "there"].map(|side| format!("case{number}-{side}"));
        let mut lives: Vec<Life> = Vec::new();
        for (name, own) in names.iter().zip(&case.own) {
            let home = self.copy(name);
            let laid = self.runtime.block_on(lay_down(&home, &case.shared, own, &clearance));
            lives.push(Life::begin(home, laid, &clearance));
        }
        // Ids of both homes, since the observer may guess any.
        let known: Vec<String> = lives.iter().flat_map(|life| life.ids.clone()).collect();
        let result = case.steps.iter().try_for_each(|step| {
            for life in &mut lives {
                self.runtime.block_on(life.live(&self.world, step, &known));
            }
            let [one, other] = [&lives[0], &lives[1]].map(|life| life.recorder.transcript());
            match difference(&one?, &other?) {
                Some(difference) => Err(format!("after {step:?}: {difference}")),
                None => Ok(()),
            }
        });
        drop(lives);
        for name in names {
            self.world.house.check_file(&name.parse().unwrap()).unwrap();
            fs::remove_dir_all(self.homes().join(name)).unwrap();
        }
        result
    }

    fn clearance(&self, name: &str) -> Label {
        let installed = domicile::registry::find(&self.world.home, &name.parse().unwrap()).unwrap();
        clearance(&installed.world(), &installed.grants())
    }

    /// The same keys and the same bytes.
    fn copy(&self, name: &str) -> Arc<Home> {
        let (from, to) = (self.homes().join("home"), self.homes().join(name));
        let copied = Command::new("cp").arg("-r").args([from, to]).status();
        assert!(copied.unwrap().success());
        self.world.house.home(&name.parse().unwrap()).unwrap()
    }

    fn homes(&self) -> std::path::PathBuf {
        self.world.folder.path().join("homes")
    }
}

/// A folder in memory where there is one: thousands of commits would wait for a disk.
fn in_memory() -> tempfile::TempDir {
    let shared = Path::new("/dev/shm");
    match shared.is_dir() {
        true => tempfile::tempdir_in(shared).unwrap(),
        false => tempfile::tempdir().unwrap(),
    }
}

struct Life {
    home: Arc<Home>,
    recorder: Recorder,
    /// Of all that was laid down.
    ids: Vec<String>,
    /// The memory of the last page of each component, with its label and influence.
    pages: BTreeMap<usize, (Label, Influence, u8)>,
}

impl Life {
    fn begin(home: Arc<Home>, ids: Vec<String>, observer: &Label) -> Life {
        let recorder = Recorder::of(&home, observer.clone());
        Life { home, recorder, ids, pages: BTreeMap::new() }
    }

    async fn live(&mut self, world: &World, step: &Step, known: &[String]) {
        let nothing = || Some((Label::nothing(), Influence::nobody()));
        let (token, memory) = match step.start {
            // Without a network there is one way to start: a page.
            Start::Owner | Start::Schedule | Start::Visit => (nothing(), 0),
            Start::Follow(from) | Start::Bare(from) | Start::Revoked(from) => {
                let Some((label, influence, memory)) = self.pages.get(&from) else { return };
                let follows = !matches!(step.start, Start::Bare(_));
                (follows.then(|| (label.clone(), influence.clone())), *memory)
            }
        };
        let task = Task { program: step.program.clone(), memory, known: known.to_vec() };
        let path = format!("/{}", serde_json::to_string(&task).unwrap());
        let name = cast::NAMES[step.who];
        let asked = world.visit_in(&self.home, name, &path, token).await;
        let mut answer = asked.unwrap_or_else(|error| panic!("{name}: {error}"));
        self.recorder.look(&self.home, &answer.label);
        self.recorder.answered(&answer);
        // The owner presses what is last on the page.
        if let Some(panel) = answer.panels.pop() {
            answer = panel.unwrap_or_else(|error| panic!("a panel of {name}: {error}"));
        }
        let said = text(&answer);
        let memory = said.lines().last().and_then(|line| line.parse().ok());
        let memory = memory.unwrap_or_else(|| panic!("no memory: {said}"));
        self.pages.insert(step.who, (answer.label, answer.influence, memory));
    }
}

/// Documents and overlays that both homes have, and of the others what is above the observer.
async fn lay_down(home: &Home, shared: &[Stored], own: &[Stored], observer: &Label) -> Vec<String> {
    let mut ids = Vec::new();
    let mut laid = Vec::new();
    for one in shared {
        let label = label(&one.tags);
        let id = create(home, one, &label).await;
        if let Some((over, body)) = &one.over {
            lay_over(home, one, &id, &self::label(over).join(&label), *body).await;
        }
        laid.push((one, label, id.clone()));
        ids.push(id);
    }
    for (at, one) in own.iter().enumerate() {
        let label = label(&one.tags);
        if !label.flows_to(observer) {
            ids.push(create(home, one, &label).await);
        }
        if let (Some((over, body)), Some((base, label, id))) = (&one.over, laid.get(at)) {
            let over = self::label(over).join(label);
            if !over.flows_to(observer) {
                lay_over(home, base, id, &over, *body).await;
            }
        }
    }
    ids
}

async fn create(home: &Home, one: &Stored, label: &Label) -> String {
    let (label, influence, provenance) = (label.clone(), Influence::nobody(), provenance());
    let (doctype, body) = (DOCTYPES[one.doctype].parse().unwrap(), body(one.doctype, one.body));
    let op = match one.key {
        Some(key) => {
            let key = format!("key{key}");
            Op::Deposit { doctype, label, influence, provenance, key, body }
        }
        None => Op::Create { doctype, label, influence, provenance, body },
    };
    let batch = WriteBatch { ops: vec![op], ..Default::default() };
    home.store().write(batch).await.unwrap().remove(0).id
}

/// What a run that knew this much has laid over a document.
async fn lay_over(home: &Home, one: &Stored, id: &str, at: &Label, body: u8) {
    let read = scope(&DOCTYPES[one.doctype].parse().unwrap(), at);
    let now = home.store().get_many(&read, &[id]).unwrap().remove(0).unwrap();
    let scope = ChangeScope {
        read,
        run_label: at.clone(),
        clearance: Label::everything(),
        influence: Influence::nobody(),
    };
    let op = Op::Update {
        scope,
        id: id.to_owned(),
        revision: now.revision,
        body: self::body(one.doctype, body),
        provenance: provenance(),
    };
    let batch = WriteBatch { ops: vec![op], ..Default::default() };
    home.store().write(batch).await.unwrap();
}

fn label(tags: &Tags) -> Label {
    Label::of(tags.iter().map(|(category, origin)| match origin {
        0 => Tag::home(CATEGORIES[*category]),
        origin => Tag::provider(CATEGORIES[*category], PROVIDERS[origin - 1].parse().unwrap()),
    }))
}

fn body(doctype: usize, says: u8) -> String {
    match doctype {
        0 => format!(r#"{{"label":"{says}","date":"2026-11-01","amount":{says}}}"#),
        1 => format!(r#"{{"title":"{says}"}}"#),
        _ => format!(r#"{{"displayName":"{says}","company":"{says}"}}"#),
    }
}

fn provenance() -> Provenance {
    Provenance {
        component: "wide".parse().unwrap(),
        version: "0.1.0".to_owned(),
        at: "2026-11-01T00:00:00Z".to_owned(),
    }
}
