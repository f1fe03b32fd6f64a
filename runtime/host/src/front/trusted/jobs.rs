//! What the owner sees of the runs of a service or for an account, and may do about them.
//!
//! In flow the owner's forms, which carry nothing but a name; out flow the last runs, with what
//! they said as plain text, in a quotation. Never here: an argument for a run.

use axum::http::StatusCode;
use domicile_policy::CauseKind;
use domicile_proto::manifest::Kind;
use domicile_proto::report;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::super::page::see;
use super::super::problem::Failure;
use super::{Answer, Owner, apps, audit};
use crate::jobs::{self, Overview, Ran};
use crate::registry::Installed;

/// The card of a service or an account.
pub struct Jobs {
    /// Where its forms go.
    pub base: String,
    /// What starts it, in words.
    pub starts: Vec<String>,
    /// Whether it runs now.
    pub at_work: bool,
    /// Whether the owner has paused it.
    pub paused: bool,
    /// When it runs next.
    pub next: Option<String>,
    /// The newest first.
    pub runs: Vec<Run>,
}

/// One run.
#[derive(Clone)]
pub struct Run {
    /// When.
    pub at: String,
    /// What started it.
    pub cause: String,
    /// Whether it ended well.
    pub done: bool,
    /// How it ended.
    pub outcome: String,
    /// What it said at its end.
    pub said: String,
    /// What it left out, as it says.
    pub warnings: Vec<String>,
    /// How many documents a konnector brought.
    pub brought: u64,
    /// And how many files.
    pub files: u64,
    /// How long it took.
    pub lasted_ms: u64,
}

/// The card of a component that is a service.
pub fn of(owner: &Owner, installed: &Installed) -> Result<Option<Jobs>, Failure> {
    if installed.manifest.kind != Kind::Service {
        return Ok(None);
    }
    let now = jobs::overview(owner.ask.front.house(), &owner.home, installed)?;
    Ok(Some(card(owner, installed, now, format!("/apps/{}", installed.id()))))
}

/// The card of what this is about, with forms that go there.
pub fn card(owner: &Owner, installed: &Installed, now: Overview, base: String) -> Jobs {
    let run = |ran: Ran| Run {
        at: moment(owner, ran.at),
        cause: cause(owner, &ran),
        done: ran.is_done(),
        outcome: audit::end_words(&ran.outcome, owner.t(), owner.ask.locale),
        said: ran.said,
        warnings: ran.warnings,
        brought: ran.brought,
        files: ran.files,
        lasted_ms: ran.lasted_ms,
    };
    Jobs {
        base,
        starts: report::starts(&installed.manifest, &installed.grants(), owner.ask.locale),
        at_work: now.at_work,
        paused: now.paused,
        next: now.next.map(|at| moment(owner, at)),
        runs: now.runs.into_iter().map(run).collect(),
    }
}

impl Jobs {
    /// The most that one of its runs brought: what the others are drawn against.
    pub fn brought_most(&self) -> u64 {
        self.runs.iter().map(|run| run.brought).max().unwrap_or(0)
    }

    /// The same of files.
    pub fn files_most(&self) -> u64 {
        self.runs.iter().map(|run| run.files).max().unwrap_or(0)
    }
}

/// How a run ended and when, in a line.
pub fn state(owner: &Owner, ran: &Ran) -> String {
    let outcome = audit::end_words(&ran.outcome, owner.t(), owner.ask.locale);
    format!("{}{} {outcome}", moment(owner, ran.at), owner.t().colon)
}

/// Where the owner lives.
pub fn moment(owner: &Owner, at: Timestamp) -> String {
    let zone = TimeZone::get(&owner.home.settings().time_zone).unwrap_or(TimeZone::UTC);
    at.to_zoned_datetime(zone).strftime("%Y-%m-%d %H:%M").to_string()
}

fn cause(owner: &Owner, ran: &Ran) -> String {
    let words = ran.cause.words(owner.ask.locale);
    match ran.cause {
        CauseKind::Event => {
            format!("{words}{} {}", owner.t().colon, ran.about.words(owner.ask.locale))
        }
        _ => words.to_owned(),
    }
}

fn service(owner: &Owner, id: &str) -> Result<std::sync::Arc<Installed>, Failure> {
    let installed = apps::find(owner, id)?;
    match installed.manifest.kind {
        Kind::Service => Ok(installed),
        _ => Err(Failure::not_found(owner.t())),
    }
}

/// Run it now.
pub fn run(owner: &Owner, id: &str) -> Answer {
    let installed = service(owner, id)?;
    match jobs::run_now(owner.ask.front.house(), &owner.home, &installed) {
        Some(_) => Ok(see(&format!("/apps/{}", installed.id()))),
        None => {
            let t = owner.t();
            let (title, remedy) = (t.at_work_title, t.at_work_remedy);
            Err(Failure::new(StatusCode::CONFLICT, "at-work", title, t.at_work_detail, remedy))
        }
    }
}

/// Pause it, or let it go on.
pub async fn pause(owner: &Owner, id: &str, paused: bool) -> Answer {
    let installed = service(owner, id)?;
    let id = installed.id();
    jobs::pause(owner.ask.front.house(), &owner.home, id, paused).await?;
    Ok(see(&format!("/apps/{id}")))
}
