//! The only room that runs foreign code: configuration, compilation, the sealed cache, calls.
//!
//! In flow the bytes of a component (checked by `registry`) and one run's state; out flow the
//! answer and how the run ended. A store and an instance live for one call and are never used
//! again. Machine code that this host did not compile and seal itself must never be loaded here.

pub mod cache;
pub mod call;
mod clock;
pub mod compile;
pub mod config;
pub mod limits;
pub mod link;
pub mod state;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use domicile_proto::inspect::Inspection;
use wasmtime::component::Component;

use cache::{CacheError, MachineCode};
use compile::CompileError;
use link::Entrance;

/// Runs components. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    wasm: wasmtime::Engine,
    pooled: bool,
    worker: PathBuf,
    cache: cache::Cache,
    loaded: Mutex<HashMap<String, Arc<Loaded>>>,
}

/// A component that is compiled, linked and ready to be instantiated.
pub struct Loaded {
    /// The way in, with every import resolved to what the manifest declares and nothing more.
    pub entrance: Entrance,
}

/// Why the engine could not start.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// wasmtime refused both the pooling and the on-demand configuration.
    #[error("the sandbox could not start: {0}")]
    Start(String),
    /// The cache folder can't be used.
    #[error(transparent)]
    Cache(#[from] CacheError),
}

/// Why a component could not be made ready.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The compiler refused it, crashed, or hit a limit.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// The machine code could not be stored or read back.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// It compiled, but its imports or exports have other types than the contract's.
    #[error("the component does not fit the contract: {0}")]
    Link(String),
}

impl Engine {
    /// Start the sandbox. Machine code is kept under `folder` and sealed with `seal`; `worker` is
    /// the program that compiles in a child process (this one, with its `compile-component`
    /// command).
    pub fn start(folder: &Path, seal: [u8; 32], worker: PathBuf) -> Result<Engine, EngineError> {
        let (wasm, pooled) = config::engine()?;
        tick(&wasm);
        let cache = cache::Cache::open(folder, seal, &wasm)?;
        let loaded = Mutex::new(HashMap::new());
        Ok(Engine { inner: Arc::new(Inner { wasm, pooled, worker, cache, loaded }) })
    }

    /// Whether instances come from the pool; if not, this machine lacks the address space for one.
    pub fn is_pooled(&self) -> bool {
        self.inner.pooled
    }

    /// The wasmtime engine: for this room and `caps` only.
    pub(crate) fn wasm(&self) -> &wasmtime::Engine {
        &self.inner.wasm
    }

    /// Make a component ready: from memory, from sealed machine code, or by compiling it in a
    /// child.
    pub async fn load(
        &self,
        digest: &str,
        inspection: &Inspection,
        bytes: &[u8],
    ) -> Result<Arc<Loaded>, LoadError> {
        if let Some(loaded) = self.loaded(digest) {
            return Ok(loaded);
        }
        let code = match self.inner.cache.find(digest)? {
            Some(code) => code,
            None => {
                let machine_code = compile::in_child(&self.inner.worker, bytes).await?;
                self.inner.cache.keep(digest, &machine_code)?
            }
        };
        let loaded = Arc::new(self.link(&code, inspection)?);
        self.remember(digest, &loaded);
        Ok(loaded)
    }

    /// A component that is ready in memory, if it is.
    pub fn loaded(&self, digest: &str) -> Option<Arc<Loaded>> {
        let loaded = self.inner.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        loaded.get(digest).cloned()
    }

    fn remember(&self, digest: &str, loaded: &Arc<Loaded>) {
        let mut table = self.inner.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if table.len() >= limits::LOADED_COMPONENTS_MAX {
            // Rebuilding from the sealed file costs under a millisecond, so a plain reset will do.
            table.clear();
        }
        table.insert(digest.to_owned(), Arc::clone(loaded));
    }

    fn link(&self, code: &MachineCode, inspection: &Inspection) -> Result<Loaded, LoadError> {
        let component: Component = self.inner.cache.load(&self.inner.wasm, code)?;
        let entrance = link::entrance(&self.inner.wasm, &component, inspection)
            .map_err(|error| LoadError::Link(format!("{error:#}")))?;
        Ok(Loaded { entrance })
    }
}

/// Let time pass for guests: epochs end runs that compute too long. The thread holds the engine
/// weakly and ends with it.
fn tick(engine: &wasmtime::Engine) {
    let engine = engine.weak();
    thread::spawn(move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(limits::TICK);
        }
    });
}
