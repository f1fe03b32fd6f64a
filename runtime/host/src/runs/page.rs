//! A page of an app.

use std::sync::Arc;

use domicile_policy::{Cause, ComponentId, Influence, Label};
use tokio::time::Instant;

use super::{RunError, begin, event, keep_console, note_denied, release};
use crate::caps::bindings::page::{Content, Method, Request};
use crate::engine::state::InputFile;
use crate::flow::audit;
use crate::house::{Home, House};
use crate::registry;

/// What made the request, as far as the host can prove it.
#[derive(Clone, Debug, Default)]
pub struct PageCause {
    /// The label and influence of the page that sent it, from its token; `None` without a valid
    /// one.
    pub token: Option<(Label, Influence)>,
}

/// A page, not yet printed.
#[derive(Debug)]
pub struct PageAnswer {
    /// For the bar and the window.
    pub title: String,
    /// What to print.
    pub content: Content,
    /// What the page is about: its token carries it.
    pub label: Label,
    /// Who shaped it.
    pub influence: Influence,
}

/// Ask an app for a page.
pub async fn show(
    house: &House,
    home: &Arc<Home>,
    app: &ComponentId,
    cause: PageCause,
    request: Request,
) -> Result<PageAnswer, RunError> {
    let asked = Instant::now();
    let answer = run(house, home, app, cause, request).await;
    let knows_nothing = answer.as_ref().is_ok_and(|answer| answer.label == Label::nothing());
    if !knows_nothing {
        release::at_quantum(asked, house.release_quantum()).await;
    }
    answer
}

async fn run(
    house: &House,
    home: &Arc<Home>,
    app: &ComponentId,
    cause: PageCause,
    request: Request,
) -> Result<PageAnswer, RunError> {
    let installed =
        registry::find(home, app).ok_or_else(|| RunError::NotInstalled(app.to_string()))?;
    let cause = Cause::Page {
        plain_root: request.method == Method::Get
            && request.path == "/"
            && request.query.is_empty(),
        typed: request.method == Method::Post || !request.query.is_empty(),
        token: house.fault().token(cause.token),
    };
    let input = InputFile { name: String::new(), content: Default::default() };
    let begun = match begin(house, home, Arc::clone(&installed), cause, input).await {
        Err(RunError::Denied(denial)) => {
            note_denied(house, home, &installed, "page", &denial);
            return Err(RunError::Denied(denial));
        }
        begun => begun?,
    };
    let mut ended = house.engine().page(&begun.loaded, begun.state, request).await;
    keep_console(&mut ended.state).await;
    if ended.state.session.keep_answers().await.is_err() {
        tracing::warn!("what an app answered to a gate could not be kept");
    }
    let session = &ended.state.session;
    let code = ended.outcome.as_ref().map_or_else(|ending| ending.code(), |_| "done");
    let event = event(session, "page", "page", begun.started, code);
    let version = &begun.installed.manifest.version;
    home.store().log_later(audit::encode(session.began(), app.as_str(), version, &event));
    let stamp = session.stamp();
    let answer =
        ended.outcome.map_err(|ending| RunError::Ended { name: app.to_string(), ending })?;
    Ok(PageAnswer {
        title: answer.title,
        content: answer.content,
        label: stamp.label,
        influence: stamp.influence,
    })
}
