//! One call of one component: a fresh store, a fresh instance, limits on everything, and an ending
//! that has a name.

use std::time::Duration;

use bytes::Bytes;
use domicile_policy::Locale;
use http_body_util::{BodyExt, Full, Limited};
use wasmtime::{Store, Trap, UpdateDeadline};
use wasmtime_wasi_http::WasiHttpView;
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;

use super::link::Entrance;
use super::state::RunState;
use super::{Engine, Loaded, limits};
use crate::caps::bindings::{collect, importer, page, task};

/// Bytes of an HTTP component's answer.
pub const HTTP_BODY_BYTES_MAX: usize = 4 << 20;

/// How a run ended when it did not end well. The code is stable; the words are for the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It computed or waited too long.
    Time,
    /// It asked for more memory than a run may have, and then failed.
    Memory,
    /// It recursed too deeply.
    Stack,
    /// It panicked, exited or broke a rule of the sandbox.
    Crashed,
    /// It has no entrance of this kind.
    Entrance,
    /// No place was free.
    Busy,
}

impl Ending {
    /// Every ending.
    pub const ALL: [Ending; 6] = [
        Ending::Time,
        Ending::Memory,
        Ending::Stack,
        Ending::Crashed,
        Ending::Entrance,
        Ending::Busy,
    ];

    /// The stable name of this ending.
    pub fn code(self) -> &'static str {
        match self {
            Ending::Time => "stopped-time",
            Ending::Memory => "stopped-memory",
            Ending::Stack => "stopped-stack",
            Ending::Crashed => "crashed",
            Ending::Entrance => "no-entrance",
            Ending::Busy => "busy",
        }
    }

    /// The ending with this stable name.
    pub fn of_code(code: &str) -> Option<Ending> {
        Ending::ALL.into_iter().find(|ending| ending.code() == code)
    }

    /// The same for the owner.
    pub fn words(self, locale: Locale) -> &'static str {
        match self {
            Ending::Time => locale.pick(
                "it took too long and was stopped",
                "l'exécution était trop longue et a été arrêtée",
            ),
            Ending::Memory => locale.pick(
                "it needed more memory than a run may have and was stopped",
                "l'exécution voulait trop de mémoire et a été arrêtée",
            ),
            Ending::Stack => locale.pick(
                "it ran out of stack and was stopped",
                "l'exécution a épuisé sa pile et a été arrêtée",
            ),
            Ending::Crashed => locale.pick("it crashed", "l'exécution s'est effondrée"),
            Ending::Entrance => {
                locale.pick("it can't do that", "ce composant ne sait pas faire cela")
            }
            Ending::Busy => locale.pick(
                "the house is busy: try again in a moment",
                "la maison est occupée : réessayez dans un instant",
            ),
        }
    }
}

/// A run that has ended: its state, and its answer or its ending.
pub struct Ended<T> {
    /// The state as the run left it.
    pub state: RunState,
    /// What it answered.
    pub outcome: Result<T, Ending>,
}

impl Engine {
    /// Ask an app for a page.
    pub async fn page(
        &self,
        loaded: &Loaded,
        state: RunState,
        request: page::Request,
    ) -> Ended<page::Response> {
        let mut store = self.store(state, limits::PAGE_TICKS_MAX);
        let outcome = match &loaded.entrance {
            Entrance::Page(pre) => {
                let call = async {
                    let app = pre.instantiate_async(&mut store).await?;
                    app.domicile_app_page().call_handle(&mut store, &request).await
                };
                timed(limits::PAGE_TIME_MAX, call).await
            }
            Entrance::Http(pre) => {
                let call = http_page(pre, &mut store, &request);
                timed(limits::PAGE_TIME_MAX, call).await
            }
            _ => Err(Failure::Named(Ending::Entrance)),
        };
        ended(store, outcome)
    }

    /// Ask an importer whether it knows a file.
    pub async fn recognise(
        &self,
        loaded: &Loaded,
        state: RunState,
        name: &str,
        head: &[u8],
    ) -> Ended<u8> {
        let mut store = self.store(state, limits::PAGE_TICKS_MAX);
        let outcome = match &loaded.entrance {
            Entrance::Importer(pre) => {
                let call = async {
                    let importer = pre.instantiate_async(&mut store).await?;
                    let exports = importer.domicile_konnector_importer();
                    exports.call_recognise(&mut store, name, head).await
                };
                timed(limits::PAGE_TIME_MAX, call).await
            }
            _ => Err(Failure::Named(Ending::Entrance)),
        };
        ended(store, outcome)
    }

    /// Let an importer read its file.
    pub async fn import(
        &self,
        loaded: &Loaded,
        state: RunState,
    ) -> Ended<Result<importer::exports::domicile::konnector::importer::Report, String>> {
        let mut store = self.store(state, limits::WORK_TICKS_MAX);
        let outcome = match &loaded.entrance {
            Entrance::Importer(pre) => {
                let call = async {
                    let importer = pre.instantiate_async(&mut store).await?;
                    importer.domicile_konnector_importer().call_run(&mut store).await
                };
                timed(limits::WORK_TIME_MAX, call).await
            }
            _ => Err(Failure::Named(Ending::Entrance)),
        };
        ended(store, outcome)
    }

    /// Let a konnector collect.
    pub async fn collect(
        &self,
        loaded: &Loaded,
        state: RunState,
    ) -> Ended<Result<collect::Report, collect::Failure>> {
        let mut store = self.store(state, limits::WORK_TICKS_MAX);
        let outcome = match &loaded.entrance {
            Entrance::Collect(pre) => {
                let call = async {
                    let konnector = pre.instantiate_async(&mut store).await?;
                    konnector.domicile_konnector_collect().call_run(&mut store).await
                };
                timed(limits::COLLECT_TIME_MAX, call).await
            }
            _ => Err(Failure::Named(Ending::Entrance)),
        };
        ended(store, outcome)
    }

