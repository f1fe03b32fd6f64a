//! Jobs: services and konnectors that run without anybody waiting for a page.
//!
//! In flow the time, changes of documents and the owner's own wish; out flow runs, each with its
//! line in the audit trail, and what the owner is told of them. A run is started by the manifest's
//! schedule, by the owner with no argument, by a message of its provider, or by a change that its
//! component may know of (R10, R13). What it may not know of leaves nothing here: no run, no
//! record, no delay.
//!
//! What was due and had no run yet is never written down: the store numbers the changes of each
//! compartment, and a lane remembers how far it came. So a crash loses nothing.

mod book;
mod desk;
mod hooks;
mod lane;
mod leave;
pub mod limits;
mod live;
mod serve;
mod slots;
mod work;

use std::collections::BTreeMap;
use std::sync::Arc;

use domicile_policy::{Cause, ComponentId, Event, Influence, Label};
use domicile_proto::manifest::{Kind, Manifest, Schedule};
use domicile_store::WriteBatch;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::egress::Account;
use crate::flow::accounts::{self, ConnectError, Connected};
use crate::flow::audit;
use crate::flow::oauth;
use crate::house::{Home, HomeError, House};
use crate::registry::{self, Installed};
pub use desk::Desk;
use desk::Seat;
pub use hooks::{deliver, make_address, queue};
pub use lane::Ran;
use lane::{Cue, Lane};
pub use leave::{Forecast, Leaving, forecast};
pub use live::Live;
pub use serve::serve;
use slots::Slots;

/// What the owner is told of a service, or of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// Whether it is at work.
    pub at_work: bool,
    /// Whether the owner has paused it.
    pub paused: bool,
    /// Whether it waits for something that its owner has to do.
    pub waits: bool,
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
    /// `None`: nothing does now.
    next: Option<Timestamp>,
}

impl Open {
    fn seat(&self, house: &House, home: &Home, id: &ComponentId) -> Option<Seat> {
        Seat::take(house, home.name(), id, chair(&self.cue, &self.label))
    }
}

