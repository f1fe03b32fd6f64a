//! What the owner sees of a service's own runs, and may do about them.
//!
//! In flow the owner's forms, which carry nothing but the service's name; out flow the last runs,
//! with what a failed one said as plain text. Never here: an argument for a run.

use axum::http::StatusCode;
use domicile_policy::CauseKind;
use domicile_proto::manifest::Kind;
use domicile_proto::report;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::super::page::see;
use super::super::problem::Failure;
use super::{Answer, Owner, apps, audit};
use crate::jobs::{self, Ran};
use crate::registry::Installed;

/// The card of a service.
pub struct Jobs {
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
pub struct Run {
    /// When.
    pub at: String,
    /// What started it.
    pub cause: String,
    /// Whether it ended well.
    pub done: bool,
    /// How it ended.
    pub outcome: String,
    /// What it said as it failed.
    pub said: String,
    /// How long it took.
    pub lasted_ms: u64,
}

/// The card of a component that is a service.
pub fn of(owner: &Owner, installed: &Installed) -> Result<Option<Jobs>, Failure> {
    if installed.manifest.kind != Kind::Service {
        return Ok(None);
    }
    let now = jobs::overview(owner.ask.front.house(), &owner.home, installed)?;
    let zone = TimeZone::get(&owner.home.settings().time_zone).unwrap_or(TimeZone::UTC);
    let moment =
        |at: Timestamp| at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
    let run = |ran: Ran| Run {
        at: moment(ran.at),
        cause: cause(owner, &ran),
        done: ran.is_done(),
        outcome: audit::end_words(&ran.outcome, owner.t(), owner.ask.locale),
        said: ran.said,
        lasted_ms: ran.lasted_ms,
    };
    Ok(Some(Jobs {
        starts: report::starts(&installed.manifest, &installed.grants(), owner.ask.locale),
        at_work: now.at_work,
        paused: now.paused,
        next: now.next.map(moment),
        runs: now.runs.into_iter().map(run).collect(),
    }))
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