    /// Let a service work.
    pub async fn task(
        &self,
        loaded: &Loaded,
        state: RunState,
        trigger: task::Trigger,
    ) -> Ended<Result<(), String>> {
        let mut store = self.store(state, limits::WORK_TICKS_MAX);
        let outcome = match &loaded.entrance {
            Entrance::Task(pre) => {
                let call = async {
                    let service = pre.instantiate_async(&mut store).await?;
                    service.domicile_jobs_task().call_run(&mut store, &trigger).await
                };
                timed(limits::WORK_TIME_MAX, call).await
            }
            _ => Err(Failure::Named(Ending::Entrance)),
        };
        ended(store, outcome)
    }

    fn store(&self, state: RunState, ticks_max: u64) -> Store<RunState> {
        let mut store = Store::new(self.wasm(), state);
        store.limiter(|state| &mut state.growth);
        store.set_hostcall_fuel(limits::HOST_CALL_BYTES_MAX);
        store.set_max_component_handles(limits::HANDLES_MAX);
        store.set_epoch_deadline(1);
        let mut ticks = 0;
        store.epoch_deadline_callback(move |_| {
            ticks += 1;
            // Between ticks others get their turn, so that one busy guest can't hold a worker.
            Ok(if ticks > ticks_max { UpdateDeadline::Interrupt } else { UpdateDeadline::Yield(1) })
        });
        store
    }
}

enum Failure {
    Named(Ending),
    Wasm(wasmtime::Error),
}

async fn timed<T>(
    most: Duration,
    call: impl Future<Output = wasmtime::Result<T>>,
) -> Result<T, Failure> {
    match tokio::time::timeout(most, call).await {
        Ok(result) => result.map_err(Failure::Wasm),
        Err(_) => Err(Failure::Named(Ending::Time)),
    }
}

fn ended<T>(store: Store<RunState>, outcome: Result<T, Failure>) -> Ended<T> {
    let state = store.into_data();
    let outcome = outcome.map_err(|failure| match failure {
        Failure::Named(ending) => ending,
        Failure::Wasm(error) => ending(&error, state.growth.refused),
    });
    Ended { state, outcome }
}

fn ending(error: &wasmtime::Error, growth_refused: bool) -> Ending {
    match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => Ending::Time,
        Some(Trap::StackOverflow) => Ending::Stack,
        _ if growth_refused => Ending::Memory,
        _ => {
            tracing::debug!(error = %format!("{error:#}"), "a guest crashed");
            Ending::Crashed
        }
    }
}

/// Run an unmodified WASI HTTP component: our request becomes a plain one, its answer an HTML
/// string or a download. Its headers, but for the content type, are dropped.
async fn http_page(
    pre: &wasmtime_wasi_http::p2::bindings::ProxyPre<RunState>,
    store: &mut Store<RunState>,
    request: &page::Request,
) -> wasmtime::Result<page::Response> {
    let (sender, mut receiver) = tokio::sync::oneshot::channel();
    let incoming = http_request(request)?;
    let incoming = store.data_mut().http().new_incoming_request(Scheme::Http, incoming)?;
    let out = store.data_mut().http().new_response_outparam(sender)?;
    let proxy = pre.instantiate_async(&mut *store).await?;
    proxy.wasi_http_incoming_handler().call_handle(&mut *store, incoming, out).await?;
    let answer = receiver
        .try_recv()
        .map_err(|_| wasmtime::Error::msg("the component gave no answer"))?
        .map_err(|code| wasmtime::Error::msg(format!("the component failed: {code:?}")))?;
    let (parts, body) = answer.into_parts();
    let body = Limited::new(body, HTTP_BODY_BYTES_MAX)
        .collect()
        .await
        .map_err(|error| wasmtime::Error::msg(error.to_string()))?
        .to_bytes();
    Ok(http_response(&parts, body))
}

fn http_request(request: &page::Request) -> wasmtime::Result<http::Request<Full<Bytes>>> {
    let form = |pairs: &[(String, String)]| serde_urlencoded::to_string(pairs).unwrap_or_default();
    let mut path = request.path.clone();
    if !request.query.is_empty() {
        path = format!("{path}?{}", form(&request.query));
    }
    let builder = http::Request::builder().uri(path).header(http::header::HOST, "home.invalid");
    let request = match request.method {
        page::Method::Get => builder.method(http::Method::GET).body(Full::new(Bytes::new())),
        page::Method::Post => builder
            .method(http::Method::POST)
            .header(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::new(Bytes::from(form(&request.form)))),
    };
    request.map_err(|error| wasmtime::Error::msg(error.to_string()))
}

fn http_response(parts: &http::response::Parts, body: Bytes) -> page::Response {
    let media = parts.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media = media.unwrap_or("text/html");
    let text = || String::from_utf8_lossy(&body).into_owned();
    let content = if parts.status == http::StatusCode::NOT_FOUND {
        page::Content::NotFound
    } else if media.starts_with("text/html") {
        page::Content::Html(text())
    } else if media.starts_with("text/plain") || media.starts_with("application/json") {
        page::Content::Tree(vec![
            page::Node::Open(crate::caps::bindings::ui::Element {
                tag: crate::caps::bindings::ui::Tag::Pre,
                attrs: Vec::new(),
            }),
            page::Node::Text(text()),
            page::Node::Close,
        ])
    } else {
        page::Content::NotFound
    };
    page::Response { title: String::new(), content }
}
