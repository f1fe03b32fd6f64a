//! The house: one running server with its engine and its homes, each opened when it is asked for
//! and closed when nobody used it for a while.

mod bell;
pub mod clock;
pub mod home;
mod keys;
pub mod origin;
mod seals;

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use domicile_policy::HomeName;
use domicile_proto::doctype::Doctypes;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;

use crate::egress::{Door, Hosts};
use crate::engine::{Engine, EngineError, limits};
use crate::flow::Fault;
use crate::jobs::Desk;
pub use bell::Bell;
pub use clock::Clock;
pub use home::{Home, HomeError, Locale, Settings};
pub use keys::KeyError;
use origin::Origins;
pub use seals::{SealError, Seals};

/// A home that nobody used for this long is closed: its file, its threads and its memory are given
/// back.
pub const HOME_IDLE_MAX: SignedDuration = SignedDuration::from_mins(5);

/// What others may do in a folder of the house: nothing.
const FOLDER_MODE: u32 = 0o700;

/// How a house is opened.
pub struct HouseConfig {
    /// The data folder: keys, homes, components, machine code.
    pub data: PathBuf,
    /// The program that compiles components in a child process: this one.
    pub worker: PathBuf,
    /// What the homes' host names end with: `localhost`, `example.org`.
    pub domain: String,
    /// The time: real, or a test's.
    pub clock: Clock,
    /// Answers of runs that know something wait for a multiple of this; zero is no wait.
    pub release_quantum: Duration,
    /// Which check is off: none, but in tests.
    pub fault: Fault,
}

/// One running server. Cheap to clone.
#[derive(Clone)]
pub struct House {
    inner: Arc<Inner>,
}

struct Inner {
    data: PathBuf,
    domain: String,
    clock: Clock,
    release_quantum: Duration,
    fault: Fault,
    engine: Engine,
    doctypes: Arc<Doctypes>,
    runs: Arc<Semaphore>,
    bell: Arc<Bell>,
    desk: Desk,
    homes: Mutex<HashMap<HomeName, OpenHome>>,
    door: OnceLock<Arc<Door>>,
    origins: OnceLock<Origins>,
    _lock: fs::File,
}

struct OpenHome {
    home: Arc<Home>,
    used: Timestamp,
}

/// Why a house or one of its homes could not be used.
#[derive(Debug, thiserror::Error)]
pub enum HouseError {
    /// The data folder can't be read or written.
    #[error("the data folder `{path}` could not be used: {reason}", path = path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// A second server on the same folder.
    #[error("another domicile runs on `{path}`: stop it, or choose another folder with --data", path = path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
    },
    /// The sandbox did not start.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A key is missing or damaged.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// No such home.
    #[error("there is no home `{0}`: `domicile home list` shows those there are")]
    Unknown(HomeName),
    /// The name is taken.
    #[error("there is a home `{0}` already: choose another name")]
    Taken(HomeName),
    /// The home itself could not be opened or written.
    #[error(transparent)]
    Home(#[from] HomeError),
}

impl House {
    /// Open the house in its data folder, alone: a second server on the same folder is refused.
    pub fn open(config: HouseConfig) -> Result<House, HouseError> {
        let data = config.data;
        for folder in [&data, &data.join("homes"), &data.join("components")] {
            make_folder(folder)?;
        }
        // Documents are not encrypted: nobody else on this machine looks into a home.
        let homes = data.join("homes");
        fs::set_permissions(&homes, fs::Permissions::from_mode(FOLDER_MODE))
            .map_err(|error| folder_error(&homes, error))?;
        let lock = lock(&data)?;
        let key = keys::read_or_make(&data.join("house.key"))?;
        let seal = keys::derive(&key, "machine code");
        let engine = Engine::start(&data.join("machine-code"), seal, config.worker)?;
        Ok(House {
            inner: Arc::new(Inner {
                data,
                domain: config.domain,
                clock: config.clock,
                release_quantum: config.release_quantum,
                fault: config.fault,
                engine,
                doctypes: Doctypes::builtin(),
                runs: Arc::new(Semaphore::new(limits::RUNS_MAX)),
                bell: Arc::default(),
                desk: Desk::default(),
                homes: Mutex::new(HashMap::new()),
                door: OnceLock::new(),
                origins: OnceLock::new(),
                _lock: lock,
            }),
        })
    }

    /// The sandbox.
    pub fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    /// The time.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// The grain of the time at which answers leave.
    pub(crate) fn release_quantum(&self) -> Duration {
        self.inner.release_quantum
    }

