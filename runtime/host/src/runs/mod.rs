//! One call of one component, from its cause to its line in the audit trail.

pub mod address;
pub mod cassette;
pub mod collect;
pub mod device;
pub mod import;
pub mod page;
mod release;
pub mod task;

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use domicile_policy::{Category, Cause, CauseKind, Denial, Label, Locale, Run};
use tokio::sync::OwnedSemaphorePermit;

use crate::engine::Loaded;
use crate::engine::call::Ending;
use crate::engine::state::{InputFile, RunState};
use crate::flow::Session;
use crate::flow::audit::{Event, Refusal};
use crate::house::{Home, House};
use crate::registry::{self, InstallError, Installed};

/// Why a run gave no answer. The words are for the owner.
#[derive(Debug)]
pub enum RunError {
    /// There is no such component in this home.
    NotInstalled(String),
    /// The policy refused to start it.
    Denied(Box<Denial>),
    /// It was stopped or crashed.
    Ended {
        /// The component.
        name: String,
        /// How.
        ending: Ending,
    },
    /// The component itself could not be made ready.
    Component(InstallError),
}

impl RunError {
    /// What happened, for the owner.
    pub fn words(&self, locale: Locale) -> String {
        match self {
            RunError::NotInstalled(name) => locale.pick(
                format!("`{name}` is not installed in this home: install it on the page Apps"),
                format!("`{name}` n'est pas installé ici : installez-le à la page Applications"),
            ),
            RunError::Denied(denial) => denial.sentence(locale),
            RunError::Ended { name, ending } => {
                let ending = ending.words(locale);
                locale.pick(format!("{name}: {ending}"), format!("{name} : {ending}"))
            }
            RunError::Component(_) => locale
                .pick(
                    "the component could not be made ready: install it again",
                    "le composant n'a pas pu être préparé : réinstallez-le",
                )
                .to_owned(),
        }
    }

    /// What to do about a refusal.
    pub fn remedy(&self, locale: Locale) -> Option<String> {
        self.denial().map(|denial| denial.words(locale).remedy)
    }

    /// What the policy said, if it refused.
    pub fn denial(&self) -> Option<&Denial> {
        match self {
            RunError::Denied(denial) => Some(denial),
            _ => None,
        }
    }

    /// The stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            RunError::NotInstalled(_) => "not-installed",
            RunError::Denied(_) => "denied",
            RunError::Ended { ending, .. } => ending.code(),
            RunError::Component(_) => "unavailable",
        }
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Locale::En))
    }
}

impl Error for RunError {
    /// What the server's log tells besides.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            RunError::Component(error) => Some(error),
            _ => None,
        }
    }
}

impl From<InstallError> for RunError {
    fn from(error: InstallError) -> Self {
        RunError::Component(error)
    }
}

/// A run that is ready to call its component.
struct Begun {
    installed: Arc<Installed>,
    loaded: Arc<Loaded>,
    state: RunState,
    start: Start,
    _place: OwnedSemaphorePermit,
}

/// What makes a run begin.
enum Why<'a> {
    /// A cause of its own.
    Cause(Cause),
    /// A dropped file, of which it takes what is of one category.
    Sorting(Category),
    /// It is a part of the page of this run, which has ended.
    Panel(&'a Run),
}

impl Why<'_> {
    fn run(self, house: &House, installed: &Installed) -> Result<Run, Denial> {
        let (id, grants) = (installed.id().clone(), installed.grants());
        let start = |grants, cause| house.fault().start(id, installed.world(), grants, cause);
        match self {
            Why::Cause(cause) => start(grants, cause),
            Why::Sorting(category) => start(grants.of(category), Cause::DroppedFile),
            Why::Panel(page) => page.spawn(grants),
        }
    }
}

/// Why and when a run began.
struct Start {
    cause: CauseKind,
    /// Of an event: what the change was about.
    about: Option<Label>,
    at: Instant,
}

impl Start {
    fn of(why: &Why<'_>) -> Start {
        let (cause, about) = match why {
            Why::Cause(cause @ Cause::Event { label, .. }) => (cause.kind(), Some(label.clone())),
            Why::Cause(cause) => (cause.kind(), None),
            Why::Sorting(_) => (CauseKind::File, None),
            Why::Panel(_) => (CauseKind::Page, None),
        };
        Start { cause, about, at: Instant::now() }
    }

    fn lasted_ms(&self) -> u64 {
        u64::try_from(self.at.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

async fn begin(
    house: &House,
    home: &Arc<Home>,
    installed: Arc<Installed>,
    why: Why<'_>,
    input: InputFile,
) -> Result<Begun, RunError> {
    let mut start = Start::of(&why);
    let run = why.run(house, &installed).map_err(|denial| RunError::Denied(Box::new(denial)))?;
    let loaded = registry::load(house, &installed).await?;
    let busy = |_| RunError::Ended { name: installed.id().to_string(), ending: Ending::Busy };
    let place = Arc::clone(house.runs()).acquire_owned().await.map_err(busy)?;
    let at = house.clock().now();
    let version = installed.manifest.version.clone();
    let session = Session::new(Arc::clone(home), run, house.fault(), version, at);
    let session = session.with_gates(installed.gates());
    let state = RunState::new(session, input);
    start.at = Instant::now();
    Ok(Begun { installed, loaded, state, start, _place: place })
}

/// The audit trail's line for a run.
fn event(session: &Session, entrance: &str, start: &Start, outcome: &str) -> Event {
    let tally = session.tally();
    Event::Run {
        entrance: entrance.to_owned(),
        cause: start.cause,
        about: start.about.clone(),
        label: session.label().clone(),
        read: tally.read.clone(),
        written: tally.written.clone(),
        requests: tally.requests.clone(),
        refusals: tally.refusals.iter().map(Refusal::from).collect(),
        refused: tally.refused,
        outcome: outcome.to_owned(),
        duration_ms: start.lasted_ms(),
    }
}

/// The audit trail's line for a run that did not begin.
fn denied(entrance: &str, cause: CauseKind, outcome: &str, denial: Option<&Denial>) -> Event {
    Event::Run {
        entrance: entrance.to_owned(),
        cause,
        about: None,
        label: Label::nothing(),
        read: Default::default(),
        written: Default::default(),
        requests: Vec::new(),
        refusals: denial.into_iter().map(Refusal::from).collect(),
        refused: u64::from(denial.is_some()),
        outcome: outcome.to_owned(),
        duration_ms: 0,
    }
}

/// What a run printed becomes an item that only the owner reads. What can't be kept is dropped: if
/// the home is to blame, the server's log says so already.
async fn keep_console(state: &mut RunState) {
    let text = state.console();
    if !text.is_empty() {
        let _ = state.session.keep_console(&text).await;
    }
    #[cfg(feature = "faults")]
    state.session.watched();
}