/// Start what is due in a home. Answers the runs that it started, and when the next one is due.
/// What is at work already is not started again; its end rings the bell.
pub async fn look(
    house: &House,
    home: &Arc<Home>,
) -> Result<(Vec<JoinHandle<()>>, Option<Timestamp>), HomeError> {
    let now = house.clock().now();
    let (mut started, mut next_at) = (leave::go_on(house, home)?, None);
    for installed in workers(home) {
        begin_counting(house, home, &installed, now).await?;
        let id = installed.id();
        for open in open_lanes(house, home, &installed, now)? {
            match open.next {
                Some(due) if due <= now => {
                    let seat = open.seat(house, home, id);
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
    run_cue(house, home, installed.id(), Cue::Plain)
}

/// The owner wants a run for an account. `None`: there is one already.
pub fn run_account(house: &House, home: &Arc<Home>, account: &Connected) -> Option<JoinHandle<()>> {
    run_cue(house, home, &account.component, Cue::Account(account.id.clone()))
}

fn run_cue(house: &House, home: &Arc<Home>, id: &ComponentId, cue: Cue) -> Option<JoinHandle<()>> {
    let seat = Seat::take(house, home.name(), id, chair(&cue, &Label::nothing()))?;
    Some(work::start_for_owner(house, home, id, cue, seat))
}

/// How far the run for an account is, from now to its end; `None` if there is none.
pub fn watch(house: &House, account: &Connected) -> Option<watch::Receiver<Live>> {
    house.desk().board().watch(&account.id)
}

/// Hand the owner's code to the run for an account that asked for one.
pub fn answer(house: &House, account: &Connected, code: String) {
    house.desk().board().answer(&account.id, None, code);
}

/// Tell the run for an account that its owner came back from a page that it asked for, with this.
/// `false`: it asks for that page no more.
pub fn came_back(house: &House, account: &Connected, visit: &str, told: String) -> bool {
    house.desk().board().answer(&account.id, Some(visit), told)
}

/// The owner wants no runs of a service for now, or wants them again.
pub async fn pause(
    house: &House,
    home: &Home,
    id: &ComponentId,
    paused: bool,
) -> Result<(), HomeError> {
    change(house, home, id, &Cue::Plain, |lane| lane.paused = paused).await
}

/// The same for an account.
pub async fn pause_account(
    house: &House,
    home: &Home,
    account: &Connected,
    paused: bool,
) -> Result<(), HomeError> {
    let cue = Cue::Account(account.id.clone());
    change(house, home, &account.component, &cue, |lane| lane.paused = paused).await
}

async fn change(
    house: &House,
    home: &Home,
    id: &ComponentId,
    cue: &Cue,
    change: impl FnOnce(&mut Lane),
) -> Result<(), HomeError> {
    let _book = house.desk().book().await;
    let mut lane = book::lane(home, id, cue, house.clock().now())?;
    change(&mut lane);
    home.store().put_records(vec![book::keep(id, cue, &lane)?]).await?;
    house.bell().pull(home.name());
    Ok(())
}

/// Connect an account once more, with what its owner has typed: it waits for nothing any more.
pub async fn reconnect(
    house: &House,
    home: &Home,
    manifest: &Manifest,
    account: &Connected,
    typed: &BTreeMap<String, String>,
) -> Result<(), ConnectError> {
    let now = house.clock().now();
    let _book = house.desk().book().await;
    let (record, line) = accounts::reconnection(home, now, manifest, account, typed)?;
    let (id, cue) = (&account.component, Cue::Account(account.id.clone()));
    let mut lane = book::lane(home, id, &cue, now)?;
    lane.begin_again();
    let records = vec![record, book::keep(id, &cue, &lane)?];
    let batch = WriteBatch { records, log: vec![line], ..Default::default() };
    home.store().write(batch).await.map_err(HomeError::from)?;
    Ok(())
}

/// Forget an account: its secrets, its sessions, its runs. With its documents, those go from now
/// on, whatever happens meanwhile. Answers what is at work on that.
pub async fn disconnect(
    house: &House,
    home: &Arc<Home>,
    account: &Connected,
    with_documents: bool,
) -> Result<Vec<JoinHandle<()>>, HomeError> {
    let going = match with_documents {
        true => Some(leave::begin(account, &forecast(home, account).await?)?),
        false => None,
    };
    let book = house.desk().book().await;
    let (mut records, line) = accounts::disconnection(home, house.clock().now(), account)?;
    records.push(book::forget(&account.component, &Cue::Account(account.id.clone())));
    records.extend(going);
    let opened = accounts::unseal(home, account);
    home.store().write(WriteBatch { records, log: vec![line], ..Default::default() }).await?;
    drop(book);
    revoke(house, home, account, opened).await?;
    leave::go_on(house, home)
}

/// Give the tokens of an account back, if its provider takes them. It is forgotten either way.
async fn revoke(
    house: &House,
    home: &Home,
    account: &Connected,
    opened: Result<Account, HomeError>,
) -> Result<(), HomeError> {
    let (Ok(opened), Some(door)) = (opened, house.door()) else { return Ok(()) };
    let Some(installed) = registry::find(home, &account.component) else { return Ok(()) };
    let Some(konnector) = &installed.manifest.konnector else { return Ok(()) };
    let now = house.clock().now();
    let asked = oauth::revoke(&door, konnector, opened, now).await;
    let Some(request) = asked else { return Ok(()) };
    let (id, version) = (account.component.as_str(), &installed.manifest.version);
    audit::note_of(home, now, id, version, &audit::Event::revoked(request)).await
}

/// How far the documents of an account are that was disconnected with them; nothing once they are
/// gone.
pub fn leaving(home: &Home, account: &str) -> Result<Option<Leaving>, HomeError> {
    leave::find(home, account)
}

/// Whether an account waits for its owner: for something to be done, or for a code right now.
pub fn waits(house: &House, home: &Home, account: &Connected) -> Result<bool, HomeError> {
    let asks = watch(house, account).is_some_and(|live| live.borrow().asks());
    let lane = book::kept(home, &account.component, &Cue::Account(account.id.clone()))?;
    Ok(asks || lane.is_some_and(|lane| lane.waits))
}

/// What the owner is told of an account.
pub fn overview_of_account(
    house: &House,
    home: &Home,
    installed: &Installed,
    account: &Connected,
) -> Result<Overview, HomeError> {
    let (now, cue) = (house.clock().now(), Cue::Account(account.id.clone()));
    let lane = book::lane(home, installed.id(), &cue, now)?;
    Ok(Overview {
        at_work: watch(house, account).is_some(),
        paused: lane.paused,
        waits: lane.waits,
        next: due(home, installed, &lane, &cue)?,
        runs: lane.runs,
    })
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
        waits: false,
        next: open.into_iter().filter_map(|open| open.next).min(),
        runs,
    })
}

fn workers(home: &Home) -> impl Iterator<Item = Arc<Installed>> {
    let works = |one: &Arc<Installed>| matches!(one.manifest.kind, Kind::Service | Kind::Konnector);
    registry::installed(home).into_iter().filter(works)
}

/// What the clock starts of a component: a service, or a konnector for each account.
fn by_clock(home: &Home, installed: &Installed) -> Result<Vec<Cue>, HomeError> {
    if installed.manifest.kind != Kind::Konnector {
        return Ok(vec![Cue::Plain]);
    }
    let accounts = accounts::of(home, installed.id())?;
    Ok(accounts.into_iter().map(|account| Cue::Account(account.id)).collect())
}

/// No two runs on one chair: those for one account, and those that begin with equal knowledge.
fn chair(cue: &Cue, label: &Label) -> String {
    match cue {
        Cue::Account(_) => cue.name(),
        Cue::Plain | Cue::Change { .. } => label.canonical(),
    }
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
    let id = installed.id();
    if installed.trigger().schedule.is_none() {
        return Ok(());
    }
    let _book = house.desk().book().await;
    let mut records = Vec::new();
    for cue in by_clock(home, installed)? {
        if book::kept(home, id, &cue)?.is_none() {
            records.push(book::keep(id, &cue, &Lane::new(cue.clone(), now))?);
        }
    }
    if !records.is_empty() {
        home.store().put_records(records).await?;
    }
    Ok(())
}

/// The lanes of a component: by the clock, and for each compartment whose changes it may hear of.
fn open_lanes(
    house: &House,
    home: &Home,
    installed: &Installed,
    now: Timestamp,
) -> Result<Vec<Open>, HomeError> {
    let id = installed.id();
    let mut open = Vec::new();
    for cue in by_clock(home, installed)? {
        let next = due(home, installed, &book::lane(home, id, &cue, now)?, &cue)?;
        open.push(Open { cue, label: Label::nothing(), next });
    }
    if is_paused(home, id)? {
        return Ok(open);
    }
    for doctype in &installed.trigger().events {
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

/// When the clock, or a message, starts a lane; `None` if neither does.
fn due(
    home: &Home,
    installed: &Installed,
    lane: &Lane,
    cue: &Cue,
) -> Result<Option<Timestamp>, HomeError> {
    let message = match cue {
        Cue::Account(account) if !lane.paused && !lane.waits => {
            hooks::waits(home, installed, account)?.then(|| lane.next_message())
        }
        _ => None,
    };
    Ok(next_slot(home, installed, lane, cue).into_iter().chain(message).min())
}

/// When the clock starts a lane; `None` if it does not.
fn next_slot(home: &Home, installed: &Installed, lane: &Lane, cue: &Cue) -> Option<Timestamp> {
    let schedule = installed.trigger().schedule.filter(|_| !lane.paused && !lane.waits)?;
    let seed = match cue {
        Cue::Account(account) => format!("{}/{account}", installed.id()),
        _ => installed.id().to_string(),
    };
    Some(lane.next_slot(&slots(home, &seed, schedule)))
}

fn slots(home: &Home, seed: &str, schedule: Schedule) -> Slots {
    let key = home.key("slots of jobs");
    let draw = blake3::keyed_hash(&key, seed.as_bytes());
    let spread = draw.as_bytes().iter().take(8).fold(0, |draw, byte| draw << 8 | u64::from(*byte));
    let zone = TimeZone::get(&home.settings().time_zone).unwrap_or(TimeZone::UTC);
    Slots { schedule, zone, spread }
}
