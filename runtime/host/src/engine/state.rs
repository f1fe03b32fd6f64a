//! What one store holds: the run's session, and the null versions of the WASI that libstd imports.
//!
//! No environment, no arguments, no standard input, a clock that stands still (see `clock`), and a
//! console whose text becomes an item with the run's label.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use tokio::sync::watch;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView};

use super::clock::RunClock;
use super::limits;
use crate::flow::Session;

/// The file that an importer was given.
pub struct InputFile {
    /// Its name, without folders.
    pub name: String,
    /// Its bytes.
    pub content: Bytes,
}

/// How far an importer says it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// So much is done.
    pub done: u64,
    /// Out of so much; 0 is unknown.
    pub total: u64,
    /// What it does.
    pub message: String,
}

/// Everything that belongs to one run.
pub struct RunState {
    /// The run's dealings with the home.
    pub session: Session,
    /// The importer's file; empty for others.
    pub input: InputFile,
    /// Where progress goes.
    pub progress: Option<watch::Sender<Progress>>,
    /// Whether a memory or a table was kept from growing.
    pub growth: Growth,
    console: Console,
    pub(super) clock: RunClock,
    /// What the guest holds handles of.
    pub(crate) table: ResourceTable,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    network: NoNetwork,
}

impl RunState {
    /// The state of a run that begins.
    pub fn new(session: Session, input: InputFile) -> RunState {
        let console = Console::default();
        let clock = RunClock::of(&session);
        let mut wasi = WasiCtx::builder();
        wasi.stdout(console.clone()).stderr(console.clone());
        wasi.wall_clock(clock).monotonic_clock(clock);
        wasi.max_random_size(64 << 10);
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits::HANDLES_MAX);
        RunState {
            session,
            input,
            progress: None,
            growth: Growth::default(),
            console,
            clock,
            table,
            wasi: wasi.build(),
            http: WasiHttpCtx::new(),
            network: NoNetwork,
        }
    }

    /// The answer to a deposit; of a run that lost something there is none, and it ends. It must
    /// not go on as if that were here, and it is nothing that its provider may know.
    pub(crate) fn told<T>(&self, answer: T) -> wasmtime::Result<T> {
        if self.session.lost() {
            return Err(wasmtime::Error::msg("a deposit could not be stored"));
        }
        Ok(answer)
    }

    /// What the run printed so far.
    pub fn console(&self) -> String {
        let text = self.console.text.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&text).into_owned()
    }
}

impl WasiView for RunState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for RunState {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.network, table: &mut self.table, ctx: &mut self.http }
    }
}

/// There is no way out: the outgoing handler is not even linked, and this is what stands behind it.
struct NoNetwork;

type Body = wasmtime_wasi_http::WasiBody;
type BodyEnd = Box<dyn Future<Output = Result<(), wasmtime_wasi_http::Error>> + Send>;

impl WasiHttpHooks for NoNetwork {
    fn send_request(
        &mut self,
        _request: http::Request<Body>,
        _options: Option<wasmtime_wasi_http::RequestOptions>,
        _end: BodyEnd,
    ) -> Box<
        dyn Future<Output = Result<(http::Response<Body>, BodyEnd), wasmtime_wasi_http::Error>>
            + Send,
    > {
        Box::new(async { Err(wasmtime_wasi_http::Error::HttpRequestDenied) })
    }
}

/// What a run prints, up to a limit; the rest is dropped and the guest is not told.
#[derive(Clone, Default)]
struct Console {
    text: Arc<Mutex<Vec<u8>>>,
}

impl Console {
    fn push(&self, bytes: &[u8]) {
        let mut text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        let room = limits::CONSOLE_BYTES_MAX.saturating_sub(text.len());
        text.extend(bytes.iter().take(room));
    }
}

impl IsTerminal for Console {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Console {
    fn async_stream(&self) -> Box<dyn tokio::io::AsyncWrite + Send + Sync> {
        Box::new(tokio::io::sink())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl OutputStream for Console {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.push(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(limits::CONSOLE_BYTES_MAX)
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Console {
    async fn ready(&mut self) {}
}

/// Limits the growth of memories and tables, and remembers that it did.
#[derive(Default)]
pub struct Growth {
    /// Something was kept from growing.
    pub refused: bool,
}

impl wasmtime::ResourceLimiter for Growth {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(self.allow(desired <= limits::MEMORY_BYTES_MAX))
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(self.allow(desired <= limits::TABLE_ELEMENTS_MAX))
    }

    fn instances(&self) -> usize {
        limits::CORE_INSTANCES_MAX
    }

    fn tables(&self) -> usize {
        limits::CORE_INSTANCES_MAX
    }

    fn memories(&self) -> usize {
        limits::CORE_INSTANCES_MAX
    }
}

impl Growth {
    fn allow(&mut self, within: bool) -> bool {
        self.refused |= !within;
        within
    }
}