    /// The door to providers, made when it is first asked for; `None` if TLS can't start.
    pub(crate) fn door(&self) -> Option<Arc<Door>> {
        if let Some(door) = self.inner.door.get() {
            return Some(Arc::clone(door));
        }
        let door = Door::new(Hosts::default())
            .inspect_err(|error| tracing::error!(%error, "TLS can't start"));
        let door = Arc::new(door.ok()?);
        Some(Arc::clone(self.inner.door.get_or_init(|| door)))
    }

    /// Have this door, before anybody used another.
    pub fn set_door(&self, door: Door) {
        self.inner.door.get_or_init(|| Arc::new(door));
    }

    /// Be reached on this port, by whoever comes back to a home from elsewhere.
    pub(crate) fn set_port(&self, port: u16) {
        self.inner.origins.get_or_init(|| Origins::new(&self.inner.domain, port));
    }

    /// The origin of a home's trusted pages; `None` as long as nobody serves them.
    pub(crate) fn origin(&self, home: &HomeName) -> Option<String> {
        self.inner.origins.get().map(|origins| origins.home(home))
    }

    /// Which check is off.
    pub fn fault(&self) -> Fault {
        self.inner.fault
    }

    /// What the homes' host names end with.
    pub fn domain(&self) -> &str {
        &self.inner.domain
    }

    /// The known doctypes.
    pub fn doctypes(&self) -> &Arc<Doctypes> {
        &self.inner.doctypes
    }

    /// The places for runs at the same time.
    pub(crate) fn runs(&self) -> &Arc<Semaphore> {
        &self.inner.runs
    }

    /// Who may have something due.
    pub(crate) fn bell(&self) -> &Bell {
        &self.inner.bell
    }

    /// The jobs that are at work.
    pub fn desk(&self) -> &Desk {
        &self.inner.desk
    }

    /// Where components are kept, by digest: shared by the homes, since they hold no data.
    pub(crate) fn component_path(&self, digest: &str) -> PathBuf {
        self.inner.data.join("components").join(format!("{digest}.wasm"))
    }

    /// A file beside the data that nobody else can open and that vanishes with its last user.
    pub(crate) fn scratch(&self) -> std::io::Result<fs::File> {
        tempfile::tempfile_in(&self.inner.data)
    }

    /// The names of all homes, sorted.
    pub fn home_names(&self) -> Result<Vec<HomeName>, HouseError> {
        let folder = self.inner.data.join("homes");
        let entries = fs::read_dir(&folder).map_err(|error| folder_error(&folder, error))?;
        let mut names: Vec<HomeName> = entries
            .filter_map(Result::ok)
            .filter(|entry| entry.path().join(home::STORE_FILE).exists())
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .collect();
        names.sort();
        Ok(names)
    }

    /// A home, opened if it is closed.
    pub fn home(&self, name: &HomeName) -> Result<Arc<Home>, HouseError> {
        let now = self.inner.clock.now();
        let mut homes = self.inner.homes.lock().unwrap_or_else(PoisonError::into_inner);
        // After a commit that failed the store writes no more until it is opened again.
        homes.retain(|_, open| !open.home.store().is_broken());
        if let Some(open) = homes.get_mut(name) {
            open.used = now;
            return Ok(Arc::clone(&open.home));
        }
        let folder = self.home_folder(name);
        if !folder.join(home::STORE_FILE).exists() {
            return Err(HouseError::Unknown(name.clone()));
        }
        let key = keys::read(&folder.join("home.key"))?;
        let home = Arc::new(self.open_home(name, &folder, key)?);
        homes.insert(name.clone(), OpenHome { home: Arc::clone(&home), used: now });
        Ok(home)
    }

    fn open_home(&self, name: &HomeName, folder: &Path, key: [u8; 32]) -> Result<Home, HomeError> {
        let Inner { doctypes, fault, bell, .. } = &*self.inner;
        Home::open(name, folder, key, doctypes, *fault, bell)
    }

    /// Whether a home is open.
    pub(crate) fn is_open(&self, name: &HomeName) -> bool {
        let homes = self.inner.homes.lock().unwrap_or_else(PoisonError::into_inner);
        homes.contains_key(name)
    }

    /// Close a home that nobody holds.
    pub(crate) fn close(&self, name: &HomeName) {
        let mut homes = self.inner.homes.lock().unwrap_or_else(PoisonError::into_inner);
        if homes.get(name).is_some_and(|open| Arc::strong_count(&open.home) == 1) {
            homes.remove(name);
        }
    }

