//! An ordinary runtime: wasmtime and WASI as they come, with clocks that run and one memory budget
//! for all. In: an act. Out: what the page says. Never here: a limit of the house.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use domicile::caps::bindings::app::App;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Engine, ResourceLimiter, Store, StoreContextMut};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use super::parties::{SENDER, component, request, text};

/// Memory that all runs share.
const BUDGET_BYTES: usize = 256 << 20;

/// The program of both ends. Cheap to clone.
#[derive(Clone)]
pub struct Plain {
    engine: Engine,
    component: Component,
    linker: Arc<Linker<State>>,
    used: Arc<AtomicUsize>,
}

impl Plain {
    pub fn new() -> anyhow::Result<Plain> {
        let engine = Engine::default();
        let component = Component::new(&engine, component(SENDER)?).map_err(error)?;
        let linker = Arc::new(linker(&engine, &component).map_err(error)?);
        Ok(Plain { engine, component, linker, used: Arc::default() })
    }

    /// Do something in a fresh instance.
    pub async fn act(&self, act: &str) -> anyhow::Result<String> {
        let state = State {
            used: Arc::clone(&self.used),
            taken: 0,
            table: ResourceTable::new(),
            wasi: WasiCtx::builder().build(),
        };
        let mut store = Store::new(&self.engine, state);
        store.limiter(|state| state);
        let instance = self.linker.instantiate_async(&mut store, &self.component).await;
        let app = App::new(&mut store, &instance.map_err(error)?).map_err(error)?;
        let answer = app.domicile_app_page().call_handle(&mut store, &request(act)).await;
        text(&answer.map_err(error)?.content)
    }
}

fn error(error: wasmtime::Error) -> anyhow::Error {
    anyhow::anyhow!("{error:#}")
}

/// All of WASI; for the home's own interfaces, functions that fail.
fn linker(engine: &Engine, component: &Component) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    for (import, item) in component.component_type().imports(engine) {
        let ComponentItem::ComponentInstance(interface) = item.ty else { continue };
        if import.starts_with("wasi:") {
            continue;
        }
        let mut instance = linker.instance(import)?;
        for (name, item) in interface.exports(engine) {
            if matches!(item.ty, ComponentItem::ComponentFunc(_)) {
                instance.func_new(name, |_: StoreContextMut<State>, _, _, _| {
                    Err(wasmtime::Error::msg("there is no home here"))
                })?;
            }
        }
    }
    Ok(linker)
}

struct State {
    used: Arc<AtomicUsize>,
    taken: usize,
    table: ResourceTable,
    wasi: WasiCtx,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl ResourceLimiter for State {
    fn memory_growing(
        &mut self,
        current: usize,
        wanted: usize,
        _: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let more = wanted - current;
        let fits = self.used.fetch_add(more, SeqCst) + more <= BUDGET_BYTES;
        if fits {
            self.taken += more;
        } else {
            self.used.fetch_sub(more, SeqCst);
        }
        Ok(fits)
    }

    fn table_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(true)
    }
}

impl Drop for State {
    fn drop(&mut self) {
        self.used.fetch_sub(self.taken, SeqCst);
    }
}
