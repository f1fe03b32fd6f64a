//! Jobs: services that run without anybody waiting for a page.
//!
//! In flow the time, changes of documents and the owner's own wish; out flow runs, each with its
//! line in the audit trail, and what the owner is told of them. A run is started by the manifest's
//! schedule, by the owner with no argument, or by a change that its component may know of (R10,
//! R13). What it may not know of leaves nothing here: no run, no record, no delay.
//!
//! What was due and had no run yet is never written down: the store numbers the changes of each
//! compartment, and a lane remembers how far it came. So a crash loses nothing.

mod book;
mod desk;
mod lane;
pub mod limits;
mod serve;
mod slots;
mod work;

use std::sync::Arc;

use domicile_policy::{Cause, ComponentId, Event, Influence, Label};
use domicile_proto::manifest::{Kind, Schedule};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::task::JoinHandle;

use crate::house::{Home, HomeError, House};
use crate::registry::{self, Installed};
pub use desk::Desk;
use desk::Seat;
pub use lane::Ran;
use lane::{Cue, Lane};
pub use serve::serve;
use slots::Slots;

/// What the owner is told of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// Whether it is at work.
    pub at_work: bool,
    /// Whether the owner has paused it.
    pub paused: bool,
    /// When something starts it next, as far as that is known.
    pub next: Option<Timestamp>,
    /// Its last runs, the newest first.
    pub runs: Vec<Ran>,
}

/// A lane that something may start, and when.
struct Open {
    cue: Cue,
    /// What a run of it knows at the start.
    label: Label,
    next: Option<Timestamp>,
}

/// Start what is due in a home. Answers the runs that it started, and when the next one is due.
/// What is at work already is not started again; its end rings the bell.
pub async fn look(
    house: &House,
    home: &Arc<Home>,
) -> Result<(Vec<JoinHandle<()>>, Option<Timestamp>), HomeError> {
    let now = house.clock().now();
    let (mut started, mut next_at) = (Vec::new(), None);
    for installed in services(home) {
        begin_counting(house, home, &installed, now).await?;
        let id = installed.id();
        if is_paused(home, id)? {
            continue;
        }
        for open in open_lanes(house, home, &installed, now)? {
            match open.next {
                Some(due) if due <= now => {
                    let seat = Seat::take(house, home.name(), id, &open.label);
                    started.extend(seat.map(|seat| work::start(house, home, id, open.cue, seat)));
                }
                later => next_at = [next_at, later].into_iter().flatten().min(),
            }
        }
    }
    Ok((started, next_at))
}

/// Run all that is due in a home, and what that makes due, to the end. Answers when the next run
/// is due.
pub async fn settle(house: &House, home: &Arc<Home>) -> Result<Option<Timestamp>, HomeError> {
    loop {
        let (started, next) = look(house, home).await?;
        if started.is_empty() {
            return Ok(next);
        }
        for run in started {
            // It tells how it ended in its record.
            let _ = run.await;
        }
    }
}

/// The owner wants a run, with nothing told to it. `None`: it is at work already.
pub fn run_now(house: &House, home: &Arc<Home>, installed: &Installed) -> Option<JoinHandle<()>> {
    let id = installed.id();
    let seat = Seat::take(house, home.name(), id, &Label::nothing())?;
    Some(work::start_for_owner(house, home, id, seat))
}

/// The owner wants no runs of a service for now, or wants them again.
pub async fn pause(
    house: &House,
    home: &Home,
    id: &ComponentId,
    paused: bool,
) -> Result<(), HomeError> {
    let _book = house.desk().book().await;
    let mut plain = book::lane(home, id, &Cue::Plain, house.clock().now())?;
    plain.paused = paused;
    home.store().put_records(vec![book::keep(id, &Cue::Plain, &plain)?]).await?;
    house.bell().pull(home.name());
    Ok(())
}

/// What the owner is told of a service.
pub fn overview(house: &House, home: &Home, installed: &Installed) -> Result<Overview, HomeError> {
    let id = installed.id();
    let paused = is_paused(home, id)?;
    let open = open_lanes(house, home, installed, house.clock().now())?;
    let mut runs: Vec<Ran> =
        book::lanes(home, id)?.into_iter().flat_map(|lane| lane.runs).collect();
    runs.sort_by_key(|ran| std::cmp::Reverse(ran.at));
    runs.truncate(limits::RUNS_KEPT_MAX);
    Ok(Overview {
        at_work: house.desk().is_at_work(home.name(), id),
        paused,
        next: open.into_iter().filter_map(|open| open.next).min().filter(|_| !paused),
        runs,
    })
}

fn services(home: &Home) -> impl Iterator<Item = Arc<Installed>> {
    registry::installed(home).into_iter().filter(|one| one.manifest.kind == Kind::Service)
}

fn is_paused(home: &Home, id: &ComponentId) -> Result<bool, HomeError> {
    Ok(book::kept(home, id, &Cue::Plain)?.is_some_and(|plain| plain.paused))
}

/// From the first look on, a schedule counts its slots.
async fn begin_counting(
    house: &House,
    home: &Home,
    installed: &Installed,
    now: Timestamp,
) -> Result<(), HomeError> {
    let (id, trigger) = (installed.id(), installed.trigger());
    let _book = house.desk().book().await;
    if trigger.schedule.is_none() || book::kept(home, id, &Cue::Plain)?.is_some() {
        return Ok(());
    }
    let plain = Lane::new(Cue::Plain, now);
    home.store().put_records(vec![book::keep(id, &Cue::Plain, &plain)?]).await?;
    Ok(())
}

/// The lanes of a component: its schedule, and each compartment whose changes it may hear of.
fn open_lanes(
    house: &House,
    home: &Home,
    installed: &Installed,
    now: Timestamp,
) -> Result<Vec<Open>, HomeError> {
    let (id, trigger) = (installed.id(), installed.trigger());
    let mut open = Vec::new();
    if let Some(schedule) = trigger.schedule {
        let lane = book::lane(home, id, &Cue::Plain, now)?;
        let next = Some(lane.next_slot(&slots(home, id, schedule)));
        open.push(Open { cue: Cue::Plain, label: Label::nothing(), next });
    }
    for doctype in &trigger.events {
        for (label, number) in home.store().last_changes(doctype)? {
            let cue = Cue::Change { doctype: doctype.clone(), label };
            let Some(cause) = cause(house, installed, &cue, Influence::nobody()) else { continue };
            let next = book::lane(home, id, &cue, now)?.next_change(number);
            open.push(Open { label: start_label(&cause), next, cue });
        }
    }
    Ok(open)
}

/// Why a change starts a component, if it may know of it (R13).
fn cause(house: &House, installed: &Installed, cue: &Cue, influence: Influence) -> Option<Cause> {
    let Cue::Change { doctype, label } = cue else { return Some(Cause::Schedule) };
    let event = Event { doctype: doctype.clone(), label: label.clone(), influence };
    house.fault().event(&event, &installed.world(), &installed.grants())
}

fn start_label(cause: &Cause) -> Label {
    match cause {
        Cause::Event { label, .. } => label.clone(),
        _ => Label::nothing(),
    }
}

fn slots(home: &Home, id: &ComponentId, schedule: Schedule) -> Slots {
    let key = home.key("slots of jobs");
    let draw = blake3::keyed_hash(&key, id.as_str().as_bytes());
    let spread = draw.as_bytes().iter().take(8).fold(0, |draw, byte| draw << 8 | u64::from(*byte));
    let zone = TimeZone::get(&home.settings().time_zone).unwrap_or(TimeZone::UTC);
    Slots { schedule, zone, spread }
}
