//! What happens in a real home: pages are asked for, konnectors gather, and what they change starts
//! a service.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domicile::egress::Door;
use domicile::flow::Fault;
use domicile::flow::accounts::{self, Connected};
use domicile::house::Home;
use domicile::jobs;
use domicile::registry::{self, Installed};
use domicile::runs::RunError;
use domicile_policy::{Influence, Label, clearance};
use domicile_property::case::{Start, Step};
use domicile_property::program::Task;
use jiff::SignedDuration;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::cast;
use super::laid::{lay_down, order};
use super::recorder::{Recorder, difference};
use super::{Observer, Scenario};
use crate::provider::{PUBLIC, Provider};
use crate::support::{World, text};

/// Whom the konnectors talk to.
const HOSTS: [&str; 2] = ["api.acme.example", "api.evil.example"];

/// Between two steps: what a step changes may start the service once more.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// A house with the cast installed in a home, of which each case gets two copies.
pub struct Stage {
    runtime: Runtime,
    world: World,
    provider: Provider,
    cases: AtomicUsize,
}

impl Stage {
    /// A folder with the cast in it, compiled and installed: each stage is a copy.
    pub fn prepare() -> TempDir {
        runtime().block_on(async {
            let world = World::at(in_memory(), Fault::Nothing).await;
            for (who, name) in cast::NAMES.into_iter().enumerate() {
                let installed = world.install_bytes(cast::component(name)).await;
                if cast::KONNECTORS.contains(&who) {
                    let (now, nothing) = (world.house.clock().now(), BTreeMap::new());
                    let manifest = &installed.manifest;
                    accounts::connect(&world.home, now, manifest, &nothing).await.unwrap();
                }
            }
            world.home.store().flush().await.unwrap();
            world.folder
        })
    }

    /// A stage with this rule off.
    pub fn set(fault: Fault, prepared: &TempDir) -> Stage {
        let (runtime, folder) = (runtime(), in_memory());
        copy(&prepared.path().join("."), folder.path());
        let (world, provider) = runtime.block_on(async {
            let (world, provider) = (World::at(folder, fault).await, Provider::start(None).await);
            let rehearsal = provider.stage(&HOSTS.map(|host| (host, &[PUBLIC][..])), None);
            world.house.set_door(Door::rehearsed(rehearsal).unwrap());
            (world, provider)
        });
        Stage { runtime, world, provider, cases: AtomicUsize::new(0) }
    }