    /// Read the whole file of a home and say whether it is what was written. `false`: the home is
    /// in use, and its file can't be read by anybody else.
    pub fn check_file(&self, name: &HomeName) -> Result<bool, HouseError> {
        // Nobody opens a home meanwhile: it would find its file in use.
        let mut homes = self.inner.homes.lock().unwrap_or_else(PoisonError::into_inner);
        if homes.get(name).is_some_and(|open| Arc::strong_count(&open.home) > 1) {
            return Ok(false);
        }
        homes.remove(name);
        let file = self.home_folder(name).join(home::STORE_FILE);
        let limits = domicile_store::Limits::default();
        domicile_store::Home::check(&file, name.clone(), &limits).map_err(HomeError::from)?;
        Ok(true)
    }

    /// Make a home. Nothing is left behind if it fails.
    pub async fn create_home(
        &self,
        name: &HomeName,
        settings: Settings,
    ) -> Result<Arc<Home>, HouseError> {
        let folder = self.home_folder(name);
        if folder.join(home::STORE_FILE).exists() {
            return Err(HouseError::Taken(name.clone()));
        }
        let made = self.make_home(name, &folder, settings).await;
        if made.is_err() {
            let _ = fs::remove_dir_all(&folder);
        }
        made
    }

    /// Make a home for runs that are compared: ids in it are the same wherever and whenever it is
    /// made. Anybody knows its key, so that nobody's data belongs there.
    pub async fn create_sample(
        &self,
        name: &HomeName,
        settings: Settings,
    ) -> Result<Arc<Home>, HouseError> {
        let folder = self.home_folder(name);
        make_folder(&folder)?;
        keys::write(&folder.join("home.key"), &[0; 32])?;
        self.create_home(name, settings).await
    }

    async fn make_home(
        &self,
        name: &HomeName,
        folder: &Path,
        settings: Settings,
    ) -> Result<Arc<Home>, HouseError> {
        make_folder(folder)?;
        let key = keys::read_or_make(&folder.join("home.key"))?;
        let home = Arc::new(self.open_home(name, folder, key)?);
        home.save_settings(settings).await?;
        let open = OpenHome { home: Arc::clone(&home), used: self.inner.clock.now() };
        let mut homes = self.inner.homes.lock().unwrap_or_else(PoisonError::into_inner);
        homes.insert(name.clone(), open);
        Ok(home)
    }

    /// Seal the audit trails of the homes that are open. One that can't be sealed is told of by
    /// `domicile doctor`, and the others are sealed all the same.
    pub async fn seal(&self) {
        let open: Vec<Arc<Home>> = {
            let homes = self.inner.homes.lock().unwrap_or_else(PoisonError::into_inner);
            homes.values().map(|open| Arc::clone(&open.home)).collect()
        };
        let now = self.inner.clock.now();
        for home in open {
            if let Err(error) = self.seals(&home).renew(&home, now).await {
                tracing::warn!(home = %home.name(), "not sealed: {error}");
            }
        }
    }

    /// The seals of a home.
    pub fn seals(&self, home: &Home) -> Seals {
        Seals::of(&self.inner.data, home)
    }

    /// Close the homes that nobody used for [`HOME_IDLE_MAX`] and that no run holds, and take away
    /// what none of their files needs any more. Returns how many.
    pub fn close_idle(&self) -> usize {
        let now = self.inner.clock.now();
        let mut homes = self.inner.homes.lock().unwrap_or_else(PoisonError::into_inner);
        let before = homes.len();
        homes.retain(|_, open| {
            let used =
                Arc::strong_count(&open.home) > 1 || now.duration_since(open.used) < HOME_IDLE_MAX;
            if !used && let Err(error) = open.home.store().sweep() {
                tracing::error!(%error, "what no file needs still takes its space");
            }
            used
        });
        before - homes.len()
    }

    fn home_folder(&self, name: &HomeName) -> PathBuf {
        self.inner.data.join("homes").join(name.as_str())
    }
}

/// A folder for the server's user alone, and what is missing above it.
fn make_folder(path: &Path) -> Result<(), HouseError> {
    let made = fs::DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(path);
    made.map_err(|error| folder_error(path, error))
}

fn lock(data: &Path) -> Result<fs::File, HouseError> {
    let path = data.join("lock");
    let file = fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| folder_error(&path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(HouseError::Locked { path: data.to_owned() }),
        Err(fs::TryLockError::Error(error)) => Err(folder_error(&path, error)),
    }
}

fn folder_error(path: &Path, reason: impl ToString) -> HouseError {
    HouseError::Folder { path: path.to_owned(), reason: reason.to_string() }
}
