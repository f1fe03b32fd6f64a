//! One call of one component, from its cause to its line in the audit trail.

pub mod collect;
pub mod import;
pub mod page;
mod release;

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use domicile_policy::{Cause, Denial, Locale};
use tokio::sync::OwnedSemaphorePermit;

use crate::engine::Loaded;
use crate::engine::call::Ending;
use crate::engine::state::{InputFile, RunState};
use crate::flow::Session;
use crate::flow::audit::{self, Event, Refusal};
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
        match self {
            RunError::Denied(denial) => Some(denial.words(locale).remedy),
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
    started: Instant,
    _place: OwnedSemaphorePermit,
}

async fn begin(
    house: &House,
    home: &Arc<Home>,
    installed: Arc<Installed>,
    cause: Cause,
    input: InputFile,
) -> Result<Begun, RunError> {
    let loaded = registry::load(house, &installed).await?;
    let id = installed.id().clone();
    let run = house.fault().start(id, installed.world(), installed.grants(), cause);
    let run = run.map_err(|denial| RunError::Denied(Box::new(denial)))?;
    let busy = |_| RunError::Ended { name: installed.id().to_string(), ending: Ending::Busy };
    let place = Arc::clone(house.runs()).acquire_owned().await.map_err(busy)?;
    let at = house.clock().now();
    let version = installed.manifest.version.clone();
    let session = Session::new(Arc::clone(home), run, house.fault(), version, at);
    let state = RunState::new(session, input);
    Ok(Begun { installed, loaded, state, started: Instant::now(), _place: place })
}

/// The audit trail's line for a run.
fn event(session: &Session, entrance: &str, cause: &str, started: Instant, outcome: &str) -> Event {
    let tally = session.tally();
    Event::Run {
        entrance: entrance.to_owned(),
        cause: cause.to_owned(),
        label: session.label().clone(),
        read: tally.read.clone(),
        written: tally.written.clone(),
        requests: tally.requests.clone(),
        refusals: tally.refusals.iter().map(Refusal::from).collect(),
        refused: tally.refused,
        outcome: outcome.to_owned(),
        duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}

/// Note a run that the policy did not let start.
fn note_denied(house: &House, home: &Home, installed: &Installed, entrance: &str, denial: &Denial) {
    let event = Event::Run {
        entrance: entrance.to_owned(),
        cause: entrance.to_owned(),
        label: domicile_policy::Label::nothing(),
        read: Default::default(),
        written: Default::default(),
        requests: Vec::new(),
        refusals: vec![Refusal::from(denial)],
        refused: 1,
        outcome: "denied".to_owned(),
        duration_ms: 0,
    };
    let at = house.clock().now();
    let version = &installed.manifest.version;
    home.store().log_later(audit::encode(at, installed.id().as_str(), version, &event));
}

/// What a run printed becomes an item that only the owner reads.
async fn keep_console(state: &mut RunState) {
    let text = state.console();
    if !text.is_empty() && state.session.keep_console(&text).await.is_err() {
        tracing::warn!("a component's console text could not be kept");
    }
}
