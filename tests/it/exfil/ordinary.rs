//! An ordinary runtime: the same wasmtime, with everything linked and nothing limited. What an
//! intruder reaches here shows that it is the house that holds it, and not a fault of its own.

use std::io::Read;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use bytes::Bytes;
use domicile::caps::bindings::app::App;
use domicile::caps::bindings::page::{Method, Request};
use domicile::engine::limits;
use http_body_util::Full;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Linker, ResourceTable, Val};
use wasmtime::{Config, Engine, ResourceLimiter, Store, StoreContextMut, Trap, WasmFeatures};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::p2::bindings::Proxy;
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView};

use super::attack::{Attack, Intruder, Reach};

/// As much memory as a control takes: twice what the house allows is proof enough.
const MEMORY_BYTES_MAX: usize = 2 * limits::MEMORY_BYTES_MAX;
/// A loop that lasts this long lasts: a second or two of work.
const WORK_FUEL: u64 = 3_000_000_000;
const STACK_FACTOR: usize = 4;

/// What happened in one call.
#[derive(Default)]
struct Reached {
    memory: AtomicUsize,
    string: AtomicUsize,
    http: AtomicBool,
    door: AtomicBool,
}

/// The component reaches its sink here.
pub async fn reaches(attack: &Attack, bytes: &[u8], story: &Intruder) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let path = story.harmless_path.as_ref().unwrap_or(&story.path);
    let path = if path.is_empty() { format!("/127.0.0.1:{port}") } else { path.clone() };
    let reached = Arc::new(Reached::default());
    let ended = call(bytes, &path, Arc::clone(&reached)).await;
    let trap = ended.as_ref().err().and_then(|error| error.downcast_ref::<Trap>()).copied();
    let is_there = match story.reaches {
        Reach::Tcp => listener.accept().is_ok_and(|(mut stream, _)| {
            let mut sent = String::new();
            stream.set_nonblocking(false).is_ok()
                && stream.read_to_string(&mut sent).is_ok_and(|size| size > 0)
        }),
        Reach::Http => reached.http.load(SeqCst),
        Reach::Door => reached.door.load(SeqCst),
        Reach::End => ended.is_ok(),
        Reach::Memory => reached.memory.load(SeqCst) > limits::MEMORY_BYTES_MAX,
        Reach::Work => trap == Some(Trap::OutOfFuel),
        Reach::Stack => trap == Some(Trap::StackOverflow),
        Reach::String => reached.string.load(SeqCst) > limits::HOST_CALL_BYTES_MAX,
    };
    let (id, sink) = (&attack.id, story.reaches);
    assert!(is_there, "{id}: {sink:?} is not reached even without the house: {ended:?}");
}

/// Ask the component for a page, as the house does.
async fn call(bytes: &[u8], path: &str, reached: Arc<Reached>) -> wasmtime::Result<()> {
    let engine = Engine::new(&config())?;
    let component = Component::new(&engine, bytes)?;
    let linker = linker(&engine, &component)?;
    let mut store = Store::new(&engine, State::new(reached));
    store.limiter(|state| state);
    store.set_fuel(WORK_FUEL)?;
    store.fuel_async_yield_interval(Some(WORK_FUEL / 1_000))?;
    store.set_max_component_handles(usize::MAX);
    let instance = linker.instantiate_async(&mut store, &component).await?;
    if let Ok(app) = App::new(&mut store, &instance) {
        let (path, empty) = (path.to_owned(), Vec::new);
        let request =
            Request { method: Method::Get, path, query: vec![], form: empty(), uploads: vec![] };
        let answer = app.domicile_app_page().call_handle(&mut store, &request).await;
        return answer.map(drop);
    }
    if let Some(run) = instance.get_func(&mut store, "run") {
        return run.call_async(&mut store, &[], &mut [Val::Bool(false)]).await;
    }
    let proxy = Proxy::new(&mut store, &instance)?;
    let (sender, _receiver) = tokio::sync::oneshot::channel();
    let request = http::Request::builder().uri(path).header(http::header::HOST, "home.invalid");
    let request = request
        .body(Full::new(Bytes::new()))
        .map_err(|error| wasmtime::Error::msg(error.to_string()))?;
    let request = store.data_mut().http().new_incoming_request(Scheme::Http, request)?;
    let out = store.data_mut().http().new_response_outparam(sender)?;
    proxy.wasi_http_incoming_handler().call_handle(&mut store, request, out).await
}

fn config() -> Config {
    let mut config = Config::new();
    config.consume_fuel(true);
    let stack = 512 << 10;
    config.max_wasm_stack(STACK_FACTOR * stack).async_stack_size(2 * STACK_FACTOR * stack);
    config.wasm_features(WasmFeatures::THREADS, true);
    config
}

/// All of WASI, sockets and HTTP too, and for the rest functions that only measure.
fn linker(engine: &Engine, component: &Component) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    for (import, item) in component.component_type().imports(engine) {
        let ComponentItem::ComponentInstance(interface) = item.ty else { continue };
        if import.starts_with("wasi:") {
            continue;
        }
        let mut instance = linker.instance(import)?;
        let is_door = import.starts_with("acme:");
        for (name, item) in interface.exports(engine) {
            if !matches!(item.ty, ComponentItem::ComponentFunc(_)) {
                continue;
            }
            let is_set = import.starts_with("domicile:app/state") && name == "set";
            instance.func_new(name, move |store: StoreContextMut<State>, _, given, results| {
                let reached = &store.data().reached;
                reached.door.fetch_or(is_door, SeqCst);
                match given.get(1) {
                    Some(Val::String(value)) if is_set => {
                        reached.string.store(value.len(), SeqCst);
                        results.fill(Val::Result(Ok(None)));
                        Ok(())
                    }
                    _ if is_door => Ok(()),
                    _ => Err(wasmtime::Error::msg("there is no home here")),
                }
            })?;
        }
    }
    Ok(linker)
}

struct State {
    reached: Arc<Reached>,
    table: ResourceTable,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    client: Client,
}

impl State {
    fn new(reached: Arc<Reached>) -> State {
        let client = Client(Arc::clone(&reached));
        let mut wasi = WasiCtx::builder();
        let wasi = wasi.inherit_network().allow_tcp(true).build();
        State { reached, table: ResourceTable::new(), wasi, http: WasiHttpCtx::new(), client }
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.client }
    }
}

/// Whatever is sent has left.
struct Client(Arc<Reached>);

type Body = wasmtime_wasi_http::WasiBody;
type BodyEnd = Box<dyn Future<Output = Result<(), wasmtime_wasi_http::Error>> + Send>;
type Answer = Result<(http::Response<Body>, BodyEnd), wasmtime_wasi_http::Error>;

impl WasiHttpHooks for Client {
    fn send_request(
        &mut self,
        _: http::Request<Body>,
        _: Option<wasmtime_wasi_http::RequestOptions>,
        _: BodyEnd,
    ) -> Box<dyn Future<Output = Answer> + Send> {
        self.0.http.store(true, SeqCst);
        Box::new(async { Err(wasmtime_wasi_http::Error::ConnectionTerminated) })
    }
}

impl ResourceLimiter for State {
    fn memory_growing(
        &mut self,
        _: usize,
        wanted: usize,
        _: Option<usize>,
    ) -> wasmtime::Result<bool> {
        self.reached.memory.fetch_max(wanted, SeqCst);
        Ok(wanted <= MEMORY_BYTES_MAX)
    }

    fn table_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(true)
    }
}