    /// Whether the observer can tell the two homes of a case apart.
    pub fn holds(&self, scenario: &Scenario) -> Result<(), String> {
        let Scenario { case, observer, service } = scenario;
        let number = self.cases.fetch_add(1, Ordering::Relaxed);
        let clearance = knows(&self.world.home, *observer);
        let names = ["here", "there"].map(|side| format!("case{number}-{side}"));
        let mut lives: Vec<Life> = Vec::new();
        for (side, (name, own)) in names.iter().zip(&case.own).enumerate() {
            // The same keys and the same bytes.
            copy(&self.homes().join("home"), &self.homes().join(name));
            let home = self.world.house.home(&name.parse().unwrap()).unwrap();
            let laid = self.runtime.block_on(lay_down(&home, &case.shared, own, &clearance));
            lives.push(Life::begin(side, home, laid, &clearance));
        }
        // Ids of both homes, since the observer may guess any.
        let known: Vec<String> = lives.iter().flat_map(|life| life.ids.clone()).collect();
        if let Some(program) = service {
            let task = Task { program: program.clone(), memory: 0, known: known.clone() };
            let name = cast::NAMES[cast::SERVICE];
            for life in &lives {
                self.runtime.block_on(order(&life.home, name, None, &task)).unwrap();
            }
        }
        let result = case.steps.iter().try_for_each(|step| {
            for life in &mut lives {
                self.runtime.block_on(life.live(self, step, &known));
                if service.is_some() {
                    self.runtime.block_on(life.settle(&self.world));
                }
            }
            self.world.house.clock().advance(PAUSE);
            let [one, other] = [&lives[0], &lives[1]].map(Life::transcript);
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

    fn homes(&self) -> PathBuf {
        self.world.folder.path().join("homes")
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-r").args([from, to]).status().unwrap().success());
}

/// A folder in memory where there is one: thousands of commits would wait for a disk.
fn in_memory() -> TempDir {
    let shared = Path::new("/dev/shm");
    match shared.is_dir() {
        true => tempfile::tempdir_in(shared).unwrap(),
        false => tempfile::tempdir().unwrap(),
    }
}

struct Life {
    /// Which of the two.
    side: usize,
    home: Arc<Home>,
    recorder: Recorder,
    /// Of all that was laid down.
    ids: Vec<String>,
    /// The memory of the last page of each component, with its label and influence.
    pages: BTreeMap<usize, (Label, Influence, u8)>,
}

impl Life {
    fn begin(side: usize, home: Arc<Home>, ids: Vec<String>, observer: &Label) -> Life {
        let recorder = Recorder::of(&home, observer.clone());
        Life { side, home, recorder, ids, pages: BTreeMap::new() }
    }

    async fn live(&mut self, stage: &Stage, step: &Step, known: &[String]) {
        let name = cast::NAMES[step.who];
        let taken = matches!(step.start, Start::Revoked(_)).then(|| {
            let installed = installed(&self.home, name);
            installed.grants().iter().skip(1).map(|line| line.doctype.clone()).collect()
        });
        let taken: Vec<_> = taken.unwrap_or_default();
        let (house, id) = (&stage.world.house, name.parse().unwrap());
        for doctype in &taken {
            registry::revoke(house, &self.home, &id, doctype).await.unwrap();
        }
        match cast::KONNECTORS.contains(&step.who) {
            true => self.gather(stage, step).await,
            false => self.page(&stage.world, step, known).await,
        }
        for doctype in &taken {
            registry::allow(house, &self.home, &id, doctype).await.unwrap();
        }
    }

    async fn page(&mut self, world: &World, step: &Step, known: &[String]) {
        let nothing = || Some((Label::nothing(), Influence::nobody()));
        let (token, memory) = match step.start {
            // An app has one way to start here: a page.
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
        let mut answer = match world.visit_in(&self.home, name, &path, token).await {
            // What was taken back may be what its page knew.
            Err(RunError::Denied(_)) if matches!(step.start, Start::Revoked(_)) => return,
            asked => asked.unwrap_or_else(|error| panic!("{name}: {error}")),
        };
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

    /// A konnector is told nothing, whoever starts it.
    async fn gather(&mut self, stage: &Stage, step: &Step) {
        let Stage { world, provider, .. } = stage;
        let name = cast::NAMES[step.who];
        let installed = installed(&self.home, name);
        let account: Connected = accounts::of(&self.home, installed.id()).unwrap().remove(0);
        let task = Task { program: step.program.clone(), memory: 0, known: Vec::new() };
        if let Err(error) = order(&self.home, name, Some(&account.id), &task).await {
            // What others wrote keeps out what knows nothing.
            return self.recorder.broke(error.to_string());
        }
        // What a provider answers is a secret of its own, where the observer is not cleared for it.
        let secret = !self.recorder.may_know(&installed.world().deposit_label(&installed.grants()));
        provider.answer_as(if secret { self.side } else { 0 });
        provider.forget();
        let run = jobs::run_account(&world.house, &self.home, &account).expect("nothing runs");
        run.await.unwrap();
        self.recorder.gathered(&self.home);
        self.recorder.asked(&provider.seen(), &installed.world().sends());
    }

    /// All that the changes so far start. One run after the other: how runs side by side take turns
    /// is time, which this is not about.
    async fn settle(&self, world: &World) {
        let mut places = Vec::new();
        for _ in 1..jobs::limits::JOBS_AT_ONCE_MAX {
            places.push(world.house.desk().place().await);
        }
        jobs::settle(&world.house, &self.home).await.unwrap();
    }

    fn transcript(&self) -> Result<String, String> {
        self.recorder.transcript(&self.home)
    }
}

/// What an observer may know.
fn knows(home: &Home, observer: Observer) -> Label {
    match observer {
        Observer::Component(who) => {
            let installed = installed(home, cast::NAMES[who]);
            clearance(&installed.world(), &installed.grants())
        }
        Observer::Wire(who) => installed(home, cast::NAMES[who]).world().sends(),
    }
}

fn installed(home: &Home, name: &str) -> Arc<Installed> {
    registry::find(home, &name.parse().unwrap()).unwrap()
}
