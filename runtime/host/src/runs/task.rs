//! One run of a service.

use std::collections::BTreeMap;
use std::sync::Arc;

use domicile_policy::{Cause, Doctype, Label};

use super::{Why, begin, denied, event, keep_console};
use crate::caps::bindings::task::Trigger;
use crate::engine::state::InputFile;
use crate::flow::audit;
use crate::house::{Home, House};
use crate::registry::Installed;

/// How a run ended, not yet noted.
pub struct Worked {
    /// `done`, `failed`, or the code of what ended it.
    pub outcome: &'static str,
    /// What the service said as it failed.
    pub said: String,
    /// How long it took.
    pub lasted_ms: u64,
    /// How many changes it made in each compartment.
    pub moved: BTreeMap<(Doctype, Label), u64>,
    /// Whether it learnt more than it knew at its start.
    pub rose: bool,
    /// Its line for the audit trail.
    pub line: Vec<u8>,
}

/// Let a service work.
pub async fn run(
    house: &House,
    home: &Arc<Home>,
    installed: Arc<Installed>,
    cause: Cause,
    trigger: Trigger,
) -> Worked {
    let input = InputFile { name: String::new(), content: Default::default() };
    let (kind, id) = (cause.kind(), installed.id().clone());
    let version = installed.manifest.version.clone();
    let begun = match begin(house, home, installed, Why::Cause(cause), input).await {
        Ok(begun) => begun,
        Err(error) => {
            tracing::warn!(%error, component = %id, "a service could not run");
            let line = denied("task", kind, error.code(), error.denial());
            let line = audit::encode(house.clock().now(), id.as_str(), &version, &line);
            return Worked::stopped(error.code(), line);
        }
    };
    let started = begun.state.session.label().clone();
    let mut ended = house.engine().task(&begun.loaded, begun.state, trigger).await;
    keep_console(&mut ended.state).await;
    let session = &ended.state.session;
    let (outcome, said) = match ended.outcome {
        Ok(Ok(())) => ("done", String::new()),
        Ok(Err(said)) => ("failed", said),
        Err(ending) => (ending.code(), String::new()),
    };
    let line = event(session, "task", &begun.start, outcome);
    Worked {
        outcome,
        said,
        lasted_ms: begun.start.lasted_ms(),
        moved: session.tally().moved.clone(),
        rose: *session.label() != started,
        line: audit::encode(session.began(), id.as_str(), &version, &line),
    }
}

impl Worked {
    /// It did not even begin.
    fn stopped(outcome: &'static str, line: Vec<u8>) -> Worked {
        let (said, moved) = Default::default();
        Worked { outcome, said, lasted_ms: 0, moved, rose: false, line }
    }
}
