//! A page of an app, and what stands in its panels.
//!
//! A panel is a page of the same app, run by itself when the run of the page around it has ended
//! (R12): it begins with what that one knew and may come to know more. Never here: anything of a
//! panel, not even that it failed, on its way into the page around it.

use std::sync::Arc;

use domicile_policy::{Cause, CauseKind, ComponentId, Fault, Influence, Label, Run};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::{RunError, Why, address, begin, denied, event, keep_console, release};
use crate::caps::bindings::page::{Content, Method, Request};
use crate::caps::bindings::ui::Node;
use crate::engine::state::InputFile;
use crate::flow::audit;
use crate::front::limits::PANELS_MAX;
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
    /// What stands in its panels, in their order. A panel has none.
    pub panels: Vec<Panel>,
}

/// What stands in a panel: a page, or why there is none.
pub type Panel = Result<PageAnswer, RunError>;

impl PageAnswer {
    fn knows_nothing(&self) -> bool {
        let panels = || self.panels.iter().flatten();
        self.label == Label::nothing()
            && panels().count() == self.panels.len()
            && panels().all(PageAnswer::knows_nothing)
    }
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
    let answer = whole(house, home, app, cause, request).await;
    if !answer.as_ref().is_ok_and(PageAnswer::knows_nothing) {
        release::at_quantum(asked, house.release_quantum()).await;
    }
    answer
}

async fn whole(
    house: &House,
    home: &Arc<Home>,
    app: &ComponentId,
    cause: PageCause,
    request: Request,
) -> Result<PageAnswer, RunError> {
    let cause = Cause::Page {
        plain_root: request.method == Method::Get
            && request.path == "/"
            && request.query.is_empty(),
        typed: request.method == Method::Post || !request.query.is_empty(),
        token: house.fault().token(cause.token),
    };
    let (mut answer, page) = run(house, home, app, Why::Cause(cause), request).await?;
    let mut running = JoinSet::new();
    for (at, request) in requests(&answer.content).into_iter().enumerate() {
        let (house, home, page) = (house.clone(), Arc::clone(home), page.clone());
        running.spawn(async move { (at, panel(&house, &home, &page, request).await) });
    }
    let mut ended = running.join_all().await;
    ended.sort_by_key(|(at, _)| *at);
    let panels = ended.into_iter().map(|(_, panel)| panel);
    answer.panels = if house.fault().is(Fault::SpawnWaits) {
        panels.map(|panel| panel.map(Ok)).collect::<Result<_, _>>()?
    } else {
        panels.collect()
    };
    Ok(answer)
}

/// The requests of a page's panels; none if an address is bad or there are too many, since then
/// it is no page.
fn requests(content: &Content) -> Vec<Request> {
    let Content::Tree(nodes) = content else { return Vec::new() };
    let paths = nodes.iter().filter_map(|node| match node {
        Node::Panel(path) => Some(path),
        _ => None,
    });
    let requests = paths.take(PANELS_MAX + 1).map(|path| address::request(path));
    let requests: Option<Vec<Request>> = requests.collect();
    requests.filter(|all| all.len() <= PANELS_MAX).unwrap_or_default()
}

/// A panel of a page whose run has ended.
async fn panel(house: &House, home: &Arc<Home>, page: &Run, request: Request) -> Panel {
    let (answer, run) = run(house, home, page.component(), Why::Panel(page), request).await?;
    let stamp = house.fault().panel(page, &run);
    Ok(PageAnswer { label: stamp.label, influence: stamp.influence, ..answer })
}

/// One run: its page, and what it knew at the end.
async fn run(
    house: &House,
    home: &Arc<Home>,
    app: &ComponentId,
    why: Why<'_>,
    request: Request,
) -> Result<(PageAnswer, Run), RunError> {
    let installed =
        registry::find(home, app).ok_or_else(|| RunError::NotInstalled(app.to_string()))?;
    let input = InputFile { name: String::new(), content: Default::default() };
    let entrance = if matches!(why, Why::Panel(_)) { "panel" } else { "page" };
    let begun = match begin(house, home, Arc::clone(&installed), why, input).await {
        Err(RunError::Denied(denial)) => {
            let line = denied(entrance, CauseKind::Page, "denied", Some(&denial));
            let (at, version) = (house.clock().now(), &installed.manifest.version);
            home.store().log_later(audit::encode(at, app.as_str(), version, &line));
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
    let event = event(session, entrance, &begun.start, code);
    let version = &begun.installed.manifest.version;
    home.store().log_later(audit::encode(session.began(), app.as_str(), version, &event));
    let run = session.run().clone();
    let answer =
        ended.outcome.map_err(|ending| RunError::Ended { name: app.to_string(), ending })?;
    let stamp = run.stamp();
    let answer = PageAnswer {
        title: answer.title,
        content: answer.content,
        label: stamp.label,
        influence: stamp.influence,
        panels: Vec::new(),
    };
    Ok((answer, run))
}
