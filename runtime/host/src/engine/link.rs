//! Linking: each import of a component is resolved to what its manifest declares, and nothing else
//! is even defined. A component that imports more does not link.

use domicile_proto::catalogue;
use domicile_proto::inspect::Inspection;
use domicile_proto::manifest::Kind;
use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime_wasi::cli::WasiCli;
use wasmtime_wasi::p2::bindings::{cli, clocks, random};
use wasmtime_wasi::random::WasiRandom;
use wasmtime_wasi::{WasiView, cli::WasiCliView};
use wasmtime_wasi_http::p2::bindings::ProxyPre;
use wasmtime_wasi_http::p2::bindings::http::types as http_types;
use wasmtime_wasi_http::{WasiHttp, WasiHttpView};

use super::state::RunState;
use crate::caps::bindings::app::AppPre;
use crate::caps::bindings::importer::ImporterPre;
use crate::caps::bindings::konnector::KonnectorPre;
use crate::caps::bindings::service::ServicePre;

/// The way into a component.
pub enum Entrance {
    /// `domicile:app/page`.
    Page(AppPre<RunState>),
    /// `wasi:http/incoming-handler`: any WASI HTTP component.
    Http(ProxyPre<RunState>),
    /// `domicile:jobs/task`.
    Task(ServicePre<RunState>),
    /// `domicile:konnector/importer`.
    Importer(ImporterPre<RunState>),
    /// `domicile:konnector/collect`.
    Collect(KonnectorPre<RunState>),
}

/// Link `component` with what its manifest declares.
pub fn entrance(
    engine: &wasmtime::Engine,
    component: &Component,
    inspection: &Inspection,
) -> wasmtime::Result<Entrance> {
    let mut linker = Linker::new(engine);
    null_wasi(&mut linker)?;
    crate::caps::link(&mut linker, &inspection.manifest)?;
    if inspection.entrance == catalogue::Entrance::Http {
        let options = wasmtime_wasi_http::p2::bindings::LinkOptions::default();
        http_types::add_to_linker::<_, WasiHttp>(&mut linker, &(&options).into(), RunState::http)?;
        return Ok(Entrance::Http(ProxyPre::new(linker.instantiate_pre(component)?)?));
    }
    let pre = linker.instantiate_pre(component)?;
    Ok(match inspection.manifest.kind {
        Kind::App => Entrance::Page(AppPre::new(pre)?),
        Kind::Service => Entrance::Task(ServicePre::new(pre)?),
        Kind::Importer => Entrance::Importer(ImporterPre::new(pre)?),
        Kind::Konnector => Entrance::Collect(KonnectorPre::new(pre)?),
    })
}

/// The WASI that the standard libraries of guest languages always import, over a state that holds
/// nothing. No sockets, no file system, no outgoing HTTP.
fn null_wasi(linker: &mut Linker<RunState>) -> wasmtime::Result<()> {
    wasmtime_wasi::p2::add_to_linker_proxy_interfaces_async(linker)?;
    // Upstream's timers run, whatever its clock says.
    linker.allow_shadowing(true);
    clocks::monotonic_clock::add_to_linker::<_, Own>(linker, |state| state)?;
    linker.allow_shadowing(false);
    random::insecure::add_to_linker::<_, WasiRandom>(linker, |state| state.ctx().ctx.random())?;
    random::insecure_seed::add_to_linker::<_, WasiRandom>(linker, |state| {
        state.ctx().ctx.random()
    })?;
    cli::exit::add_to_linker::<_, WasiCli>(linker, RunState::cli)?;
    cli::environment::add_to_linker::<_, WasiCli>(linker, RunState::cli)?;
    cli::terminal_input::add_to_linker::<_, WasiCli>(linker, RunState::cli)?;
    cli::terminal_output::add_to_linker::<_, WasiCli>(linker, RunState::cli)?;
    cli::terminal_stdin::add_to_linker::<_, WasiCli>(linker, RunState::cli)?;
    cli::terminal_stdout::add_to_linker::<_, WasiCli>(linker, RunState::cli)?;
    cli::terminal_stderr::add_to_linker::<_, WasiCli>(linker, RunState::cli)
}

/// The getter that our own interfaces use: the state itself.
pub type Own = HasSelf<RunState>;
